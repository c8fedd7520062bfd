//! The busiest services in full, the others as a sum.
//!
//! A host may have ten thousand listeners: what is derived, judged, drawn and kept of
//! one costs some ten microseconds a second, of which hardly any tells anything.

use std::cmp::Reverse;
use std::collections::BTreeSet;
use std::net::SocketAddr;
use std::time::Duration;

use super::Model;
use super::listener::ListenerState;
use super::listener_figures::rates;
use super::snapshot::{Others, join, join_rates};
use crate::units::{PerSecond, float};

/// Services that are shown and judged one by one: as many as have a history.
const MOST: usize = 64;
/// One that is among them stays until another has twice its weight, so that two alike
/// do not take turns.
const HEAVIER: f64 = 2.0;

impl Model {
    /// The names of the services that are shown one by one: those that were named, are
    /// looked at or are in trouble first, then the busiest.
    pub(super) fn listed(&mut self, focused: Option<SocketAddr>) -> BTreeSet<SocketAddr> {
        if self.services.count() <= MOST {
            self.listed = self.services.names().collect();
            return self.listed.clone();
        }
        let mut ranked: Vec<((bool, bool, u64), Reverse<SocketAddr>)> = self
            .candidates(focused)
            .into_iter()
            .map(|name| {
                let addresses = self.services.at(name);
                let states = || {
                    let each = addresses.iter().filter_map(|at| self.listeners.get(at));
                    each.map(Box::as_ref)
                };
                let named = self.config.ports.contains(&name.port())
                    || focused.is_some_and(|focus| addresses.contains(&focus));
                let troubled = states().any(is_troubled);
                let stays = if self.listed.contains(&name) { HEAVIER } else { 1.0 };
                let weight = states().map(weight).sum::<f64>() * stays;
                ((named, troubled, crate::units::whole(weight)), Reverse(name))
            })
            .collect();
        ranked.select_nth_unstable_by(MOST, |a, b| b.cmp(a));
        self.listed = ranked[..MOST].iter().map(|(_, name)| name.0).collect();
        for address in self.services.listed(&self.listed) {
            self.rouse(address);
        }
        self.listed.clone()
    }

    /// Those that may be listed: where something happens, what was named, what was
    /// listed before; and the first of the others until they are enough.
    fn candidates(&self, focused: Option<SocketAddr>) -> BTreeSet<SocketAddr> {
        let services = &self.services;
        let named = services.names().filter(|name| self.config.ports.contains(&name.port()));
        let awake = self.awake.iter().copied().chain(focused);
        let mut found: BTreeSet<SocketAddr> =
            awake.filter_map(|address| services.name_of(address)).collect();
        found.extend(self.listed.iter().copied().filter(|name| services.has(*name)));
        if !self.config.ports.is_empty() {
            found.extend(named);
        }
        let mut more = services.names();
        while found.len() <= MOST
            && let Some(name) = more.next()
        {
            found.insert(name);
        }
        found
    }

    /// The sum of those that are not listed; none where all are.
    pub(super) fn sum_of_others(
        &mut self,
        now: Duration,
        interval: Option<Duration>,
        listed: &BTreeSet<SocketAddr>,
    ) -> Option<Others> {
        if listed.len() == self.services.count() {
            return None;
        }
        let addresses = self.services.listed(listed);
        let (second, current) = (self.timeline.second(now), self.is_current(now));
        let known = self.flow_is_known();
        let mut sum = self.asleep;
        if sum.listeners > 0 {
            let none = known.then_some(PerSecond(0.0));
            (sum.open, sum.opened, sum.closed) = (Some(0), none, none);
        }
        for address in self.awake.iter().filter(|address| !addresses.contains(address)) {
            let Some(state) = self.listeners.get_mut(address) else { continue };
            let (opened, closed) = rates(state, None, now, second, current, interval);
            sum.join(state);
            join(&mut sum.open, state.open(current), u64::saturating_add);
            join_rates(&mut sum.opened, opened.filter(|_| known));
            join_rates(&mut sum.closed, closed.filter(|_| known));
            sum.accept_queue = sum.accept_queue.saturating_add(state.accept_queue().0.unwrap_or(0));
            // What ended while it was not looked at is told of nobody.
            state.endings = None;
        }
        Some(sum)
    }
}

/// Clients of it are harmed, or were just now.
fn is_troubled(state: &ListenerState) -> bool {
    let full = state.fullest_queue().is_some_and(|share| share > 0.5);
    let gone = state.sockets.is_empty() && state.account.totals().0 > 0;
    full || gone || state.drop_rate().is_some_and(|rate| rate.0 > 0.0)
}

/// How much it matters: what is open and what comes and goes.
fn weight(state: &ListenerState) -> f64 {
    let (opened, closed) = state.account.last.map_or((0.0, 0.0), |(_, o, c)| (o, c));
    float(state.account.established_at_walk().unwrap_or(0)) + 10.0 * (opened + closed)
}
