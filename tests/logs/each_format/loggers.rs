//! The story in the lines of an application, as loggers write them.

use serde_json::{Value, json};

use super::super::story::{told, written};
use super::{Tells, Told, epoch, iso, us};

/// A format, none where it is words; with all codes.
fn of(name: &'static str, format: &'static str, lines: Vec<String>) -> Told {
    Told { name, format: Some(format).filter(|f| !f.is_empty()), lines, tells: Tells::Codes }
}

/// The error of gorilla's library.
fn go(code: u16) -> String {
    format!("websocket: close {code} (abnormal closure): unexpected EOF")
}

/// Lines of an application in words, each behind what `head` writes.
fn words(head: impl Fn(i64) -> String) -> Vec<String> {
    told(
        |at, c| format!("{}client connected from {}:4{:04}", head(at), c.address(), c.number),
        |at, c| format!("{}client disconnected (code: {})", head(at), c.code),
    )
}

/// Objects with a message, and a code in a key of its own.
fn objects(of: impl Fn(i64, &str) -> Value, key: &str) -> Vec<String> {
    told(
        |at, c| {
            let mut line = of(at, "client connected");
            line["ip"] = json!(c.address());
            line.to_string()
        },
        |at, c| {
            let mut line = of(at, "client disconnected");
            line[key] = json!(c.code);
            line.to_string()
        },
    )
}

/// All of them.
pub(super) fn all() -> Vec<Told> {
    [in_words(), of_node(), of_go(), of_go_in_text(), others()].into_iter().flatten().collect()
}

/// Words behind a stamp.
fn in_words() -> Vec<Told> {
    vec![
        of("words", "", words(|at| format!("{} ", iso(at)))),
        of(
            "python",
            "",
            words(|at| format!("{} INFO chat: ", written(at, "%Y-%m-%d %H:%M:%S,%3f"))),
        ),
        of("tracing", "tracing", words(|at| format!("{}  INFO chat::ws: ", us(at)))),
        of(
            "spring",
            "spring",
            words(|at| {
                format!(
                    "{}  INFO 1 --- [nio-8080-exec-1] c.e.Ws : ",
                    written(at, "%Y-%m-%dT%H:%M:%S%.3fZ")
                )
            }),
        ),
        of(
            "logback",
            "spring",
            words(|at| format!("{} [main] INFO  chat.Ws - ", written(at, "%Y-%m-%d %H:%M:%S%.3f"))),
        ),
        of(
            "serilog",
            "dotnet",
            words(|at| format!("{} +00:00 [INF] ", written(at, "%Y-%m-%d %H:%M:%S%.3f"))),
        ),
        of(
            "nlog",
            "dotnet",
            words(|at| format!("{}|INFO|Chat|", written(at, "%Y-%m-%d %H:%M:%S%.3f"))),
        ),
    ]
}

/// Node.
fn of_node() -> Vec<Told> {
    vec![
        of(
            "pino",
            "pino",
            objects(
                |at, m| json!({"level": 30, "time": super::super::at(at).timestamp_millis(), "pid": 7, "msg": m}),
                "code",
            ),
        ),
        of(
            "pino event",
            "pino",
            told(
                |at, _| {
                    json!({"level": 30, "time": super::super::at(at).timestamp_millis(), "event": "connect"}).to_string()
                },
                |at, c| {
                    json!({"level": 30, "time": super::super::at(at).timestamp_millis(), "event": "disconnect", "code": c.code}).to_string()
                },
            ),
        ),
        of(
            "pino error",
            "pino",
            told(
                |at, _| {
                    json!({"level": 30, "time": super::super::at(at).timestamp_millis(), "msg": "ws connected"}).to_string()
                },
                |at, c| {
                    json!({"level": 50, "time": super::super::at(at).timestamp_millis(), "err": {"type": "Error", "code": c.code}, "msg": "ws closed"}).to_string()
                },
            ),
        ),
        of(
            "pino-pretty",
            "pino",
            words(|at| format!("[{} +0000] INFO (812): ", written(at, "%Y-%m-%d %H:%M:%S%.3f"))),
        ),
        of(
            "bunyan",
            "bunyan",
            objects(
                |at, m| json!({"name": "connection", "hostname": "h", "pid": 7, "level": 30, "msg": m, "time": iso(at), "v": 0}),
                "code",
            ),
        ),
    ]
}

