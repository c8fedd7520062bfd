//! Error lines: counted by second, and beside what they explain.

use super::{Log, rfc3339};

#[test]
fn a_storm_of_1011_has_the_last_error_lines_beside_it() {
    let calm = (0..60).flat_map(|n| {
        let at = n * 1000;
        [
            format!("{} client connected", rfc3339(at)),
            format!("{} client disconnected code=1001", rfc3339(at + 500)),
        ]
    });
    let crash = (0..100).flat_map(|n| {
        let at = 60_000 + n * 100;
        [
            format!("{} ERROR Exception in handler {n} \u{1b}[31m", rfc3339(at)),
            "Traceback (most recent call last):".to_owned(),
            format!("KeyError: 'user{n}'"),
            format!("{} client disconnected code=1011", rfc3339(at)),
        ]
    });
    let log = Log::of(calm.chain(crash));
    let document = log.document(&[]);
    let told = &document["log"];
    assert_eq!(told["errors"]["total"], 200, "a traceback has the time of the line above it");
    assert_eq!(told["errors"]["peak_per_s"], 20);
    assert_eq!(told["last_errors"].as_array().expect("lines").len(), 3);
    assert!(!told.to_string().contains("\\u001b"), "no escapes");
    let alerts = document["alerts"].as_array().expect("alerts");
    let storm = alerts.iter().find(|a| a["rule"] == "close_storm").expect("a storm of 1011");
    assert_eq!(storm["severity"], "critical");
    assert!(storm["sentence"].as_str().expect("text").contains("1011"), "{storm}");
    assert!(storm["log_errors"].to_string().contains("ERROR Exception in handler"), "{storm}");
    assert_eq!(document["verdict"]["kind"], "crashing");
    assert!(document["verdict"]["sentence"].to_string().contains("log: '"));
    let text = log.text(&[]);
    assert_eq!(text.lines().filter(|l| l.starts_with("last error")).count(), 3, "{text}");
    assert!(text.contains("1011 internal error"), "{text}");
}

#[test]
fn what_an_error_is_can_be_said() {
    let log = Log::of([
        format!("{} client connected", rfc3339(0)),
        format!("{} ERROR usual", rfc3339(10)),
        format!("{} FATAL own", rfc3339(20)),
    ]);
    let errors = |args: &[&str]| log.document(args)["log"]["last_errors"].to_string();
    assert!(errors(&[]).contains("ERROR usual") && !errors(&[]).contains("FATAL"));
    let own = errors(&["--log-error", "FATAL|CRIT"]);
    assert!(own.contains("FATAL own") && !own.contains("usual"), "{own}");
}
