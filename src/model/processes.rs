//! The processes behind the listeners: rates from two readings, and their end.

use std::collections::{BTreeMap, VecDeque};
use std::time::Duration;

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use super::quota::{Throttled, Throttling};
use crate::sample::{ProcessReading, RunState};
use crate::units::Ratio;

/// An ended process stays listed this long: long enough to read its name in an
/// incident, short enough not to fill the screen with a crash loop.
const REMEMBERED: Duration = Duration::from_mins(5);

/// One process as last read.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub struct ProcessState {
    /// Process id.
    pub pid: u32,
    /// Start in clock ticks since boot; with `pid` the identity.
    pub start_ticks: u64,
    /// Start as wall time.
    pub started: Option<DateTime<Utc>>,
    /// Name, clean.
    pub name: String,
    /// Command line, clean.
    pub command: String,
    /// Cores in use over the last interval.
    pub cpu: Option<Ratio>,
    /// What its first thread did when last read; none where that is not known.
    pub state: Option<RunState>,
    /// Since when it was read in that state each time.
    pub state_since: Option<Duration>,
    /// Resident memory, bytes.
    pub rss: Option<u64>,
    /// Threads.
    pub threads: Option<u64>,
    /// What its busiest thread used of a core over the last interval; none while
    /// the process as a whole uses little.
    pub busiest_thread: Option<Ratio>,
    /// The least of that over the last ten seconds; none until ten are known.
    pub busy_for_10s: Option<Ratio>,
    /// How its cgroup is held back by its quota.
    pub throttled: Option<Throttled>,
    /// The same over the last reading alone.
    pub throttled_now: Option<Throttling>,
    /// Established connections it holds; none while that is not known.
    pub connections: Option<u64>,
    /// It has a listening socket of its own beside those of others at the same address
    /// (`SO_REUSEPORT`): the kernel hands it its part of what comes.
    #[serde(default)]
    pub is_member: bool,
    /// Descriptors in use.
    pub fds: Option<u64>,
    /// Soft limit; none when unlimited or not readable.
    pub fd_soft: Option<u64>,
    /// Hard limit; none when unlimited or not readable.
    pub fd_hard: Option<u64>,
    /// Its cgroup.
    pub cgroup: Option<String>,
    /// Since when it is gone.
    pub gone_since: Option<Duration>,
    pub(super) cpu_seconds: Option<(Duration, f64)>,
    /// What the busiest thread used at the last readings.
    pub(super) busy: VecDeque<(Duration, f64)>,
}

impl ProcessState {
    #[cfg(test)]
    pub(super) fn named(pid: u32, name: &str) -> Self {
        Self { pid, name: name.to_owned(), ..Self::default() }
    }

    fn read(&mut self, at: Duration, reading: &ProcessReading) {
        let used = reading.cpu_seconds.seen().copied();
        if let (Some((before, then)), Some(now)) = (self.cpu_seconds, used) {
            let seconds = at.saturating_sub(before).as_secs_f64();
            // A counter that went backwards gives no rate.
            self.cpu = (seconds > 0.0 && now >= then).then(|| Ratio((now - then) / seconds));
        }
        self.cpu_seconds = used.map(|used| (at, used));
        if self.state != reading.state || self.state_since.is_none() {
            self.state_since = reading.state.map(|_| at);
        }
        self.state = reading.state;
        self.pid = reading.pid;
        self.start_ticks = reading.start_ticks;
        self.started = reading.started;
        self.name.clone_from(&reading.name);
        self.command.clone_from(&reading.command);
        self.rss = reading.rss.seen().copied();
        self.threads = reading.threads.seen().copied();
        self.busiest_thread = reading.busiest_thread.and_then(|thread| {
            let over = thread.over.as_secs_f64();
            (over > 0.0).then(|| Ratio(thread.cpu_seconds / over))
        });
        self.note_busy(at);
        self.fds = reading.fds.seen().copied();
        self.fd_soft = reading.fd_soft.seen().copied().flatten();
        self.fd_hard = reading.fd_hard.seen().copied().flatten();
        self.cgroup.clone_from(&reading.cgroup);
        self.gone_since = None;
    }
}

impl ProcessState {
    /// An event loop is full when it is so second after second.
    fn note_busy(&mut self, at: Duration) {
        const WINDOW: Duration = Duration::from_secs(10);
        /// The first reading is of the second before it.
        const KNOWN: Duration = Duration::from_secs(9);
        let Some(Ratio(share)) = self.busiest_thread else {
            self.busy.clear();
            self.busy_for_10s = None;
            return;
        };
        self.busy.push_back((at, share));
        while self.busy.front().is_some_and(|(then, _)| at.saturating_sub(*then) > WINDOW) {
            self.busy.pop_front();
        }
        let known = self.busy.front().is_some_and(|(then, _)| at.saturating_sub(*then) >= KNOWN);
        let least = self.busy.iter().map(|(_, share)| *share).min_by(f64::total_cmp);
        self.busy_for_10s = least.filter(|_| known).map(Ratio);
    }
}