/// Go, in JSON.
fn of_go() -> Vec<Told> {
    vec![
        of(
            "zap",
            "zap",
            told(
                |at, _| {
                    json!({"level": "info", "ts": epoch(at), "caller": "ws/hub.go:42", "msg": "client connected"}).to_string()
                },
                |at, c| {
                    json!({"level": "info", "ts": epoch(at), "msg": "ws read failed", "error": go(c.code)}).to_string()
                },
            ),
        ),
        of(
            "zap console",
            "zap",
            words(|at| {
                format!("{}\tINFO\tws/hub.go:42\t", written(at, "%Y-%m-%dT%H:%M:%S%.3f+0000"))
            }),
        ),
        of(
            "zerolog",
            "zerolog",
            objects(|at, m| json!({"level": "info", "time": iso(at), "message": m}), "close_code"),
        ),
        of(
            "slog",
            "slog",
            objects(|at, m| json!({"time": iso(at), "level": "INFO", "msg": m}), "closeCode"),
        ),
    ]
}

/// Go, in pairs of key and value.
fn of_go_in_text() -> Vec<Told> {
    vec![
        of(
            "slog text",
            "slog",
            told(
                |at, c| {
                    format!(
                        "time={} level=INFO msg=\"websocket opened\" remote={}",
                        iso(at),
                        c.address()
                    )
                },
                |at, c| {
                    format!("time={} level=INFO msg=\"websocket closed\" code={}", iso(at), c.code)
                },
            ),
        ),
        of(
            "logrus",
            "logrus",
            told(
                |at, _| format!("time=\"{}\" level=info msg=\"client connected\"", iso(at)),
                |at, c| {
                    format!(
                        "time=\"{}\" level=info msg=\"client disconnected\" error=\"{}\"",
                        iso(at),
                        go(c.code)
                    )
                },
            ),
        ),
        of(
            "logrus json",
            "logrus",
            objects(|at, m| json!({"level": "info", "msg": m, "time": iso(at)}), "code"),
        ),
    ]
}

/// Rust, Java, .NET, and JSON of nobody.
fn others() -> Vec<Told> {
    vec![
        of(
            "tracing json",
            "tracing",
            told(
                |at, _| {
                    json!({"timestamp": iso(at), "level": "INFO", "fields": {"message": "client connected"}, "target": "chat"}).to_string()
                },
                |at, c| {
                    json!({"timestamp": iso(at), "level": "INFO", "fields": {"message": "client disconnected", "code": c.code}, "target": "chat"}).to_string()
                },
            ),
        ),
        of(
            "logstash",
            "spring",
            objects(
                |at, m| json!({"@timestamp": iso(at), "message": m, "logger_name": "chat.Ws", "thread_name": "main", "level": "INFO"}),
                "code",
            ),
        ),
        of(
            "dotnet json",
            "dotnet",
            told(
                |at, _| {
                    json!({"Timestamp": iso(at), "EventId": 1, "LogLevel": "Information", "Category": "Chat", "Message": "Client connected"}).to_string()
                },
                |at, c| {
                    json!({"Timestamp": iso(at), "EventId": 2, "LogLevel": "Information", "Category": "Chat", "Message": "Client disconnected", "State": {"CloseCode": c.code}}).to_string()
                },
            ),
        ),
        of(
            "json",
            "json",
            objects(
                |at, m| json!({"date": super::super::at(at).timestamp_micros(), "text": m}),
                "wsCode",
            ),
        ),
    ]
}
