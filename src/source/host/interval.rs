//! The interval lane: processes, memory and limits, once a second.

use std::collections::BTreeSet;
use std::path::PathBuf;
use std::time::Duration;

use super::facts::FactReader;
use super::lanes::{Lanes, thread_cpu};
use super::own;
use super::owners::{OwnerSearch, pids_by_name, sockets_of};
use super::processes::ProcessReader;
use crate::sample::{Owners, Reading, Sample};

/// How often the processes are read.
const EVERY: Duration = Duration::from_secs(1);
/// Workers come and go behind a listener that stays: looked for again this often.
const OWNERS_EVERY: Duration = Duration::from_secs(30);
/// A search reads every descriptor of the host once, 0.3 s of CPU for 100 000:
/// after it the next one waits this many times as long, 1 % of a core. Without
/// that, listeners that come and go would take all of it.
const SEARCH_REST: u32 = 100;
/// A process named by `--pid` or `--process` may open a listener at any time.
const NAMES_EVERY: Duration = Duration::from_secs(5);

/// What the lane remembers.
pub(super) struct IntervalLane {
    proc: PathBuf,
    processes: ProcessReader,
    facts: FactReader,
    search: OwnerSearch,
    owners: Owners,
    inodes: Vec<u64>,
    looked: Spaced,
    named: Spaced,
    /// A process ended: its listener may have another now.
    stale: bool,
}

/// Work whose next turn waits in proportion to what it cost.
#[derive(Debug, Default)]
struct Spaced {
    last: Option<Duration>,
    rest: Duration,
}

impl Spaced {
    /// Whether it is `every` since the last turn, and longer if it was costly.
    fn is_due(&self, now: Duration, every: Duration) -> bool {
        self.last.is_none_or(|last| now.saturating_sub(last) >= every.max(self.rest))
    }

    fn done(&mut self, now: Duration, cpu: Duration) {
        (self.last, self.rest) = (Some(now), cpu * SEARCH_REST);
    }
}

impl IntervalLane {
    pub(super) fn new() -> Self {
        let proc = PathBuf::from("/proc");
        Self {
            processes: ProcessReader::new(&proc),
            facts: FactReader::new(&proc),
            search: OwnerSearch::new(&proc),
            proc,
            owners: Owners::default(),
            inodes: Vec::new(),
            looked: Spaced::default(),
            named: Spaced::default(),
            stale: false,
        }
    }

    /// Reads until stopped.
    pub(super) fn run(mut self, lanes: &Lanes) {
        let mut next = lanes.clock.now().mono;
        while !lanes.stopped() {
            let sample = self.tick(lanes);
            lanes.deliver(sample);
            next += EVERY;
            let now = lanes.clock.now().mono;
            // A new listener's process is looked up within a quarter second.
            while lanes.clock.now().mono < next && !self.has_new(lanes) && !lanes.stopped() {
                lanes.sleep((next.saturating_sub(lanes.clock.now().mono)).min(EVERY / 4));
            }
            next = next.max(now);
        }
    }

    /// Whether listeners are new and may be looked for already.
    fn has_new(&self, lanes: &Lanes) -> bool {
        self.looked.is_due(lanes.clock.now().mono, Duration::ZERO)
            && lanes.watched().inodes() != self.inodes
    }

    fn tick(&mut self, lanes: &Lanes) -> Sample {
        let at = lanes.clock.now();
        let mut sample = Sample::at(at);
        self.resolve_names(lanes, at.mono);
        if self.find_owners(lanes, at.mono) {
            sample.owners = Some(Reading::Seen(self.owners.clone()));
        }
        let mut pids: Vec<u32> =
            self.owners.pids.iter().flat_map(|(_, pids)| pids.iter().copied()).collect();
        pids.extend(&lanes.watch.pids);
        pids.sort_unstable();
        pids.dedup();
        let processes = self.processes.read(at.mono, &pids);
        if self.processes.some_ended() {
            self.stale = true;
        }
        let cgroups: BTreeSet<String> = processes.iter().filter_map(|p| p.cgroup.clone()).collect();
        sample.host = Some(self.facts.read(at.mono, &cgroups));
        sample.processes = Some(processes);
        sample.own = own::read(lanes);
        sample
    }

    /// The sockets of the processes that were named; a pid that is gone has none.
    fn resolve_names(&mut self, lanes: &Lanes, now: Duration) {
        if !lanes.watch.names_processes() || !self.named.is_due(now, NAMES_EVERY) {
            return;
        }
        let before = thread_cpu();
        let named = lanes.watch.processes.iter().flat_map(|n| pids_by_name(&self.proc, n));
        let pids: BTreeSet<u32> = named.chain(lanes.watch.pids.iter().copied()).collect();
        let inodes = pids.iter().flat_map(|&pid| sockets_of(&self.proc, pid)).collect();
        lanes.watched().process_inodes = inodes;
        self.named.done(now, thread_cpu().saturating_sub(before));
    }

    /// True when the owners were looked up anew.
    fn find_owners(&mut self, lanes: &Lanes, now: Duration) -> bool {
        let inodes = lanes.watched().inodes().to_vec();
        let changed = self.stale || inodes != self.inodes;
        let every = if changed { Duration::ZERO } else { OWNERS_EVERY };
        if !self.looked.is_due(now, every) {
            return false;
        }
        let before = thread_cpu();
        self.owners = self.search.find(&inodes);
        self.inodes = inodes;
        self.stale = false;
        self.looked.done(now, thread_cpu().saturating_sub(before));
        true
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_costly_search_rests_a_hundred_times_as_long() {
        let second = Duration::from_secs;
        let mut search = Spaced::default();
        assert!(search.is_due(Duration::ZERO, OWNERS_EVERY), "the first one at once");
        search.done(second(1), Duration::from_millis(300));
        assert!(!search.is_due(second(30), Duration::ZERO));
        assert!(search.is_due(second(31), Duration::ZERO));
        search.done(second(40), Duration::from_micros(200));
        assert!(search.is_due(second(41), Duration::ZERO), "a cheap one goes on as asked");
        assert!(
            !search.is_due(second(69), OWNERS_EVERY) && search.is_due(second(70), OWNERS_EVERY)
        );
    }
}
