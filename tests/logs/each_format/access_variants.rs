//! The story in access logs as people set them up: other fields, other units, other
//! places of the duration.

use serde_json::{Value, json};

use super::super::story::{Connection, ended, written};
use super::{Tells, Told, clf, epoch, iso, seconds};

/// One line at the end of each connection.
fn of(
    name: &'static str,
    format: &'static str,
    tells: Tells,
    line: impl Fn(Connection) -> String,
) -> Told {
    let format = Some(format).filter(|format| !format.is_empty());
    Told { name, format, lines: ended().into_iter().map(line).collect(), tells }
}

/// The same, its duration added to an object.
fn object(
    name: &'static str,
    format: &'static str,
    tells: Tells,
    with: impl Fn(Connection) -> Value,
) -> Told {
    of(name, format, tells, move |c| with(c).to_string())
}

fn combined(c: Connection, at: i64, tail: &str) -> String {
    let request = "\"GET /ws?room=101 HTTP/1.1\" 101 812 \"-\" \"Mozilla/5.0 (X11) Chrome/120.0\"";
    format!("{} - - [{}] {request} {tail}", c.address(), clf(at))
}

fn float(c: Connection) -> f64 {
    #[expect(clippy::cast_precision_loss, reason = "small numbers")]
    let lasted = c.lasted() as f64;
    lasted / 1000.0
}

/// All of them.
pub(super) fn all() -> Vec<Told> {
    let all = [apache(), of_the_end(), objects(), objects_of_proxies(), wrapped_by_proxies()];
    all.into_iter().flatten().collect()
}

/// Stamps of the beginning, cut to their second: the order of the lines tells the ends.
fn apache() -> Vec<Told> {
    let apache = |name, tail: fn(Connection) -> String| {
        of(name, "apache", Tells::All, move |c| combined(c, c.opened, &tail(c)))
    };
    vec![
        apache("apache %D", |c| format!("{}", c.lasted() * 1000)),
        apache("apache %T", |c| format!("{}", c.lasted() / 1000)),
        apache("apache %T/%D", |c| format!("{}/{}", c.lasted() / 1000, c.lasted() * 1000)),
        apache("apache **%D**", |c| format!("**{}**", c.lasted() * 1000)),
        apache("apache D=%Dus", |c| format!("D={}us", c.lasted() * 1000)),
        apache("apache %{ms}T ms", |c| format!("{} ms", c.lasted())),
        of("traefik", "traefik", Tells::All, |c| {
            let tail = format!("{} \"ws@file\" \"http://10.0.0.4:80\" {}ms", c.number, c.lasted());
            let (address, at) = (c.address(), clf(c.opened));
            format!("{address} - - [{at}] \"GET /ws HTTP/1.1\" 101 - \"-\" \"-\" {tail}")
        }),
        of("haproxy clf", "haproxy", Tells::All, |c| {
            let tail = format!(
                "40123 {:03} \"fe\" \"be\" \"s1\" 0 0 1 2 {} CD-- 8 8 7 3 0 0 0 \"\" \"\"",
                c.opened % 1000,
                c.lasted()
            );
            let (address, at) = (c.address(), clf(c.opened));
            format!("{address} - - [{at}] \"GET /ws HTTP/1.1\" 101 812 \"\" \"\" {tail}")
        }),
        object(
            "apache as JSON",
            "json",
            Tells::All,
            |c| json!({"time": clf(c.opened), "remoteIP": c.address(), "status": "101", "duration_us": c.lasted() * 1000}),
        ),
    ]
}

/// Stamps of the end, the duration in several ways.
fn of_the_end() -> Vec<Told> {
    let nginx = |name, tail: fn(Connection) -> String| {
        of(name, "nginx", Tells::SinceItBegins, move |c| combined(c, c.closed, &tail(c)))
    };
    vec![
        nginx("nginx [rt]", |c| format!("[{}]", seconds(c.lasted()))),
        nginx("nginx time=ms", |c| format!("time={}ms", c.lasted())),
        nginx("nginx urt first", |c| {
            format!("{} {}", seconds(c.lasted() * 9 / 10), seconds(c.lasted()))
        }),
        nginx("nginx as Go writes", |c| {
            format!("rt={}m{}s", c.lasted() / 60_000, seconds(c.lasted() % 60_000))
        }),
        of("a short line", "nginx", Tells::SinceItBegins, |c| {
            let (at, lasted) = (iso(c.closed), c.lasted());
            format!("[{at}] {} \"GET /ws HTTP/1.1\" 101 {lasted}ms", c.address())
        }),
        of("msec first", "nginx", Tells::SinceItBegins, |c| {
            let (at, lasted) = (epoch(c.closed), seconds(c.lasted()));
            format!("{at:.3} {} \"GET /ws HTTP/1.1\" 101 {lasted}", c.address())
        }),
        of("pairs", "", Tells::SinceItBegins, |c| {
            let (at, lasted) = (iso(c.closed), seconds(c.lasted()));
            format!("time={at} remote_addr={} status=101 request_time={lasted}", c.address())
        }),
        of("gunicorn in brackets", "gunicorn", Tells::SinceItBegins, |c| {
            let at = written(c.closed, "[%Y-%m-%d %H:%M:%S +0000]");
            let lasted = c.lasted();
            format!("{at} [7] [INFO] {} - \"GET /ws HTTP/1.1\" 101 {lasted}ms", c.address())
        }),
        of("gevent with a pair", "gevent", Tells::SinceItBegins, |c| {
            let at = written(c.closed, "%Y-%m-%d %H:%M:%S");
            let (address, lasted) = (c.address(), float(c));
            format!("('{address}', 4312) - - [{at}] \"GET /ws HTTP/1.1\" 101 220 {lasted:.6}")
        }),
    ]
}

