//! The interval lane: processes, memory and limits, once a second.

use std::collections::{BTreeMap, BTreeSet, HashSet};
use std::path::PathBuf;
use std::sync::atomic::Ordering;
use std::sync::mpsc::SyncSender;
use std::time::Duration;

use super::budget::Pacer;
use super::configured::Holders;
use super::facts::FactReader;
use super::lanes::{Behind, Lanes};
use super::namespaces::NetNs;
use super::own;
use super::owners::{OwnerSearch, add_sockets_of, pids_by_name};
use super::processes::ProcessReader;
use super::unseen::{Named, UnseenSearch};
use crate::sample::{Owners, ProcessReading, Reading, Sample, UnseenListener};
use crate::source::privilege::{self, OTHER_USERS};

/// How often the processes are read.
const EVERY: Duration = Duration::from_secs(1);
/// Workers come and go behind a listener that stays: looked for again this often.
const OWNERS_EVERY: Duration = Duration::from_secs(30);
/// A search reads every descriptor of the host once, 0.3 s of CPU for 100 000:
/// after it the next one waits this many times as long, 1 % of a core. Without
/// that, listeners that come and go would take all of it.
const SEARCH_REST: u32 = 100;
/// Who replaces a process that ended is looked for each second this long: a
/// restart is known by its new processes.
const SEARCHED_AFTER_END: Duration = Duration::from_secs(15);
/// A process that does not listen any more is followed on while it lives, since
/// it may still serve the connections it has; its cgroup too, since that tells
/// whether it was killed for memory.
const LINGER: Duration = Duration::from_mins(1);
/// A process named by `--pid` or `--process` may open a listener at any time.
const NAMES_EVERY: Duration = Duration::from_secs(5);

/// What the lane remembers.
pub(super) struct IntervalLane {
    proc: PathBuf,
    processes: ProcessReader,
    facts: FactReader,
    search: OwnerSearch,
    inodes: Vec<u64>,
    /// The processes among the owners, and who of them shares which ports.
    holders: BTreeSet<u32>,
    sharing: SharedPorts,
    /// When a process was last behind a listener.
    lately: BTreeMap<u32, Duration>,
    /// Cgroups of processes, and when one was last there.
    cgroups: BTreeMap<String, Duration>,
    ended: Option<Duration>,
    looked: Pacer,
    named: Pacer,
    unseen: UnseenSearch,
    /// What was told of it last.
    told: Option<Vec<UnseenListener>>,
    /// A process ended: its listener may have another now.
    stale: bool,
    /// Asks what they were told to admit.
    settings: SyncSender<Vec<Holders>>,
}

