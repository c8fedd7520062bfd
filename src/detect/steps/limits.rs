//! Something runs out: see how far it is, raise it, take load off.

use super::ended::killed_for_memory;
use super::herd::how_many;
use super::{Case, Step, say};
use crate::fmt;
use crate::model::{BACKLOG, Limit, LimitKind, ListenerSnapshot, Resource};

/// `time_to_full`: whatever runs out first.
pub(in crate::detect) fn binding(case: &Case<'_>) -> Vec<Step> {
    match case.listener.and_then(|l| l.binding()).map(|limit| limit.kind.resource()) {
        Some(Resource::Descriptors) => descriptors(case),
        Some(Resource::Memory) => memory(case),
        Some(Resource::Queue) => accept_queue(case),
        Some(Resource::Connections) | None => connections(case),
    }
}

/// `capacity`: the admission limit, or another that counts connections.
pub(in crate::detect) fn connections(case: &Case<'_>) -> Vec<Step> {
    let limit = case.listener.and_then(|l| l.binding());
    let mut steps: Vec<Step> = limit.map(|limit| say(left(limit))).into_iter().collect();
    steps.push(how_many(case));
    let counted = limit.filter(|limit| limit.kind.resource() == Resource::Connections);
    steps.push(
        counted.and_then(|limit| raise(case, limit)).unwrap_or_else(|| where_set(case, limit)),
    );
    steps.push(
        case.run("above it close with 1013, so that clients back off", "herdtop explain 1013"),
    );
    steps.push(say("add workers or hosts, with sticky sessions: ip_hash or least_conn in nginx"));
    steps
}

/// Where the limit is set: where it was found, where that program keeps it, or in its code.
fn where_set(case: &Case<'_>, limit: Option<&Limit>) -> Step {
    let server = case.listener.and_then(|l| l.configured.as_ref()).map(|of| of.server);
    if let Some(source) = limit.and_then(|limit| limit.source.as_ref()) {
        return say(format!("the limit is set in {source}; is it still the right one?"))
            .raising("raise the limit where the server's settings have it");
    }
    if let Some(server) = server {
        let (name, home) = (server.name(), server.limit_home());
        return say(format!("{name} keeps its limit {home}; is it still the right one?"))
            .raising("raise the limit where the server or its code sets it");
    }
    say("find the limit in the code: maxConnections, MAX_CONNECTIONS; is it still the right one? \
         The capacity of a channel layer counts messages, not connections")
    .raising("raise the limit where the code sets it: maxConnections, MAX_CONNECTIONS")
}

/// `room for 8 498 (57 038 of 65 536 open files)`.
fn left(limit: &Limit) -> String {
    let of =
        format!("{} of {} {}", fmt::count(limit.used), fmt::count(limit.limit), limit.kind.name());
    match limit.headroom {
        Some(0) => format!("no room left ({of})"),
        Some(room) => format!("room for {} ({of})", fmt::count(room)),
        None => of,
    }
}

/// `fds`: each connection is one.
pub(in crate::detect) fn descriptors(case: &Case<'_>) -> Vec<Step> {
    let binding = case.listener.and_then(|l| l.binding());
    if let Some(limit) = binding.filter(|limit| limit.kind == LimitKind::FileMax) {
        let mut steps = vec![case.run("handles in use, free, allowed", "cat /proc/sys/fs/file-nr")];
        steps.extend(raise(case, limit));
        return steps;
    }
    vec![
        more_descriptors(case),
        case.run("allowed: soft and hard", "grep 'open files' /proc/PID/limits"),
        case.run(
            case.names.fill("for good: in the unit, [Service] LimitNOFILE=MORE"),
            "sudo systemctl edit UNIT",
        ),
        case.run(
            "which needs a restart: it drops every connection, so expect a herd",
            "sudo systemctl daemon-reload && sudo systemctl restart UNIT",
        ),
    ]
}

/// How a limit is raised at once, where a command does that.
pub(in crate::detect) fn raise(case: &Case<'_>, limit: &Limit) -> Option<Step> {
    let twice = limit.limit.saturating_mul(2);
    let (what, command, raises) = match limit.kind {
        LimitKind::Descriptors => return Some(more_descriptors(case)),
        LimitKind::Conntrack => (
            "raise it at once",
            format!("sudo sysctl -w net.netfilter.nf_conntrack_max={twice}"),
            "raise conntrack entries",
        ),
        LimitKind::FileMax => (
            "raise it at once",
            format!("sudo sysctl -w fs.file-max={twice}"),
            "raise the host's file handles",
        ),
        LimitKind::EphemeralPorts => (
            "widen the range of local ports",
            "sudo sysctl -w net.ipv4.ip_local_port_range='1024 65535'".to_owned(),
            "widen the range of local ports",
        ),
        LimitKind::Capacity
        | LimitKind::CgroupMemory
        | LimitKind::HostMemory
        | LimitKind::TcpMemory
        | LimitKind::Pids
        | LimitKind::AcceptQueue
        | LimitKind::PlainHttp => return None,
    };
    Some(case.run(what, &command).raising(raises))
}

