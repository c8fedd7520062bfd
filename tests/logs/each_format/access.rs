//! The story in the access logs of proxies and servers.

use serde_json::json;

use super::super::story::{Connection, ended, written};
use super::{Tells, Told, clf, epoch, iso, seconds, us};

const END: Tells = Tells::SinceItBegins;

fn of(name: &'static str, format: &'static str, tells: Tells, lines: Vec<String>) -> Told {
    Told { name, format: Some(format), lines, tells }
}

/// One line at the end of each connection.
fn access(line: impl Fn(Connection) -> String) -> Vec<String> {
    ended().into_iter().map(line).collect()
}

fn combined(c: Connection, at: i64, tail: &str) -> String {
    format!(
        "{} - - [{}] \"GET /ws HTTP/1.1\" 101 812 \"-\" \"bot/1.0 2.345\"{tail}",
        c.address(),
        clf(at)
    )
}

/// The head of a line of `HAProxy`.
fn haproxy(c: Connection) -> String {
    format!("{}:40123 [{}]", c.address(), written(c.opened, "%d/%b/%Y:%H:%M:%S%.3f"))
}

/// All of them.
pub(super) fn all() -> Vec<Told> {
    [nginx(), others_of_nginx(), apache(), envoy(), traefik_and_caddy(), haproxies(), others()]
        .into_iter()
        .flatten()
        .collect()
}

/// nginx with a duration in several places.
fn nginx() -> Vec<Told> {
    vec![
        of(
            "nginx",
            "nginx",
            END,
            access(|c| combined(c, c.closed, &format!(" {}", seconds(c.lasted())))),
        ),
        of(
            "nginx rt=",
            "nginx",
            END,
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
            END,
            access(|c| combined(c, c.closed, &format!(" 0.001 {}", seconds(c.lasted())))),
        ),
        of(
            "ingress-nginx",
            "nginx",
            END,
            access(|c| {
                let lasted = seconds(c.lasted());
                combined(
                    c,
                    c.closed,
                    &format!(" 412 {lasted} [app-8080] [] 10.0.0.4:8080 0 {lasted} 101 6d1c"),
                )
            }),
        ),
    ]
}

/// nginx in JSON, and without a duration.
fn others_of_nginx() -> Vec<Told> {
    vec![
        of(
            "nginx json",
            "nginx",
            END,
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
    ]
}

/// Apache, whose stamp is of the beginning.
fn apache() -> Vec<Told> {
    vec![
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
    ]
}

/// Envoy, and Istio around it.
fn envoy() -> Vec<Told> {
    vec![
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
    ]
}

/// Traefik and Caddy.
fn traefik_and_caddy() -> Vec<Told> {
    vec![
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
            END,
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
            END,
            access(|c| {
                format!(
                    "{}\tINFO\thttp.log.access\thandled request\t{{\"request\": {{\"remote_ip\": \"{}\"}}, \"duration\": {}, \"status\": 101}}",
                    written(c.closed, "%Y/%m/%d %H:%M:%S%.3f"),
                    c.address(),
                    seconds(c.lasted())
                )
            }),
        ),
    ]
}

/// `HAProxy` by its three formats.
fn haproxies() -> Vec<Told> {
    vec![
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
    ]
}

/// A load balancer, and servers of Python.
fn others() -> Vec<Told> {
    vec![
        of(
            "alb",
            "alb",
            Tells::All,
            access(|c| {
                format!(
                    "ws {} app/lb/50dc {}:2817 10.0.0.1:80 -1 -1 -1 101 101 34 366 \"GET http://www.example.com:80/ws HTTP/1.1\" \"curl/7.46.0\" - - arn:aws:tg \"Root=1-58337262\" \"-\" \"-\" 0 {} \"forward\" \"-\" \"-\" \"10.0.0.1:80\" \"101\" \"-\" \"-\"",
                    us(c.closed),
                    c.address(),
                    us(c.opened)
                )
            }),
        ),
        of(
            "gunicorn %(L)s",
            "gunicorn",
            END,
            access(|c| combined(c, c.closed, &format!(" {}000", seconds(c.lasted())))),
        ),
        of(
            "gevent",
            "gevent",
            END,
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
