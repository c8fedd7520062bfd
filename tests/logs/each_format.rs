//! The story in every format, and what has to be read of it.

use serde_json::{Value, json};

use super::Log;
use super::story::{Connection, HERD, apart, ended, opened_in, story, told, written};

/// What a format tells.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Tells {
    /// All opens and closes, with their codes.
    Codes,
    /// All opens and closes.
    All,
    /// Closes, and the opens that are not before its first line.
    SinceItBegins,
    /// No open is known.
    NoOpens,
    /// No close is known.
    NoCloses,
    /// Opens; it has no lines of closes.
    OpensOnly,
}

/// A format, its lines, and what they tell.
pub(super) struct Told {
    pub(super) name: &'static str,
    pub(super) format: Option<&'static str>,
    pub(super) lines: Vec<String>,
    pub(super) tells: Tells,
}

fn clf(millis: i64) -> String {
    written(millis, "%d/%b/%Y:%H:%M:%S +0000")
}

fn iso(millis: i64) -> String {
    written(millis, "%Y-%m-%dT%H:%M:%S%.3fZ")
}

fn seconds(millis: i64) -> String {
    format!("{}.{:03}", millis / 1000, millis % 1000)
}

/// Access lines, one at the end of each connection.
fn access(line: impl Fn(Connection) -> String) -> Vec<String> {
    ended().into_iter().map(line).collect()
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

fn epoch(millis: i64) -> f64 {
    let at = super::at(millis).timestamp_millis();
    #[expect(clippy::cast_precision_loss, reason = "fits into 53 bits")]
    let at = at as f64;
    at / 1000.0
}

/// Access logs.
fn proxies() -> Vec<Told> {
    let combined = |c: Connection, at: i64, tail: &str| {
        format!(
            "{} - - [{}] \"GET /ws HTTP/1.1\" 101 812 \"-\" \"bot/1.0 2.345\"{tail}",
            c.address(),
            clf(at)
        )
    };
    let of = |name, format, tells, lines| Told { name, format: Some(format), lines, tells };
    let end = Tells::SinceItBegins;
    let haproxy = |c: Connection| {
        format!("{}:40123 [{}]", c.address(), written(c.opened, "%d/%b/%Y:%H:%M:%S%.3f"))
    };
    vec![
        of(
            "nginx",
            "nginx",
            end,
            access(|c| combined(c, c.closed, &format!(" {}", seconds(c.lasted())))),
        ),
        of(
            "nginx rt=",
            "nginx",
            end,
            access(|c| {
                let tail = format!(
                    " rt={} uct=\"0.001\" urt=\"{}\"",
                    seconds(c.lasted()),
                    seconds(c.lasted())
                );
                combined(c, c.closed, &tail)
            }),
        ),
        of(
            "nginx connect time first",
            "nginx",
            end,
            access(|c| combined(c, c.closed, &format!(" 0.001 {}", seconds(c.lasted())))),
        ),
        of(
            "ingress-nginx",
            "nginx",
            end,
            access(|c| {
                let lasted = seconds(c.lasted());
                combined(
                    c,
                    c.closed,
                    &format!(" 412 {lasted} [app-8080] [] 10.0.0.4:8080 0 {lasted} 101 6d1c"),
                )
            }),
        ),
        of(
            "nginx json",
            "nginx",
            end,
            access(|c| {
                json!({"time_local": clf(c.closed), "remote_addr": c.address(), "request": "GET /ws HTTP/1.1",
                "status": "101", "request_time": seconds(c.lasted()), "upstream_connect_time": "0.001"})
            .to_string()
            }),
        ),
        of(
            "nginx without a duration",
            "nginx",
            Tells::NoOpens,
            access(|c| combined(c, c.closed, "")),
        ),
        of("apache", "apache", Tells::NoCloses, access(|c| combined(c, c.opened, ""))),
        of(
            "apache %{ms}T",
            "apache",
            Tells::All,
            access(|c| combined(c, c.opened, &format!(" {}ms", c.lasted()))),
        ),
        of(
            "apache %D",
            "apache",
            Tells::All,
            access(|c| combined(c, c.opened, &format!(" {}", c.lasted() * 1000))),
        ),
        of(
            "envoy",
            "envoy",
            Tells::All,
            access(|c| {
                format!(
                    "[{}] \"GET /ws HTTP/1.1\" 101 - 120 8800 {} - \"{}\" \"bot/1.0\" \"6d1c\" \"edge\" \"10.9.0.4:8080\"",
                    iso(c.opened),
                    c.lasted(),
                    c.address()
                )
            }),
        ),
        of(
            "istio",
            "envoy",
            Tells::All,
            access(|c| {
                format!(
                    "[{}] \"GET /ws HTTP/1.1\" 101 - via_upstream - \"-\" 120 8800 {} - \"{}\" \"bot/1.0\" \"6d1c\" \"edge\" \"10.9.0.4:8080\" outbound|8080||chat.svc 10.9.0.2:51010 10.9.0.2:8443 10.8.0.9:4001 - default",
                    iso(c.opened),
                    c.lasted(),
                    c.address()
                )
            }),
        ),
        of(
            "envoy json",
            "envoy",
            Tells::All,
            access(|c| {
                json!({"start_time": iso(c.opened), "method": "GET", "response_code": 101, "duration": c.lasted(),
                "x_forwarded_for": c.address(), "downstream_remote_address": "10.8.0.9:4001"})
            .to_string()
            }),
        ),
        of(
            "traefik",
            "traefik",
            Tells::All,
            access(|c| {
                format!(
                    "{} - - [{}] \"GET /ws HTTP/1.1\" 101 0 \"-\" \"bot/1.0\" {} \"ws@docker\" \"http://10.0.0.4:8080\" {}ms",
                    c.address(),
                    clf(c.opened),
                    c.number,
                    c.lasted()
                )
            }),
        ),
        of(
            "traefik json",
            "traefik",
            Tells::All,
            access(|c| {
                json!({"ClientHost": c.address(), "DownstreamStatus": 101, "Duration": c.lasted() * 1_000_000,
                "OriginDuration": 1, "StartUTC": iso(c.opened), "level": "info", "msg": "", "time": iso(c.closed)})
            .to_string()
            }),
        ),
        of(
            "caddy",
            "caddy",
            end,
            access(|c| {
                json!({"level": "info", "ts": epoch(c.closed), "logger": "http.log.access", "msg": "handled request",
                "request": {"remote_ip": "10.8.0.9", "headers": {"X-Forwarded-For": [c.address()]}},
                "duration": seconds(c.lasted()).parse::<f64>().expect("a number"), "status": 101})
            .to_string()
            }),
        ),
        of(
            "caddy console",
            "caddy",
            end,
            access(|c| {
                format!(
                    "{}\tINFO\thttp.log.access\thandled request\t{{\"request\": {{\"remote_ip\": \"{}\"}}, \"duration\": {}, \"status\": 101}}",
                    written(c.closed, "%Y/%m/%d %H:%M:%S%.3f"),
                    c.address(),
                    seconds(c.lasted())
                )
            }),
        ),
        of(
            "haproxy",
            "haproxy",
            Tells::All,
            access(|c| {
                format!(
                    "{} fe be/s1 0/0/1/2/{} 101 4711 - - CD-- 8/8/7/3/0 0/0 {{edge|bot 1.0}} \"GET /ws HTTP/1.1\"",
                    haproxy(c),
                    c.lasted()
                )
            }),
        ),
        of(
            "haproxy tcp",
            "haproxy",
            Tells::All,
            access(|c| format!("{} fe be/s1 1/0/{} 4711 CD 8/8/7/3/0 0/0", haproxy(c), c.lasted())),
        ),
        of(
            "haproxy clf",
            "haproxy",
            Tells::All,
            access(|c| {
                format!(
                    "{} - - [{}] \"GET /ws HTTP/1.1\" 101 812 \"\" \"\" 40123 291 \"fe\" \"be\" \"s1\" 0 0 1 2 {} CD-- 8 8 7 3 0 0 0 \"\" \"\"",
                    c.address(),
                    clf(c.opened),
                    c.lasted()
                )
            }),
        ),
        of(
            "alb",
            "alb",
            Tells::All,
            access(|c| {
                format!(
                    "ws {} app/lb/50dc {}:2817 10.0.0.1:80 -1 -1 -1 101 101 34 366 \"GET http://www.example.com:80/ws HTTP/1.1\" \"curl/7.46.0\" - - arn:aws:tg \"Root=1-58337262\" \"-\" \"-\" 0 {} \"forward\" \"-\" \"-\" \"10.0.0.1:80\" \"101\" \"-\" \"-\"",
                    written(c.closed, "%Y-%m-%dT%H:%M:%S%.6fZ"),
                    c.address(),
                    written(c.opened, "%Y-%m-%dT%H:%M:%S%.6fZ")
                )
            }),
        ),
        of(
            "gunicorn %(L)s",
            "gunicorn",
            end,
            access(|c| combined(c, c.closed, &format!(" {}000", seconds(c.lasted())))),
        ),
        of(
            "gevent",
            "gevent",
            end,
            access(|c| {
                format!(
                    "{} - - [{}] \"GET /ws HTTP/1.1\" 101 0 {}000",
                    c.address(),
                    written(c.closed, "%Y-%m-%d %H:%M:%S"),
                    seconds(c.lasted())
                )
            }),
        ),
    ]
}

/// Frameworks whose lines tell of connections in words of their own.
fn frameworks() -> Vec<Told> {
    let of = |name, format, tells, lines| Told { name, format: Some(format), lines, tells };
    let stamp = |at: i64| written(at, "%Y-%m-%d %H:%M:%S,%3f");
    vec![
        of(
            "uvicorn",
            "uvicorn",
            Tells::All,
            told(
                |at, c| {
                    format!(
                        "{} INFO:     {}:41{:03} - \"WebSocket /ws\" [accepted]",
                        stamp(at),
                        c.address(),
                        c.number
                    )
                },
                |at, _| format!("{} INFO:     connection closed", stamp(at)),
            ),
        ),
        of(
            "daphne",
            "daphne",
            Tells::All,
            told(
                |at, c| {
                    format!(
                        "{}:4{:04} - - [{}] \"WSCONNECT /ws/\" - -",
                        c.address(),
                        c.number,
                        written(at, "%d/%b/%Y:%H:%M:%S")
                    )
                },
                |at, c| {
                    format!(
                        "{}:4{:04} - - [{}] \"WSDISCONNECT /ws/\" - -",
                        c.address(),
                        c.number,
                        written(at, "%d/%b/%Y:%H:%M:%S")
                    )
                },
            ),
        ),
        of(
            "socket.io",
            "socket.io",
            Tells::All,
            told(
                |at, c| {
                    format!("{} socket.io:server incoming connection with id {}", iso(at), c.number)
                },
                |at, _| {
                    format!("{} socket.io:client client close with reason transport close", iso(at))
                },
            ),
        ),
        of(
            "rails",
            "rails",
            Tells::All,
            told(
                |at, _| {
                    format!(
                        "I, [{} #812]  INFO -- : Successfully upgraded to WebSocket (REQUEST_METHOD: GET, HTTP_UPGRADE: websocket)",
                        written(at, "%Y-%m-%dT%H:%M:%S%.6f")
                    )
                },
                |at, c| {
                    format!(
                        "I, [{} #812]  INFO -- : Finished \"/cable\" [WebSocket] for {} at 2026-11-21 14:00:00 +0000",
                        written(at, "%Y-%m-%dT%H:%M:%S%.6f"),
                        c.address()
                    )
                },
            ),
        ),
        of(
            "phoenix",
            "phoenix",
            Tells::OpensOnly,
            story()
                .iter()
                .map(|c| {
                    format!(
                        "{} [info] CONNECTED TO AppWeb.UserSocket in 5ms",
                        written(c.opened, "%Y-%m-%d %H:%M:%S%.3f")
                    )
                })
                .collect(),
        ),
        of(
            "dotnet",
            "dotnet",
            Tells::Codes,
            told(
                |at, c| {
                    format!(
                        "{} info: Chat.Hub[1]\n      client connected {}",
                        written(at, "%Y-%m-%dT%H:%M:%S%.3fZ"),
                        c.address()
                    )
                },
                |at, c| {
                    format!(
                        "{} info: Chat.Hub[2]\n      client disconnected, close status 1: code {}",
                        written(at, "%Y-%m-%dT%H:%M:%S%.3fZ"),
                        c.code
                    )
                },
            ),
        ),
    ]
}

/// Loggers around lines of the application.
fn loggers() -> Vec<Told> {
    let of = |name, format: &'static str, lines| Told {
        name,
        format: Some(format).filter(|f| !f.is_empty()),
        lines,
        tells: Tells::Codes,
    };
    let go = |code: u16| format!("websocket: close {code} (abnormal closure): unexpected EOF");
    vec![
        of("words", "", words(|at| format!("{} ", iso(at)))),
        of(
            "python",
            "",
            words(|at| format!("{} INFO chat: ", written(at, "%Y-%m-%d %H:%M:%S,%3f"))),
        ),
        of(
            "pino",
            "pino",
            objects(
                |at, m| json!({"level": 30, "time": super::at(at).timestamp_millis(), "pid": 7, "msg": m}),
                "code",
            ),
        ),
        of(
            "pino event",
            "pino",
            told(
                |at, _| {
                    json!({"level": 30, "time": super::at(at).timestamp_millis(), "event": "connect"}).to_string()
                },
                |at, c| {
                    json!({"level": 30, "time": super::at(at).timestamp_millis(), "event": "disconnect", "code": c.code}).to_string()
                },
            ),
        ),
        of(
            "pino error",
            "pino",
            told(
                |at, _| {
                    json!({"level": 30, "time": super::at(at).timestamp_millis(), "msg": "ws connected"}).to_string()
                },
                |at, c| {
                    json!({"level": 50, "time": super::at(at).timestamp_millis(), "err": {"type": "Error", "code": c.code}, "msg": "ws closed"}).to_string()
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
        of(
            "tracing",
            "tracing",
            words(|at| format!("{}  INFO chat::ws: ", written(at, "%Y-%m-%dT%H:%M:%S%.6fZ"))),
        ),
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
            "serilog",
            "dotnet",
            words(|at| format!("{} +00:00 [INF] ", written(at, "%Y-%m-%d %H:%M:%S%.3f"))),
        ),
        of(
            "nlog",
            "dotnet",
            words(|at| format!("{}|INFO|Chat|", written(at, "%Y-%m-%d %H:%M:%S%.3f"))),
        ),
        of(
            "json",
            "json",
            objects(|at, m| json!({"date": super::at(at).timestamp_micros(), "text": m}), "wsCode"),
        ),
    ]
}

/// All of them.
pub(super) fn all() -> Vec<Told> {
    proxies().into_iter().chain(frameworks()).chain(loggers()).collect()
}

/// Opened and closed, each code, first and last: what a document has to say alike.
pub(super) fn figures(document: &Value) -> Value {
    let log = &document["log"];
    json!({
        "opened": log["opened"], "closed": log["closed"], "closes": document["closes"],
        "from": log["from"], "until": log["until"], "herds": document["herds"],
    })
}

fn codes(document: &Value) -> Value {
    let codes = document["closes"].as_array().expect("closes").iter();
    let code = |c: &Value| (c["code"].to_string(), c["total"].clone());
    codes.map(code).collect::<serde_json::Map<_, _>>().into()
}

fn check(told: &Told) {
    let name = told.name;
    let document = Log::of(told.lines.clone()).document(&[]);
    let log = &document["log"];
    let format = &log["sources"][0]["format"]["value"];
    assert_eq!(format.as_str(), told.format, "{name}: {}", log["sources"]);
    assert!((200..=900).contains(&told.lines.join("\n").lines().count()), "{name}");
    let begins = story().iter().map(|c| c.closed).min().expect("some");
    let since = story().iter().filter(|c| c.opened >= begins / 1000 * 1000).count();
    let older = story().len() - since;
    let opened = match told.tells {
        Tells::NoOpens => Value::Null,
        Tells::SinceItBegins => json!(since),
        _ => json!(210),
    };
    let within = |seen: &Value| {
        // A stamp of whole seconds moves an opening at the border by one second.
        let (seen, want) = (seen.as_u64(), opened.as_u64());
        seen == want
            || seen
                .zip(want)
                .is_some_and(|(a, b)| told.tells == Tells::SinceItBegins && a.abs_diff(b) <= 1)
    };
    assert!(within(&log["opened"]["total"]), "{name}: opened {}, not {opened}", log["opened"]);
    let closed = match told.tells {
        Tells::NoCloses => Value::Null,
        Tells::OpensOnly => json!(0),
        _ => json!(210),
    };
    assert_eq!(log["closed"]["total"], closed, "{name}");
    let want = match told.tells {
        Tells::Codes => json!({"1000": 90, "1001": 10, "1006": 10, "1012": 40, "1013": 60}),
        _ => json!({}),
    };
    assert_eq!(codes(&document), want, "{name}");
    assert_eq!(log["late"], 0, "{name}: {}", log["notes"]);
    if told.tells == Tells::SinceItBegins {
        let notes = log["notes"].to_string();
        assert!(notes.contains("opened before the log begins"), "{name}: {older} {notes}");
    }
    if told.tells == Tells::NoOpens {
        assert!(
            log["opened"]["unknown"].as_str().is_some_and(|w| w.contains("no duration")),
            "{name}"
        );
        return;
    }
    let herds = document["herds"].as_array().expect("herds");
    assert_eq!(herds.len(), 1, "{name}: {}", document["herds"]);
    assert!(apart(&herds[0]["onset"], HERD) <= 1.2, "{name}: {}", herds[0]);
    let peak = log["opened"]["peak_per_s"].as_u64().expect("a peak");
    let want = opened_in(62).max(opened_in(63));
    assert!(peak.abs_diff(want as u64) <= 12, "{name}: peak {peak}, not {want}");
    if told.tells != Tells::NoCloses && told.tells != Tells::OpensOnly {
        assert!(apart(&log["until"], ended()[209].closed) <= 1.1, "{name}: {}", log["until"]);
    }
}

#[test]
fn access_logs_of_every_server() {
    proxies().iter().for_each(check);
}

#[test]
fn frameworks_with_words_of_their_own() {
    frameworks().iter().for_each(check);
}

#[test]
fn loggers_around_an_application() {
    loggers().iter().for_each(check);
}
