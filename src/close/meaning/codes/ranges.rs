//! Codes that mean one thing as a range, and the reserved one.

use super::super::commands as c;
use super::super::facts::{Facts, Reconnect};

pub(super) const UNUSED: Facts = Facts {
    headline: "no code below 1000 is used; the peer has a bug",
    meaning: "Codes from 0 to 999 are not used: no Close frame may hold one.",
    wire: "nobody; must never be on the wire",
    when: "a peer fills the code by mistake",
    causes: &["A bug of the peer: an HTTP status or an error number sent as a close code."],
    reconnect: Reconnect::NotAsIs,
    client: &["As after 1002: it is a bug of the peer. Report it; back off from 1 s if you retry."],
    checks: &["Which library sends it?"],
    commands: &[c::PROBE],
    fixes: &["Use 1000-1003, 1007-1014 or 3000-4999."],
    notes: &["A number from 100 to 599 is explained as an HTTP status."],
    source: "RFC 6455 section 7.4.2",
};

pub(super) const RESERVED: Facts = Facts {
    headline: "has no meaning yet, the peer has a bug",
    meaning: "Reserved: a meaning may be given to it one day. Today no Close frame may hold it.",
    wire: "nobody; must never be on the wire",
    when: "a peer sends a code that has no meaning",
    causes: &["A bug of the peer."],
    reconnect: Reconnect::NotAsIs,
    client: &["As after 1002: it is a bug of the peer. Report it; back off from 1 s if you retry."],
    checks: &["Which library sends it?"],
    commands: &[c::PROBE],
    fixes: &["Use 1000-1003, 1007-1014 or 3000-4999."],
    notes: &["Most libraries answer it with 1002 and hide the number; herdtop shows it."],
    source: "RFC 6455 section 7.4.1",
};

pub(super) const UNASSIGNED: Facts = Facts {
    headline: "kept for the protocol; the peer has a bug",
    meaning: "1000-2999 belong to the protocol, its revisions and extensions; 1016-2999 are not \
              assigned.",
    wire: "nobody; must not be on the wire as long as nothing is assigned",
    when: "a peer makes up a code of the protocol's own range",
    causes: &["An application that counts its own codes from 1016 or 2000 on."],
    reconnect: Reconnect::NotAsIs,
    client: &["As after 1002: it is a bug of the peer. Report it; back off from 1 s if you retry."],
    checks: &["Which application sends it? Its own codes belong into 4000-4999."],
    commands: &[c::PROBE],
    fixes: &["Move own codes to 4000-4999."],
    notes: &["Most libraries answer it with 1002 and hide the number; herdtop shows it."],
    source: "RFC 6455 section 7.4.2; IANA registry of close codes",
};

pub(super) const REGISTERED: Facts = Facts {
    headline: "a library's or framework's, see its docs",
    meaning: "3000-3999 are for libraries, frameworks and applications that register them at \
              IANA, first come, first served. This one is not in herdtop's registry.",
    wire: "either side; may be on the wire",
    when: "a library or framework has a code of its own",
    causes: &["What the library that sends it lays down."],
    reconnect: Reconnect::AsDocumented,
    client: &["What its documents say; where they say nothing, back off from 1 s, doubling, with \
               full jitter."],
    checks: &["Which library sends it? The reason often names it."],
    commands: &[c::PROBE, c::TRACEBACKS],
    fixes: &["Name it for yourself: --code N=NAME."],
    notes: &["The first ones mirror HTTP: 3000 = 401, 3003 = 403, 3008 = 408."],
    source: "RFC 6455 section 7.4.2; IANA registry of close codes",
};

pub(super) const PRIVATE: Facts = Facts {
    headline: "private use; only the app that sends it knows",
    meaning: "4000-4999 are for private use and never registered: the application or its vendor \
              gives them a meaning.",
    wire: "either side; may be on the wire",
    when: "the application has a code of its own",
    causes: &["What the application or its vendor lays down."],
    reconnect: Reconnect::AsDocumented,
    client: &[
        "What the application lays down; where it says nothing, back off from 1 s, doubling, \
         with full jitter.",
    ],
    checks: &["The application's own list; the vendor's, if a hosted service stands behind it."],
    commands: &[c::PROBE, c::TRACEBACKS],
    fixes: &["Name yours: --code 4408=\"auth timeout\", as often as needed."],
    notes: &[
        "The same number means different things to different vendors.",
        "After 4000-4099 herdtop probes once a minute (to Pusher they mean 'do not reconnect \
         unchanged'), after the others it backs off.",
    ],
    source: "RFC 6455 section 7.4.2",
};
