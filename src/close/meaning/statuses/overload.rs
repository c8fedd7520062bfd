//! 429 and 503: no room, said before the connection exists.

use super::super::commands as c;
use super::super::facts::{Facts, Reconnect};

pub(super) const UNAVAILABLE: Facts = Facts {
    headline: "no room, like 1013; back off",
    meaning: "The server or a proxy has no room for this client now, and says so before there is \
              a connection: what 1013 says in a Close frame.",
    wire: "the server or a proxy, as the answer to the upgrade; no Close frame",
    when: "a limit is reached and the refusal comes before the upgrade",
    causes: &[
        "A limit of the server: verifyClient in ws, send_denial_response in Starlette.",
        "nginx limit_conn or limit_req.",
        "HAProxy: no slot free within timeout queue, or no server is up.",
        "The application is starting, or its health check fails.",
    ],
    reconnect: Reconnect::Backoff,
    client: &[
        "Wait what Retry-After asks for; without one back off from 1 s, doubling, full jitter.",
        "Browser close code 1006: the status is hidden: treat 1006 before open as this.",
    ],
    checks: &[
        "Who answers: the Server header, and the body.",
        "Capacity as after 1013: connections (alert at 70 %), descriptors, memory, lag.",
        "The limits of the proxy.",
    ],
    commands: &[c::UPGRADE, c::PROBE, c::WATCH, c::ACCEPT_QUEUE, c::NGINX_LOG],
    fixes: &[
        "All that helps against 1013.",
        "Send Retry-After: nginx sends none unless add_header ... always says so.",
    ],
    notes: &[
        "It spares a connection and is seen by proxies and their logs: better than 101 and 1013.",
        "uvicorn --limit-concurrency gives 503 to plain requests only: health checks fail while \
         WebSockets still connect.",
        "HAProxy with a full frontend (maxconn) does not answer at all: clients wait in the \
         accept queue until a slot is free.",
        "nginx upstream max_conns reached is 502, not 503.",
    ],
    source: "RFC 9110 section 15.6.4; Retry-After: section 10.2.3",
};

pub(super) const TOO_MANY: Facts = Facts {
    headline: "rate limit, like 1013; honour Retry-After",
    meaning: "Too many requests in too short a time: a rate limit, by client or for all.",
    wire: "the server or a proxy, as the answer to the upgrade; no Close frame",
    when: "clients come faster than a limit allows",
    causes: &[
        "A herd runs into the rate limit: that is what it is for.",
        "nginx limit_req with limit_req_status 429; http-request deny in HAProxy.",
        "One client in a loop, or many behind one address (NAT).",
    ],
    reconnect: Reconnect::Backoff,
    client: &[
        "Wait what Retry-After asks for; without one back off from 1 s, doubling, full jitter.",
        "Browser close code 1006: the status is hidden: treat 1006 before open as this.",
    ],
    checks: &["One network or all of them?", "Is the limit per client or for all together?"],
    commands: &[c::UPGRADE, c::PROBE, c::WATCH, c::NGINX_LOG],
    fixes: &["Send Retry-After; raise the limit only as far as the server can take."],
    notes: &["While a herd heals, 429 is good news: the server behind it is protected."],
    source: "RFC 6585 section 4",
};