/// Whether that command has all its names.
pub(in crate::detect) fn is_known(case: &Case<'_>, limit: &Limit) -> bool {
    limit.kind != LimitKind::Descriptors || case.names.knows("PID")
}

fn more_descriptors(case: &Case<'_>) -> Step {
    let step = match (case.names.knows("PID"), case.names.knows("HARD")) {
        (true, true) if !case.names.has_room => case.run(
            "raise it at once, and the hard limit with it (fs.nr_open is the most)",
            "sudo prlimit --pid PID --nofile=MORE:MORE",
        ),
        // Without a hard limit, or with one that cannot be read.
        (true, false) => case.run("raise it at once", "sudo prlimit --pid PID --nofile=MORE:"),
        _ => case
            .run("raise it at once, up to the hard limit", "sudo prlimit --pid PID --nofile=HARD"),
    };
    step.raising("raise open files")
}

/// `memory`: of host, cgroup or TCP.
pub(in crate::detect) fn memory(case: &Case<'_>) -> Vec<Step> {
    vec![
        case.run("memory of the host", "free -h"),
        case.run("of the fullest worker", "grep VmRSS /proc/PID/status"),
        case.run("who has it", "ps aux --sort=-%mem | head -10"),
        case.run("of the unit, and its limit", "systemctl show UNIT -p MemoryCurrent -p MemoryMax"),
        killed_for_memory(case),
        say("shed load before the kernel does: close new clients with 1013, bound the queue of \
             each connection"),
    ]
}

/// Half-open connections fill the SYN queue: a flood, or answers that get lost.
fn syn_queue(case: &Case<'_>) -> Vec<Step> {
    vec![
        case.run(
            "who they are: addresses that never answer are a flood",
            "ss -Htn state syn-recv '( sport = :PORT )' | head -20",
        ),
        case.run(
            "grows while it is full: answered with SYN cookies, or dropped",
            "nstat -az TcpExtSyncookiesSent TcpExtTCPReqQFullDoCookies TcpExtTCPReqQFullDrop",
        ),
        case.run(
            "1: SYN cookies let real clients in all the same",
            "sysctl net.ipv4.tcp_syncookies",
        ),
        say("from real clients: their answers get lost on the way, look at the route and the \
             firewall"),
    ]
}

/// `accept_queue`: the process does not call accept(2) fast enough.
pub(in crate::detect) fn accept_queue(case: &Case<'_>) -> Vec<Step> {
    let over = |l: &ListenerSnapshot| l.fullest_queue.is_some_and(|share| share > 1.0);
    if case.listener.is_some_and(|l| l.has_full_syn_queue() && !over(l)) {
        return syn_queue(case);
    }
    let mut steps = vec![
        case.run("waiting and backlog: Recv-Q of Send-Q", "ss -ltn 'sport = :PORT'"),
        case.run("is a thread at 100 %?", "top -H -b -n 1 -p PID | head -20"),
        case.run("grows while it is full", "nstat -az TcpExtListenOverflows TcpExtListenDrops"),
    ];
    let somaxconn = case.snapshot.host.as_ref().and_then(|h| h.somaxconn.seen().copied());
    let backlog = case.listener.and_then(|l| l.backlog);
    steps.push(match (backlog, somaxconn) {
        (Some(backlog), Some(most)) if backlog < most => say(format!(
            "the program asked for a backlog of {}, the host allows {}: a longer one is its to \
             ask for ({})",
            fmt::count(backlog),
            fmt::count(most),
            case.listener.map_or(BACKLOG, ListenerSnapshot::backlog_home)
        )),
        (Some(_), Some(most)) => case.run(
            "let programs ask for a longer backlog; it counts from their next listen()",
            &format!("sudo sysctl -w net.core.somaxconn={}", most.saturating_mul(2)),
        ),
        _ => case.run("the longest backlog there can be", "sysctl net.core.somaxconn"),
    });
    steps.extend(case.ramp().map(|(ramp, listener)| say(ramp.words(listener))));
    steps
}

/// `cpu`: a thread or the quota is used up.
pub(in crate::detect) fn cpu(case: &Case<'_>) -> Vec<Step> {
    vec![
        case.run("which thread is at 100 %", "top -H -b -n 1 -p PID | head -20"),
        case.run("the quota of the unit", "systemctl show UNIT -p CPUQuotaPerSecUSec"),
        case.run(
            "lift it until the next boot",
            "sudo systemctl set-property --runtime UNIT CPUQuota=",
        ),
        say("add workers: a WebSocket server of one thread has one core"),
    ]
}

/// `close_wait`: the process forgets to close.
pub(in crate::detect) fn close_wait(case: &Case<'_>) -> Vec<Step> {
    vec![
        case.run(
            "whose they are: the oldest first tell since when",
            "ss -Htnp state close-wait '( sport = :PORT )' | head",
        ),
        case.run("descriptors it has left", "grep 'open files' /proc/PID/limits"),
        say("find the path that does not close: an exception in the handler, a task that waits"),
        case.run(
            "a restart frees them, and drops every other connection too",
            "sudo systemctl restart UNIT",
        ),
    ]
}
