//! 1008, 3000 and 3003: not this client, not like this.

use super::super::commands as c;
use super::super::facts::{Facts, Reconnect};

pub(super) const POLICY: Facts = Facts {
    headline: "refused for what it is or did; not a retry",
    meaning: "The client broke a rule of the server: a code for refusals that have no better one.",
    wire: "either side, as a rule the server; may be on the wire",
    when: "a rule of the server turns this client away and the server names no better code",
    causes: &[
        "Not logged in, or the token ran out.",
        "An Origin that is not allowed.",
        "A rate limit of the application: too many messages or connections.",
    ],
    reconnect: Reconnect::NotAsIs,
    client: &["Do not reconnect as it is: log in again, or slow down, then once."],
    checks: &[
        "The service that checks tokens: a wave of 1008 is often its outage.",
        "The rate limiter, and the list of Origins.",
        "Clocks: a token that is not valid yet.",
    ],
    commands: &[c::UPGRADE_ORIGIN, c::TRACEBACKS, c::PROBE],
    fixes: &[
        "Answer 401 or 403 to the upgrade instead, so that a proxy and a log can see it.",
        "Say 1013 for overload: 1008 makes clients give up.",
    ],
    notes: &["Clients that retry on 1008 hammer the login: herdtop probes once a minute then."],
    source: "RFC 6455 section 7.4.1",
};

pub(super) const UNAUTHORIZED: Facts = Facts {
    headline: "log in first; no retry with the same token",
    meaning: "The endpoint needs a login that did not come: HTTP 401 in a Close frame.",
    wire: "the server, by its application or framework; may be on the wire",
    when: "the login is missing or has run out",
    causes: &["No token, one that ran out, or one that was revoked."],
    reconnect: Reconnect::NotAsIs,
    client: &["Never with the same token: log in again, then connect once."],
    checks: &["The service that checks tokens.", "Clocks and lifetimes of tokens."],
    commands: &[c::TRACEBACKS, c::PROBE],
    fixes: &["Renew tokens before they run out, at a random moment, not all at once."],
    notes: &["A change of the signing key logs everybody out at once: a herd of logins follows."],
    source: "IANA registry of close codes (3000-3999: RFC 6455 section 7.4.2)",
};

pub(super) const FORBIDDEN: Facts = Facts {
    headline: "logged in but not allowed; do not retry",
    meaning: "The client is known and may not do this: HTTP 403 in a Close frame.",
    wire: "the server, by its application or framework; may be on the wire",
    when: "the client is known and lacks the right",
    causes: &["A missing right, a closed account, a room that is not this user's."],
    reconnect: Reconnect::NotAsIs,
    client: &["Never as it is: tell the user."],
    checks: &["What changed in rights or in accounts?"],
    commands: &[c::TRACEBACKS],
    fixes: &["Say the reason in the Close frame."],
    notes: &[],
    source: "IANA registry of close codes (3000-3999: RFC 6455 section 7.4.2)",
};
