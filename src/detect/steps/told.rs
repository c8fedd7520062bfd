//! What clients are told: read the answer, look where it comes from.

use super::ended::killed_for_memory;
use super::herd::how_many;
use super::{Case, Step, say};

/// `refusing_new`: those who are in stay, new ones are turned away.
pub(in crate::detect) fn refusing(case: &Case<'_>) -> Vec<Step> {
    let mut steps = vec![explained(case, "1013")];
    steps.push(how_many(case));
    steps.push(case.run("descriptors: allowed", "grep 'open files' /proc/PID/limits"));
    steps.push(case.run("accept queue: Recv-Q of Send-Q", "ss -ltn 'sport = :PORT'"));
    steps.push(case.run("memory of the host", "free -h"));
    steps.push(say("is it an admission limit? then it works: add room, or let it reject"));
    steps.extend(case.ramp().map(|(ramp, listener)| say(ramp.words(listener))));
    steps
}

/// `lag`: the event loop answers late.
pub(in crate::detect) fn lag(case: &Case<'_>) -> Vec<Step> {
    vec![
        case.run("is its thread at 100 %?", "top -H -b -n 1 -p PID | head -20"),
        say("in Node: monitorEventLoopDelay of perf_hooks, p99 over 100 ms is saturated; in \
             asyncio: loop.slow_callback_duration with debug on"),
        say("look for what blocks: synchronous I/O, JSON of large messages, a broadcast to all"),
        case.run("held and fresh probes apart, live", "herdtop URL"),
    ]
}

/// `upstream`: a proxy speaks for a server that does not.
pub(in crate::detect) fn upstream(case: &Case<'_>) -> Vec<Step> {
    vec![
        case.run("what the proxy has to say", "sudo tail -n 50 /var/log/nginx/error.log"),
        case.run("does the server behind it run", "systemctl status UNIT --no-pager"),
        case.run("what it said last", "journalctl -u UNIT --since '10 minutes ago' --no-pager"),
        explained(case, "502"),
    ]
}

/// `misconfigured`: it does not heal by itself.
pub(in crate::detect) fn misconfigured(case: &Case<'_>) -> Vec<Step> {
    vec![
        explained(case, "1008"),
        case.run("the same attempt once more", "herdtop check --for 10s URL"),
        case.run(
            "are upgrades passed on by the proxy",
            "sudo nginx -T | grep -niE 'upgrade|proxy_http_version'",
        ),
        say("compare origin, subprotocol, extension and credentials with those of a real client"),
    ]
}

/// `close_storm`: one code, far above its usual rate.
pub(in crate::detect) fn storm(case: &Case<'_>) -> Vec<Step> {
    vec![
        explained(case, "1006"),
        case.run(
            "the log at that second",
            "journalctl -u UNIT --since '10 minutes ago' --no-pager | grep -E 'ERROR|Exception|Traceback'",
        ),
        killed_for_memory(case),
        how_many(case),
    ]
}

/// What was told, else the code that is told as a rule.
fn explained(case: &Case<'_>, usual: &str) -> Step {
    let code = if case.names.knows("CODE") { "CODE" } else { usual };
    let who = case.target.map_or_else(String::new, |target| format!(" by {}", target.label()));
    case.run(
        format!("what the close codes mean{who}, and what clients must do"),
        &format!("herdtop explain {code}"),
    )
}
