//! How the figures came about, and which are missing and why.

use std::time::Duration;

use super::Model;
use super::snapshot::Sampling;
use crate::sample::{Counters, Listener};
use crate::units::Ratio;

impl Model {
    /// Whether anything tells what was opened and closed: the events of the kernel, or
    /// `PassiveOpens`, which is of the whole host.
    pub(super) fn flow_is_known(&self) -> bool {
        let passive = self.counters.is_some_and(|(_, c)| c.passive_opens.is_some());
        !self.is_deaf() || passive && self.config.everything
    }

    pub(super) fn sampling(&self, now: Duration) -> Sampling {
        let newest = self.own.back();
        let recent = self.own.front().zip(newest).and_then(|((from, old), (to, new))| {
            let wall = to.saturating_sub(*from).as_secs_f64();
            (wall > 0.0).then(|| Ratio(new.cpu.saturating_sub(old.cpu).as_secs_f64() / wall))
        });
        let start = newest
            .filter(|_| !now.is_zero())
            .map(|(at, own)| Ratio(own.cpu.as_secs_f64() / at.as_secs_f64().max(0.001)));
        Sampling {
            by_sock_diag: self.last_walk.map(|d| d.by_sock_diag),
            period: self.last_walk.map(|d| d.period),
            walk_cpu: self.last_walk.map(|d| d.cpu),
            cpu_since_start: start,
            cpu_lately: recent,
            rss: newest.map(|(_, own)| own.rss),
            events_lost: self.events_lost + newest.map_or(0, |(_, own)| own.samples_lost),
            stepped_aside: self.stepped_aside,
            denied: self
                .denied
                .values()
                .cloned()
                .chain(self.untold())
                .chain(self.room_not_known())
                .collect(),
            crosscheck: self.crosscheck(),
        }
    }

    /// What was read and does not tell all that it does elsewhere.
    fn untold(&self) -> impl Iterator<Item = String> {
        let mute = |s: &Listener| s.drops.is_none();
        let drops = self.awake().flat_map(|l| &l.sockets).any(mute);
        let counters = self.counters.as_ref().map(|(_, counters)| counters);
        let missing = |of: fn(&Counters) -> Option<u64>| counters.is_some_and(|c| of(c).is_none());
        let deaf = self.is_deaf();
        let known = self.flow_is_known();
        [
            (
                deaf && known,
                "opened and closed: estimated from PassiveOpens of the host, without close events",
            ),
            (
                deaf && !known,
                "opened and closed: only close events tell them of a port, PassiveOpens is of the \
                 whole host",
            ),
            (drops, "drops and backlog of listeners: only sock_diag tells them"),
            (missing(|c| c.passive_opens), "PassiveOpens: this kernel does not tell it"),
            (
                missing(|c| c.listen_overflows) || missing(|c| c.listen_drops),
                "ListenOverflows, ListenDrops: this kernel does not tell them",
            ),
        ]
        .into_iter()
        .filter(|(is, _)| *is)
        .map(|(_, why)| why.to_owned())
    }

    /// Both ways of counting what was opened, where they must agree.
    fn crosscheck(&self) -> Option<(u64, u64)> {
        let passive = self.passive_at_walk?.checked_sub(self.passive_at_first?)?;
        let awake = self.awake().map(|l| l.account.totals().0);
        let ours = awake.fold(self.asleep.opened_total, u64::saturating_add);
        self.config.everything.then_some((ours, passive))
    }
}
