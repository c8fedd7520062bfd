//! 1006 and 1015: never on the wire, made up by the client's library.

use super::super::commands as c;
use super::super::facts::{Facts, Reconnect, Run};

pub(super) const ABNORMAL: Facts = Facts {
    headline: "TCP ended without a Close frame; find who cut it",
    meaning: "The connection ended without a Close frame: FIN or RST. It names what did not \
              come, so nobody sends it. In a browser every failed handshake reads 1006 too: \
              refused, timed out, HTTP 403, 429, 502, 503.",
    wire: "nobody: the client's own library reports it; must never be on the wire",
    when: "TCP was cut: a crash, a kill, a proxy's timeout, the network; in a browser also any \
           failed handshake",
    causes: &[
        "The process went: SIGKILL, out of memory, a crash. All its connections end within \
         milliseconds.",
        "A proxy's idle timeout: nginx proxy_read_timeout (60 s unless set), HAProxy timeout \
         tunnel.",
        "An exception in a handler of uvicorn, aiohttp or Node.",
        "A stop without a Close frame: Node, aiohttp and nginx on SIGTERM, nginx on reload.",
        "In a browser: the handshake failed; the status is not shown to the page.",
        "Descriptors are used up: Node and uvloop cut the handshake; stock asyncio lets it time \
         out, with a full accept queue and an endless log of 'Errno 24'.",
        "A client's network: mobile, NAT, sleep.",
    ],
    reconnect: Reconnect::Backoff,
    client: &[
        "The first time after a random 0-5 s (RFC 6455 7.2.3), then exponentially from 1 s, \
         doubling, full jitter, capped at 60 s.",
        "Start over only after the link was stable for 5-10 s.",
        "Send a ping or a heartbeat more often than the shortest idle timeout on the way.",
    ],
    checks: &[
        "Pids and start times of the workers: a new one = the old one died.",
        "The kernel log for kills for lack of memory.",
        "The age of the connections that end: all at one value = a proxy's timeout.",
        "The proxy's error log; worker_connections of nginx (each WebSocket takes two).",
        "What a fresh handshake gets: 403, 429, 502 and 503 hide behind 1006 in a browser.",
    ],
    commands: &[
        c::PROBE,
        c::UPGRADE,
        c::OOM,
        c::UNIT_STARTS,
        c::AGES,
        c::LISTENER,
        c::FD_LIMIT,
        c::NGINX_LOG,
        c::NGINX_TIMEOUTS,
    ],
    fixes: &[
        "Close with a code on purpose: 1012 before a restart, 1011 after an exception.",
        "Raise the proxy's timeout above the heartbeat, or send the heartbeat more often.",
        "Bound memory; raise descriptors (LimitNOFILE=65536).",
    ],
    notes: &[
        "FIN or RST is no difference of cause: a killed process sends RST where data was unread.",
        "herdtop counts 1006 for open connections only; failed handshakes keep their own names. \
         What a browser would have shown stands in closes_browser.",
        "A herd against a dead port has no connections at all: it shows as resets sent (OutRsts).",
    ],
    source: "RFC 6455 sections 7.1.5 and 7.4.1",
};

pub(super) const TLS: Facts = Facts {
    headline: "certificate or wrong port; fix before retrying",
    meaning: "The TLS handshake failed, so there never was a WebSocket connection. The client's \
              own library reports it; browsers show 1006 instead as a rule.",
    wire: "nobody: the client's own library reports it; must never be on the wire",
    when: "TLS could not be agreed on: certificate, name, version, or the port speaks no TLS",
    causes: &[
        "The certificate is out of date, of another name, or of an unknown authority.",
        "wss:// to a port that speaks plain HTTP.",
        "The name is missing in the handshake (SNI), or no version of TLS is common.",
    ],
    reconnect: Reconnect::AfterFix,
    client: &["Do not retry until it is fixed; show the user what is wrong."],
    checks: &[
        "Dates, names and chain of the certificate, on every address of the name.",
        "ws:// or wss://, and which port?",
        "Was the certificate renewed without a reload of the proxy?",
    ],
    commands: &[
        c::CERTIFICATE,
        c::PROBE,
        Run { run: "herdtop check --each-address URL", why: "one may be wrong" },
    ],
    fixes: &["Renew it, reload whoever holds it, and be told well before it ends."],
    notes: &[
        "ws:// to a TLS port fails too: nginx answers 400 'plain HTTP request was sent to HTTPS \
         port', Node closes at once.",
    ],
    source: "RFC 6455 section 7.4.1",
};
