//! 1xx, 2xx and 3xx: an answer that is no refusal, and no connection either.

use super::super::commands as c;
use super::super::facts::{Facts, Reconnect};

pub(super) const SWITCHING: Facts = Facts {
    headline: "upgraded; that is not yet admitted",
    meaning: "The upgrade is accepted: from here on it is WebSocket. An overloaded server often \
              says 101 and closes with 1013 right after.",
    wire: "the server, as the answer to the upgrade; no Close frame",
    when: "the handshake succeeds",
    causes: &["All is well, as far as this goes."],
    reconnect: Reconnect::No,
    client: &["Count it as a success only when the link has been stable for 5-10 s."],
    checks: &["Does a Close frame follow within a second?"],
    commands: &[c::PROBE, c::UPGRADE],
    fixes: &["Where it counts as failed: Sec-WebSocket-Accept, Upgrade or Connection is wrong."],
    notes: &[
        "herdtop counts an attempt as accepted after its dwell: 2 s without a close (--dwell).",
        "'Connection: keep-alive, Upgrade' is right too.",
    ],
    source: "RFC 9110 section 15.2.2; RFC 6455 section 4.2.2",
};

pub(super) const INFORMATIONAL: Facts = Facts {
    headline: "not the answer yet",
    meaning: "A word in between, before the real answer. Many WebSocket clients fail on it.",
    wire: "the server or a proxy, as the answer to the upgrade; no Close frame",
    when: "a server or proxy sends something ahead of its answer",
    causes: &["Early hints (103), or 'go on' (100), from a proxy or edge."],
    reconnect: Reconnect::No,
    client: &["Read on to the real answer."],
    checks: &["Who sends it?"],
    commands: &[c::UPGRADE],
    fixes: &["Turn it off for the WebSocket path."],
    notes: &[],
    source: "RFC 9110 section 15.2",
};

pub(super) const PORTAL: Facts = Facts {
    headline: "a network on the way wants a login",
    meaning: "Not the server answers but a network between: it lets nobody through who is not \
              logged in (a captive portal).",
    wire: "a network on the way, as the answer to the upgrade; no Close frame",
    when: "the client is behind a network that asks for a login or a consent",
    causes: &["A guest network, a hotel, a company's gateway.", "A login that has run out."],
    reconnect: Reconnect::AfterFix,
    client: &["Log in to the network, then connect. Browser close code: 1006."],
    checks: &["Only clients of one network? Then it is theirs.", "The same from another host."],
    commands: &[c::UPGRADE],
    fixes: &["wss:// cannot be answered by others: use it instead of ws://."],
    notes: &["It says nothing of the server, which the request has not reached."],
    source: "RFC 6585 section 6",
};

pub(super) const OK: Facts = Facts {
    headline: "a page came where a WebSocket was asked for",
    meaning: "An ordinary answer: who answered saw no upgrade in the request, or does not know \
              WebSocket at this path.",
    wire: "the server or a proxy, as the answer to the upgrade; no Close frame",
    when: "a plain web server or a proxy without Upgrade answers",
    causes: &[
        "A proxy that does not pass Upgrade and Connection on.",
        "The path of a page, or a catch-all route (a single-page app).",
        "A page of a maintenance, a login or a captive portal.",
    ],
    reconnect: Reconnect::AfterFix,
    client: &["Do not retry until it is fixed. Browser close code: 1006."],
    checks: &["What the page says, and who sends it.", "The same request past the proxy."],
    commands: &[c::UPGRADE, c::NGINX_UPGRADE],
    fixes: &["In nginx: proxy_http_version 1.1; proxy_set_header Upgrade $http_upgrade; \
         proxy_set_header Connection \"upgrade\"."],
    notes: &[],
    source: "RFC 6455 section 4.1",
};

pub(super) const REDIRECT: Facts = Facts {
    headline: "browsers do not follow it; fix the URL",
    meaning: "The service is elsewhere. Clients may follow and browsers do not: the connection \
              fails.",
    wire: "the server or a proxy, as the answer to the upgrade; no Close frame",
    when: "a host, a scheme or a login redirects",
    causes: &[
        "http to https: use wss://.",
        "A name with or without www, or a slash at the end.",
        "A login that redirects to its page: the session has run out.",
    ],
    reconnect: Reconnect::AfterFix,
    client: &["Do not retry until it is fixed. Browser close code: 1006."],
    checks: &["The Location header."],
    commands: &[c::UPGRADE],
    fixes: &["Use the final URL; answer 401 instead of a redirect on the WebSocket path."],
    notes: &[],
    source: "RFC 9110 section 15.4; RFC 6455 section 4.1",
};