/// All processes seen, the living and the lately ended.
#[derive(Debug, Clone, Default)]
pub(super) struct Processes {
    by_identity: BTreeMap<(u32, u64), ProcessState>,
}

impl Processes {
    /// Takes a reading of all watched processes in. One that is missing has
    /// ended; a pid with another start time is another process.
    pub(super) fn read(&mut self, at: Duration, readings: &[ProcessReading]) {
        for reading in readings {
            let identity = (reading.pid, reading.start_ticks);
            self.by_identity.entry(identity).or_default().read(at, reading);
        }
        let alive = |id: &(u32, u64)| readings.iter().any(|r| (r.pid, r.start_ticks) == *id);
        for (identity, state) in &mut self.by_identity {
            if !alive(identity) {
                state.gone_since.get_or_insert(at);
            }
        }
        self.by_identity
            .retain(|_, p| p.gone_since.is_none_or(|since| at.saturating_sub(since) < REMEMBERED));
    }

    /// A process was told to have ended.
    pub(super) fn ended(&mut self, at: Duration, identity: (u32, u64)) {
        if let Some(process) = self.by_identity.get_mut(&identity) {
            process.gone_since.get_or_insert(at);
        }
    }

    /// The process of this pid and start.
    pub(super) fn of(&self, identity: (u32, u64)) -> Option<&ProcessState> {
        self.by_identity.get(&identity)
    }

    /// The living process of this pid, else the one that ended last.
    pub(super) fn get(&self, pid: u32) -> Option<&ProcessState> {
        let of_pid = self.by_identity.range((pid, 0)..=(pid, u64::MAX)).map(|(_, p)| p);
        of_pid.max_by_key(|p| (p.gone_since.is_none(), p.gone_since, p.start_ticks))
    }

    /// All of them.
    pub(super) fn iter(&self) -> impl Iterator<Item = &ProcessState> {
        self.by_identity.values()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sample::Reading;

    fn reading(pid: u32, start_ticks: u64, cpu: f64) -> ProcessReading {
        ProcessReading {
            pid,
            start_ticks,
            started: None,
            name: "ws".into(),
            command: "ws --port 1".into(),
            uid: Reading::Seen(0),
            state: None,
            rss: Reading::Seen(1 << 20),
            cpu_seconds: Reading::Seen(cpu),
            threads: Reading::Seen(4),
            busiest_thread: None,
            fds: Reading::Denied("no".into()),
            fd_soft: Reading::Seen(None),
            fd_hard: Reading::Seen(Some(9)),
            cgroup: None,
        }
    }

    #[test]
    fn cpu_needs_two_readings_and_a_measured_interval() {
        let mut all = Processes::default();
        all.read(Duration::from_secs(1), &[reading(7, 1, 10.0)]);
        assert_eq!(all.get(7).unwrap().cpu, None);
        all.read(Duration::from_secs(3), &[reading(7, 1, 13.0)]);
        assert_eq!(all.get(7).unwrap().cpu, Some(Ratio(1.5)));
        assert_eq!(all.get(7).unwrap().fds, None, "denied is no zero");
    }

    #[test]
    fn a_state_is_told_with_the_reading_that_first_had_it() {
        let mut all = Processes::default();
        let mut read = |second, state| {
            let reading = ProcessReading { state, ..reading(7, 1, 1.0) };
            all.read(Duration::from_secs(second), &[reading]);
            let process = all.get(7).unwrap();
            (process.state, process.state_since.map(|since| since.as_secs()))
        };
        let (idle, stopped) = (Some(RunState::Sleeping), Some(RunState::Stopped));
        assert_eq!(read(1, idle), (idle, Some(1)));
        assert_eq!(read(2, stopped), (stopped, Some(2)));
        assert_eq!(read(5, stopped), (stopped, Some(2)));
        assert_eq!(read(6, None), (None, None), "a recording of before");
    }

    #[test]
    fn a_reused_pid_is_another_process() {
        let mut all = Processes::default();
        all.read(Duration::from_secs(1), &[reading(7, 1, 10.0)]);
        all.read(Duration::from_secs(2), &[reading(7, 99, 0.5)]);
        assert_eq!(all.get(7).map(|p| (p.start_ticks, p.cpu)), Some((99, None)));
        assert_eq!(all.iter().filter(|p| p.gone_since.is_some()).count(), 1);
    }

    #[test]
    fn an_ended_process_is_remembered_for_a_while() {
        let mut all = Processes::default();
        all.read(Duration::from_secs(1), &[reading(7, 1, 10.0)]);
        all.read(Duration::from_secs(2), &[]);
        assert_eq!(all.get(7).unwrap().gone_since, Some(Duration::from_secs(2)));
        all.read(Duration::from_secs(303), &[]);
        assert!(all.get(7).is_none());
    }
}
