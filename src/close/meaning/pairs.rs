//! Pairs that are mixed up, and what tells them apart.

/// Two codes or statuses; a number below 600 is a status.
pub(super) struct Pair {
    pub(super) codes: [u16; 2],
    pub(super) difference: &'static str,
    /// When it is the one, and when the other, with what to do then.
    pub(super) when: [&'static str; 2],
}

const OVERLOADED: &str = "the server runs and cannot take more: back off from 1 s, doubling, with \
                          full jitter. If it stays, investigate capacity, scale out, or have \
                          fewer connections.";
const RESTARTS: &str = "a planned restart, a deploy or a reload: reconnect once after a random \
                        1-5 s (5-30 s with more than about 1000 clients). It should succeed.";
const CRASHED: &str = "the handler failed and the server could still say so: find the traceback; \
                       clients back off from 1 s, doubling.";
const CUT: &str = "nothing was said: a crash, a kill, a proxy's timeout, the network. Look at \
                   pids, the kernel log and the proxy; first retry after a random 0-5 s.";

pub(super) const PAIRS: &[Pair] = &[
    Pair {
        codes: [1012, 1013],
        difference: "1012 goes and comes back: reconnecting is expected and should succeed. 1013 \
                     stays and is full: it is no restart, and every early retry makes it worse.",
        when: [RESTARTS, OVERLOADED],
    },
    Pair {
        codes: [1010, 1013],
        difference: "1010 is said by the client, for good, and is about configuration. 1013 is \
                     said by the server, for now, and is about load. After 1010 no retry helps; \
                     after 1013 a later one does.",
        when: [
            "an extension the client requires, such as permessage-deflate, is not in the 101: \
             enable it on the server or make it optional in the client; check \
             Sec-WebSocket-Extensions.",
            OVERLOADED,
        ],
    },
    Pair {
        codes: [1011, 1006],
        difference: "1011 is said, 1006 is silence: a server that could still send a Close frame \
                     after its failure against a connection that was cut. The same exception is \
                     1011 on websockets, hypercorn and daphne and 1006 on uvicorn, aiohttp and \
                     Node.",
        when: [CRASHED, CUT],
    },
    Pair {
        codes: [1011, 1012],
        difference: "1011 is a failure, 1012 is intent. Behind daphne a restart reads 1011 too, \
                     and hypercorn says 1011 when it stops.",
        when: [CRASHED, RESTARTS],
    },
    Pair {
        codes: [1011, 1013],
        difference: "1011 is broken, 1013 is full. One connection fails for a bug; all new ones \
                     are turned away for lack of room. daphne says 1011 for both.",
        when: [CRASHED, OVERLOADED],
    },
    Pair {
        codes: [1006, 1013],
        difference: "1013 is a server that answers, 1006 is none that does. In a browser 1006 \
                     also hides refusals for overload before the upgrade: HTTP 429, 503 and 403.",
        when: [CUT, OVERLOADED],
    },
    Pair {
        codes: [1006, 1012],
        difference: "1012 is a restart that was announced, 1006 one that was not, or no restart \
                     at all. Node, aiohttp and nginx stop without a Close frame.",
        when: [CUT, RESTARTS],
    },
    Pair {
        codes: [1000, 1001],
        difference: "1000 says that the work is done, 1001 that somebody leaves before it is: \
                     the page or the server.",
        when: [
            "both are done: logout, end of a stream. No reconnect.",
            "the tab is closed (nothing to do) or the server stops: reconnect after a random \
             1-5 s.",
        ],
    },
    Pair {
        codes: [1000, 1005],
        difference: "Both are orderly ends: 1000 says so, 1005 is a Close frame without any code.",
        when: [
            "an end that was meant: no reconnect.",
            "somebody called close() without a code: reconnect after a random 1-5 s, and fix the \
             caller.",
        ],
    },
    Pair {
        codes: [1001, 1012],
        difference: "1001 goes, 1012 goes and comes back. A page says 1001 too, only a server \
                     says 1012.",
        when: [
            "a tab closed, a drain, a stop: reconnect after a random 1-5 s if it was the server.",
            RESTARTS,
        ],
    },
    Pair {
        codes: [1005, 1006],
        difference: "1005: a Close frame came, without a code. 1006: no Close frame came at all. \
                     Neither is ever on the wire.",
        when: ["an orderly end by code that names no reason: fix the caller of close().", CUT],
    },
    Pair {
        codes: [1006, 1015],
        difference: "1015 names the cause, TLS; most browsers show 1006 for it all the same.",
        when: [CUT, "the certificate, its name or the port is wrong: no retry until it is fixed."],
    },
    Pair {
        codes: [1002, 1007],
        difference: "1002 is about frames, 1007 about what is in them.",
        when: [
            "bits, opcodes or masks are wrong: a proxy or a library.",
            "a text is not UTF-8: an encoder of the application.",
        ],
    },
    Pair {
        codes: [1008, 3000],
        difference: "Both turn this client away. 3000 says why: it is not logged in. 1008 is any \
                     rule: login, Origin, rate.",
        when: [
            "a rule without a code of its own; log in again or slow down, then once.",
            "a login is missing or has run out; log in again, then once.",
        ],
    },
    Pair {
        codes: [1008, 1013],
        difference: "1008 is about this client and stays, 1013 is about the server and passes. A \
                     server that says 1008 for overload makes clients give up.",
        when: ["auth, Origin or rate: not again as it is.", OVERLOADED],
    },
    Pair {
        codes: [3000, 3003],
        difference: "3000: who are you? 3003: I know you, and no.",
        when: ["log in again, then connect once.", "nothing to retry: tell the user."],
    },
    Pair {
        codes: [1013, 1014],
        difference: "1013 is the server itself, full; 1014 is a proxy whose server is dead. The \
                     client backs off after both, the operator looks at different machines.",
        when: [OVERLOADED, "a proxy gets nothing usable from its upstream: look at that process."],
    },
    Pair {
        codes: [1013, 503],
        difference: "The same said later or earlier: 503 before there is a connection, 1013 \
                     after. A browser shows 1006 for 503. 503 is cheaper and can say Retry-After.",
        when: [OVERLOADED, "refused before the upgrade: wait for Retry-After, else as after 1013."],
    },
    Pair {
        codes: [1013, 429],
        difference: "1013 is a server without room, 429 a rate limit, as a rule of the proxy.",
        when: [OVERLOADED, "clients connect too fast: wait for Retry-After, else as after 1013."],
    },
    Pair {
        codes: [429, 503],
        difference: "429: you come too often. 503: nobody could be served now.",
        when: ["a rate limit: wait for Retry-After.", "no room or no server: back off from 1 s."],
    },
    Pair {
        codes: [401, 403],
        difference: "401: log in. 403: you may not, or, before accept in Channels and Starlette, \
                     the server is full.",
        when: [
            "a login is missing: not again as it is.",
            "all fail: Origin or rights. Some pass: admission control, see capacity.",
        ],
    },
    Pair {
        codes: [502, 503],
        difference: "502: the proxy gets nothing from the server behind it. 503: somebody says no.",
        when: [
            "the process behind is down, restarts or cuts: look at it, past the proxy.",
            "a limit of server or proxy is reached, or HAProxy has no server left.",
        ],
    },
    Pair {
        codes: [502, 504],
        difference: "502 comes at once: dead. 504 comes after the timeout: stuck.",
        when: [
            "the port behind the proxy refuses or cuts.",
            "the process is there and does not answer: lag, full accept queue, descriptors.",
        ],
    },
    Pair {
        codes: [1014, 502],
        difference: "The same said later or earlier: 1014 in a Close frame, 502 to the upgrade.",
        when: [
            "the upstream goes while connections are open; rare, most proxies just cut (1006).",
            "the upstream is down when the client comes.",
        ],
    },
];
