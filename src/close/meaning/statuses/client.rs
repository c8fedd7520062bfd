//! 4xx: this request is not taken.

use super::super::commands as c;
use super::super::facts::{Facts, Reconnect};

pub(super) const FORBIDDEN: Facts = Facts {
    headline: "not allowed, or a full server that rejects",
    meaning: "The server understood and refuses. From Channels and Starlette it also means \
              'rejected before accept', whatever close code the application named: it may be \
              admission control, that is overload.",
    wire: "the server or a proxy, as the answer to the upgrade; no Close frame",
    when: "an Origin or a login is refused, or an application rejects before it accepts",
    causes: &[
        "Rejected before accept(): close(code=1013) there is 403 with daphne, uvicorn and \
         hypercorn.",
        "An Origin that is not allowed; a login without the right.",
        "A firewall for web applications in front.",
    ],
    reconnect: Reconnect::Backoff,
    client: &[
        "Back off from 1 s, doubling, full jitter: it may be overload; give up after a few.",
        "Browser close code 1006: the status is hidden.",
    ],
    checks: &[
        "Some of the attempts pass, and Server says daphne, uvicorn or hypercorn: it is admission \
         control, look at capacity as after 1013.",
        "All fail: Origin, login, firewall.",
    ],
    commands: &[c::UPGRADE_ORIGIN, c::PROBE, c::WATCH, c::TRACEBACKS],
    fixes: &[
        "For overload answer 503 with Retry-After (send_denial_response in Starlette), or accept \
         and close with 1013.",
        "Count only admitted ones down in disconnect(): Channels calls it for rejected ones too.",
    ],
    notes: &[
        "daphne says 'Access denied', uvicorn sends an empty body; hypercorn leaves the reason \
         phrase empty.",
    ],
    source: "RFC 9110 section 15.5.4",
};

pub(super) const UNAUTHORIZED: Facts = Facts {
    headline: "log in first, like 3000; no retry as it is",
    meaning: "A login is needed and did not come, or is no longer good.",
    wire: "the server or a proxy, as the answer to the upgrade; no Close frame",
    when: "the login is missing or has run out",
    causes: &["No token or cookie, or one that ran out.", "verifyClient of ws that says false."],
    reconnect: Reconnect::NotAsIs,
    client: &["Log in again, then connect once. Browser close code: 1006."],
    checks: &["The service that checks tokens.", "Does a proxy drop Cookie or Authorization?"],
    commands: &[c::UPGRADE, c::TRACEBACKS],
    fixes: &["Renew tokens before they run out, at a random moment."],
    notes: &["ws answers 401 for every refusal of verifyClient that names no status: may be load."],
    source: "RFC 9110 section 15.5.2",
};

pub(super) const BAD_REQUEST: Facts = Facts {
    headline: "the upgrade is not understood",
    meaning: "The request is no good upgrade in the eyes of the server.",
    wire: "the server or a proxy, as the answer to the upgrade; no Close frame",
    when: "headers of the handshake are missing or wrong",
    causes: &[
        "A proxy that drops Upgrade and Connection, or speaks HTTP/1.0 to the server.",
        "ws:// to a TLS port: nginx says 'plain HTTP request was sent to HTTPS port'.",
        "A wrong version, key or path of the library (Socket.IO, SockJS).",
    ],
    reconnect: Reconnect::AfterFix,
    client: &["Do not retry until it is fixed. Browser close code: 1006."],
    checks: &["The same request past the proxy.", "ws:// or wss://?"],
    commands: &[c::UPGRADE, c::NGINX_UPGRADE],
    fixes: &["In nginx: proxy_http_version 1.1, and pass Upgrade and Connection on."],
    notes: &[],
    source: "RFC 9110 section 15.5.1; RFC 6455 section 4.2.2",
};

