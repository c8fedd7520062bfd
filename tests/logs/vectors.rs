//! A log made of each published vector has its herd where the vector has it.

use serde_json::Value;

use super::{Log, at, gzip, rfc3339};

const VECTORS: [(&str, &str); 8] = [
    ("S1_exp1s", include_str!("../vectors/S1_exp1s.txt")),
    ("S2a_exp", include_str!("../vectors/S2a_exp.txt")),
    ("S2b_full", include_str!("../vectors/S2b_full.txt")),
    ("S3_exp1s", include_str!("../vectors/S3_exp1s.txt")),
    ("S3_fixed1", include_str!("../vectors/S3_fixed1.txt")),
    ("S3_seedreset", include_str!("../vectors/S3_seedreset.txt")),
    ("poisson_5", include_str!("../vectors/poisson_5.txt")),
    ("poisson_100", include_str!("../vectors/poisson_100.txt")),
];

/// When each connection of a vector was opened, in milliseconds: arrivals per
/// 100 ms, spread over these.
fn moments(vector: &str) -> Vec<i64> {
    let mut all = Vec::new();
    for (tick, line) in (0_i64..).zip(vector.lines()) {
        let count: i64 = line.trim().parse().expect("a count");
        all.extend((0..count).map(|n| tick * 100 + n * 100 / count));
    }
    all
}

/// A line of one of the formats.
fn line(format: usize, millis: i64) -> String {
    match format % 4 {
        0 => format!("{} WebSocket connected", rfc3339(millis)),
        1 => format!("{} INFO client connected", at(millis).format("%Y-%m-%d %H:%M:%S,%3f")),
        2 => format!(
            "{{\"level\":30,\"time\":{},\"msg\":\"ws connected\"}}",
            at(millis).timestamp_millis()
        ),
        _ => format!("{} a user connected", at(millis).timestamp_millis()),
    }
}

/// Seconds since the beginning.
fn seconds(time: &Value) -> f64 {
    let time: chrono::DateTime<chrono::Utc> = serde_json::from_value(time.clone()).expect("a time");
    (time - at(0)).as_seconds_f64()
}

#[test]
fn herds_are_found_where_the_vectors_have_them() {
    let expected: Value =
        serde_json::from_str(include_str!("../vectors/expected.json")).expect("JSON");
    for (format, (name, vector)) in VECTORS.iter().enumerate() {
        let log = Log::of(moments(vector).into_iter().map(|millis| line(format, millis)));
        if format % 2 == 1 {
            let plain = std::fs::read(log.path("app.log")).expect("the log");
            log.write("app.log", &gzip(&plain));
        }
        let document = log.document(&[]);
        let want = &expected[name];
        let herds = document["herds"].as_array().expect("herds");
        let found = |key: &str| herds.iter().map(|h| seconds(&h[key])).collect::<Vec<_>>();
        for (key, ticks) in [("onset", "onset_ticks"), ("end", "end_ticks")] {
            let ticks = want[ticks].as_array().expect("ticks");
            let want: Vec<f64> = ticks.iter().map(|t| t.as_f64().expect("a tick") / 10.0).collect();
            let found = found(key);
            let near = found.len() == want.len()
                && found.iter().zip(&want).all(|(found, want)| (found - want).abs() <= 0.2);
            assert!(near, "{name} {key}: {found:?}, expected {want:?}");
        }
        let kind = match want["first_wave_verdict"]["kind"].as_str() {
            Some("fixed") => "fixed",
            Some("exp2") => "exponential",
            _ => "none",
        };
        for herd in herds {
            assert_eq!(herd["kind"], kind, "{name}");
            assert!(herd["peak_per_s"].as_u64() > Some(400), "{name}: {herd}");
        }
        let connects = document["log"]["opened"]["total"].as_u64().expect("a count");
        assert_eq!(connects, moments(vector).len() as u64, "{name}");
    }
}

#[test]
fn logs_of_several_workers_are_one_in_any_order() {
    let (_, vector) = VECTORS[0];
    let lines: Vec<String> = moments(vector).into_iter().map(|millis| line(0, millis)).collect();
    let log = Log::of(lines.clone());
    let whole = log.document(&[]);
    let workers = |of: usize| {
        let own = lines.iter().skip(of).step_by(2).cloned().collect::<Vec<_>>();
        own.join("\n")
    };
    log.write("b.log", workers(0).as_bytes());
    log.write("a.log.gz", &gzip(workers(1).as_bytes()));
    let rotated = lines.split_at(lines.len() / 2);
    log.write("old.log", rotated.0.join("\n").as_bytes());
    log.write("new.log", rotated.1.join("\n").as_bytes());
    for files in [["a.log.gz", "b.log"], ["new.log", "old.log"]] {
        let parts = log.say(&["--json", files[0], files[1]]).document();
        assert_eq!(parts["herds"], whole["herds"], "{files:?}");
        assert_eq!(parts["log"]["opened"], whole["log"]["opened"], "{files:?}");
    }
}

#[test]
fn stamps_of_whole_seconds_are_no_waves_of_one_second() {
    let (_, vector) = VECTORS[7];
    let whole =
        |millis: i64| format!("{} WebSocket connected", at(millis).format("%Y-%m-%dT%H:%M:%SZ"));
    let log = Log::of(moments(vector).into_iter().map(whole));
    assert_eq!(log.document(&[])["herds"], serde_json::json!([]), "100 a second all the time");
    let (_, herd) = VECTORS[4];
    let log = Log::of(moments(herd).into_iter().map(whole));
    let herds = log.document(&[])["herds"].clone();
    assert!((seconds(&herds[0]["onset"]) - 121.0).abs() <= 1.0, "{herds}");
}

#[test]
fn the_summary_tells_the_herd_in_words() {
    let (_, vector) = VECTORS[4];
    let log = Log::of(moments(vector).into_iter().map(|millis| line(0, millis)));
    let text = log.text(&[]);
    assert!(text.contains("log        2026-11-21 14:00:00 to 14:06:39"), "{text}");
    assert!(
        text.contains("herd       2026-11-21 14:02:01 to 14:03:22: 257 615 attempts"),
        "{text}"
    );
    assert!(text.contains("clients retry every 1.1 s without jitter"), "{text}");
    assert!(text.contains("connects        259 148"), "{text}");
    assert!(text.lines().all(|l| !l.contains('\u{1b}')), "no escapes in a pipe");
}
