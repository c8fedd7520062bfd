//! Who came and went: connections put to the account of their listener.

use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::time::Duration;

use super::account::Deaths;
use super::listener::{self, ListenerState};
use super::{DumpFacts, Model, router};
use crate::sample::{Destroyed, Dump, DumpScope};
use crate::units::float;

/// Deaths are told within this of when they happened ...
const AT_ONCE: Duration = Duration::from_millis(100);
/// ... but when we were stopped: the lane tells each second that it is alive.
const SILENT: Duration = Duration::from_secs(2);

impl Model {
    /// Splits the connections the host accepted among the listeners: by their
    /// share in the last settled interval, else by their size where all of them
    /// are watched. Otherwise a quiet listener would be given its neighbour's herd.
    /// So it would while one has just come back: what was learned without it is no
    /// guide (after a restart of 1.2 s its neighbour was given 5 000 in 8 s).
    pub(super) fn attribute(&mut self, from: Duration, at: Duration, accepted: u64) {
        let open = || self.listeners.values().filter(|l| l.account.is_open());
        let known: f64 = open().filter_map(|l| l.account.share).sum();
        let sizes: f64 = open().map(size).sum();
        if self.returned && !self.is_alone() {
            return;
        }
        self.accepted_to = at;
        if accepted == 0 || sizes <= 0.0 {
            return;
        }
        let (alone, all) = (self.is_alone(), self.config.everything);
        for listener in self.listeners.values_mut().filter(|l| l.account.is_open()) {
            let share = match listener.account.share {
                _ if alone => 1.0,
                Some(share) if known > 0.0 => share / known.max(1.0),
                _ if known > 0.0 || !all => 0.0,
                _ => size(listener) / sizes,
            };
            listener.account.accepted(from, at, float(accepted) * share);
        }
    }

    pub(super) fn read_destroyed(&mut self, at: Duration, destroyed: Destroyed) {
        self.stepped_aside = destroyed.stepped_aside;
        if destroyed.overruns > 0 || destroyed.stepped_aside {
            self.events_lost += destroyed.overruns;
            self.listeners.values_mut().for_each(|l| l.account.closes_unknown());
        }
        let before = self.told_deaths.replace(at);
        // The lane tells at once, and each second that there are none.
        let late = before.filter(|&before| at.saturating_sub(before) > SILENT);
        let from = late.unwrap_or_else(|| at.saturating_sub(AT_ONCE));
        for (local, closed) in destroyed.closed {
            self.died(from, at, local, Deaths { closed, ..Deaths::default() });
        }
        for (local, late) in destroyed.late {
            self.died(from, at, local, Deaths { late, ..Deaths::default() });
        }
        for (local, unseen) in destroyed.unseen {
            self.died(from, at, local, Deaths { unseen, ..Deaths::default() });
        }
        for (local, cookie) in destroyed.peerless {
            if !self.cookies.remove(&cookie) {
                self.died(from, at, local, Deaths { closed: 1, late: 0, unseen: 1 });
                if let Some(state) = self.routed(local) {
                    state.endings.aborted += 1;
                }
            }
        }
        for endings in destroyed.endings {
            if let Some(state) = self.routed(endings.local) {
                state.endings.add(&endings);
            }
        }
    }

    /// The listener that takes connections of this local address.
    fn routed(&mut self, local: SocketAddr) -> Option<&mut ListenerState> {
        let address = router::route(local, self.listeners.keys().copied())?;
        self.listeners.get_mut(&address)
    }

    fn died(&mut self, from: Duration, at: Duration, local: SocketAddr, deaths: Deaths) {
        if let Some(state) = self.routed(local) {
            state.account.destroyed(from, at, deaths);
        }
    }

    pub(super) fn read_dump(&mut self, at: Duration, dump: Dump) {
        let mut groups = BTreeMap::new();
        for group in dump.groups {
            let Some(address) = router::route(group.local, self.listeners.keys().copied()) else {
                continue;
            };
            let merged = match groups.remove(&address) {
                Some(sum) => listener::merge(sum, group),
                None => group,
            };
            groups.insert(address, merged);
        }
        if self.stepped_aside || self.denied.contains_key("close events") {
            self.listeners.values_mut().for_each(|l| l.account.closes_unknown());
        }
        let (timeline, accepted_to) = (&self.timeline, self.accepted_to);
        let told: Vec<_> = self
            .listeners
            .iter_mut()
            .map(|(address, state)| {
                (*address, state.walked(at, accepted_to, groups.remove(address), timeline))
            })
            .collect();
        let last = self.timeline.second(at);
        self.services.group(&self.listeners);
        let services = self.services.walked(&told, last);
        self.history.walked(&told, last);
        self.history.walked_services(&services, last);
        self.learn_shares();
        if dump.scope == DumpScope::Everything {
            self.outgoing = dump.outgoing;
        }
        self.first_walk.get_or_insert(at);
        self.dumps = Some(DumpFacts {
            at,
            by_sock_diag: dump.by_sock_diag,
            period: dump.period,
            cpu: dump.cpu,
        });
    }

    /// Each listener's part of what the host accepted between the last two walks.
    pub(super) fn learn_shares(&mut self) {
        self.returned = false;
        let passive = self.counters.as_ref().and_then(|(_, c)| c.passive_opens);
        let before = std::mem::replace(&mut self.passive_at_walk, passive);
        self.passive_at_first = self.passive_at_first.or(passive);
        let accepted = passive.zip(before).map_or(0, |(now, then)| now.saturating_sub(then));
        for state in self.listeners.values_mut() {
            state.account.learn_share(accepted);
        }
    }
}

fn size(listener: &ListenerState) -> f64 {
    float(listener.account.live_at_walk().unwrap_or(0)) + 1.0
}
