//! The processes behind a port, what each holds, and the host they run on.

use herdtop::sample::{
    BusiestThread, Cgroup, CgroupVersion, Ended, ExitStatus, HostReading, Owners, ProcessReading,
    Reading, RunState, Sample, Stamp, Usage, Worker,
};

/// What a worker has open beside its connections.
const OTHER_FILES: u64 = 10;
const FILES_LIMIT: u64 = 1000;
const MEMORY: u64 = 16 << 30;
const CGROUP: &str = "/system.slice/ws.service";

/// One worker.
#[derive(Debug)]
struct Member {
    pid: u32,
    start_ticks: u64,
    started: Stamp,
    held: u64,
    gone: u64,
    /// It ends with the next tick, once its connections are closed.
    leaves: bool,
}

/// The workers of one port.
#[derive(Debug, Default)]
pub(super) struct Crew {
    members: Vec<Member>,
    ended: Vec<Ended>,
    hired: u32,
    pub(super) stopped: bool,
    pub(super) uneven: bool,
    /// How those end that end from now on, where that is told.
    pub(super) how: Option<ExitStatus>,
    cpu_seconds: f64,
}

impl Crew {
    /// So many more, which are new to the host.
    pub(super) fn hire(&mut self, count: u32, port: u16, at: Stamp) {
        for _ in 0..count {
            self.hired += 1;
            let pid = u32::from(port) * 10 + self.hired;
            let start_ticks = 1_000_000 + u64::from(self.hired);
            self.members.push(Member {
                pid,
                start_ticks,
                started: at,
                held: 0,
                gone: 0,
                leaves: false,
            });
        }
    }

    /// The first of them end; the connections they held.
    pub(super) fn lose(&mut self, count: usize, asked: bool) -> u64 {
        if asked {
            let leaving = self.members.iter_mut().take(count);
            return leaving
                .map(|m| {
                    (m.leaves, m.gone) = (true, m.gone + m.held);
                    std::mem::take(&mut m.held)
                })
                .sum();
        }
        let lost = self.members.drain(..count);
        let how = self.how;
        let told = |m: Member| (Ended { pid: m.pid, start_ticks: m.start_ticks, how }, m.held);
        let (ended, held): (Vec<_>, Vec<u64>) = lost.map(told).unzip();
        self.ended.extend(ended);
        held.iter().sum()
    }

    /// The newest connections go to who has fewest, and who has most loses one.
    pub(super) fn settle(&mut self, open: u64) {
        let Some(mut held) = (!self.members.is_empty()).then(|| self.held()) else { return };
        while held < open {
            let free = self.members.iter_mut();
            let next = if self.uneven { free.last() } else { free.min_by_key(|m| m.held) };
            next.expect("one").held += 1;
            held += 1;
        }
        while held > open {
            let most = self.members.iter_mut().max_by_key(|m| m.held).expect("one");
            (most.held, most.gone) = (most.held - 1, most.gone + 1);
            held -= 1;
        }
    }

    /// How many there are.
    pub(super) fn count(&self) -> usize {
        self.members.len()
    }

    fn held(&self) -> u64 {
        self.members.iter().map(|m| m.held).sum()
    }
}

/// What a story says of the host and its processes at a moment.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Facts {
    /// Of each worker; else what it holds.
    pub(super) descriptors: Option<u64>,
    /// Share of the host's memory.
    pub(super) memory: Option<f64>,
    pub(super) oom_kills: u64,
    pub(super) throttled: u64,
    /// Open files each may have.
    pub(super) files: Option<u64>,
    /// One thread takes all of a core.
    pub(super) busy: bool,
    /// Cores each process uses; none = not told.
    pub(super) cpu: Option<f64>,
    /// MiB in use beyond a quarter of the host, and in the buffers of TCP.
    pub(super) grown: f64,
    pub(super) buffers: f64,
}

