//! Who came and went: connections put to the account of their listener.

use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::time::Duration;

use super::Model;
use super::account::{Deaths, Settled};
use super::listener::{self, ListenerState};
use super::seconds::Seconds;
use crate::sample::{Destroyed, EndingShape, Group, Lifetime, Walk, WalkScope};
use crate::units::{float, whole};

/// Up to this period the last walk's figures are shown as they are; beyond it
/// they are carried on by what happened since.
pub(super) const CURRENT: Duration = Duration::from_millis(1600);
/// Deaths are told within this of when they happened ...
const AT_ONCE: Duration = Duration::from_millis(100);
/// ... but when we were stopped: the lane tells each second that it is alive.
const SILENT: Duration = Duration::from_secs(2);
/// From this part of the handshakes on a service is shown what came before a walk has
/// told whose it was, and its figures are no estimate.
pub(super) const MOST: f64 = 0.8;
/// How much of a new reading of what others accept is believed.
const LEARNS: f64 = 0.2;

/// What is known to be lost of the deaths since the last walk.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct DeathsLost {
    /// Not every one was told.
    any: bool,
    /// How often the kernel said that it lost some.
    overruns: u64,
    /// None was told: nobody listened.
    unheard: bool,
    /// Of those that were told, at watched ports and at others.
    told: (u64, u64),
}

impl DeathsLost {
    /// The part of the told that watched ports had, 0 to 1; all where none was told.
    fn here(self) -> f64 {
        let (here, elsewhere) = self.told;
        if here + elsewhere == 0 { 1.0 } else { float(here) / float(here + elsewhere) }
    }
}

/// What is remembered of the last walk itself.
#[derive(Debug, Clone, Copy)]
pub(super) struct LastWalk {
    pub(super) at: Duration,
    pub(super) by_sock_diag: bool,
    pub(super) period: Duration,
    pub(super) cpu: Duration,
}

impl Model {
    /// Splits the connections the host accepted among the listeners: by their
    /// share in the last settled interval, else by their size where all of them
    /// are watched. Otherwise a quiet listener would be given its neighbour's herd.
    /// So it would while one has just come back: what was learned without it is no
    /// guide (after a restart of 1.2 s its neighbour was given 5 000 in 8 s).
    pub(super) fn attribute(&mut self, from: Duration, at: Duration, accepted: u64) {
        if self.returned && !self.is_alone() {
            return;
        }
        self.accepted_to = at;
        if accepted == 0 {
            return;
        }
        let open = || self.takers.iter().filter_map(|at| self.listeners.get(at));
        let known: f64 = open().filter_map(|l| l.account.share).sum();
        let sizes: f64 = open().map(|l| size(l)).sum();
        if sizes <= 0.0 {
            return;
        }
        let (alone, all) = (self.is_alone(), self.config.everything);
        // While the last walk's figures are shown what came is not among them.
        let current = self.is_current(at);
        for address in &self.takers {
            let Some(listener) = self.listeners.get_mut(address) else { continue };
            let share = match listener.account.share {
                _ if alone => 1.0,
                Some(share) if known > 0.0 => share / known.max(1.0),
                _ if known > 0.0 || !all => 0.0,
                _ => size(listener) / sizes,
            };
            listener.account.accepted(from, at, float(accepted) * share);
            self.moved |= share >= MOST && !current;
        }
    }

    /// Those with an account among which the accepted are split. Of many it is those
    /// with a share, or with a connection: ten times a second through ten thousand that
    /// get nothing takes 3 % of a core.
    pub(super) fn choose_takers(&mut self) {
        let open = self.awake().filter(|l| l.account.is_open());
        let few = self.are_few();
        let takes = |l: &ListenerState| {
            l.account.share.is_some_and(|share| share > 0.0)
                || l.account.live_at_walk().is_some_and(|live| live > 0)
        };
        self.takers = open.filter(|l| few || takes(l)).map(|l| l.address).collect();
    }

