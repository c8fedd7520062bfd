//! 1011: the server broke down while serving.

use super::super::commands as c;
use super::super::facts::{Facts, Reconnect};

pub(super) const INTERNAL: Facts = Facts {
    headline: "the handler failed; find the traceback",
    meaning: "The server met a condition that kept it from going on: an exception in the handler \
              of this connection, as a rule. The stream stops; reconnecting often works.",
    wire: "the server; may be on the wire",
    when: "code of the server failed while it served this connection, and it could still say so",
    causes: &[
        "An exception in the message handler that nobody caught (KeyError, AttributeError).",
        "Memory runs out while many connections are served.",
        "A broadcast holds something that cannot be serialized.",
        "A race: handlers share state without a lock.",
        "A worker crashed or was killed: all its connections end at once, most as 1006.",
        "The Python package websockets: ping not answered, reason 'keepalive ping timeout'.",
    ],
    reconnect: Reconnect::Backoff,
    client: &[
        "Back off exponentially: from 1 s, doubling, capped at 30 s, with full jitter.",
        "Start over at 1 s only after the link was stable for 5-10 s, not in onopen.",
        "Limit the tries if the same message kills it each time.",
    ],
    checks: &[
        "The traceback in the log at the second of the close.",
        "Did all connections of one worker end at once? Then the worker went, not a handler.",
        "Kills for lack of memory in the kernel log; memory at that time.",
        "Which message came last? Send it again, in staging.",
        "Can every broadcast be serialized: json.dumps(payload) of the real data.",
        "State that several connections write: is there a lock around it?",
        "A deploy just before?",
    ],
    commands: &[
        c::TRACEBACKS,
        c::OOM,
        c::UNIT_STARTS,
        c::AGES,
        c::RSS,
        c::WATCH,
        super::super::facts::Run {
            run: "herdtop check --for 10s URL --send '{\"type\": null'",
            why: "in staging",
        },
    ],
    fixes: &[
        "An error boundary around every handler: catch, log the traceback with a correlation id, \
         answer 'invalid' or close with 1011; one bad message must not end the process.",
        "Bound the memory of each connection: cap queues and history (at 100 messages, say) and \
         evict the oldest.",
        "A circuit breaker: shed load with 1013 before memory runs out, rather than crash.",
        "One lock around shared state (asyncio.Lock in Python).",
        "Test in staging with malformed messages, on purpose, and that it recovers.",
    ],
    notes: &[
        "Not every server says 1011: after an exception uvicorn, aiohttp and Node end TCP \
         without a Close frame (1006); websockets, hypercorn and daphne send 1011.",
        "daphne turns close(code=1011), 1012 and 1013 after accept() into 1011, up to 0.7 s \
         late: behind daphne a 1011 may be overload or restart.",
        "hypercorn sends 1011 when it shuts down.",
    ],
    source: "RFC 6455 section 7.4.1",
};
