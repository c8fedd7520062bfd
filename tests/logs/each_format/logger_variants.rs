//! The story in the lines of applications, in rarer forms of the same loggers.

use serde_json::{Value, json};

use super::super::story::{Connection, told, written};
use super::{Tells, Told, epoch, iso, us};

/// Opens and closes of the story, with all codes.
fn of(
    name: &'static str,
    format: &'static str,
    opens: impl Fn(i64, Connection) -> String,
    closes: impl Fn(i64, Connection) -> String,
) -> Told {
    let format = Some(format).filter(|format| !format.is_empty());
    Told { name, format, lines: told(opens, closes), tells: Tells::Codes }
}

/// What is written of a connection.
type ConnectionWords = fn(Connection) -> String;

/// A head, and words for each.
fn words(
    name: &'static str,
    format: &'static str,
    head: fn(i64) -> String,
    (opens, closes): (ConnectionWords, ConnectionWords),
) -> Told {
    of(
        name,
        format,
        move |at, c| format!("{}{}", head(at), opens(c)),
        move |at, c| format!("{}{}", head(at), closes(c)),
    )
}

const PLAIN: (ConnectionWords, ConnectionWords) = (
    |c| format!("client connected id={}", c.number),
    |c| format!("client disconnected id={} code={}", c.number, c.code),
);

/// All of them.
pub(super) fn all() -> Vec<Told> {
    [subjects_between(), loggers(), objects(), halves_of_the_day(), around()]
        .into_iter()
        .flatten()
        .collect()
}

/// Which connection it is stands between `connection` and what became of it.
fn subjects_between() -> Vec<Told> {
    vec![
        words(
            "serilog",
            "dotnet",
            |at| written(at, "%Y-%m-%d %H:%M:%S%.3f +00:00 [INF] "),
            (
                |c| format!("WebSocket connection {} opened", c.number),
                |c| format!("WebSocket connection {} closed: {}", c.number, c.code),
            ),
        ),
        words(
            "from an address",
            "",
            |at| iso(at) + " ",
            (
                |c| format!("connection from {} opened", c.address()),
                |c| format!("connection from {} closed with code {}", c.address(), c.code),
            ),
        ),
        words(
            "spring's handler",
            "spring",
            |at| written(at, "%Y-%m-%d %H:%M:%S%.3f  INFO 1 --- [exec-1] c.e.Ws : "),
            (
                |c| format!("afterConnectionEstablished: session={}", c.number),
                |c| format!("afterConnectionClosed: CloseStatus[code={}, reason=null]", c.code),
            ),
        ),
        words(
            "closed before it",
            "",
            |at| iso(at) + " ",
            (
                |c| format!("Accepted connection from {}:80", c.address()),
                |c| format!("Client {} closed connection: {} bye", c.number, c.code),
            ),
        ),
    ]
}

fn loggers() -> Vec<Told> {
    let fields = |c: Connection| format!("id={} addr={}:5", c.number, c.address());
    vec![
        of(
            "tracing, spans with fields",
            "tracing",
            move |at, c| {
                format!("{}  INFO conn{{{}}}: chat::ws: client connected", us(at), fields(c))
            },
            move |at, c| {
                let code = c.code;
                format!(
                    "{}  INFO conn{{{}}}: ws: client disconnected code={code}",
                    us(at),
                    fields(c)
                )
            },
        ),
        of(
            "tracing, pretty",
            "tracing",
            |at, c| {
                format!(
                    "  {}  INFO ws: client connected, id: {}\n    at src/ws.rs:4",
                    us(at),
                    c.number
                )
            },
            |at, c| {
                let code = c.code;
                format!(
                    "  {}  INFO ws: client disconnected, code: {code}\n    at src/ws.rs:9",
                    us(at)
                )
            },
        ),
        words("env_logger", "", |at| format!("[{} INFO  chat::ws] ", iso(at)), PLAIN),
        words(
            "glog with its year",
            "",
            |at| written(at, "I%Y%m%d %H:%M:%S%.6f 812 ws.cc:4] "),
            PLAIN,
        ),
        words("log4js", "", |at| format!("[{}] [INFO] ws - ", iso(at)), PLAIN),
        words(
            "loguru",
            "",
            |at| written(at, "%Y-%m-%d %H:%M:%S%.3f | INFO     | app.ws:conn:42 - "),
            PLAIN,
        ),
    ]
}

