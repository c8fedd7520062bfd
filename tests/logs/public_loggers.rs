//! The same of loggers, and of what collects their lines.

use super::public_forms::{Form, check};

const LOGGERS_AND_THEIR_TERMINALS: &[Form] = &[
    (
        "zerolog's console with whole times",
        &[
            "2026-11-20T14:00:00Z INF client connected remote=203.0.113.7:4312",
            "2026-11-20T14:00:09Z INF client disconnected code=1006 remote=203.0.113.7:4312",
        ],
        Some(1),
        Some(1),
        &[1006],
    ),
    (
        "tracing, pretty",
        &[
            "  2026-11-20T14:00:00.123456Z  INFO chat::ws: client connected, addr: 203.0.113.7:4312",
            "    at src/ws.rs:1006",
            "",
            "  2026-11-20T14:00:09.123456Z  INFO chat::ws: client disconnected, code: 1006",
            "    at src/ws.rs:1012",
        ],
        Some(1),
        Some(1),
        &[1006],
    ),
    (
        "bunyan's own terminal",
        &[
            "[2026-11-20T14:00:00.123Z]  INFO: ws/812 on web-1: client connected",
            "[2026-11-20T14:00:09.123Z]  INFO: ws/812 on web-1: client disconnected (code=1006)",
        ],
        Some(1),
        Some(1),
        &[1006],
    ),
    (
        "Go's own log with the file",
        &[
            "2026/11/20 14:00:00.123456 hub.go:1006: client connected: 203.0.113.7:4312",
            "2026/11/20 14:00:09.123456 hub.go:1012: read: websocket: close 1001 (going away)",
        ],
        Some(1),
        Some(1),
        &[1001],
    ),
    (
        "log4js",
        &[
            "[2026-11-20T14:00:00.123] [INFO] ws - client connected",
            "[2026-11-20T14:00:09.123] [INFO] ws - client disconnected: 1012",
        ],
        Some(1),
        Some(1),
        &[1012],
    ),
    (
        "Monolog",
        &[
            r#"[2026-11-20T14:00:00.123456+00:00] ws.INFO: client connected {"id":1006} []"#,
            r#"[2026-11-20T14:00:09.123456+00:00] ws.INFO: client disconnected {"code":1006} []"#,
        ],
        Some(1),
        Some(1),
        &[1006],
    ),
    (
        "Elixir's Logger with a date",
        &[
            "2026-11-20 14:00:00.123 [info] CONNECTED TO AppWeb.UserSocket in 1006µs",
            "2026-11-20 14:00:00.523 [info] JOINED room:lobby in 31µs",
        ],
        Some(1),
        Some(0),
        &[],
    ),
    (
        "Serilog's compact JSON",
        &[
            r#"{"@t":"2026-11-20T14:00:00.1234567Z","@mt":"Client {Id} connected","Id":1006}"#,
            r#"{"@t":"2026-11-20T14:00:09.1234567Z","@mt":"Client {Id} disconnected with code {Code}","Id":7,"Code":1012}"#,
        ],
        Some(1),
        Some(1),
        &[1012],
    ),
    (
        "winston's JSON",
        &[
            r#"{"level":"info","message":"Client connected","timestamp":"2026-11-20T14:00:00.000Z","clients":1006}"#,
            r#"{"level":"info","message":"Client disconnected: 1001","timestamp":"2026-11-20T14:00:09.000Z","clients":1005}"#,
        ],
        Some(1),
        Some(1),
        &[1001],
    ),
];

#[test]
fn loggers_and_their_terminals() {
    check(LOGGERS_AND_THEIR_TERMINALS);
}

const COLLECTORS_AND_WHAT_THEY_PUT_BEFORE_LINES: &[Form] = &[
    (
        "kubectl --prefix --timestamps",
        &[
            r#"[pod/web-7d4f5c6b8-abcde/app] 2026-11-20T14:00:00.123456789Z {"level":30,"time":1795183200123,"msg":"client connected"}"#,
            r#"[pod/web-7d4f5c6b8-abcde/app] 2026-11-20T14:00:09.123456789Z {"level":30,"time":1795183209123,"msg":"client disconnected","code":1012}"#,
        ],
        Some(1),
        Some(1),
        &[1012],
    ),
    (
        "docker compose logs -t",
        &[
            "web-1  | 2026-11-20T14:00:00.123456789Z client connected",
            "web-1  | 2026-11-20T14:00:09.123456789Z client disconnected code=1006",
        ],
        Some(1),
        Some(1),
        &[1006],
    ),
    (
        "stern --timestamps",
        &[
            "web-7d4f5c6b8-abcde app 2026-11-20T14:00:00.123456789Z client connected",
            "web-7d4f5c6b8-abcde app 2026-11-20T14:00:09.123456789Z client disconnected code=1006",
        ],
        Some(1),
        Some(1),
        &[1006],
    ),
    (
        "journalctl -o short-iso-precise",
        &[
            "2026-11-20T14:00:00.123456+0000 web-1 app[812]: client connected",
            "2026-11-20T14:00:09.123456+0000 web-1 app[812]: client disconnected code=1006",
        ],
        Some(1),
        Some(1),
        &[1006],
    ),
    (
        "aws logs tail",
        &[
            r#"2026-11-20T14:00:00.123000+00:00 ws/app/6d1c {"level":30,"time":1795183200123,"msg":"client connected"}"#,
            r#"2026-11-20T14:00:09.123000+00:00 ws/app/6d1c {"level":30,"time":1795183209123,"msg":"client disconnected","code":1012}"#,
        ],
        Some(1),
        Some(1),
        &[1012],
    ),
    (
        "aws logs filter-log-events --output text",
        &[
            "EVENTS\t3740\t1795183210123\tws/app/6d1c\t{\"level\":30,\"time\":1795183200123,\"msg\":\"client connected\"}\t1795183200123",
            "EVENTS\t3741\t1795183219123\tws/app/6d1c\t{\"level\":30,\"time\":1795183209123,\"msg\":\"client disconnected\",\"code\":1012}\t1795183209123",
        ],
        Some(1),
        Some(1),
        &[1012],
    ),
    (
        "Grafana's download",
        &[
            r#"{"line":"{\"level\":30,\"time\":1795183200123,\"msg\":\"client connected\"}","timestamp":"1795183210123000000","fields":{"app":"ws"}}"#,
            r#"{"line":"{\"level\":30,\"time\":1795183209123,\"msg\":\"client disconnected\",\"code\":1012}","timestamp":"1795183219123000000","fields":{"app":"ws"}}"#,
        ],
        Some(1),
        Some(1),
        &[1012],
    ),
    (
        "Fly.io",
        &[
            "2026-11-20T14:00:00Z app[148e21] fra [info]client connected",
            "2026-11-20T14:00:09Z app[148e21] fra [info]client disconnected code=1006",
        ],
        Some(1),
        Some(1),
        &[1006],
    ),
    (
        "fluentd's file",
        &[
            "2026-11-20T14:00:00+00:00\tapp.web\t{\"log\":\"client connected\",\"container_id\":\"6d1c\"}",
            "2026-11-20T14:00:09+00:00\tapp.web\t{\"log\":\"client disconnected code=1006\",\"container_id\":\"6d1c\"}",
        ],
        Some(1),
        Some(1),
        &[1006],
    ),
];

#[test]
fn collectors_and_what_they_put_before_lines() {
    check(COLLECTORS_AND_WHAT_THEY_PUT_BEFORE_LINES);
}
