//! A line of each format for the bench, and how the runbook counts it.

/// A format.
pub(crate) struct Line {
    pub(crate) name: &'static str,
    /// Ten million lines of it, else one.
    pub(crate) large: bool,
    /// Read by patterns of one's own as well.
    pub(crate) own: bool,
    /// What `mawk` looks for, and what it counts by.
    pub(crate) pattern: &'static str,
    pub(crate) second: &'static str,
    /// The line of that number, and whether it tells a connect.
    pub(crate) write: fn(u64, &Moment) -> (String, bool),
}

/// A moment of the day.
pub(crate) struct Moment {
    millis: u64,
}

impl Moment {
    pub(crate) const fn of(millis: u64) -> Self {
        Self { millis }
    }

    fn clock(&self) -> String {
        let second = self.millis / 1000;
        format!("{:02}:{:02}:{:02}", second / 3600, second / 60 % 60, second % 60)
    }

    fn iso(&self) -> String {
        format!("2026-11-21T{}.{:03}Z", self.clock(), self.millis % 1000)
    }

    fn clf(&self) -> String {
        format!("21/Nov/2026:{} +0000", self.clock())
    }

    fn epoch_millis(&self) -> u64 {
        1_795_219_200_000 + self.millis
    }
}

/// `10.0.x.y`.
fn address(n: u64) -> String {
    format!("10.0.{}.{}", n / 251 % 251, 1 + n % 251)
}

/// Words: connects and closes in turns.
fn words(n: u64, at: &Moment) -> (String, bool) {
    let head = format!("{} INFO [worker {}]", at.iso(), n % 8);
    if n.is_multiple_of(2) {
        let text = format!("{head} WebSocket connected client={n} path=/ws/chat ip={}", address(n));
        return (text, true);
    }
    (format!("{head} WebSocket disconnected client={n} code=1001 reason=going_away"), false)
}

/// Words: one line in ten tells something.
fn few_words(n: u64, at: &Moment) -> (String, bool) {
    if n % 20 < 2 {
        return words(n, at);
    }
    let head = format!("{} INFO [worker {}]", at.iso(), n % 8);
    (format!("{head} message client={n} type=chat bytes=412 room=lobby took=3ms queue=0"), false)
}

/// An access log of which one request in ten is a WebSocket of half a second.
fn status(n: u64) -> (&'static str, bool) {
    if n.is_multiple_of(10) { ("101", true) } else { ("200", false) }
}

fn nginx(n: u64, at: &Moment) -> (String, bool) {
    let (status, socket) = status(n);
    let text = format!(
        "{} - - [{}] \"GET /ws HTTP/1.1\" {status} 812 \"-\" \"Mozilla/5.0 (X11; Linux x86_64)\" rt=0.000",
        address(n),
        at.clf()
    );
    (text, socket)
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

fn haproxy(n: u64, at: &Moment) -> (String, bool) {
    let (status, socket) = status(n);
    let text = format!(
        "{}:40123 [21/Nov/2026:{}.{:03}] fe be/s1 0/0/1/2/0 {status} 4711 - - ---- 8/8/7/3/0 0/0 \"GET /ws HTTP/1.1\"",
        address(n),
        at.clock(),
        at.millis % 1000
    );
    (text, socket)
}

fn envoy(n: u64, at: &Moment) -> (String, bool) {
    let (status, socket) = status(n);
    let text = format!(
        "[{}] \"GET /ws HTTP/1.1\" {status} - 120 8800 0 - \"{}\" \"bot/1.0\" \"6d1c\" \"edge\" \"10.9.0.4:8080\"",
        at.iso(),
        address(n)
    );
    (text, socket)
}

fn caddy(n: u64, at: &Moment) -> (String, bool) {
    let (status, socket) = status(n);
    let text = format!(
        "{{\"level\":\"info\",\"ts\":{}.{:03},\"logger\":\"http.log.access\",\"msg\":\"handled request\",\"request\":{{\"remote_ip\":\"{}\",\"method\":\"GET\",\"uri\":\"/ws\"}},\"duration\":0.000001,\"status\":{status}}}",
        at.epoch_millis() / 1000,
        at.millis % 1000,
        address(n)
    );
    (text, socket)
}

fn zap(n: u64, at: &Moment) -> (String, bool) {
    let head =
        format!("{{\"level\":\"info\",\"ts\":{}.{:03}", at.epoch_millis() / 1000, at.millis % 1000);
    if n.is_multiple_of(2) {
        return (
            format!("{head},\"caller\":\"ws/hub.go:42\",\"msg\":\"client connected\"}}"),
            true,
        );
    }
    let error = "websocket: close 1001 (going away)";
    (format!("{head},\"msg\":\"client disconnected\",\"error\":\"{error}\"}}"), false)
}

fn logrus(n: u64, at: &Moment) -> (String, bool) {
    let head = format!("time=\"{}\" level=info msg=\"client", at.iso());
    if n.is_multiple_of(2) {
        (format!("{head} connected\""), true)
    } else {
        (format!("{head} disconnected\" code=1001"), false)
    }
}

fn uvicorn(n: u64, at: &Moment) -> (String, bool) {
    let head = format!("{} INFO:     ", at.iso());
    if n.is_multiple_of(2) {
        return (format!("{head}{}:4312 - \"WebSocket /ws\" [accepted]", address(n)), true);
    }
    (format!("{head}connection closed"), false)
}

const fn line(
    name: &'static str,
    pattern: &'static str,
    second: &'static str,
    write: fn(u64, &Moment) -> (String, bool),
) -> Line {
    Line { name, large: false, own: false, pattern, second, write }
}

/// The formats, those of ten million lines first.
pub(crate) const FORMATS: &[&Line] = &[
    &Line {
        large: true,
        own: true,
        ..line("connects and closes only", "/WebSocket connected/", "substr($1,1,19)", words)
    },
    &Line {
        large: true,
        own: true,
        ..line("one line in ten", "/WebSocket connected/", "substr($1,1,19)", few_words)
    },
    &Line { large: true, ..line("nginx", "/ 101 /", "substr($4,2,20)", nginx) },
    &Line { large: true, ..line("pino", "/client connected/", "substr($0,20,10)", pino) },
    &Line { large: true, ..line("docker json", "/client connected/", "substr($0,32,10)", docker) },
    &line("haproxy", "/ 101 /", "substr($2,2,20)", haproxy),
    &line("envoy", "/ 101 /", "substr($1,2,19)", envoy),
    &line("caddy", "/\"status\":101/", "substr($0,22,10)", caddy),
    &line("zap", "/client connected/", "substr($0,22,10)", zap),
    &line("logrus", "/client connected/", "substr($1,7,19)", logrus),
    &line("uvicorn", "/accepted/", "substr($1,1,19)", uvicorn),
];
