//! 1014 and 3008: what stands behind does not answer, or nobody spoke in time.

use super::super::commands as c;
use super::super::facts::{Facts, Reconnect, Run};

pub(super) const BAD_GATEWAY: Facts = Facts {
    headline: "the proxy lives, its upstream does not",
    meaning: "A gateway or proxy that speaks WebSocket got no valid answer from the server \
              behind it: HTTP 502 in a Close frame.",
    wire: "a proxy or gateway; may be on the wire",
    when: "a proxy is up and what stands behind it is dead or answers no HTTP",
    causes: &[
        "The process behind the proxy is down or restarts.",
        "The wrong port or protocol towards it.",
        "Its accept queue or the proxy's pool of connections is full.",
    ],
    reconnect: Reconnect::Backoff,
    client: &["Back off from 1 s, doubling, full jitter, capped at 60 s, as for 1013."],
    checks: &[
        "The process and the port behind the proxy, asked past the proxy.",
        "The proxy's error log.",
    ],
    commands: &[
        Run { run: "herdtop check --for 10s ws://127.0.0.1:PORT/PATH", why: "past the proxy" },
        c::LISTENER,
        c::JOURNAL,
        c::ACCEPT_QUEUE,
        c::NGINX_LOG,
    ],
    fixes: &["Bring the upstream back; let the proxy check its health and skip dead ones."],
    notes: &[
        "Rare: nginx and HAProxy answer 502, 503 or 504 before the upgrade and cut TCP after it \
         (1006).",
        "Some libraries hold 1014 for illegal: the common ones of Rust report 1002 in its place, \
         or fail.",
    ],
    source: "IANA registry of close codes (not in RFC 6455)",
};

pub(super) const TIMEOUT: Facts = Facts {
    headline: "idle or too slow; random 1-5 s, heartbeat",
    meaning: "The endpoint waited too long for this client: HTTP 408 in a Close frame.",
    wire: "the server, by its application or framework; may be on the wire",
    when: "the client said nothing for too long, or its login did not come in time",
    causes: &["An idle client without heartbeat.", "A login or first message that came too late."],
    reconnect: Reconnect::Soon,
    client: &["Reconnect after a random 1-5 s, and send a heartbeat more often."],
    checks: &[
        "The timeout of the server against the interval of the heartbeat.",
        "Lag: a server that is busy reads pings too late and blames the client.",
    ],
    commands: &[c::PROBE_LIVE, c::TRACEBACKS],
    fixes: &["Heartbeats at less than half of the shortest timeout on the way."],
    notes: &[],
    source: "IANA registry of close codes (3000-3999: RFC 6455 section 7.4.2)",
};
