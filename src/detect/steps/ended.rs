//! Processes that end: was it a plan, a crash, or the kernel?

use super::{Case, Step, say};

/// `crash`, `worker_lost`: all connections of one worker at once.
pub(in crate::detect) fn crashed(case: &Case<'_>) -> Vec<Step> {
    let mut steps = vec![
        case.run(
            "the traceback at that second",
            "journalctl -u UNIT --since '10 minutes ago' --no-pager | grep -E 'ERROR|Exception|Traceback'",
        ),
        killed_for_memory(case),
        case.run("how often it began anew", "systemctl show UNIT -p NRestarts -p ExecMainStartTimestamp"),
        case.run("crash or restart, by the close code clients receive", "herdtop explain 1011 1006"),
        say("catch what the message handler throws, and close with 1011 yourself"),
    ];
    steps.extend(case.ramp().map(|(ramp, listener)| say(ramp.words(listener))));
    steps
}

/// `oom_kill`: the kernel took a process for its memory.
pub(in crate::detect) fn killed(case: &Case<'_>) -> Vec<Step> {
    vec![
        killed_for_memory(case),
        case.run("of the unit, and its limit", "systemctl show UNIT -p MemoryCurrent -p MemoryMax"),
        case.run("memory of one worker", "grep VmRSS /proc/PID/status"),
        say("bound the queue of each connection, and shed load with 1013 before memory is out"),
    ]
}

/// `restart`: 1012 or 1001, or the process says so.
pub(in crate::detect) fn restarted(case: &Case<'_>) -> Vec<Step> {
    let mut steps = vec![
        case.run(
            "a deploy? who asked for it",
            "journalctl -u UNIT --since '10 minutes ago' --no-pager",
        ),
        case.run(
            "how often it began anew",
            "systemctl show UNIT -p NRestarts -p ExecMainStartTimestamp",
        ),
        say("clients are to come back within 1 to 5 s at random; those that do not are the herd"),
        case.run("restart or overload", "herdtop explain 1012 1013"),
    ];
    steps.extend(case.ramp().map(|(ramp, listener)| say(ramp.words(listener))));
    steps
}

/// `down`: nobody answers.
pub(in crate::detect) fn down(case: &Case<'_>) -> Vec<Step> {
    vec![
        case.run("does it run", "systemctl status UNIT --no-pager"),
        case.run("does anybody listen, who", "ss -ltnp 'sport = :PORT'"),
        case.run("why it ended", "journalctl -u UNIT --since '10 minutes ago' --no-pager"),
        killed_for_memory(case),
        case.run("start it; every client will come at once", "sudo systemctl start UNIT"),
    ]
}

pub(super) fn killed_for_memory(case: &Case<'_>) -> Step {
    case.run("was it killed for memory", "sudo dmesg -T | grep -i 'killed process\\|out of memory'")
}
