//! Logs as the usual servers write them, without a pattern given.

use serde_json::{Value, json};

use super::{Log, at, rfc3339};

/// Opened, closed, and closed with which codes.
fn counts(document: &Value) -> (u64, u64, Value) {
    let count = |what: &str| document["log"][what]["total"].as_u64().expect("a count");
    let code = |c: &Value| (c["code"].to_string(), c["total"].clone());
    let codes = document["closes"].as_array().expect("closes").iter();
    let log = codes.filter(|c| c["source"] == "log");
    (count("opened"), count("closed"), log.map(code).collect::<serde_json::Map<_, _>>().into())
}

fn told(lines: &[&str]) -> (u64, u64, Value) {
    counts(&Log::of(lines.iter().map(|line| (*line).to_owned())).document(&[]))
}

#[test]
fn uvicorn_behind_the_journal_counts_each_connection_once() {
    let lines = [
        "2026-11-21T14:00:01+0000 web-1 uvicorn[812]: INFO:     Application startup complete.",
        "2026-11-21T14:00:01+0000 web-1 uvicorn[812]: INFO:     Connected to redis",
        "2026-11-21T14:00:02+0000 web-1 uvicorn[812]: INFO:     10.0.0.7:4312 - \"WebSocket /ws\" [accepted]",
        "2026-11-21T14:00:02+0000 web-1 uvicorn[812]: INFO:     connection open",
        "2026-11-21T14:00:03+0000 web-1 uvicorn[812]: INFO:     10.0.0.7:4313 - \"WebSocket /ws\" [accepted]",
        "2026-11-21T14:00:03+0000 web-1 uvicorn[812]: INFO:     connection open",
        "2026-11-21T14:00:04+0000 web-1 uvicorn[812]: INFO:     connection closed",
        "2026-11-21T14:00:04+0000 web-1 uvicorn[812]: INFO:     10.0.0.7:4314 - \"WebSocket /ws\" 403",
    ];
    assert_eq!(told(&lines), (2, 1, json!({})));
}

#[test]
fn daphne_and_channels() {
    let daphne = [
        "10.0.0.7:4312 - - [21/Nov/2026:14:00:01] \"WSCONNECTING /ws/\" - -",
        "10.0.0.7:4312 - - [21/Nov/2026:14:00:01] \"WSCONNECT /ws/\" - -",
        "10.0.0.7:4313 - - [21/Nov/2026:14:00:02] \"WSREJECT /ws/\" - -",
        "10.0.0.7:4312 - - [21/Nov/2026:14:00:09] \"WSDISCONNECT /ws/\" - -",
        "10.0.0.7:4314 - - [21/Nov/2026:14:00:09] \"GET /health\" 200 2",
    ];
    assert_eq!(told(&daphne), (1, 1, json!({})));
    let channels = [
        "2026-11-21 14:00:01,120 INFO WebSocket HANDSHAKING /ws/chat/ [127.0.0.1:4312]",
        "2026-11-21 14:00:01,121 INFO WebSocket CONNECT /ws/chat/ [127.0.0.1:4312]",
        "2026-11-21 14:00:09,121 INFO WebSocket DISCONNECT /ws/chat/ [127.0.0.1:4312]",
    ];
    assert_eq!(told(&channels), (1, 1, json!({})));
}

#[test]
fn node_examples_with_their_codes() {
    let lines = [
        "[2026-11-21T14:00:01.001Z] Client connected",
        "[2026-11-21T14:00:01.201Z] Client connected",
        "[2026-11-21T14:00:02.001Z] Client disconnected (code: 1001, reason: )",
        "[2026-11-21T14:00:02.002Z] Client disconnected (code: 1006, reason: )",
        "[2026-11-21T14:00:02.003Z] Client disconnected (code: 4408, reason: idle)",
        "[2026-11-21T14:00:03.003Z] received: 1013 bytes",
    ];
    assert_eq!(told(&lines), (2, 3, json!({"1001": 1, "1006": 1, "4408": 1})));
}

#[test]
fn json_lines_by_their_keys() {
    let lines = [
        r#"{"level":30,"time":1795269601000,"msg":"WebSocket connected","user":7}"#,
        r#"{"level":30,"time":1795269602000,"msg":"WebSocket closed","code":1011,"reason":"db gone"}"#,
        r#"{"level":30,"time":1795269603000,"msg":"request completed","res":{"statusCode":200}}"#,
    ];
    assert_eq!(told(&lines), (1, 1, json!({"1011": 1})));
}

