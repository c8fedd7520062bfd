//! Lines in containers, journals and the prefixes of tools give the same figures, in
//! any nesting.

use serde_json::json;

use super::Log;
use super::each_format::{all, figures, us};
use super::story::written;

type Wrap = (&'static str, fn(&str, i64) -> String);

/// Each puts something around a line; the time is a later one that must not count.
const WRAPS: [Wrap; 14] = [
    ("docker", |line, at| {
        let time = written(at, "%Y-%m-%dT%H:%M:%S%.9fZ");
        json!({"log": format!("{line}\n"), "stream": "stdout", "time": time}).to_string()
    }),
    ("cri", |line, at| format!("{} stdout F {line}", written(at, "%Y-%m-%dT%H:%M:%S%.9fZ"))),
    ("journald json", |line, at| {
        let micros = super::at(at).timestamp_micros().to_string();
        json!({"__REALTIME_TIMESTAMP": micros, "_HOSTNAME": "h", "MESSAGE": line}).to_string()
    }),
    ("syslog", |line, at| format!("{} h app[812]: {line}", written(at, "%Y-%m-%dT%H:%M:%S+0000"))),
    ("syslog", |line, at| format!("{} h app[812]: {line}", written(at, "%b %e %H:%M:%S"))),
    ("syslog 5424", |line, at| format!("<134>1 {} h app 812 - - {line}", us(at))),
    ("compose", |line, _| format!("web-1  | {line}")),
    ("pm2", |line, _| format!("0|app  | {line}")),
    ("kubectl", |line, _| format!("[pod/web-7d4f5c6b8-abcde/app] {line}")),
    ("stern", |line, _| format!("web-7d4f5c6b8-abcde app {line}")),
    ("loki", |line, at| format!("{} {{app=\"ws\", pod=\"a-1\"}} {line}", us(at))),
    ("foreman", |line, at| format!("{} web.1  | {line}", written(at, "%H:%M:%S"))),
    ("ansi", |line, _| format!("\u{1b}[32m{line}\u{1b}[0m")),
    ("", |line, _| format!("{line}\r")),
];

fn wrapped(lines: &[String], wraps: &[usize]) -> Log {
    let mut at = 0;
    let mut wrap = |line: &String| {
        at += 1;
        wraps.iter().fold(line.clone(), |line, which| WRAPS[*which].1(&line, 3_600_000 + at * 10))
    };
    Log::of(lines.iter().flat_map(|lines| lines.lines().map(str::to_owned)).map(|l| wrap(&l)))
}

#[test]
fn every_format_in_a_wrapper_tells_the_same() {
    for (n, told) in all().iter().enumerate() {
        // What inherits the time of the line above has its own in a wrapper.
        if told.format == Some("dotnet") && told.lines[0].contains('\n') {
            continue;
        }
        let bare = Log::of(told.lines.clone()).document(&[]);
        for wraps in [vec![n % WRAPS.len()], vec![(n + 5) % WRAPS.len(), (n * 7 + 3) % 3, 6]] {
            let document = wrapped(&told.lines, &wraps).document(&[]);
            let names: Vec<_> =
                wraps.iter().rev().map(|w| WRAPS[*w].0).filter(|n| !n.is_empty()).collect();
            assert_eq!(figures(&document), figures(&bare), "{} in {names:?}", told.name);
            let wrapper =
                document["log"]["sources"][0]["wrapper"]["value"].as_str().unwrap_or_default();
            for name in names {
                assert!(wrapper.contains(name), "{} in {name}: {wrapper}", told.name);
            }
        }
    }
}

#[test]
fn the_wrapper_tells_the_time_where_the_line_does_not() {
    let lines = (0..300_i64).map(|n| {
        WRAPS[usize::try_from(n % 2).expect("small") * 2].1(
            "client connected, until 2027-01-01 00:00:00",
            n * 100,
        )
    });
    let document = Log::of(lines).document(&[]);
    assert_eq!(document["log"]["opened"]["total"], 300);
    assert_eq!(document["log"]["from"], "2026-11-21T14:00:00Z");
    assert_eq!(document["log"]["until"], "2026-11-21T14:00:29Z");
}

/// A line that a shipper has put into an object is read as what it is.
#[test]
fn a_whole_line_in_the_object_of_a_shipper_is_read_as_itself() {
    let shipped: [fn(&str, i64) -> String; 5] = [
        |line, at| {
            json!({"@timestamp": us(at), "message": line, "agent": {"type": "filebeat"}})
                .to_string()
        },
        |line, at| json!({"message": line, "source_type": "file", "timestamp": us(at)}).to_string(),
        |line, at| json!({"labels": {"app": "ws"}, "line": line, "timestamp": us(at)}).to_string(),
        |line, at| json!({"insertId": "x", "textPayload": line, "timestamp": us(at)}).to_string(),
        |line, at| {
            json!({"@timestamp": us(at), "message": json!({"log": line, "stream": "stdout", "time": us(at)}).to_string(), "input": {}}).to_string()
        },
    ];
    let formats = ["pino", "nginx rt=", "envoy", "slog", "apache %D"];
    for told in all().iter().filter(|told| formats.contains(&told.name)) {
        let bare = Log::of(told.lines.clone()).document(&[]);
        for ship in shipped {
            let mut at = 3_600_000;
            let lines = told.lines.iter().map(|line| {
                at += 10;
                ship(line, at)
            });
            let document = Log::of(lines).document(&[]);
            assert_eq!(figures(&document), figures(&bare), "{}", told.name);
            let wrapper = &document["log"]["sources"][0]["wrapper"]["value"];
            assert!(wrapper.as_str().is_some_and(|w| w.contains("shipper json")), "{wrapper}");
        }
    }
}

/// Prefixes that are nearly those of syslog, before lines with a time of their own.
#[test]
fn behind_a_prefix_of_any_kind_the_time_of_the_line_itself_counts() {
    let prefixes: [fn(i64) -> String; 6] = [
        |at| format!("{} shop app/web.1: ", written(at, "%b %e %H:%M:%S")),
        |at| format!("{} shop app/web.1 ", written(at, "%b %e %H:%M:%S")),
        |at| format!("{} app[web.1]: ", us(at)),
        |at| format!("{} app[web.1] ", us(at)),
        |at| format!("<190>1 {} host app web.1 - ", us(at)),
        |at| format!("312 <190>1 {} host app web.1 - ", us(at)),
    ];
    let formats = [
        "pino",
        "bunyan",
        "zap",
        "zerolog",
        "slog",
        "slog text",
        "logrus",
        "tracing",
        "spring",
        "json",
    ];
    for told in all().iter().filter(|told| formats.contains(&told.name)) {
        let bare = Log::of(told.lines.clone()).document(&[]);
        for (which, prefix) in prefixes.iter().enumerate() {
            let mut at = 3_600_000;
            let lines = told.lines.iter().map(|line| {
                at += 10;
                prefix(at) + line
            });
            let document = Log::of(lines).document(&[]);
            assert_eq!(figures(&document), figures(&bare), "{} behind {which}", told.name);
        }
    }
}

#[test]
fn a_mark_at_the_beginning_of_the_file_is_no_part_of_a_line() {
    let line = r#"{"level":30,"time":1795269600000,"msg":"client connected"}"#;
    let document = Log::bytes(format!("\u{feff}{line}\r\n{line}\r\n").as_bytes()).document(&[]);
    assert_eq!(document["log"]["opened"]["total"], 2);
}

#[test]
fn lines_that_a_container_has_cut_are_joined() {
    let lines = (0..300_i64).flat_map(|n| {
        let head = |at: i64| written(at, "%Y-%m-%dT%H:%M:%S%.9fZ");
        let filler = "x".repeat(200);
        [
            format!(
                "{} stdout P {{\"time\":\"{}\",\"level\":30,\"id\":\"{filler}",
                head(n * 100),
                head(n * 100)
            ),
            format!("{} stderr P warning: ", head(n * 100)),
            format!("{} stdout P \",\"msg\":\"client dis", head(n * 100 + 5_000)),
            format!("{} stderr F slow", head(n * 100 + 1)),
            format!("{} stdout F connected\",\"code\":1012}}", head(n * 100 + 5_000)),
        ]
    });
    let document = Log::of(lines).document(&[]);
    assert_eq!(
        (&document["log"]["closed"]["total"], &document["log"]["lines"]),
        (&json!(300), &json!(600))
    );
    assert_eq!(
        (&document["closes"][0]["code"], &document["closes"][0]["total"]),
        (&json!(1012), &json!(300))
    );
    assert_eq!(document["log"]["until"], "2026-11-21T14:00:29Z", "the time of its first part");
}
