//! 1001 and 1012: going away to come back.

use super::super::commands as c;
use super::super::facts::{Facts, Reconnect};

pub(super) const SERVICE_RESTART: Facts = Facts {
    headline: "back shortly; reconnect once, random 1-5 s",
    meaning: "The server ends the connection because it restarts, as a rule on purpose: a deploy \
              or a reload of its configuration. It will be there again shortly.",
    wire: "the server; may be on the wire",
    when: "the service restarts on purpose and will be back within seconds",
    causes: &[
        "A deploy, or a reload of the configuration.",
        "uvicorn on SIGTERM; gunicorn on HUP or TERM: every connection gets 1012 within about \
         0.1 s.",
        "The application itself, when it drains before it stops.",
    ],
    reconnect: Reconnect::Soon,
    client: &[
        "Reconnect by itself, once, after a random 1-5 s: that should succeed.",
        "With more than about 1000 clients spread them over 5-30 s: 5000 of them in 5-30 s are \
         at most some 235 per second.",
        "If that fails, back off as for 1013: from 1 s, doubling, full jitter.",
    ],
    checks: &[
        "Is it a deploy? Then wait; if nobody deployed, who stopped it?",
        "All workers or one? Compare their start times.",
        "Is somebody listening again, and do fresh connections pass?",
        "Do the clients come back in one second or spread? Watch for 1013 behind the 1012.",
    ],
    commands: &[c::LISTENER, c::UNIT_STARTS, c::JOURNAL, c::AGES, c::PROBE, c::WATCH],
    fixes: &[
        "Restart workers one after another; drain each before it stops.",
        "Give the clients their jitter: without it a restart makes its own herd.",
        "Limit the rate of new connections at the load balancer.",
    ],
    notes: &[
        "The text of the registration is stricter (hybi list, msg09670, as libraries quote it): \
         reconnect after a randomized delay of 5-30 s.",
        "After gunicorn HUP no probe is refused; after TERM the next one is.",
        "Others say it otherwise: the Python package websockets sends 1001 on SIGTERM, hypercorn \
         1011, aiohttp, Node and nginx close without a frame (1006), daphne turns 1012 into 1011.",
    ],
    source: "IANA registry of close codes (not in RFC 6455)",
};

pub(super) const GOING_AWAY: Facts = Facts {
    headline: "server stops or page left; random 1-5 s",
    meaning: "One side goes away: the server shuts down, or the user left the page.",
    wire: "either side; may be on the wire",
    when: "the server shuts down, or the browser's tab is closed or leaves the page",
    causes: &[
        "A tab was closed or the page was left: the steady part of the rate.",
        "The server stops: the Python package websockets sends it on SIGTERM.",
        "A proxy or load balancer drains or drops what was idle.",
    ],
    reconnect: Reconnect::Soon,
    client: &[
        "From the server: reconnect after a random 1-5 s, then back off from 1 s, doubling, with \
         full jitter.",
        "Sent by the page itself: nothing.",
    ],
    checks: &[
        "Many in one second: a deploy or a drain of the load balancer. A trickle: users who leave.",
        "Start times of the processes.",
    ],
    commands: &[c::UNIT_STARTS, c::JOURNAL, c::LISTENER, c::PROBE],
    fixes: &["Where a restart is meant, send 1012: it tells clients that the service comes back."],
    notes: &["1001 does not say whether anybody comes back; 1012 does."],
    source: "RFC 6455 section 7.4.1",
};
