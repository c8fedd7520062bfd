//! Commands that several pages tell to run.
//!
//! No line is wider than 70 columns: with the margin of a page it fits into 80
//! and can be copied whole.

use super::facts::Run;

pub(super) const WATCH: Run =
    Run { run: "herdtop -p PORT -c LIMIT", why: "open connections of the limit, rates, herd" };
pub(super) const PROBE: Run =
    Run { run: "herdtop check --for 10s URL", why: "what a client is told right now" };
pub(super) const PROBE_LIVE: Run =
    Run { run: "herdtop -p PORT URL", why: "held and fresh probes, told apart" };

pub(super) const OPEN_COUNT: Run = Run {
    run: "ss -Htn state established '( sport = :PORT )' | wc -l",
    why: "open connections of the port",
};
pub(super) const SUMMARY: Run = Run { run: "ss -s", why: "sockets of the host by state" };
pub(super) const ACCEPT_QUEUE: Run =
    Run { run: "ss -ltn 'sport = :PORT'", why: "Recv-Q = waiting to be accepted, of Send-Q" };
pub(super) const LISTENER: Run =
    Run { run: "ss -ltnp 'sport = :PORT'", why: "does anybody listen, and who" };
pub(super) const OVERFLOWS: Run =
    Run { run: "nstat -az TcpExtListenOverflows", why: "grows when the accept queue is full" };

pub(super) const TRACEBACKS: Run = Run {
    run: "journalctl -u UNIT -n 100 --no-pager \\\n  | grep -E 'ERROR|Exception|Traceback'",
    why: "the log at the second of the close",
};
pub(super) const UNIT_STARTS: Run = Run {
    run: "systemctl show UNIT -p ExecMainStartTimestamp -p NRestarts",
    why: "when it started, how often by itself",
};
pub(super) const JOURNAL: Run = Run {
    run: "journalctl -u UNIT --since '10 minutes ago' --no-pager",
    why: "stops, starts, signals",
};
pub(super) const AGES: Run =
    Run { run: "ps -o pid,lstart,rss,cmd -C NAME", why: "which workers are new" };

pub(super) const OOM: Run = Run {
    run: "sudo dmesg -T | grep -iE 'oom|killed process|out of memory'",
    why: "kills by the kernel for memory",
};
pub(super) const MEMORY: Run = Run { run: "free -h", why: "memory of the host" };
pub(super) const RSS: Run = Run { run: "grep VmRSS /proc/PID/status", why: "memory of one worker" };
pub(super) const BIGGEST: Run =
    Run { run: "ps aux --sort=-%mem | head", why: "who has the memory and the CPU" };

pub(super) const FD_LIMIT: Run =
    Run { run: "grep 'open files' /proc/PID/limits", why: "one connection = one descriptor" };
pub(super) const FD_USED: Run =
    Run { run: "sudo ls /proc/PID/fd | wc -l", why: "descriptors in use" };
pub(super) const FD_RAISE: Run = Run {
    run: "sudo prlimit --pid PID --nofile=65536:65536",
    why: "raises the limit of the running process",
};
pub(super) const FD_UNIT: Run =
    Run { run: "sudo systemctl edit UNIT", why: "[Service] LimitNOFILE=65536, then restart it" };

pub(super) const UPGRADE: Run = Run {
    run: "curl -isS --http1.1 -m 5 https://HOST/PATH \\\n  -H 'Connection: Upgrade' -H 'Upgrade: websocket' \\\n  -H 'Sec-WebSocket-Version: 13' \\\n  -H 'Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ=='",
    why: "the answer to an upgrade; 101 is right",
};
pub(super) const UPGRADE_ORIGIN: Run = Run {
    run: "curl -isS --http1.1 -m 5 https://HOST/PATH \\\n  -H 'Connection: Upgrade' -H 'Upgrade: websocket' \\\n  -H 'Sec-WebSocket-Version: 13' -H 'Origin: https://SITE' \\\n  -H 'Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ=='",
    why: "once with your Origin, once without",
};
pub(super) const UPGRADE_DEFLATE: Run = Run {
    run: "curl -isS --http1.1 -m 5 https://HOST/PATH \\\n  -H 'Connection: Upgrade' -H 'Upgrade: websocket' \\\n  -H 'Sec-WebSocket-Version: 13' \\\n  -H 'Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==' \\\n  -H 'Sec-WebSocket-Extensions: permessage-deflate' \\\n  | grep -i '^sec-websocket-extensions'",
    why: "no line = not negotiated",
};
pub(super) const CERTIFICATE: Run = Run {
    run: "openssl s_client -connect HOST:443 -servername HOST </dev/null \\\n  | openssl x509 -noout -subject -issuer -dates",
    why: "whose certificate, until when",
};
pub(super) const NGINX_LOG: Run = Run {
    run: "sudo tail -n 50 /var/log/nginx/error.log",
    why: "upstream errors, worker_connections",
};
pub(super) const NGINX_UPGRADE: Run = Run {
    run: "sudo nginx -T | grep -niE 'upgrade|proxy_http_version'",
    why: "are the Upgrade headers passed on",
};
pub(super) const NGINX_TIMEOUTS: Run = Run {
    run: "sudo nginx -T | grep -nE 'proxy_(read|send)_timeout'",
    why: "60 s where nothing is set",
};
