//! The slow lane: counts the connections as often as its CPU budget allows.

use std::io;
use std::sync::atomic::Ordering;
use std::sync::mpsc::{Receiver, RecvTimeoutError};
use std::sync::{Arc, RwLock};
use std::time::Duration;

use super::budget::{Budget, Pacer};
use super::holders::Holders;
use super::lanes::{Lanes, SocketTable, WalkFor};
use super::openers::Openers;
use super::sampled::{Meant, SampledWalks};
use super::seen::WalkMemory;
use super::walk_sums::{Counted, Ports};
use super::{event, fast, own, sockets, sockets_procfs};
use crate::sample::{Group, Reading, Sample, SampledWalk, Walk, WalkScope};
use crate::source::privilege::{self, OTHER_USERS};

/// How long to wait when there is nothing to count.
const IDLE: Duration = Duration::from_secs(1);

/// Where one port is filtered in the kernel what was opened from here takes a walk of its
/// own, a tenth of the other: so seldom, and never more than a fifth of a percent of a core.
const OUTGOING_EVERY: Duration = Duration::from_secs(5);
const REST: u32 = 500;

/// The slow lane's socket and budget.
pub(super) struct SlowLane {
    pub(super) table: SocketTable,
    pub(super) budget: Budget,
    pub(super) memory: Arc<RwLock<WalkMemory>>,
    pub(super) holders: Holders,
    pub(super) openers: Openers,
    pub(super) others: Pacer,
    pub(super) asked: Receiver<WalkFor>,
    pub(super) sampled: SampledWalks,
}

impl SlowLane {
    /// Walks until stopped.
    pub(super) fn run(mut self, lanes: &Lanes) {
        let mut period = self.walk(lanes, Budget::spent);
        let mut next = lanes.clock.now().mono + period;
        // Nothing is shown of the first second yet.
        let first = next;
        // When to count for what was just seen.
        let mut soon: Option<Duration> = None;
        while !lanes.stopped() {
            let now = lanes.clock.now().mono;
            let left = next.saturating_sub(now);
            let wait = soon.map_or(left, |at| at.saturating_sub(now).min(left));
            match self.asked.recv_timeout(wait.min(IDLE)) {
                Ok(WalkFor::Moved) if now < first => continue,
                Ok(WalkFor::Moved) => {
                    soon = soon.or_else(|| self.budget.quick(now, left).filter(|at| *at < next));
                    continue;
                }
                Err(RecvTimeoutError::Timeout) if soon.is_some() && wait < left => {
                    if wait > IDLE {
                        continue;
                    }
                    let at = lanes.clock.now().mono;
                    let left = next.saturating_sub(at);
                    period = self.walk(lanes, |budget, cpu| budget.spent_quick(at, left, cpu));
                }
                Ok(WalkFor::Verdict) => period = self.walk(lanes, Budget::spent_extra),
                Ok(WalkFor::Change) if self.budget.extra(left) => {
                    period = self.walk(lanes, Budget::spent_extra);
                }
                Ok(WalkFor::Change) => continue,
                Err(RecvTimeoutError::Timeout) if left > IDLE => continue,
                Err(RecvTimeoutError::Timeout) => period = self.walk(lanes, Budget::spent),
                Err(RecvTimeoutError::Disconnected) => return,
            }
            soon = None;
            next = lanes.clock.now().mono + period;
        }
    }

