//! Loggers that write keys and values: connects and closes in turns.

use super::{Line, Moment, address, line};

const CLOSED: &str = "websocket: close 1001 (going away)";

/// Seconds since 1970 with a fraction.
fn epoch(at: &Moment) -> String {
    format!("{}.{:03}", at.epoch_millis() / 1000, at.millis % 1000)
}

fn pino(n: u64, at: &Moment) -> (String, bool) {
    let head =
        format!("{{\"level\":30,\"time\":{},\"pid\":812,\"hostname\":\"web-1\"", at.epoch_millis());
    if n.is_multiple_of(2) {
        return (format!("{head},\"ip\":\"{}\",\"msg\":\"client connected\"}}", address(n)), true);
    }
    (format!("{head},\"code\":1001,\"msg\":\"client disconnected\"}}"), false)
}

fn docker(n: u64, at: &Moment) -> (String, bool) {
    let (line, connect) = pino(n, at);
    let line = line.replace('"', "\\\"");
    let time = at.iso();
    (format!("{{\"log\":\"{line}\\n\",\"stream\":\"stdout\",\"time\":\"{time}\"}}"), connect)
}

fn bunyan(n: u64, at: &Moment) -> (String, bool) {
    let (iso, opens) = (at.iso(), n.is_multiple_of(2));
    let (word, code) = if opens { ("", "") } else { ("dis", "\"code\":1001,") };
    let text = format!(
        "{{\"name\":\"ws\",\"hostname\":\"h\",\"pid\":7,\"level\":30,{code}\"msg\":\"client {word}connected\",\"time\":\"{iso}\",\"v\":0}}"
    );
    (text, opens)
}

fn zap(n: u64, at: &Moment) -> (String, bool) {
    let head = format!("{{\"level\":\"info\",\"ts\":{}", epoch(at));
    if n.is_multiple_of(2) {
        let caller = "\"caller\":\"ws/hub.go:42\"";
        return (format!("{head},{caller},\"msg\":\"client connected\"}}"), true);
    }
    (format!("{head},\"msg\":\"client disconnected\",\"error\":\"{CLOSED}\"}}"), false)
}

fn zerolog(n: u64, at: &Moment) -> (String, bool) {
    let head = format!("{{\"level\":\"info\",\"time\":\"{}\"", at.iso());
    if n.is_multiple_of(2) {
        return (format!("{head},\"message\":\"client connected\"}}"), true);
    }
    (format!("{head},\"error\":\"{CLOSED}\",\"message\":\"client disconnected\"}}"), false)
}

fn slog(n: u64, at: &Moment) -> (String, bool) {
    let head = format!("time={} level=INFO msg=\"client", at.iso());
    if n.is_multiple_of(2) {
        return (format!("{head} connected\" remote={}", address(n)), true);
    }
    (format!("{head} disconnected\" code=1001"), false)
}

fn logrus(n: u64, at: &Moment) -> (String, bool) {
    let head = format!("time=\"{}\" level=info msg=\"client", at.iso());
    if n.is_multiple_of(2) {
        return (format!("{head} connected\""), true);
    }
    (format!("{head} disconnected\" code=1001"), false)
}

fn json(n: u64, at: &Moment) -> (String, bool) {
    let head = format!("{{\"date\":{}", at.epoch_millis());
    if n.is_multiple_of(2) {
        return (format!("{head},\"event\":\"ws_open\",\"ip\":\"{}\"}}", address(n)), true);
    }
    (format!("{head},\"event\":\"ws_close\",\"code\":1001}}"), false)
}

const CONNECTED: &str = "/client connected/";

pub(super) const LARGE: &[Line] = &[
    Line { large: true, ..line("pino", CONNECTED, "substr($0,20,10)", pino) },
    Line { large: true, ..line("docker json", CONNECTED, "substr($0,32,10)", docker) },
];

pub(super) const LINES: &[Line] = &[
    line("bunyan", CONNECTED, "substr($0,79,19)", bunyan),
    line("zap", CONNECTED, "substr($0,22,10)", zap),
    line("zerolog", CONNECTED, "substr($0,25,19)", zerolog),
    line("slog", CONNECTED, "substr($1,6,19)", slog),
    line("logrus", CONNECTED, "substr($1,7,19)", logrus),
    line("json", "/ws_open/", "substr($0,9,10)", json),
];
