//! 500 and its like: the server itself failed.

use super::super::commands as c;
use super::super::facts::{Facts, Reconnect};

pub(super) const INTERNAL: Facts = Facts {
    headline: "exception before accept, like 1011",
    meaning: "The server failed while it answered the upgrade.",
    wire: "the server, as the answer to the upgrade; no Close frame",
    when: "code of the server fails before the connection is accepted",
    causes: &[
        "An exception in connect() or in a middleware, before accept.",
        "No route for this path: Channels fails with 500 instead of 404.",
    ],
    reconnect: Reconnect::Backoff,
    client: &["Back off from 1 s, doubling, full jitter; browser close code 1006."],
    checks: &["The traceback in the log at that second.", "A deploy just before?"],
    commands: &[c::TRACEBACKS, c::UPGRADE, c::PROBE],
    fixes: &["Catch it and answer with the status that is meant; log a correlation id."],
    notes: &[],
    source: "RFC 9110 section 15.6.1",
};

pub(super) const NOT_IMPLEMENTED: Facts = Facts {
    headline: "the server cannot do this at all",
    meaning: "What was asked for is not built into this server.",
    wire: "the server or a proxy, as the answer to the upgrade; no Close frame",
    when: "a server or proxy without WebSocket support answers",
    causes: &["A proxy or server that cannot do WebSocket.", "The wrong port."],
    reconnect: Reconnect::AfterFix,
    client: &["Do not retry until it is fixed. Browser close code: 1006."],
    checks: &["Who answers: the Server header."],
    commands: &[c::UPGRADE, c::NGINX_UPGRADE],
    fixes: &["Route the path to the server that speaks WebSocket."],
    notes: &[],
    source: "RFC 9110 section 15.6.2",
};

pub(super) const VERSION: Facts = Facts {
    headline: "it does not speak HTTP/1.1",
    meaning: "The server refuses the version of HTTP that the upgrade needs.",
    wire: "the server or a proxy, as the answer to the upgrade; no Close frame",
    when: "a server for HTTP/2 or HTTP/3 alone answers",
    causes: &["HTTP/1.1 is switched off at the server or at an edge.", "The wrong port."],
    reconnect: Reconnect::AfterFix,
    client: &["Do not retry until it is fixed. Browser close code: 1006."],
    checks: &["Who answers: the Server header."],
    commands: &[c::UPGRADE, c::NGINX_UPGRADE],
    fixes: &["Allow HTTP/1.1 on the WebSocket path; in nginx: proxy_http_version 1.1."],
    notes: &[],
    source: "RFC 9110 section 15.6.6",
};

pub(super) const SETUP: Facts = Facts {
    headline: "the server is set up wrongly",
    meaning: "The server cannot answer because of its own configuration: it leads in a circle, or \
              asks for an extension of HTTP.",
    wire: "the server or a proxy, as the answer to the upgrade; no Close frame",
    when: "a path leads back to itself, or to nothing that can answer",
    causes: &["A proxy that passes the path on to itself.", "A rule for other requests."],
    reconnect: Reconnect::AfterFix,
    client: &["Do not retry until it is fixed. Browser close code: 1006."],
    checks: &["Who answers: the Server header and the body.", "Where the path leads."],
    commands: &[c::UPGRADE, c::NGINX_UPGRADE],
    fixes: &["Route the path to the server that speaks WebSocket."],
    notes: &[],
    source: "RFC 2295 section 8.1; RFC 5842 section 7.2; RFC 2774 section 7",
};

pub(super) const OTHER: Facts = Facts {
    headline: "server or edge failed; back off",
    meaning: "The server, or an edge in front of it, failed to answer the upgrade.",
    wire: "the server or a proxy, as the answer to the upgrade; no Close frame",
    when: "server, proxy or edge fails in a way of its own",
    causes: &["A content network or proxy has statuses of its own: its documents name them."],
    reconnect: Reconnect::Backoff,
    client: &["Back off from 1 s, doubling, full jitter; honour Retry-After."],
    checks: &["Who answers: the Server header and the body.", "Does it pass past the edge?"],
    commands: &[c::UPGRADE, c::PROBE],
    fixes: &["As after 502 where an edge answers: look at what stands behind it."],
    notes: &["Browser close code: 1006."],
    source: "RFC 9110 section 15.6",
};