pub(super) const NOT_FOUND: Facts = Facts {
    headline: "wrong path or host; fix the URL or the route",
    meaning: "Nothing answers at this path.",
    wire: "the server or a proxy, as the answer to the upgrade; no Close frame",
    when: "path, host or route is wrong",
    causes: &["A wrong path, often a slash at its end.", "A proxy that routes elsewhere."],
    reconnect: Reconnect::AfterFix,
    client: &["Do not retry until it is fixed. Browser close code: 1006."],
    checks: &["The route in proxy and application.", "A deploy that moved it?"],
    commands: &[c::UPGRADE, c::NGINX_UPGRADE],
    fixes: &["Fix the route, or the URL."],
    notes: &[],
    source: "RFC 9110 section 15.5.5",
};

pub(super) const TIMEOUT: Facts = Facts {
    headline: "request came too slowly, like 3008; back off",
    meaning: "The server waited too long for the whole request.",
    wire: "the server or a proxy, as the answer to the upgrade; no Close frame",
    when: "the request does not come in whole in time",
    causes: &["A slow or lossy network.", "A server that is too busy to read."],
    reconnect: Reconnect::Backoff,
    client: &["Back off from 1 s, doubling, full jitter. Browser close code: 1006."],
    checks: &["Lag of the server, and loss on the way."],
    commands: &[c::PROBE_LIVE, c::ACCEPT_QUEUE],
    fixes: &["As after 1013, if the server is busy."],
    notes: &[],
    source: "RFC 9110 section 15.5.9",
};

pub(super) const UPGRADE_REQUIRED: Facts = Facts {
    headline: "a proxy drops the Upgrade headers",
    meaning: "The server wants an upgrade and the request had none: a proxy between took the \
              headers away, or a plain request came.",
    wire: "the server, as the answer to the upgrade; no Close frame",
    when: "Upgrade and Connection do not reach the server",
    causes: &[
        "A proxy that does not pass Upgrade and Connection on (they go hop by hop). Behind nginx \
         ws says 426, others 400 or 200.",
        "A health check or a browser that asks for a plain page.",
        "A version of the protocol that the server does not speak.",
    ],
    reconnect: Reconnect::AfterFix,
    client: &["Do not retry until it is fixed. Browser close code: 1006."],
    checks: &["The same request past the proxy: 101 there = the proxy.", "Its configuration."],
    commands: &[c::UPGRADE, c::NGINX_UPGRADE],
    fixes: &["In nginx: proxy_http_version 1.1; proxy_set_header Upgrade $http_upgrade; \
         proxy_set_header Connection \"upgrade\"."],
    notes: &[],
    source: "RFC 9110 section 15.5.22; RFC 6455 section 4.4",
};

pub(super) const CLOSED: Facts = Facts {
    headline: "in nginx logs only, the client did not wait",
    meaning: "nginx writes it to its log when the client left before the answer. No client ever \
              receives it.",
    wire: "nobody; it stands in the log of nginx only",
    when: "clients give up before the server has answered",
    causes: &["A server that answers later than its clients wait: lag or overload."],
    reconnect: Reconnect::No,
    client: &["Nothing: it has left. Its own timeout should be longer than the server's lag."],
    checks: &["Lag and accept queue, as after 504."],
    commands: &[c::PROBE_LIVE, c::ACCEPT_QUEUE, c::NGINX_LOG],
    fixes: &["As after 1013: it is slow for lack of room."],
    notes: &[],
    source: "nginx; no registered status",
};

pub(super) const OTHER: Facts = Facts {
    headline: "this request is not taken; change it first",
    meaning: "The server refuses this request, and would refuse it again.",
    wire: "the server or a proxy, as the answer to the upgrade; no Close frame",
    when: "something about the request is refused",
    causes: &["A proxy or firewall with rules of its own.", "A wrong URL, method or header."],
    reconnect: Reconnect::AfterFix,
    client: &["Do not retry until it is fixed. Browser close code: 1006."],
    checks: &["Who answers: the Server header and the body.", "The same request past the proxy."],
    commands: &[c::UPGRADE, c::PROBE],
    fixes: &["Change what is refused."],
    notes: &[],
    source: "RFC 9110 section 15.5",
};