    /// One walk; how long until the next.
    fn walk(
        &mut self,
        lanes: &Lanes,
        charge: impl FnOnce(&mut Budget, Duration) -> Duration,
    ) -> Duration {
        self.budget.allow(f64::from_bits(lanes.walk_share.load(Ordering::Relaxed)));
        let (cpu_before, start) = (own::thread_cpu(), lanes.clock.now());
        let mut sample = Sample::at(start);
        if let SocketTable::Procfs(net) = &self.table {
            let found = sockets_procfs::listeners(net);
            sample.listeners = Some(Reading::from_io("/proc/net/tcp", found).map(|mut found| {
                fast::keep_watched(lanes, &mut found, start.mono);
                found
            }));
        }
        let ports = lanes.watched().ports().to_vec();
        let (shared, sharing) = lanes.sharing();
        let listening = lanes.watched().bound().to_vec();
        let each = Ports { watched: &ports, shared: &shared, listening: &listening };
        let mut counted = self.count(lanes, each, start.mono);
        if let Ok(counted) = &mut counted {
            let behind = lanes.followed();
            let name = || self.openers.name(start.mono, &mut counted.outgoing, &behind);
            privilege::with(OTHER_USERS, name);
        }
        let inodes = counted.as_mut().ok().map(|counted| std::mem::take(&mut counted.inodes));
        // The deaths up to this very moment belong to this walk, but for those of
        // connections that it has counted as open.
        if let Some((_, feed)) = &lanes.events {
            let mut sums = event::sums(feed);
            let drained = sums.drain(lanes.clock.now().mono);
            sample.destroyed =
                Some(Reading::from_io("close events", drained.map(|()| sums.take_past())));
        }
        sample.at = lanes.clock.now();
        let cpu = own::thread_cpu().saturating_sub(cpu_before);
        let groups = counted.as_ref().map_or(&[][..], |counted| &counted.groups);
        sample.sampled = self.look_at_some(lanes, &ports, groups, sample.at.mono);
        if let Some(program) = own::program_cpu() {
            self.budget.others(sample.at.mono, program.saturating_sub(own::thread_cpu()));
        }
        // What was looked at one by one is paid from the same share.
        let all = own::thread_cpu().saturating_sub(cpu_before);
        let period = charge(&mut self.budget, all);
        let scope = scope(&ports);
        sample.walk = Some(Reading::from_io("connections", counted).map(|counted| Walk {
            scope,
            by_sock_diag: matches!(self.table, SocketTable::Diag(_)),
            groups: counted.groups,
            outgoing: counted.outgoing.into_iter().map(|one| one.outgoing).collect(),
            outgoing_rest: counted.outgoing_rest,
            cpu,
            took: sample.at.mono.saturating_sub(start.mono),
            period,
        }));
        let at = sample.at;
        lanes.deliver(sample);
        if let Some(inodes) = inodes
            && (self.holders.has_begun() || !sharing.is_empty())
        {
            // A sample of its own: to look connections up takes longer than the
            // walk, and the deaths told meanwhile must not overtake it.
            let look = || self.holders.walked(at.mono, &inodes, &sharing);
            let workers = privilege::with(OTHER_USERS, look);
            lanes.deliver(Sample { workers: Some(workers), ..Sample::at(at) });
        }
        period
    }

    /// Some of the connections that were counted, one by one, where it is time to.
    fn look_at_some(
        &mut self,
        lanes: &Lanes,
        ports: &[u16],
        walked: &[Group],
        now: Duration,
    ) -> Option<Reading<SampledWalk>> {
        let SocketTable::Diag(diag) = &mut self.table else { return None };
        let meant = Meant { ports, families: lanes.families(), memory: &self.memory };
        let found = self.sampled.look(diag, now, walked, meant)?;
        Some(Reading::from_io("connections one by one", found))
    }

    fn count(&mut self, lanes: &Lanes, ports: Ports<'_>, now: Duration) -> io::Result<Counted> {
        if ports.watched.is_empty() {
            let (groups, outgoing, inodes) = (Vec::new(), Vec::new(), Vec::new());
            return Ok(Counted { groups, outgoing, outgoing_rest: None, inodes });
        }
        match &mut self.table {
            SocketTable::Procfs(net) => sockets_procfs::count(net, ports),
            SocketTable::Diag(diag) => {
                let families = lanes.families();
                let scope = scope(ports.watched);
                let counted = sockets::count(diag, scope, ports, families, &self.memory, now);
                let WalkScope::OnePort(port) = scope else { return counted };
                let mut counted = counted?;
                counted.outgoing_rest = None;
                if self.others.is_due(now, OUTGOING_EVERY) {
                    let before = own::thread_cpu();
                    let others = sockets::count_outgoing(diag, port, ports.listening, families)?;
                    (counted.outgoing, counted.outgoing_rest) = (others.0, Some(others.1));
                    self.others.done(now, own::thread_cpu().saturating_sub(before) * REST);
                }
                Ok(counted)
            }
        }
    }
}

/// One port is filtered in the kernel, at a third of the cost of all.
const fn scope(ports: &[u16]) -> WalkScope {
    match ports {
        [port] => WalkScope::OnePort(*port),
        _ => WalkScope::Everything,
    }
}
