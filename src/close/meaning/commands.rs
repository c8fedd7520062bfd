//! Commands that several pages tell to run.
//!
//! A command and its purpose fit beside the margin of a page of 80 columns, or
//! the command is broken by `\` into lines that do: it can be copied whole.

use super::facts::Run;

pub(super) const WATCH: Run =
    Run { run: "herdtop -p PORT -c LIMIT", why: "open of the limit, rates, herd" };
pub(super) const PROBE: Run =
    Run { run: "herdtop check --for 10s URL", why: "what a client receives now" };
pub(super) const PROBE_LIVE: Run =
    Run { run: "herdtop -p PORT URL", why: "held and fresh probes apart" };

pub(super) const OPEN_COUNT: Run =
    Run { run: "ss -Htn state established '( sport = :PORT )' | wc -l", why: "how many open" };
pub(super) const CONNECTS: Run = Run {
    run: concat!(
        "awk '/WebSocket connected/ {n[substr($1, 1, 19)]++}\n",
        "  END {for (t in n) print t, n[t]}' LOG | sort | tail -20",
    ),
    why: "connects per second in the application's log",
};
pub(super) const SUMMARY: Run = Run { run: "ss -s", why: "sockets of the host by state" };
pub(super) const ACCEPT_QUEUE: Run =
    Run { run: "ss -ltn 'sport = :PORT'", why: "accept queue: Recv-Q of Send-Q" };
pub(super) const LISTENER: Run =
    Run { run: "ss -ltnp 'sport = :PORT'", why: "does anybody listen, who" };
pub(super) const OVERFLOWS: Run =
    Run { run: "nstat -az TcpExtListenOverflows", why: "grows: accept queue full" };

pub(super) const TRACEBACKS: Run = Run {
    run: concat!(
        "sudo journalctl -u UNIT -n 100 --no-pager \\\n",
        "  | grep -E 'ERROR|Exception|Traceback'",
    ),
    why: "the log at the second of the close",
};
pub(super) const UNIT_STARTS: Run =
    Run { run: "systemctl show UNIT -p ExecMainStartTimestamp -p NRestarts", why: "restarts" };
pub(super) const JOURNAL: Run =
    Run { run: "journalctl -u UNIT --since '10 minutes ago' --no-pager", why: "starts, stops" };
pub(super) const AGES: Run =
    Run { run: "ps -o pid,lstart,rss,cmd -C NAME", why: "which workers are new" };

pub(super) const OOM: Run =
    Run { run: "sudo dmesg -T | grep -iE 'oom|killed process'", why: "killed for memory" };
pub(super) const MEMORY: Run = Run { run: "free -h", why: "memory of the host" };
pub(super) const RSS: Run = Run { run: "grep VmRSS /proc/PID/status", why: "memory of one worker" };
pub(super) const BIGGEST: Run =
    Run { run: "ps aux --sort=-%mem | head", why: "who has the memory" };

pub(super) const FD_LIMIT: Run =
    Run { run: "grep 'open files' /proc/PID/limits", why: "descriptors allowed" };
pub(super) const FD_USED: Run =
    Run { run: "sudo ls /proc/PID/fd | wc -l", why: "descriptors in use" };
pub(super) const FD_RAISE: Run =
    Run { run: "sudo prlimit --pid PID --nofile=65536:65536", why: "raises it at once" };
pub(super) const FD_UNIT: Run =
    Run { run: "sudo systemctl edit UNIT", why: "[Service] LimitNOFILE=65536" };

pub(super) const UPGRADE: Run = Run {
    run: concat!(
        "curl -isS --http1.1 -m 5 https://HOST/PATH \\\n",
        "  -H 'Connection: Upgrade' -H 'Upgrade: websocket' \\\n",
        "  -H 'Sec-WebSocket-Version: 13' \\\n",
        "  -H 'Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ=='",
    ),
    why: "the answer to an upgrade; after a 101 it waits until -m ends it",
};
pub(super) const UPGRADE_ORIGIN: Run = Run {
    run: concat!(
        "curl -isS --http1.1 -m 5 https://HOST/PATH \\\n",
        "  -H 'Connection: Upgrade' -H 'Upgrade: websocket' \\\n",
        "  -H 'Sec-WebSocket-Version: 13' -H 'Origin: https://SITE' \\\n",
        "  -H 'Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ=='",
    ),
    why: "once with your Origin, once without",
};
pub(super) const UPGRADE_DEFLATE: Run = Run {
    run: concat!(
        "curl -isS --http1.1 -m 5 https://HOST/PATH \\\n",
        "  -H 'Connection: Upgrade' -H 'Upgrade: websocket' \\\n",
        "  -H 'Sec-WebSocket-Version: 13' \\\n",
        "  -H 'Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==' \\\n",
        "  -H 'Sec-WebSocket-Extensions: permessage-deflate' \\\n",
        "  | grep -i '^sec-websocket-extensions'",
    ),
    why: "no line = not negotiated",
};
pub(super) const CERTIFICATE: Run = Run {
    run: concat!(
        "openssl s_client -connect HOST:443 -servername HOST </dev/null \\\n",
        "  | openssl x509 -noout -subject -issuer -dates",
    ),
    why: "whose certificate, until when",
};
pub(super) const NGINX_LOG: Run =
    Run { run: "sudo tail -n 50 /var/log/nginx/error.log", why: "upstream errors" };
pub(super) const NGINX_UPGRADE: Run =
    Run { run: "sudo nginx -T | grep -niE 'upgrade|proxy_http_version'", why: "passed on?" };
pub(super) const NGINX_TIMEOUTS: Run =
    Run { run: "sudo nginx -T | grep -nE 'proxy_(read|send)_timeout'", why: "default 60 s" };
