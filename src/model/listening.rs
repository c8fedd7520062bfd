//! Who listens: listeners that appear, wait, go, and the processes behind them.

use std::collections::{BTreeMap, BTreeSet};
use std::net::{Ipv4Addr, SocketAddr};
use std::time::Duration;

use super::Model;
use super::listener::ListenerState;
use crate::sample::Listener;

/// More listening sockets that ever were than this are not told from
/// connections any more; a host opens a handful a day.
const MAX_COOKIES: usize = 65_536;
/// A listener that is gone and has no connection left is dropped from the list
/// after this, unless its port was named.
const FORGOTTEN: Duration = Duration::from_mins(5);

impl Model {
    pub(super) fn read_listeners(&mut self, at: Duration, found: Vec<Listener>) {
        let mut by_address: BTreeMap<SocketAddr, Vec<Listener>> = BTreeMap::new();
        for listener in found {
            if listener.cookie != 0 && self.cookies.len() < MAX_COOKIES {
                self.cookies.insert(listener.cookie);
            }
            by_address.entry(listener.local).or_default().push(listener);
        }
        for &port in &self.config.ports {
            let waits = !by_address.keys().chain(self.listeners.keys()).any(|a| a.port() == port);
            if waits {
                by_address.insert((Ipv4Addr::UNSPECIFIED, port).into(), Vec::new());
            }
        }
        let new = by_address.keys().any(|address| !self.listeners.contains_key(address));
        for address in by_address.keys() {
            if !self.listeners.contains_key(address) {
                let state = self.take_stand_in(*address, &by_address).unwrap_or_else(|| {
                    let mut state = ListenerState::new(*address);
                    if self.comes_late(*address) {
                        state.account.begin(at);
                    }
                    state
                });
                self.listeners.insert(*address, state);
            }
        }
        for (address, state) in &mut self.listeners {
            let sockets = by_address.remove(address).unwrap_or_default();
            self.returned |=
                state.seen.is_some() && state.sockets.is_empty() && !sockets.is_empty();
            state.listen(at, sockets);
        }
        self.forget(at);
        if new {
            self.assign_owners(at);
        }
    }

    /// What was kept for a named port until somebody listens there: a walk may
    /// have put the first connections to its account already.
    /// What listens now itself, seen for the first time like this one, is none.
    fn take_stand_in(
        &mut self,
        address: SocketAddr,
        now: &BTreeMap<SocketAddr, Vec<Listener>>,
    ) -> Option<ListenerState> {
        let waits = |l: &&ListenerState| {
            let real = now.get(&l.address).is_some_and(|sockets| !sockets.is_empty());
            l.seen.is_none() && l.address.port() == address.port() && !real
        };
        let at = self.listeners.values().find(waits)?.address;
        let mut state = self.listeners.remove(&at)?;
        state.address = address;
        self.history.rename(at, address);
        Some(state)
    }

    /// Whether a listener not seen before cannot have connections of before our
    /// time. One that was found through its process may have been there all along,
    /// and one on a port with connections may have taken them over.
    pub(super) fn comes_late(&self, address: SocketAddr) -> bool {
        let watched = self.config.everything || self.config.ports.contains(&address.port());
        let mut on_port = self.listeners.values().filter(|l| l.address.port() == address.port());
        self.first_walk.is_some()
            && watched
            && on_port.all(|l| l.account.live_at_walk().unwrap_or(0) == 0)
    }

    /// Drops listeners nobody asked for that are long gone, and the stand-in of
    /// a named port once a real listener is there.
    pub(super) fn forget(&mut self, at: Duration) {
        let seen: BTreeSet<u16> = self
            .listeners
            .values()
            .filter(|l| l.seen.is_some())
            .map(|l| l.address.port())
            .collect();
        let named = self.config.ports.clone();
        self.listeners.retain(|address, state| {
            let port = address.port();
            match state.seen {
                None => !seen.contains(&port) && named.contains(&port),
                Some(seen) => {
                    named.contains(&port)
                        || at.saturating_sub(seen) < FORGOTTEN
                        || state.account.live_at_walk().unwrap_or(0) > 0
                }
            }
        });
    }

    pub(super) fn assign_owners(&mut self, at: Duration) {
        for state in self.listeners.values_mut().filter(|l| !l.sockets.is_empty()) {
            let holds = |inode: &u64| state.sockets.iter().any(|s| s.inode == *inode);
            let of = self.owners.pids.iter().filter(|(inode, _)| holds(inode));
            let mut pids: Vec<u32> = of.flat_map(|(_, pids)| pids.iter().copied()).collect();
            pids.sort_unstable();
            pids.dedup();
            state.hidden = pids.is_empty() && self.owners.hidden.iter().any(holds);
            for &pid in &pids {
                self.workers.is_behind(at, pid, state.address);
            }
            state.pids = pids;
        }
        if self.owners.why.is_empty() {
            self.denied.remove("processes");
        } else {
            self.denied.insert("processes", self.owners.why.clone());
        }
    }
}