/// Puts what is known of processes and host into a sample: the ends at once, the
/// rest with a walk.
pub(super) fn tell<'c>(
    sample: &mut Sample,
    crews: impl Iterator<Item = (u64, &'c mut Crew)>,
    facts: Facts,
    walk: bool,
) {
    let (mut owners, mut processes, mut workers) = (Owners::default(), Vec::new(), Vec::new());
    for (inode, crew) in crews {
        sample.ended.append(&mut crew.ended);
        let how = crew.how;
        let left = |m: &Member| Ended { pid: m.pid, start_ticks: m.start_ticks, how };
        crew.ended.extend(crew.members.iter().filter(|m| m.leaves).map(left));
        if !walk {
            crew.members.retain(|m| !m.leaves);
            continue;
        }
        owners.pids.push((inode, crew.members.iter().map(|m| m.pid).collect()));
        crew.cpu_seconds += facts.cpu.unwrap_or(0.0);
        let (used, stopped) = (crew.cpu_seconds, crew.stopped);
        processes.extend(crew.members.iter().map(|m| process(m, facts, used, stopped)));
        if crew.members.len() > 1 {
            workers.extend(crew.members.iter().map(worker));
        }
        crew.members.iter_mut().for_each(|m| m.gone = 0);
        crew.members.retain(|m| !m.leaves);
    }
    if walk {
        sample.owners = Some(Reading::Seen(owners));
        sample.processes = Some(processes);
        sample.workers = Some(workers);
        sample.host = Some(host(facts));
    }
}

fn worker(member: &Member) -> Worker {
    Worker {
        pid: member.pid,
        start_ticks: member.start_ticks,
        held: Reading::Seen(member.held),
        gone: member.gone,
        whole: true,
    }
}

fn process(member: &Member, facts: Facts, used: f64, stopped: bool) -> ProcessReading {
    let second = std::time::Duration::from_secs(1);
    ProcessReading {
        pid: member.pid,
        start_ticks: member.start_ticks,
        started: Some(member.started.wall),
        name: "gunicorn".to_owned(),
        command: "gunicorn app:app".to_owned(),
        uid: Reading::Seen(1000),
        state: stopped.then_some(RunState::Stopped),
        rss: Reading::Absent,
        cpu_seconds: facts.cpu.map_or(Reading::Absent, |_| Reading::Seen(used)),
        threads: Reading::Absent,
        busiest_thread: facts.busy.then_some(BusiestThread {
            tid: member.pid,
            cpu_seconds: 0.99,
            over: second,
        }),
        fds: Reading::Seen(facts.descriptors.unwrap_or(member.held + OTHER_FILES)),
        fd_soft: Reading::Seen(Some(facts.files.unwrap_or(FILES_LIMIT))),
        fd_hard: Reading::Seen(Some(facts.files.unwrap_or(FILES_LIMIT))),
        cgroup: Some(CGROUP.to_owned()),
    }
}

#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    clippy::cast_precision_loss,
    reason = "a share of 16 GiB"
)]
fn host(facts: Facts) -> HostReading {
    let used = |share: f64| Usage { used: (share * MEMORY as f64) as u64, limit: Some(MEMORY) };
    HostReading {
        memory: match facts.memory {
            Some(share) => Reading::Seen(used(share)),
            None if facts.grown > 0.0 => Reading::Seen(used(0.5 + facts.grown / 16_384.0)),
            None => Reading::Absent,
        },
        tcp_mem_limit_pages: if facts.buffers > 0.0 {
            Reading::Seen(4 << 20)
        } else {
            Reading::Absent
        },
        oom_kills: Reading::Seen(facts.oom_kills),
        cgroups: vec![Cgroup {
            oom_kills: Reading::Seen(facts.oom_kills),
            cpu_quota: Reading::Seen(Some(1.0)),
            throttled: Reading::Seen(facts.throttled),
            ..Cgroup::nothing(CGROUP.to_owned(), CgroupVersion::V2)
        }],
        ..HostReading::nothing()
    }
}