#[test]
fn access_logs_tell_of_the_beginning_by_the_duration() {
    let nginx = |end: i64, seconds: &str| {
        let at = at(end * 1000).format("%d/%b/%Y:%H:%M:%S +0000");
        format!("10.0.0.7 - - [{at}] \"GET /ws HTTP/1.1\" 101 812 \"-\" \"Mozilla/5.0\" {seconds}")
    };
    let log = Log::of([nginx(1, "1.000"), nginx(30, "20.000"), nginx(31, "7200.000")]);
    let document = log.document(&[]);
    assert_eq!(counts(&document), (3, 3, json!({})), "two were opened before the log begins");
    assert_eq!(document["log"]["opened"]["peak_at"], "2026-11-21T14:00:10Z");
    let notes = document["log"]["notes"].to_string();
    assert!(
        notes.contains(
            "2 connections were opened before the log begins: in the total, not in the rates"
        ),
        "{notes}"
    );
    let text = Log::of([nginx(1, "0.500"), nginx(2, "7200.000"), nginx(3, "7200.000")]).text(&[]);
    let row = text.lines().find(|line| line.starts_with("connects")).expect("a row");
    assert!(row.contains(" 3  ") && row.contains(" 0.3/s on average"), "one in three s: {row}");

    let bare = Log::of([nginx(1, ""), nginx(2, "")]).text(&[]);
    assert!(bare.contains("add $request_time to nginx's log_format"), "{bare}");

    let haproxy = [
        "Nov 21 14:00:00 lb haproxy[8]: 10.0.0.7:4311 [21/Nov/2026:14:00:00.000] fe be/s1 0/0/1/2/9 200 812 - - ---- 8/8/7/3/0 0/0 \"GET / HTTP/1.1\"",
        "Nov 21 14:00:09 lb haproxy[8]: 10.0.0.7:4312 [21/Nov/2026:14:00:01.500] fe be/s1 0/0/1/2/8000 101 4711 - - CD-- 8/8/7/3/0 0/0 \"GET /ws HTTP/1.1\"",
        "Nov 21 14:00:12 lb haproxy[8]: 10.0.0.7:4313 [21/Nov/2026:14:00:11.500] fe be/s1 0/0/1/2/9 200 812 - - ---- 8/8/7/3/0 0/0 \"GET / HTTP/1.1\"",
    ];
    assert_eq!(told(&haproxy), (1, 1, json!({})));
    // The last line has the stamp of a beginning eight seconds before.
    let text = Log::of(haproxy[..2].iter().map(|line| (*line).to_owned())).text(&[]);
    assert!(text.contains("times without a zone") && !text.contains("TZ=UTC"), "{text}");
    assert!(!text.contains("out of order"), "{text}");
}

#[test]
fn patterns_of_ones_own_with_code_and_reason() {
    let log = Log::of([
        format!("{} player joined", rfc3339(0)),
        format!("{} player left (4408, idle)", rfc3339(1000)),
        format!("{} client connected", rfc3339(1500)),
        format!("{} player left (1013, full)", rfc3339(2000)),
    ]);
    let own = ["--log-open", "joined$", "--log-close", r"left \((?<code>\d+), (?<reason>\w+)\)"];
    assert_eq!(counts(&log.document(&own)), (1, 2, json!({"1013": 1, "4408": 1})));
    let text = log.text(&[&own[..], &["--code", "4408=idle too long"]].concat());
    assert!(text.contains("4408 idle too long  last 'idle'"), "{text}");
    assert!(text.contains("1013 try again later  last 'full'"), "{text}");
}

#[test]
fn patterns_of_ones_own_in_either_case_and_of_several_words() {
    let lines = ["WS OPEN ana", "ws open müller", "WS Gone 1001", "ws left 4001: spät", "ws 1000"];
    let log = Log::of((0..).zip(lines).map(|(n, line)| format!("{} {line}", rfc3339(n * 100))));
    let close = r"(?i)ws (gone|left) (?<code>\d+)(: (?<reason>\w+))?";
    let document = log.document(&["--log-open", "(?i)ws open", "--log-close", close]);
    assert_eq!(counts(&document), (2, 2, json!({"1001": 1, "4001": 1})));
    assert_eq!(document["log"]["unmatched"], 1);
    assert!(log.text(&["--log-close", close]).contains("last 'spät'"));
}

#[test]
fn a_time_format_of_ones_own() {
    let log = Log::of(["21.11.2026 14:00:01 client connected".to_owned()]);
    let document = log.document(&["--log-time", "%d.%m.%Y %H:%M:%S"]);
    assert_eq!(document["log"]["from"], "2026-11-21T14:00:01Z");
}

#[test]
fn settings_come_from_the_environment_and_the_config_file_too() {
    let log = Log::of([format!("{} player joined", rfc3339(0))]);
    log.write("config.toml", b"log-open = 'joined'\n");
    let document = log.document(&["--config", "config.toml"]);
    assert_eq!(document["log"]["opened"]["total"], 1);
}
