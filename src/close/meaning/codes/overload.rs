//! 1013: no room.

use super::super::commands as c;
use super::super::facts::{Facts, Reconnect};

pub(super) const TRY_LATER: Facts = Facts {
    headline: "up but overloaded: no room; back off from 1 s, doubling",
    meaning: "The server is overloaded: it runs, but cannot serve more clients now, and ends this \
              connection for a passing shortage. It is no restart. Connections that are open \
              go on; new ones are rejected.",
    wire: "the server, as a rule right after the 101; may be on the wire",
    when: "the server is up and full: a limit of connections, memory, descriptors or its event \
           loop is used up, or a herd is coming back",
    causes: &[
        "The limit of connections that the application admits is reached.",
        "Memory is short, and the server sheds connections before the kernel kills it.",
        "The event loop lags (over 100 ms is saturated), or the thread pool is used up.",
        "A herd: many clients reconnect at once after an outage and keep it full.",
        "Nothing holds clients back: no admission control, no rate limit in front.",
    ],
    reconnect: Reconnect::Backoff,
    client: &[
        "Back off exponentially: from 1 s, doubling at each attempt, capped at 60 s, with full \
         jitter: wait a random time from 0 to min(60 s, 1 s x 2^n).",
        "Cap first, jitter after. min(2^n s + jitter, 60 s) loses its jitter once 2^n passes the \
         cap: then all clients wait exactly 60 s, in step.",
        "Start over at 1 s only after the link was stable for 5-10 s. 1013 comes after the open \
         event: a reset in onopen means that nobody ever backs off.",
        "Back off after 503, 429, a refused port and 1006 too: in a browser they all read 1006, \
         and a client that only handles 1013 never comes back from them.",
        "Try another address first where the name has several; honour Retry-After.",
    ],
    checks: &[
        "Open connections against the limit: alert at 70 % of capacity (ss, or wss.clients.size in \
         Node).",
        "Descriptors: each connection takes one; a limit of 1024 is full at about 1000.",
        "Memory of host, cgroup and process; memory per connection.",
        "Lag of the event loop: over 100 ms is saturated. In Node: \
         monitorEventLoopDelay({resolution: 10}), percentile(99) / 1e6 is ms (it counts in ns); \
         an idle loop reads about 12 ms.",
        "Connects per second: do they all come within the same second?",
        "Where the limit is set: worker_connections in nginx, maxconn in HAProxy, \
         --worker-connections in gunicorn, maxConnections in Tomcat (herdtop finds these); \
         net.Server.maxConnections, verifyClient or own code in Node; own code in connect() in \
         Channels.",
        "Not the capacity of the channel layer: CHANNEL_LAYERS capacity (100 where it is not \
         set) counts the messages that wait in one channel. Over it send() raises ChannelFull \
         and group_send() drops without a word; nobody is refused. What is set: \
         get_channel_layer().capacity in manage.py shell; what waits: redis-cli zcard KEY, for \
         the KEYs of redis-cli --scan --pattern 'asgispecific*'.",
    ],
    commands: &[
        c::WATCH,
        c::PROBE_LIVE,
        c::SUMMARY,
        c::OPEN_COUNT,
        c::ACCEPT_QUEUE,
        c::FD_LIMIT,
        c::FD_USED,
        c::MEMORY,
        c::RSS,
        c::BIGGEST,
        c::CONNECTS,
        c::FD_RAISE,
        c::FD_UNIT,
    ],
    fixes: &[
        "Descriptors to 65536: LimitNOFILE=65536 in the systemd unit (limits.conf does not reach \
         services), or 'USER soft nofile 65536' and 'USER hard nofile 65536' in \
         /etc/security/limits.conf for logins; then restart it.",
        "Admission control: a limit of connections, counted up only for those admitted, so that \
         a rejected one does not count down (Channels calls disconnect() for it too).",
        "Scale out: several servers behind least_conn, or ip_hash for sticky sessions, with a \
         shared pub/sub such as Redis or NATS between them.",
        "Limit the rate of new connections at the load balancer, so that a herd is accepted slowly.",
        "If it stays: investigate capacity, add servers, or have fewer connections.",
    ],
    notes: &[
        "The text of the registration is stricter (hybi list, msg09670, as libraries quote it): \
         only connect to another IP, or to the same one when the user asks for it.",
        "Full jitter from 1 s does not help the very first retry of a herd: spread that one \
         over 0-5 s (RFC 6455 7.2.3) or wider.",
        "The ws package has no option maxConnections: it is ignored without a word.",
        "close(code=1013) before accept() never reaches the wire: Channels and Starlette answer \
         HTTP 403. After accept(), daphne turns it into 1011.",
        "uvicorn --limit-concurrency does not refuse WebSockets; it answers plain requests, \
         health checks too, with 503.",
        "Refused clients leave the socket table within milliseconds: 'ss' misses them, \
         PassiveOpens and herdtop do not.",
    ],
    source: "IANA registry of close codes (not in RFC 6455)",
};
