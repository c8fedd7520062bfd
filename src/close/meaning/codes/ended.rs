//! 1000 and 1005: ordinary ends.

use super::super::commands as c;
use super::super::facts::{Facts, Reconnect};

pub(super) const NORMAL: Facts = Facts {
    headline: "done; no reconnect unless the app wants to stay",
    meaning: "The purpose of the connection is fulfilled: an ordinary end.",
    wire: "either side; may be on the wire",
    when: "one side is done and says so",
    causes: &[
        "The user logged out or left; the job is done.",
        "The application calls close() without a code: Channels sends 1000 then.",
    ],
    reconnect: Reconnect::No,
    client: &["Do not reconnect by itself. A client that wants to stay waits a random 1-5 s."],
    checks: &["A sudden rate of it: does the application close its users, or use 1000 for errors?"],
    commands: &[c::WATCH, c::TRACEBACKS],
    fixes: &["Close with the code that is meant: 1012, 1013, 1008; clients act on it."],
    notes: &[
        "Behind daphne an application can only send 1000 and 3000-4999; the rest becomes 1011.",
    ],
    source: "RFC 6455 section 7.4.1",
};

pub(super) const NO_STATUS: Facts = Facts {
    headline: "Close frame without a code; fix the app that closes",
    meaning: "A Close frame came, and it carried no code. An orderly end that does not say why.",
    wire: "nobody: the client's own library reports it; must never be on the wire",
    when: "the other side closed in order and named no code",
    causes: &[
        "ws.close() in Node, or close() in a page, without a code.",
        "A library that sends an empty Close frame when it stops.",
    ],
    reconnect: Reconnect::Soon,
    client: &["Reconnect after a random 1-5 s, then back off from 1 s, doubling, full jitter."],
    checks: &["Who closes, and why does it not say so? Look for close() without arguments."],
    commands: &[c::PROBE, c::TRACEBACKS],
    fixes: &["Give every close() a code and a reason."],
    notes: &[
        "Not the same as 1006: here a Close frame came. 1005 within a frame is a protocol error.",
    ],
    source: "RFC 6455 sections 7.1.5 and 7.4.1",
};
