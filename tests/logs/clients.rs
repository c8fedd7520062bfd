//! Real clients' addresses: who has tried, and who a herd is.

use serde_json::{Value, json};

use super::Log;
use super::each_format::all;
use super::story::{ended, story, written};

fn networks(document: &Value) -> Vec<(String, u64)> {
    let all = document["log"]["clients"]["networks"].as_array().expect("networks").iter();
    let one = |n: &Value| {
        (n["name"].as_str().expect("a name").to_owned(), n["attempts"].as_u64().expect("a count"))
    };
    all.map(one).collect()
}

#[test]
fn attempts_are_told_by_address_and_network_and_a_herd_says_who_it_is() {
    for name in ["nginx", "envoy", "haproxy", "traefik json", "alb", "uvicorn", "words", "pino"] {
        let told = all().into_iter().find(|told| told.name == name).expect(name);
        let log = Log::of(told.lines);
        let document = log.document(&[]);
        let clients = &document["log"]["clients"];
        assert_eq!(clients["attempts"], 210, "{name}");
        assert_eq!(networks(&document)[0], ("203.0.113.0/24".to_owned(), 150), "{name}");
        assert_eq!(clients["addresses"].as_array().expect("a list").len(), 10, "{name}");
        let herd = &document["log"]["herd_clients"][0];
        assert_eq!(herd["onset"], document["herds"][0]["onset"], "{name}");
        assert_eq!(herd["networks"][0]["name"], "203.0.113.0/24", "{name}: {herd}");
        assert!(herd["networks"][0]["attempts"].as_u64() > Some(100), "{name}: {herd}");
        let text = log.text(&[]);
        assert!(text.contains("networks   203.0.113.0/24 150 (71 %)"), "{text}");
        let alerts = document["alerts"].to_string();
        assert!(alerts.contains(" % from 203.0.113.0/24"), "{name}: {alerts}");
        assert!(text.contains("from     203.0.113.0/24"), "{text}");
    }
}

/// Each herd of a log is told with who it was, not the first one alone.
#[test]
fn a_second_herd_says_who_it_is_as_well() {
    let words = |at: i64, network: &str, host: i64| {
        format!("{} client connected from 10.{network}.{}", super::rfc3339(at), host % 200 + 1)
    };
    let mut lines: Vec<(i64, String)> =
        (0..900).map(|n| (n * 2_000, words(n * 2_000, "1.1", n))).collect();
    for (herd, network) in [(300_000, "2.2"), (900_000, "3.3"), (1_400_000, "4.4")] {
        lines.extend((0..600).map(|n| (herd + n * 10, words(herd + n * 10, network, n))));
    }
    lines.sort();
    let log = Log::of(lines.into_iter().map(|(_, line)| line));
    let document = log.document(&[]);
    assert_eq!(document["herds"].as_array().map(Vec::len), Some(3), "{}", document["herds"]);
    let who = document["log"]["herd_clients"].as_array().expect("a list");
    let networks: Vec<&Value> = who.iter().map(|herd| &herd["networks"][0]["name"]).collect();
    assert_eq!(networks, ["10.2.2.0/24", "10.3.3.0/24", "10.4.4.0/24"], "{who:?}");
    for (herd, who) in document["herds"].as_array().expect("herds").iter().zip(who) {
        assert_eq!(herd["onset"], who["onset"]);
    }
    let alerts = document["alerts"].to_string();
    let text = log.text(&[]);
    for network in ["10.2.2.0/24", "10.3.3.0/24", "10.4.4.0/24"] {
        assert!(alerts.contains(&format!(" from {network}")), "{network}: {alerts}");
        assert!(text.contains(&format!("from     {network}")), "{network}: {text}");
    }
}

#[test]
fn forwarded_addresses_are_believed_up_to_the_first_that_is_no_proxy() {
    let line = |forwarded: &str| {
        let lines = ended().into_iter().map(|c| {
            let at = written(c.closed, "%d/%b/%Y:%H:%M:%S +0000");
            format!(
                "10.0.0.2 - - [{at}] \"GET /ws HTTP/1.1\" 101 8 \"-\" \"x\" {}.000 \"{forwarded}\"",
                c.lasted() / 1000
            )
        });
        Log::of(lines)
    };
    let who = |log: &Log, args: &[&str]| {
        log.document(args)["log"]["clients"]["addresses"][0]["name"].clone()
    };
    let log = line("1.2.3.4, 198.51.100.9, 203.0.113.7, 10.0.0.9");
    assert_eq!(who(&log, &[]), "203.0.113.7");
    assert_eq!(who(&log, &["--trusted-proxy", "203.0.113.0/24"]), "198.51.100.9");
    assert_eq!(who(&log, &["--trusted-proxy", "203.0.113.7,198.51.100.0/24"]), "1.2.3.4");
    let said = log.say(&["app.log", "--trusted-proxy", "203.0.113.0/99"]);
    assert_eq!((said.code, said.stderr.lines().count()), (Some(2), 1), "{said:?}");
    assert!(said.stderr.contains("--trusted-proxy '203.0.113.0/99'"), "{}", said.stderr);
}

#[test]
fn lines_without_an_address_tell_of_nobody() {
    let lines = story().into_iter().map(|c| {
        json!({"time": super::at(c.opened).timestamp_millis(), "level": 30, "msg": "client connected"})
            .to_string()
    });
    let document = Log::of(lines).document(&[]);
    assert_eq!(document["log"]["clients"], Value::Null);
    assert_eq!(document["log"]["herd_clients"], json!([]));
}
