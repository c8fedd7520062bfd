//! The interval lane: processes, memory and limits, once a second.

use std::collections::BTreeSet;
use std::path::PathBuf;
use std::time::Duration;

use super::facts::FactReader;
use super::lanes::Lanes;
use super::own;
use super::owners::{OwnerSearch, pids_by_name, sockets_of};
use super::processes::ProcessReader;
use crate::sample::{Owners, Reading, Sample};

/// How often the processes are read.
const EVERY: Duration = Duration::from_secs(1);
/// Workers come and go behind a listener that stays: looked for again this often.
const OWNERS_EVERY: Duration = Duration::from_secs(30);
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
    looked: Option<Duration>,
    named: Option<Duration>,
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
            looked: None,
            named: None,
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
            while lanes.clock.now().mono < next && !self.is_new(lanes) && !lanes.stopped() {
                lanes.sleep((next.saturating_sub(lanes.clock.now().mono)).min(EVERY / 4));
            }
            next = next.max(now);
        }
    }

    fn is_new(&self, lanes: &Lanes) -> bool {
        lanes.watched().inodes() != self.inodes
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
            // One has ended: who holds its listener now?
            self.looked = None;
        }
        let cgroups: BTreeSet<String> = processes.iter().filter_map(|p| p.cgroup.clone()).collect();
        sample.host = Some(self.facts.read(at.mono, &cgroups));
        sample.processes = Some(processes);
        sample.own = own::read(lanes);
        sample
    }

    /// The sockets of the processes that were named; a pid that is gone has none.
    fn resolve_names(&mut self, lanes: &Lanes, now: Duration) {
        let fresh = self.named.is_some_and(|then| now.saturating_sub(then) < NAMES_EVERY);
        if !lanes.watch.names_processes() || fresh {
            return;
        }
        self.named = Some(now);
        let named = lanes.watch.processes.iter().flat_map(|n| pids_by_name(&self.proc, n));
        let pids: BTreeSet<u32> = named.chain(lanes.watch.pids.iter().copied()).collect();
        let inodes = pids.iter().flat_map(|&pid| sockets_of(&self.proc, pid)).collect();
        lanes.watched().process_inodes = inodes;
    }

    /// True when the owners were looked up anew.
    fn find_owners(&mut self, lanes: &Lanes, now: Duration) -> bool {
        let inodes = lanes.watched().inodes().to_vec();
        let fresh = self.looked.is_some_and(|then| now.saturating_sub(then) < OWNERS_EVERY);
        if fresh && inodes == self.inodes {
            return false;
        }
        self.owners = self.search.find(&inodes);
        self.inodes = inodes;
        self.looked = Some(now);
        true
    }
}
