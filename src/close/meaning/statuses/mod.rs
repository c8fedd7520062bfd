//! What an HTTP status means that answers an upgrade, and the close code it
//! corresponds to.

mod client;
mod overload;
mod passed;
mod server;
mod upstream;

use super::facts::Facts;

/// A status, or a class of them for those without a page of their own.
#[derive(Debug, Clone, Copy)]
pub(super) struct Status {
    /// The first status.
    pub(super) first: u16,
    /// The last one; the same for a single status.
    pub(super) last: u16,
    /// The reason phrase of RFC 9110, or the class.
    pub(super) name: &'static str,
    /// How it reads in an incident, at most 26 columns.
    pub(super) reads_as: &'static str,
    /// The close codes that say the same; empty where none does.
    pub(super) like: &'static [u16],
    /// All the rest.
    pub(super) facts: &'static Facts,
}

const fn one(
    status: u16,
    name: &'static str,
    reads_as: &'static str,
    like: &'static [u16],
    facts: &'static Facts,
) -> Status {
    Status { first: status, last: status, name, reads_as, like, facts }
}

const fn class(
    first: u16,
    name: &'static str,
    reads_as: &'static str,
    facts: &'static Facts,
) -> Status {
    Status { first, last: first + 99, name, reads_as, like: &[], facts }
}

/// Those with a page of their own first, then the classes.
pub(super) const STATUSES: [Status; 30] = [
    one(101, "switching protocols", "upgraded, not yet admitted", &[], &passed::SWITCHING),
    one(200, "ok", "a page, not a WebSocket", &[], &passed::OK),
    one(400, "bad request", "handshake not understood", &[1002], &client::BAD_REQUEST),
    one(401, "unauthorized", "log in, do not retry", &[3000, 1008], &client::UNAUTHORIZED),
    one(403, "forbidden", "not allowed, or overload", &[3003, 1008, 1013], &client::FORBIDDEN),
    one(404, "not found", "wrong path or host", &[], &client::NOT_FOUND),
    one(408, "request timeout", "request came too slowly", &[3008], &client::TIMEOUT),
    one(426, "upgrade required", "proxy drops Upgrade", &[], &client::UPGRADE_REQUIRED),
    one(429, "too many requests", "rate limit, back off", &[1013], &overload::TOO_MANY),
    one(499, "client closed request", "client left, log only", &[], &client::CLOSED),
    one(500, "internal server error", "exception before accept", &[1011], &server::INTERNAL),
    one(501, "not implemented", "server cannot do it", &[], &server::NOT_IMPLEMENTED),
    one(502, "bad gateway", "upstream down", &[1014], &upstream::BAD_GATEWAY),
    one(503, "service unavailable", "overload, back off", &[1013], &overload::UNAVAILABLE),
    one(505, "http version not supported", "HTTP/1.1 not spoken", &[], &server::VERSION),
    one(506, "variant also negotiates", "server set up wrongly", &[], &server::SETUP),
    one(508, "loop detected", "server set up wrongly", &[], &server::SETUP),
    one(510, "not extended", "server set up wrongly", &[], &server::SETUP),
    one(511, "network authentication", "a network wants a login", &[], &passed::PORTAL),
    one(529, "site overloaded", "overload, back off", &[1013], &overload::UNAVAILABLE),
    one(530, "origin error", "edge: origin not reached", &[1014], &upstream::EDGE),
    one(561, "login at the balancer", "log in, do not retry", &[3000], &client::UNAUTHORIZED),
    Status {
        first: 520,
        last: 527,
        name: "edge: origin failed",
        reads_as: "edge: origin fails",
        like: &[1014],
        facts: &upstream::EDGE,
    },
    Status {
        first: 598,
        last: 599,
        name: "proxy timeout",
        reads_as: "upstream does not answer",
        like: &[1014],
        facts: &upstream::TIMEOUT,
    },
    one(504, "gateway timeout", "upstream does not answer", &[1014], &upstream::TIMEOUT),
    class(100, "informational", "not the answer yet", &passed::INFORMATIONAL),
    class(200, "success", "a page, not a WebSocket", &passed::OK),
    class(300, "redirect", "clients do not follow", &passed::REDIRECT),
    class(400, "client error", "fails until changed", &client::OTHER),
    class(500, "server error", "server or edge failed", &server::OTHER),
];

/// A status from 100 to 599.
pub(super) fn status(number: u16) -> Option<&'static Status> {
    STATUSES.iter().find(|s| (s.first..=s.last).contains(&number))
}