impl IntervalLane {
    pub(super) fn new(netns: &NetNs, settings: SyncSender<Vec<Holders>>) -> Self {
        let proc = PathBuf::from("/proc");
        Self {
            processes: ProcessReader::new(&proc),
            facts: FactReader::new(&proc),
            search: OwnerSearch::new(&proc),
            unseen: UnseenSearch::new(&proc, netns),
            told: None,
            proc,
            inodes: Vec::new(),
            holders: BTreeSet::new(),
            sharing: SharedPorts::default(),
            lately: BTreeMap::new(),
            cgroups: BTreeMap::new(),
            ended: None,
            looked: Pacer::default(),
            named: Pacer::default(),
            stale: false,
            settings,
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

    /// Whether a process ended, or listeners are new and may be looked for already.
    fn has_new(&self, lanes: &Lanes) -> bool {
        lanes.ended.load(Ordering::Relaxed)
            || self.looked.is_due(lanes.clock.now().mono, Duration::ZERO)
                && lanes.watched().inodes() != self.inodes
    }

    fn tick(&mut self, lanes: &Lanes) -> Sample {
        let at = lanes.clock.now();
        let mut sample = Sample::at(at);
        if lanes.ended.swap(false, Ordering::Relaxed) {
            (self.stale, self.ended) = (true, Some(at.mono));
        }
        sample.unseen = self.resolve_names(lanes, at.mono);
        sample.owners = self.find_owners(lanes, at.mono).map(Reading::Seen);
        self.lately.extend(self.holders.iter().map(|&pid| (pid, at.mono)));
        self.lately.retain(|_, last| at.mono.saturating_sub(*last) < LINGER);
        let named = lanes.watch.pids.iter().copied();
        let pids: BTreeSet<u32> = self.lately.keys().copied().chain(named).collect();
        let pids: Vec<u32> = pids.into_iter().collect();
        let processes = privilege::with(OTHER_USERS, || self.processes.read(at.mono, &pids));
        sample.ended = self.processes.ended().to_vec();
        if self.processes.some_missing() {
            (self.stale, self.ended) = (true, Some(at.mono));
        }
        for ended in &mut sample.ended {
            ended.how = lanes.statuses().of(at.mono, ended.pid);
            self.lately.remove(&ended.pid);
        }
        lanes.follow(self.behind(&processes));
        self.cgroups.extend(processes.iter().filter_map(|p| Some((p.cgroup.clone()?, at.mono))));
        self.cgroups.retain(|_, last| at.mono.saturating_sub(*last) < LINGER);
        sample.host = Some(self.facts.read(at.mono, self.cgroups.keys()));
        sample.processes = Some(processes);
        sample.own = own::read(lanes);
        sample
    }

    /// The sockets of what was named; why some of it cannot be seen, where that is
    /// another than before. A pid that is gone has none.
    fn resolve_names(&mut self, lanes: &Lanes, now: Duration) -> Option<Vec<UnseenListener>> {
        let watch = &lanes.watch;
        if watch.is_everything() || !self.named.is_due(now, NAMES_EVERY) {
            return None;
        }
        let before = own::thread_cpu();
        let named = watch.processes.iter().flat_map(|n| pids_by_name(&self.proc, n));
        let pids: BTreeSet<u32> = named.chain(watch.pids.iter().copied()).collect();
        let mut inodes = HashSet::new();
        let look = || {
            pids.iter()
                .map(|&pid| {
                    let refused = add_sockets_of(&self.proc, pid, &mut inodes);
                    Named { pid, refused }
                })
                .collect::<Vec<_>>()
        };
        let named = privilege::with(OTHER_USERS, look);
        let listening: BTreeSet<u16> = {
            let mut watched = lanes.watched();
            watched.process_inodes = inodes;
            watched.listening().iter().map(|(_, port)| *port).collect()
        };
        let unseen = self.unseen.find(watch, &named, &listening);
        self.named.done(now, own::thread_cpu().saturating_sub(before) * SEARCH_REST);
        let changed = self.told.as_ref() != Some(&unseen);
        changed.then(|| self.told.insert(unseen).clone())
    }

    /// The owners, when they were looked up anew.
    fn find_owners(&mut self, lanes: &Lanes, now: Duration) -> Option<Owners> {
        let inodes = lanes.watched().inodes().to_vec();
        let changed = self.stale || inodes != self.inodes;
        let replaced = self.ended.is_some_and(|then| now.saturating_sub(then) < SEARCHED_AFTER_END);
        let every = match (changed, replaced) {
            (true, _) => Duration::ZERO,
            (false, true) => EVERY,
            (false, false) => OWNERS_EVERY,
        };
        if !self.looked.is_due(now, every) {
            return None;
        }
        let before = own::thread_cpu();
        let thorough = self.stale || inodes == self.inodes;
        let owners = privilege::with(OTHER_USERS, || self.search.find(&inodes, thorough));
        self.inodes = inodes;
        // Of ten thousand listeners once for each search, not each second.
        self.holders = owners.pids.iter().flat_map(|(_, pids)| pids).copied().collect();
        let holders = holders(lanes.watched().listening(), &owners);
        self.sharing = SharedPorts::of(&holders);
        let holders = holders.into_iter().map(|(port, pids)| (port, pids.into_iter().collect()));
        // One that is still being answered will be asked again.
        let _ = self.settings.try_send(holders.collect());
        self.stale = false;
        self.looked.done(now, own::thread_cpu().saturating_sub(before) * SEARCH_REST);
        Some(owners)
    }

    /// Who is behind the listeners, with those that lately were; and who shares
    /// one with others.
    fn behind(&self, processes: &[ProcessReading]) -> Behind {
        let SharedPorts { ports, pids } = &self.sharing;
        let identity = |p: &ProcessReading| (p.pid, p.start_ticks);
        Behind {
            all: processes.iter().map(identity).collect(),
            shared_ports: ports.clone(),
            sharing: processes.iter().filter(|p| pids.contains(&p.pid)).map(identity).collect(),
        }
    }
}

/// The ports whose listeners several processes hold, and these processes.
#[derive(Debug, Default)]
struct SharedPorts {
    ports: Vec<u16>,
    pids: BTreeSet<u32>,
}

impl SharedPorts {
    fn of(holders: &BTreeMap<u16, BTreeSet<u32>>) -> Self {
        let shared = || holders.iter().filter(|(_, pids)| pids.len() > 1);
        Self {
            ports: shared().map(|(port, _)| *port).collect(),
            pids: shared().flat_map(|(_, pids)| pids).copied().collect(),
        }
    }
}

/// The processes that hold a listener of each port.
fn holders(listening: &[(u64, u16)], owners: &Owners) -> BTreeMap<u16, BTreeSet<u32>> {
    let mut of_port: BTreeMap<u16, BTreeSet<u32>> = BTreeMap::new();
    // A search tells each inode once, the lowest first.
    let held = &owners.pids;
    for &(inode, port) in listening {
        let holders = held.binary_search_by_key(&inode, |(held, _)| *held);
        let pids = holders.ok().and_then(|at| held.get(at)).into_iter();
        of_port.entry(port).or_default().extend(pids.flat_map(|(_, pids)| pids));
    }
    of_port
}
