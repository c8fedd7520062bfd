//! Access logs: one request in ten is a WebSocket.

use super::{Line, Moment, address, line};

/// So long its connection was open, in milliseconds: up to 20 s.
const fn lasted(n: u64) -> u64 {
    n.wrapping_mul(0x9e37_79b9_7f4a_7c15) >> 32 & 0x3fff
}

const fn status(n: u64) -> (&'static str, bool) {
    if n.is_multiple_of(10) { ("101", true) } else { ("200", false) }
}

fn seconds(millis: u64) -> String {
    format!("{}.{:03}", millis / 1000, millis % 1000)
}

fn combined(n: u64, at: &Moment, tail: &str) -> (String, bool) {
    let (status, socket) = status(n);
    let text = format!(
        "{} - - [{}] \"GET /ws HTTP/1.1\" {status} 812 \"-\" \"Mozilla/5.0 (X11; Linux x86_64)\" {tail}",
        address(n),
        at.clf()
    );
    (text, socket)
}

fn nginx(n: u64, at: &Moment) -> (String, bool) {
    combined(n, at, &format!("rt={}", seconds(lasted(n))))
}

/// A day of a million connections, each open for up to 4.5 hours.
fn nginx_sockets(n: u64, at: &Moment) -> (String, bool) {
    combined(n * 10, at, &format!("rt={}", seconds(lasted(n) * 1000)))
}

fn apache(n: u64, at: &Moment) -> (String, bool) {
    combined(n, &at.before(lasted(n)), &(lasted(n) * 1000).to_string())
}

fn traefik(n: u64, at: &Moment) -> (String, bool) {
    let tail = format!("{n} \"ws@docker\" \"http://10.0.0.4:80\" {}ms", lasted(n));
    combined(n, &at.before(lasted(n)), &tail)
}

fn gunicorn(n: u64, at: &Moment) -> (String, bool) {
    combined(n, at, &format!("{}000", seconds(lasted(n))))
}

fn gevent(n: u64, at: &Moment) -> (String, bool) {
    let (status, socket) = status(n);
    let text = format!(
        "{} - - [2026-11-21 {}] \"GET /ws HTTP/1.1\" {status} 220 {}000",
        address(n),
        at.clock(),
        seconds(lasted(n))
    );
    (text, socket)
}

fn haproxy(n: u64, at: &Moment) -> (String, bool) {
    let (status, socket) = status(n);
    let began = at.before(lasted(n));
    let text = format!(
        "{}:40123 [{}.{:03}] fe be/s1 0/0/1/2/{} {status} 4711 - - ---- 8/8/7/3/0 0/0 \"GET /ws HTTP/1.1\"",
        address(n),
        began.clf().trim_end_matches(" +0000"),
        began.millis % 1000,
        lasted(n)
    );
    (text, socket)
}

fn envoy(n: u64, at: &Moment) -> (String, bool) {
    let (status, socket) = status(n);
    let text = format!(
        "[{}] \"GET /ws HTTP/1.1\" {status} - 120 8800 {} - \"{}\" \"bot/1.0\" \"6d1c\" \"edge\" \"10.9.0.4:8080\"",
        at.before(lasted(n)).iso(),
        lasted(n),
        address(n)
    );
    (text, socket)
}

fn caddy(n: u64, at: &Moment) -> (String, bool) {
    let (status, socket) = status(n);
    let text = format!(
        "{{\"level\":\"info\",\"ts\":{},\"logger\":\"http.log.access\",\"msg\":\"handled request\",\"request\":{{\"remote_ip\":\"{}\",\"method\":\"GET\",\"uri\":\"/ws\"}},\"duration\":{},\"status\":{status}}}",
        seconds(at.epoch_millis()),
        address(n),
        seconds(lasted(n))
    );
    (text, socket)
}

fn alb(n: u64, at: &Moment) -> (String, bool) {
    let (status, socket) = status(n);
    let kind = if socket { "ws" } else { "http" };
    let text = format!(
        "{kind} {} app/lb/50dc {}:2817 10.0.0.1:80 0.001 0.002 0.000 {status} {status} 34 366 \"GET http://www.example.com:80/ws HTTP/1.1\" \"curl/7.46.0\" - - arn:aws:tg \"Root=1-58337262\" \"-\" \"-\" 0 {} \"forward\" \"-\" \"-\" \"10.0.0.1:80\" \"{status}\" \"-\" \"-\"",
        at.iso_micros(),
        address(n),
        at.before(lasted(n)).iso_micros()
    );
    (text, socket)
}

fn gin(n: u64, at: &Moment) -> (String, bool) {
    let (status, socket) = status(n);
    let text = format!(
        "[GIN] 2026/11/21 - {} | {status} | {:>11}s | {:>15} | GET      \"/ws\"",
        at.clock(),
        seconds(lasted(n)),
        address(n)
    );
    (text, socket)
}

fn chi(n: u64, at: &Moment) -> (String, bool) {
    let (status, socket) = status(n);
    let text = format!(
        "2026/11/21 {} [web/x-{n:06}] \"GET http://h/ws HTTP/1.1\" from {}:4312 - {status} 0B in {}s",
        at.clock(),
        address(n),
        seconds(lasted(n))
    );
    (text, socket)
}

fn morgan(n: u64, at: &Moment) -> (String, bool) {
    let (status, socket) = status(n);
    let (address, lasted) = (address(n), lasted(n));
    let text = format!("{} {address} - GET /ws HTTP/1.1 {status} 812 - {lasted}.123 ms", at.iso());
    (text, socket)
}

/// IIS, whose columns are named above the lines.
fn w3c(n: u64, at: &Moment) -> (String, bool) {
    const FIELDS: &str = "#Fields: date time s-ip cs-method cs-uri-stem s-port c-ip cs(User-Agent) sc-status sc-win32-status time-taken\n";
    let (status, socket) = status(n);
    let text = format!(
        "{}2026-11-21 {} 10.0.0.4 GET /ws 443 {} Mozilla/5.0+(X11) {status} 0 {}",
        if n == 0 { FIELDS } else { "" },
        at.clock(),
        address(n),
        lasted(n)
    );
    (text, socket)
}

pub(super) const LARGE: &[Line] =
    &[Line { large: true, ..line("nginx", "/ 101 /", "substr($4,2,20)", nginx) }];

pub(super) const LINES: &[Line] = &[
    line("nginx, all WebSockets", "/ 101 /", "substr($4,2,20)", nginx_sockets),
    line("apache", "/ 101 /", "substr($4,2,20)", apache),
    line("envoy", "/ 101 /", "substr($1,2,19)", envoy),
    line("traefik", "/ 101 /", "substr($4,2,20)", traefik),
    line("caddy", "/\"status\":101/", "substr($0,22,10)", caddy),
    line("haproxy", "/ 101 /", "substr($2,2,20)", haproxy),
    line("alb", "/^wss? /", "substr($2,1,19)", alb),
    line("gunicorn", "/ 101 /", "substr($4,2,20)", gunicorn),
    line("gevent", "/ 101 /", "substr($5,1,8)", gevent),
    line("gin", "/ 101 /", "substr($4,1,8)", gin),
    line("chi", "/ 101 /", "substr($2,1,8)", chi),
    line("morgan", "/ 101 /", "substr($1,1,19)", morgan),
    line("w3c", "/ 101 /", "substr($2,1,8)", w3c),
];