/// Objects that others put around a message.
fn objects() -> Vec<Told> {
    let one = |name, format, with: fn(i64, &str, Option<u16>) -> Value| {
        of(
            name,
            format,
            move |at, _| with(at, "client connected", None).to_string(),
            move |at, c| with(at, "client disconnected", Some(c.code)).to_string(),
        )
    };
    vec![
        one(
            "Google's, in an object",
            "json",
            |at, message, code| json!({"jsonPayload": {"message": message, "code": code}, "timestamp": us(at), "severity": "INFO"}),
        ),
        one("Google's, as text", "json", |at, message, code| {
            let text = code.map_or(message.to_owned(), |code| format!("{message}, code {code}"));
            json!({"textPayload": text, "timestamp": us(at), "severity": "INFO"})
        }),
        one(
            "Elastic's",
            "json",
            |at, message, code| json!({"@timestamp": iso(at), "log.level": "info", "message": message, "websocket": {"close_code": code}}),
        ),
        one("Elastic's error", "json", |at, message, code| {
            let error = code.map(|code| format!("websocket: close {code} (x)"));
            json!({"@timestamp": iso(at), "log.level": "info", "message": message, "error.message": error})
        }),
        one(
            "Loki's line",
            "json",
            |at, message, code| json!({"line": message, "code": code, "timestamp": us(at)}),
        ),
        one("log4j's instant", "json", |at, message, code| {
            let instant =
                json!({"epochSecond": super::super::at(at).timestamp(), "nanoOfSecond": 0});
            json!({"instant": instant, "level": "INFO", "message": message, "code": code})
        }),
        one(
            "zap's epoch",
            "zap",
            |at, message, code| json!({"level": "info", "ts": epoch(at), "msg": message, "closeCode": code}),
        ),
    ]
}

/// Clocks of twelve hours: read as one of 24 they are half a day off.
fn halves_of_the_day() -> Vec<Told> {
    vec![
        words("12 h with ms", "", |at| written(at, "%m/%d/%Y %I:%M:%S%.3f %p "), PLAIN),
        words("12 h behind an ISO date", "", |at| written(at, "%Y-%m-%d %I:%M:%S %p "), PLAIN),
        words("12 h, java", "", |at| written(at, "%b %d, %Y %-I:%M:%S%.3f %p "), PLAIN),
        words("12 h, nest", "", |at| written(at, "[Nest] 8  - %m/%d/%Y, %I:%M:%S %p  LOG "), PLAIN),
    ]
}

fn around() -> Vec<Told> {
    let pino = |at: i64, message: &str, code: Option<u16>| {
        let time = super::super::at(at).timestamp_millis();
        json!({"level": 30, "time": time, "pid": 7, "hostname": "h", "msg": message, "code": code})
            .to_string()
    };
    let each = |name, around: fn(i64, &str) -> String| {
        of(
            name,
            "pino",
            move |at, _| around(at, &pino(at, "client connected", None)),
            move |at, c| around(at, &pino(at, "client disconnected", Some(c.code))),
        )
    };
    let cut = |at: i64, line: &str| {
        let (first, last) = line.split_at(30);
        format!("{} stdout P {first}\n{} stdout F {last}", us(at), us(at))
    };
    vec![
        each("CRI in parts", cut),
        each("CRI in syslog in the journal", |at, line| {
            let outer = written(at, "%b %d %H:%M:%S");
            let inner = format!("{outer} node kubelet[3]: {} stdout F {line}", us(at));
            json!({"MESSAGE": inner, "__REALTIME_TIMESTAMP": "7"}).to_string()
        }),
        each("syslog with @cee", |at, line| {
            format!("{} h app[3]: @cee: {line}", written(at, "%b %d %H:%M:%S"))
        }),
        each("stern, all namespaces, coloured", |_, line| {
            let pod = "\u{1b}[38;5;9mweb-7d4f5c6b8-abcde\u{1b}[0m";
            format!("\u{1b}[95mchat\u{1b}[0m {pod} \u{1b}[93mapp\u{1b}[0m {line}")
        }),
        each("compose with times", |at, line| format!("web-1  | {} {line}", us(at))),
        each("cloudwatch", |at, line| format!("{} {line}", iso(at))),
    ]
}