/// Objects whose keys are named otherwise.
fn objects() -> Vec<Told> {
    let end = |name, format, with: fn(Connection) -> Value| {
        object(name, format, Tells::SinceItBegins, with)
    };
    vec![
        end(
            "Elastic's, nested",
            "json",
            |c| json!({"@timestamp": iso(c.closed), "event": {"duration": c.lasted() * 1_000_000}, "source": {"ip": c.address()}, "http": {"response": {"status_code": 101}}}),
        ),
        end(
            "Elastic's, with points",
            "json",
            |c| json!({"@timestamp": iso(c.closed), "event.duration": c.lasted() * 1_000_000, "source.ip": c.address(), "http.response.status_code": 101}),
        ),
        object(
            "Google's load balancer",
            "json",
            Tells::All,
            |c| json!({"httpRequest": {"status": 101, "remoteIp": c.address(), "latency": format!("{}s", seconds(c.lasted()))}, "timestamp": iso(c.opened), "severity": "INFO"}),
        ),
        end(
            "echo",
            "json",
            |c| json!({"time": iso(c.closed), "remote_ip": c.address(), "status": 101, "latency": c.lasted() * 1_000_000, "latency_human": format!("{}s", seconds(c.lasted()))}),
        ),
        end(
            "all the digits",
            "json",
            |c| json!({"time": iso(c.closed), "status": 101, "latency_ms": float(c) * 1_000.000_000_000_1}),
        ),
        end(
            "an upstream's beside it",
            "json",
            |c| json!({"time": iso(c.closed), "status": "101", "upstream_duration_ms": c.lasted() * 2, "response_time_ms": c.lasted()}),
        ),
        end(
            ".NET's span",
            "json",
            |c| json!({"time": iso(c.closed), "status": 101, "duration": format!("00:00:{:06.3}", float(c))}),
        ),
        end(
            "ISO's span",
            "json",
            |c| json!({"time": iso(c.closed), "status": "101", "took": format!("PT{}S", seconds(c.lasted()))}),
        ),
    ]
}

/// Objects of proxies.
fn objects_of_proxies() -> Vec<Told> {
    let caddy = |c: Connection, ts: Value| {
        let request = json!({"remote_ip": c.address(), "method": "GET", "uri": "/ws"});
        json!({"level": "info", "ts": ts, "logger": "http.log.access", "msg": "handled request", "request": request, "status": 101})
    };
    vec![
        object("caddy in ms", "caddy", Tells::SinceItBegins, move |c| {
            let mut line = caddy(c, json!(written(c.closed, "%Y/%m/%d %H:%M:%S%.3f")));
            line["duration_ms"] = json!(float(c) * 1_000.000_000_000_1);
            line
        }),
        object("caddy as text", "caddy", Tells::SinceItBegins, move |c| {
            let mut line = caddy(c, json!(iso(c.closed)));
            line["duration"] = json!(format!("{}s", seconds(c.lasted())));
            line
        }),
        object("traefik, local time", "traefik", Tells::All, |c| {
            let start = written(c.opened + 3_600_000, "%Y-%m-%dT%H:%M:%S%.6f+01:00");
            let time = written(c.closed + 3_600_000, "%Y-%m-%dT%H:%M:%S+01:00");
            json!({"ClientHost": c.address(), "DownstreamStatus": 101, "Duration": c.lasted() * 1_000_000, "RouterName": "ws", "StartLocal": start, "time": time})
        }),
    ]
}

/// Lines of proxies inside wrappers.
fn wrapped_by_proxies() -> Vec<Told> {
    let end = Tells::SinceItBegins;
    let nginx = |c: Connection| combined(c, c.closed, &seconds(c.lasted()));
    let nanos = |at: i64| written(at, "%Y-%m-%dT%H:%M:%S%.6f456Z");
    vec![
        of("nginx, CRI", "nginx", end, move |c| {
            format!("{} stdout F {}", nanos(c.closed), nginx(c))
        }),
        of("nginx, kubectl with times", "nginx", end, move |c| {
            format!("[pod/ingress-0/controller] {} {}", nanos(c.closed), nginx(c))
        }),
        of("nginx, stern with namespaces", "nginx", end, move |c| {
            format!("edge ingress-7d4f5c6b8-abcde controller {}", nginx(c))
        }),
        of("nginx, syslog in the journal", "nginx", end, move |c| {
            let at = written(c.closed, "%b %d %H:%M:%S");
            let inner = format!("<190>{at} web nginx: {}", nginx(c));
            json!({"MESSAGE": inner, "__REALTIME_TIMESTAMP": "1"}).to_string()
        }),
        of("envoy, docker", "envoy", Tells::All, move |c| {
            let line = format!(
                "[{}] \"GET /ws HTTP/1.1\" 101 - 0 101 {} - \"{}\" \"c\" \"u\" \"e\" \"10.0.0.1:80\"\n",
                iso(c.opened),
                c.lasted(),
                c.address()
            );
            json!({"log": line, "stream": "stdout", "time": nanos(c.closed)}).to_string()
        }),
    ]
}
