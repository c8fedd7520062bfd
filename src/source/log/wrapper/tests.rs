//! Each wrapper, in any nesting; what is none; and that what was learnt changes nothing.

use super::*;

/// Body, time and wrappers of a line.
fn whole(line: &str) -> (String, Option<String>, Option<String>) {
    let mut peeler = Peeler::default();
    let Peeled { body, time, wrappers } = peeler.peel(line.as_bytes());
    let text = |t: &[u8]| String::from_utf8_lossy(t).into_owned();
    (text(body), time.map(text), wrappers.names())
}

#[test]
fn each_wrapper_is_peeled() {
    for (line, time, name) in [
        (r#"{"log":"x \"y\"\n","stream":"stdout","time":"T"}"#, "T", "docker"),
        (r#"{"MESSAGE":"x \"y\"","__REALTIME_TIMESTAMP":"1"}"#, "1", "journald json"),
        (r#"{"__REALTIME_TIMESTAMP":"1","MESSAGE":[120,32,34,121,34]}"#, "1", "journald json"),
        (r#"{"message":"x \"y\"","podName":"p","containerName":"c"}"#, "", "stern json"),
        ("2026-11-20T14:00:00.1Z stdout F x \"y\"", "2026-11-20T14:00:00.1Z", "cri"),
        ("Nov 20 14:00:00 web app[8]: x \"y\"", "Nov 20 14:00:00", "syslog"),
        ("<30>Nov  2 14:00:00 web app: x \"y\"", "Nov  2 14:00:00", "syslog"),
        ("2026-11-20T14:00:00+0000 web app[8]: x \"y\"", "2026-11-20T14:00:00+0000", "syslog"),
        ("1795269601.123456 web app[8]: x \"y\"", "1795269601.123456", "syslog"),
        (
            "Fri 2026-11-20 14:00:00 CET web app.service[8]: x \"y\"",
            "2026-11-20 14:00:00 CET",
            "syslog",
        ),
        (
            "<134>1 2026-11-20T14:00:00Z web app 8 - [a b=\"]\"][c] x \"y\"",
            "2026-11-20T14:00:00Z",
            "syslog 5424",
        ),
        ("web-1  | x \"y\"", "", "compose"),
        ("0|app  | x \"y\"", "", "pm2"),
        ("[pod/web-7d4f/app] x \"y\"", "", "kubectl"),
        ("web-7d4f5c6b8-abcde app x \"y\"", "", "stern"),
        ("\u{1b}[32mx\u{1b}[0m \"y\"", "", "ansi"),
        (r#"{"message":"{\"x\":1}","agent":{},"@timestamp":"T"}"#, "T", "shipper json"),
        (r#"{"line":"{\"x\":1}","labels":{},"timestamp":"T"}"#, "T", "shipper json"),
        (r#"{"textPayload":"{\"x\":1}","insertId":"1","timestamp":"T"}"#, "T", "shipper json"),
        ("2026-11-20T14:00:00Z {app=\"ws\", pod=\"a b}\"} x \"y\"", "2026-11-20T14:00:00Z", "loki"),
        ("2026-11-20T14:00:00Z {} x \"y\"", "2026-11-20T14:00:00Z", "loki"),
        ("14:00:00 web.1  | x \"y\"", "14:00:00", "foreman"),
        ("2026-11-20 14:00:00.1  {\"x\":1}", "2026-11-20 14:00:00.1", "timestamps"),
        ("[2026-11-20 14:00:00] {\"x\":1}", "2026-11-20 14:00:00", "timestamps"),
        ("2026-11-20T14:00:00Z web/app/1006 {\"x\":1}", "2026-11-20T14:00:00Z", "timestamps"),
        (
            "2026-11-20 14:00:00 +0000 kube.web: {\"x\":1}",
            "2026-11-20 14:00:00 +0000",
            "timestamps",
        ),
        ("web-0 web {\"x\":1}", "", "stern"),
        (
            "<40>1 2026-11-20T14:00:00+00:00 host app web.1 - x \"y\"",
            "2026-11-20T14:00:00+00:00",
            "syslog 5424",
        ),
        (
            "83 <40>1 2026-11-20T14:00:00+00:00 host app web.1 - x \"y\"",
            "2026-11-20T14:00:00+00:00",
            "syslog 5424",
        ),
        ("2026-11-20T14:00:00.123456789Z x \"y\"", "2026-11-20T14:00:00.123456789Z", "timestamps"),
    ] {
        let time = Some(time.to_owned()).filter(|time| !time.is_empty());
        let body = if line.contains(":1}") { "{\"x\":1}" } else { "x \"y\"" };
        assert_eq!(whole(line), (body.to_owned(), time, Some(name.to_owned())), "{line}");
    }
}

#[test]
fn in_any_nesting_the_innermost_time_counts() {
    let line = r#"{"log":"web-1  | Nov 20 14:00:00 web app[8]: {\"MESSAGE\":\"\\u001b[1mx\\u001b[0m\",\"__REALTIME_TIMESTAMP\":\"7\"}\r\n","stream":"stdout","time":"T"}"#;
    let names = "docker, compose, syslog, journald json, ansi";
    assert_eq!(whole(line), ("x".to_owned(), Some("7".to_owned()), Some(names.to_owned())));
    assert_eq!(whole("\u{feff}x\r"), ("x".to_owned(), None, None));
}

#[test]
fn before_an_object_of_a_logger_or_another_time_a_prefix_needs_no_colon() {
    let pino = r#"{"level":30,"time":1,"msg":"x"}"#;
    let logrus = r#"time="2026-11-20T14:00:00Z" level=info msg="x""#;
    for (head, body, name) in [
        ("Nov 20 14:00:00 shop app/web.1 ", pino, "prefix"),
        ("2026-11-20T14:00:00.123Z shop app/web.1 info ", pino, "prefix"),
        ("[2026-11-20 14:00:00] production.INFO: ", pino, "timestamps"),
        ("web.1: ", pino, "prefix"),
        ("Nov 20 14:00:00 shop app/web.1 ", "2026-11-20T14:00:01Z INFO x", "syslog"),
        ("2026-11-20T14:00:00Z app[web.1] ", "2026-11-20 14:00:01,123 INFO x", "syslog"),
        ("2026-11-20T14:00:00Z app[web.1]: ", logrus, "syslog"),
    ] {
        let (inner, time, names) = whole(&format!("{head}{body}"));
        assert_eq!((inner.as_str(), names.as_deref()), (body, Some(name)), "{head}");
        let dated = head.starts_with(['N', '2', '[']);
        assert_eq!(time.is_some(), dated, "{head}: {time:?}");
    }
}

/// What was learnt of the first lines makes no difference to what is found.
#[test]
fn a_peeler_that_knows_the_log_finds_the_same() {
    let docker =
        |line: &str| serde_json::json!({"log": line, "stream": "stdout", "time": "T"}).to_string();
    let first = [docker("x one\n"), docker("\u{1b}[1mx\u{1b}[0m\n"), docker("{\"a\":1}\n")];
    let mut learnt = Peeler::default();
    let known: Vec<Wrappers> =
        first.iter().map(|line| learnt.peel(line.as_bytes()).wrappers).collect();
    learnt.settle(known.into_iter());
    let others = [
        docker("x three"),
        docker("Nov 20 14:00:00 web app[8]: x"),
        docker("\u{1b}[1mx\u{1b}[0m"),
        "x bare".to_owned(),
        "web-1  | x".to_owned(),
        docker("\\\"x\\\\"),
    ];
    for line in first.iter().chain(&others) {
        let (body, time, names) = whole(line);
        let Peeled { body: found, time: at, wrappers } = learnt.peel(line.as_bytes());
        let text = |t: &[u8]| String::from_utf8_lossy(t).into_owned();
        assert_eq!((text(found), at.map(text), wrappers.names()), (body, time, names), "{line}");
    }
}

#[test]
fn what_is_no_wrapper_stays() {
    for line in [
        "2026-11-20T14:00:00.123456Z  INFO chat::ws: client connected",
        "2026-11-20 14:00:00.1234|DEBUG||client connected",
        "2026-11-20 14:00:00.123 | INFO     | app:f:1 - client connected",
        r#"{"level":30,"time":1,"msg":"client connected"}"#,
        r#"{"log":"x"}"#,
        r#"{"message":"client connected","agent":{},"@timestamp":"T"}"#,
        r#"2026-11-20T14:00:00Z client connected {"id":7}"#,
        r#"2026-11-20T14:00:00Z connected {"id":7}"#,
        r#"2026-11-20T14:00:00Z client connected {"msg":"x","level":"info"}"#,
        "2026-11-20T14:00:00Z\tINFO\tchat.go:7\tread\t{\"msg\":\"x\",\"time\":1}",
        "2026-11-20T14:00:00Z INFO until 2026-11-20T15:00:00Z client disconnected",
        "2026-11-20T14:00:00Z 10.0.0.7 2026-11-20T15:00:00Z x",
        "2026-11-20T14:00:00Z  INFO conn{id=7}: chat: client connected",
        "web-0 app connected",
        "client-7 app connected",
        "<notanumber> x",
        "[pod/",
        "",
    ] {
        assert_eq!(whole(line).0, line);
    }
}
