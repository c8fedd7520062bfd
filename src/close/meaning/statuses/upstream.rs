//! 502 and 504: a proxy answers for a server that does not.

use super::super::commands as c;
use super::super::facts::{Facts, Reconnect, Run};

const PAST: Run =
    Run { run: "herdtop check --for 10s ws://127.0.0.1:PORT/PATH", why: "past the proxy" };

pub(super) const BAD_GATEWAY: Facts = Facts {
    headline: "proxy is up, its upstream is down, like 1014",
    meaning: "The proxy could not connect to the server behind it, or got no valid answer from it.",
    wire: "a proxy, as the answer to the upgrade; no Close frame",
    when: "the process behind the proxy is down, or cuts the handshake",
    causes: &[
        "The process is down: nginx answers within milliseconds.",
        "It restarts: some seconds of 502 in a deploy.",
        "nginx upstream max_conns is reached (not 503, as one would think).",
        "It is out of descriptors and cuts the handshake.",
    ],
    reconnect: Reconnect::Backoff,
    client: &["Back off from 1 s, doubling, full jitter; browser close code 1006."],
    checks: &["The process and its port, past the proxy.", "The proxy's error log."],
    commands: &[PAST, c::LISTENER, c::JOURNAL, c::FD_LIMIT, c::NGINX_LOG],
    fixes: &["Bring the upstream back; restart workers one after another."],
    notes: &["The proxy keeps TCP open after it: many idle connections are no sign of health."],
    source: "RFC 9110 section 15.6.3",
};

pub(super) const EDGE: Facts = Facts {
    headline: "edge is up, the origin behind it fails, like 1014",
    meaning: "An edge of a content network got no good answer from the origin: 520 an odd one, \
              521 refused, 522 and 524 none in time, 523 no way there, 525 and 526 TLS to the \
              origin, 530 its name.",
    wire: "an edge, as the answer to the upgrade; no Close frame",
    when: "the origin is down, stuck, or refuses the edge",
    causes: &[
        "521, 522: the origin is down, full, or its firewall drops the edge's addresses.",
        "520: the origin cut the handshake or answered with headers too large.",
        "524: it was connected and did not answer within 100 s.",
        "525, 526: the origin's certificate is expired, self-signed or for another name.",
        "530: the name of the origin does not resolve.",
    ],
    reconnect: Reconnect::Backoff,
    client: &["Back off from 1 s, doubling, full jitter; browser close code 1006."],
    checks: &[
        "The origin itself, past the edge.",
        "Does the firewall admit the addresses of the edge?",
    ],
    commands: &[PAST, c::LISTENER, c::ACCEPT_QUEUE, c::CERTIFICATE],
    fixes: &["What the origin needs; the edge only tells of it."],
    notes: &["No process of the edge broke down: its logs say nothing."],
    source: "not registered; as Cloudflare documents its 5xx",
};

pub(super) const TIMEOUT: Facts = Facts {
    headline: "upstream accepts but is stuck, like 1014",
    meaning: "The proxy reached the server behind it and got no answer in time: it hangs.",
    wire: "a proxy, as the answer to the upgrade; no Close frame",
    when: "the process behind the proxy is there and does not answer",
    causes: &[
        "A blocked event loop, or all threads busy.",
        "A process that is stopped or swaps; a full accept queue.",
        "Descriptors are used up under stock asyncio: nothing is accepted any more.",
    ],
    reconnect: Reconnect::Backoff,
    client: &["Back off from 1 s, doubling, full jitter; browser close code 1006."],
    checks: &[
        "Lag: TCP fast and the handshake slow = the process; over 100 ms is saturated.",
        "The accept queue of its port, and its descriptors.",
        "proxy_read_timeout of nginx: 60 s unless set.",
    ],
    commands: &[PAST, c::ACCEPT_QUEUE, c::OVERFLOWS, c::FD_LIMIT, c::BIGGEST, c::NGINX_TIMEOUTS],
    fixes: &["Take blocking work out of the event loop; raise descriptors (LimitNOFILE=65536)."],
    notes: &["502 comes at once, 504 after the timeout: dead against stuck."],
    source: "RFC 9110 section 15.6.5",
};
