//! Words people use, and what they may mean.

use super::target::Target::{self, Code, Range, Status, Vendor};

/// A word or phrase, in small letters and without marks, and what it may mean,
/// likeliest first.
pub(super) type Phrase = (&'static [&'static str], &'static [Target]);

/// Names of codes, statuses, vendors and outcomes are found without this.
pub(super) const PHRASES: &[Phrase] = &[
    (&["oom", "out of memory", "oom kill", "memory"], &[Code(1011), Code(1006), Code(1013)]),
    (
        &["overload", "overloaded", "capacity", "full", "saturated", "busy", "connection limit"],
        &[Code(1013), Status(503), Status(429), Status(403)],
    ),
    (&["admission", "admission control"], &[Code(1013), Status(403), Status(503)]),
    (&["restart", "deploy", "reload", "sigterm", "rollout"], &[Code(1012), Code(1001)]),
    (&["drain", "shutdown", "stop"], &[Code(1001), Code(1012)]),
    (
        &["auth", "authentication", "login", "token"],
        &[Code(1008), Code(3000), Status(401), Status(403)],
    ),
    (&["origin", "cors"], &[Status(403), Code(1008)]),
    (
        &["fd", "fds", "descriptors", "file descriptors", "emfile", "errno 24", "ulimit", "nofile"],
        &[Code(1013), Code(1006)],
    ),
    (&["too many open files", "limitnofile"], &[Code(1013), Code(1006)]),
    (&["timeout", "timed out"], &[Code(3008), Status(504), Status(408), Code(1006)]),
    (&["idle", "idle timeout", "proxy timeout"], &[Code(1006), Code(1001), Code(3008)]),
    (&["crash", "crashed", "segfault", "killed", "sigkill"], &[Code(1006), Code(1011)]),
    (&["exception", "traceback", "error in handler"], &[Code(1011), Status(500), Code(1006)]),
    (&["refused", "connection refused", "down"], &[Code(1006), Status(502), Code(1014)]),
    (&["reset", "rst", "fin", "eof", "hang up"], &[Code(1006)]),
    (&["herd", "thundering herd", "backoff", "jitter"], &[Code(1013), Code(1012), Status(429)]),
    (
        &["rate limit", "rate limited", "throttle", "throttled"],
        &[Status(429), Code(1013), Code(1008)],
    ),
    (&["tls", "ssl", "certificate", "cert", "handshake failure"], &[Code(1015)]),
    (
        &["extension", "mandatory extension", "compression", "deflate", "permessage deflate"],
        &[Code(1010)],
    ),
    (&["upstream", "gateway"], &[Code(1014), Status(502), Status(504)]),
    (&["lag", "event loop", "event loop lag", "blocked"], &[Code(1013), Status(504)]),
    (&["accept queue", "backlog", "listen overflow"], &[Code(1013), Status(504)]),
    (&["utf", "utf8", "utf 8", "encoding"], &[Code(1007)]),
    (&["too big", "too large", "payload", "message size"], &[Code(1009), Code(1007)]),
    (&["upgrade", "upgrade headers"], &[Status(426), Status(101), Status(400)]),
    (&["redirect", "moved"], &[Status(301)]),
    (&["no close frame", "closed abnormally", "abnormal closure"], &[Code(1006)]),
    (&["private", "custom", "application", "app"], &[Range(4000, 4999)]),
    (&["aws", "api gateway", "amazon"], &[Vendor("AWS API Gateway")]),
    (&["slack"], &[Vendor("Slack Socket Mode")]),
    (&["socketio"], &[Vendor("Socket.IO")]),
    (&["django", "channels", "daphne"], &[Status(403), Code(1011), Code(1013)]),
    (&["uvicorn", "starlette"], &[Status(403), Code(1012), Code(1006)]),
    (&["gunicorn"], &[Code(1012), Code(1006)]),
    (&["nginx", "haproxy"], &[Status(502), Status(503), Status(504), Code(1006)]),
];