    pub(super) fn read_destroyed(&mut self, at: Duration, destroyed: Destroyed) {
        self.stepped_aside = destroyed.stepped_aside;
        if destroyed.overruns > 0 || destroyed.stepped_aside {
            self.deaths_lost.overruns += destroyed.overruns;
            self.deaths_lost.any = true;
            self.deaths_lost.unheard |= destroyed.unheard;
            self.events_lost += destroyed.overruns;
            self.listeners.values_mut().for_each(|l| l.account.closes_unknown());
        }
        let before = self.told_deaths.replace(at);
        // The lane tells at once, and each second that there are none.
        let late = before.filter(|&before| at.saturating_sub(before) > SILENT);
        let from = late.unwrap_or_else(|| at.saturating_sub(AT_ONCE));
        self.moved |= !destroyed.closed.is_empty() && !self.is_current(at);
        for (local, closed) in destroyed.closed {
            let ours = self.died(from, at, local, Deaths { closed, ..Deaths::default() });
            let (here, elsewhere) = &mut self.deaths_lost.told;
            *if ours { here } else { elsewhere } += closed;
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
                    state.endings().aborted += 1;
                    let shape = EndingShape { life: Lifetime::Short, ..EndingShape::aborted() };
                    state.shapes().add_shape(at, shape);
                }
            }
        }
        for endings in destroyed.endings {
            if let Some(state) = self.routed(endings.local) {
                state.endings().add(&endings);
            }
        }
        for shapes in destroyed.shapes {
            self.read_shapes(at, shapes);
        }
        for (local, came) in destroyed.came {
            self.read_attempts(at, local, &came);
        }
    }

    /// The listener that takes connections of this local address.
    pub(super) fn routed(&mut self, local: SocketAddr) -> Option<&mut ListenerState> {
        let address = self.ports.route(local)?;
        self.rouse(address);
        self.listeners.get_mut(&address).map(Box::as_mut)
    }

    /// Whether it is one of a watched listener.
    fn died(&mut self, from: Duration, at: Duration, local: SocketAddr, deaths: Deaths) -> bool {
        let Some(state) = self.routed(local) else { return false };
        state.account.destroyed(from, at, deaths);
        true
    }

    pub(super) fn read_walk(&mut self, at: Duration, walk: Walk) {
        let mut groups = BTreeMap::new();
        for group in walk.groups {
            if let Some(came) = &group.came {
                self.read_attempts(at, group.local, came);
            }
            let Some(address) = self.ports.route(group.local) else {
                continue;
            };
            let merged = match groups.remove(&address) {
                Some(sum) => listener::merge(sum, &group),
                None => group,
            };
            groups.insert(address, merged);
        }
        if self.stepped_aside || self.is_deaf() {
            self.deaths_lost.any = true;
            self.listeners.values_mut().for_each(|l| l.account.closes_unknown());
        }
        let lost = std::mem::take(&mut self.deaths_lost);
        let parts = if lost.any { self.parts(at, lost, &groups) } else { BTreeMap::new() };
        self.group_services();
        self.wake(at, &groups);
        let (timeline, accepted_to) = (&self.timeline, self.accepted_to);
        let mut settled = Vec::with_capacity(self.awake.len());
        for address in &self.awake {
            let Some(state) = self.listeners.get_mut(address) else { continue };
            let accepted = (accepted_to, parts.get(address).copied());
            let interval = state.walked(at, accepted, groups.remove(address));
            self.moved |= interval.as_ref().is_some_and(Settled::has_moved);
            let seconds = Seconds::of(interval.as_ref(), timeline);
            seconds.for_each(|(second, one)| state.recent().peak.add(second, one.measured));
            settled.push((*address, interval));
        }
        let seconds = |interval| Seconds::of(interval, timeline);
        let told: Vec<(SocketAddr, Seconds)> =
            settled.iter().map(|(address, one)| (*address, seconds(one.as_ref()))).collect();
        let services = self.services.walked(&told);
        self.history.walked(&told);
        self.history.walked_services(&services);
        let mut missed = 0;
        for address in &self.awake {
            let state = self.listeners.get_mut(address);
            missed += state.map_or(0, |state| state.account.take_missed());
        }
        if lost.overruns > 0 {
            // The kernel says that events were lost and not how many.
            let more = missed.saturating_sub(lost.overruns);
            self.events_lost = self.events_lost.saturating_add(more);
        }
        self.learn_shares(at);
        // Recordings of before have them, and no sum of the rest, where all was walked.
        if walk.scope == WalkScope::Everything || walk.outgoing_rest.is_some() {
            self.read_outgoing(at, walk.outgoing, walk.outgoing_rest);
        }
        self.first_walk.get_or_insert(at);
        self.last_walk = Some(LastWalk {
            at,
            by_sock_diag: walk.by_sock_diag,
            period: walk.period,
            cpu: walk.cpu,
        });
    }

    /// Each listener's part of what the host accepted between the last two walks.
    fn learn_shares(&mut self, at: Duration) {
        self.returned = false;
        let since = self.last_walk.map(|walk| at.saturating_sub(walk.at).as_secs_f64());
        let passive = self.counters.as_ref().and_then(|(_, c)| c.passive_opens);
        let before = std::mem::replace(&mut self.passive_at_walk, passive);
        self.passive_at_first = self.passive_at_first.or(passive);
        let accepted = passive.zip(before).map_or(0, |(now, then)| now.saturating_sub(then));
        let ours: Option<u64> = self.awake().map(|l| l.account.last_opened()).sum();
        if let (Some(ours), Some(seconds)) = (ours, since.filter(|s| *s > 0.0)) {
            let now = float(accepted.saturating_sub(ours)) / seconds;
            let before = self.elsewhere.unwrap_or(now);
            self.elsewhere = Some((now - before).mul_add(LEARNS, before));
        }
        for address in &self.awake {
            if let Some(state) = self.listeners.get_mut(address) {
                state.account.learn_share(accepted);
            }
        }
        self.choose_takers();
    }

    /// Nobody tells which connections end: a sandbox refuses it, or an old kernel.
    pub(super) fn is_deaf(&self) -> bool {
        self.denied.contains_key("close events")
    }

    /// Where deaths were lost: what each listener has accepted since the last walk, at
    /// the least what was seen of it, all together what the host accepted less what
    /// went to others lately and by the deaths that were told (of 81 656 that were opened
    /// and closed 47 620 were told). Where no death was told at all, what went to others
    /// is not known: then a single port has what was seen. A screen that went on from a
    /// ring gave its port the 132 that another had opened and closed in between.
    fn parts(
        &self,
        at: Duration,
        lost: DeathsLost,
        groups: &BTreeMap<SocketAddr, Group>,
    ) -> BTreeMap<SocketAddr, u64> {
        let counters = self.counters.as_ref().map(|(_, counters)| counters);
        let passive = counters.and_then(|c| c.passive_opens).zip(self.passive_at_walk);
        let seconds = self.last_walk.map_or(0.0, |walk| at.saturating_sub(walk.at).as_secs_f64());
        let came = |(address, state): (&SocketAddr, &ListenerState)| {
            let group = groups.get(address);
            let fresh = group.map_or(Some(0), |g| g.fresh);
            (*address, state.account.came(fresh, group.map_or(0, |g| g.states.live())))
        };
        let open = || {
            let all = self.listeners.iter().map(|(address, state)| (address, state.as_ref()));
            all.filter(|(_, state)| state.account.is_open())
        };
        let mut parts: BTreeMap<SocketAddr, u64> = open().map(came).collect();
        let seen: u64 = parts.values().sum();
        let known = self.config.everything || !(self.is_deaf() || lost.unheard);
        let Some((now, then)) = passive.filter(|_| known) else { return parts };
        let accepted = float(now.saturating_sub(then));
        let lately = accepted - self.elsewhere.unwrap_or(0.0) * seconds;
        let ours = if self.config.everything { lately } else { lately.min(accepted * lost.here()) };
        let rest = (ours - float(seen)).max(0.0);
        let sizes: f64 = open().map(|(_, state)| size(state)).sum();
        for (address, state) in open() {
            let Some(part) = parts.get_mut(address) else { continue };
            let share =
                if seen > 0 { float(*part) / float(seen) } else { size(state) / sizes.max(1.0) };
            *part += whole(rest * share);
        }
        parts
    }
}

fn size(listener: &ListenerState) -> f64 {
    float(listener.account.live_at_walk().unwrap_or(0)) + 1.0
}
