//! Listeners where nothing happens.
//!
//! Of ten thousand listeners hardly any has a connection. What each costs a second, in
//! the walks, in the account and in what is shown, was a tenth of a core; those without
//! a connection, a death, a full queue or a drop are asleep, and looked at again when
//! one of these comes.

use std::collections::{BTreeMap, BTreeSet};
use std::net::SocketAddr;
use std::time::Duration;

use super::Model;
use super::listener::ListenerState;
use super::snapshot::Others;
use crate::sample::Group;

/// So few are all looked at each time.
const FEW: usize = 256;

impl Model {
    /// Whether all listeners are looked at each time.
    pub(super) fn are_few(&self) -> bool {
        self.listeners.len() <= FEW
    }

    /// At a walk that found these groups: who is awake, and the sum of who is not. What
    /// is listed, or has a history, is.
    pub(super) fn wake(&mut self, at: Duration, groups: &BTreeMap<SocketAddr, Group>) {
        if self.are_few() {
            self.awake = self.listeners.keys().copied().collect();
            self.asleep = Others::default();
            return;
        }
        let listed = self.services.listed(&self.listed);
        let (history, mut awake, mut asleep) = (&self.history, BTreeSet::new(), Others::default());
        for (address, state) in &mut self.listeners {
            let is_kept = || listed.contains(address) || history.listener(*address).is_some();
            if !state.is_quiet() || groups.contains_key(address) || is_kept() {
                awake.insert(*address);
            } else {
                state.account.sleeps(at);
                asleep.join(state);
            }
        }
        (self.awake, self.asleep) = (awake, asleep);
    }

    /// Something happens there.
    pub(super) fn rouse(&mut self, address: SocketAddr) {
        if self.awake.insert(address)
            && let Some(state) = self.listeners.get(&address)
        {
            self.asleep.leave(state);
        }
    }

    /// Those that are awake.
    pub(super) fn awake(&self) -> impl Iterator<Item = &ListenerState> {
        self.awake.iter().filter_map(|address| self.listeners.get(address).map(Box::as_ref))
    }
}

impl ListenerState {
    /// Somebody listens, and nothing is open, came, went, waits or was dropped lately.
    fn is_quiet(&self) -> bool {
        let waits = self.sockets.iter().any(|socket| socket.accept_queue > 0);
        let drops = self.drop_rate().is_some_and(|rate| rate.0 > 0.0);
        let still = !waits && !drops && !self.sockets.is_empty();
        still && self.account.is_quiet() && self.endings.is_none() && !self.held_lately()
    }
}

impl Others {
    /// Adds what a listener has had since it is known.
    pub(super) fn join(&mut self, state: &ListenerState) {
        let (opened, closed) = state.account.totals();
        self.listeners += 1;
        self.opened_total = self.opened_total.saturating_add(opened);
        self.closed_total = self.closed_total.saturating_add(closed);
        self.drops_total = self.drops_total.saturating_add(state.drops_total.unwrap_or(0));
    }

    /// Takes it out again.
    pub(super) fn leave(&mut self, state: &ListenerState) {
        let (opened, closed) = state.account.totals();
        self.listeners = self.listeners.saturating_sub(1);
        self.opened_total = self.opened_total.saturating_sub(opened);
        self.closed_total = self.closed_total.saturating_sub(closed);
        self.drops_total = self.drops_total.saturating_sub(state.drops_total.unwrap_or(0));
    }
}
