//! One snapshot from everything known.

use std::net::SocketAddr;
use std::time::Duration;

use super::flow::{CURRENT, LastWalk};
use super::outgoing::pair;
use super::snapshot::{ListenerSnapshot, ServiceSnapshot, Snapshot};
use super::{Model, ProcessState};
use crate::sample::Stamp;

/// Whose count the application's is held against: the only service, or the one in
/// focus.
fn held_against(
    services: &[ServiceSnapshot],
    focused: Option<SocketAddr>,
) -> Option<&ListenerSnapshot> {
    match services {
        [only] => Some(&only.whole),
        all => all.iter().find(|s| focused.is_some_and(|f| s.listens_at(f))).map(|s| &s.whole),
    }
}

impl Model {
    /// Derives everything at `at`. `focused` is the listener that a bare
    /// `--capacity N` is for.
    pub fn derive(&mut self, at: Stamp, focused: Option<SocketAddr>) -> Snapshot {
        let interval = self.derived.map(|then| at.mono.saturating_sub(then));
        self.derived = Some(at.mono);
        self.moved = false;
        let rates = self.host_rates();
        self.explain_endings(at.mono);
        let (mut services, listeners, others) = self.who_listens(at.mono, interval, focused);
        let (outgoing, outgoing_rest) = self.outgoing_snapshot(&services);
        pair(&mut services, &outgoing);
        let against = held_against(&services, focused);
        let (listener, kernel) = (against.map(|l| l.address), against.and_then(|l| l.open));
        let every = self.config.interval;
        let application = self.application.snapshot(at.mono, every, listener, kernel);
        self.forget_workers();
        let exits = self.exits(at.mono);
        let mut codes = self.probing.codes(at.mono);
        self.add_shape_codes(at.mono, &services, &mut codes);
        let snapshot = Snapshot {
            at,
            netns: self.config.netns,
            application,
            ready: self.last_walk.is_some(),
            watches_sockets: !self.config.only_probes,
            counted_for: self
                .last_walk
                .zip(self.first_walk)
                .map(|(last, first)| last.at.saturating_sub(first)),
            services,
            listeners,
            others,
            processes: self.process_states(at.mono),
            exits,
            oom_kills: self.oom.kills(),
            host: self.host.clone(),
            counters: self.counters.map(|(_, counters)| counters),
            rates,
            log: self.log.snapshot(at.mono),
            targets: self.probing.targets(at.mono),
            codes,
            prober: self.probing.prober(at.mono),
            unseen: self.unseen.clone(),
            namespaces: self.namespaces.clone(),
            outgoing,
            outgoing_rest,
            sampling: self.sampling(at.mono),
        };
        let second = self.timeline.second(at.mono);
        self.history.note(second, &snapshot);
        if !self.denied.contains_key("log") {
            // The second under way may still be told of.
            self.history.silent(second.saturating_sub(1));
        }
        snapshot
    }

    /// Whether the last walk's figures are shown as they are.
    pub(super) fn is_current(&self, now: Duration) -> bool {
        // Where we were stopped the next walk is late: an old one is no reading of now.
        let late = |walk: LastWalk| now.saturating_sub(walk.at) > CURRENT * 2;
        self.last_walk.is_some_and(|walk| walk.period <= CURRENT && !late(walk))
    }

    fn process_states(&self, now: Duration) -> Vec<ProcessState> {
        let current = self.is_current(now);
        let members = self.members();
        let complete = |process: &ProcessState| ProcessState {
            connections: self.connections_of(now, current, process),
            is_member: members.contains(&process.pid),
            throttled: process.cgroup.as_deref().and_then(|path| self.quotas.of(path)),
            throttled_now: process.cgroup.as_deref().and_then(|path| self.quotas.last(path)),
            ..process.clone()
        };
        self.processes.iter().map(complete).collect()
    }
}
