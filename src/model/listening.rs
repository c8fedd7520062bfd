//! Who listens: listeners that appear, wait, go, and the processes behind them.

use std::collections::{BTreeSet, HashSet};
use std::net::{Ipv4Addr, SocketAddr};
use std::time::Duration;

use super::Model;
use super::listener::ListenerState;
use super::router::Ports;
use crate::sample::Listener;

/// More listening sockets that ever were than this are not told from
/// connections any more; a host opens a handful a day.
const MAX_COOKIES: usize = 65_536;
/// A listener that is gone and has no connection left is dropped from the list
/// after this, unless its port was named.
const FORGOTTEN: Duration = Duration::from_mins(5);

impl Model {
    pub(super) fn read_listeners(&mut self, at: Duration, mut found: Vec<Listener>) {
        for listener in &found {
            if listener.cookie != 0 && self.cookies.len() < MAX_COOKIES {
                self.cookies.insert(listener.cookie);
            }
        }
        // Stable: the sockets of a group stay in the kernel's order.
        found.sort_by_key(|listener| listener.local);
        let new = self.begin_listeners(at, &found);
        let mut rest = found.as_slice();
        for (address, state) in &mut self.listeners {
            // What is not among the listeners was taken by one that stood in for it.
            let before = rest.partition_point(|listener| listener.local < *address);
            let own = rest[before..].partition_point(|listener| listener.local == *address);
            let sockets = &rest[before..before + own];
            rest = &rest[before + own..];
            self.returned |=
                state.seen.is_some() && state.sockets.is_empty() && !sockets.is_empty();
            if state.sockets != sockets && self.awake.insert(*address) {
                self.asleep.leave(state);
            }
            self.moved |= state.sockets.is_empty() != sockets.is_empty();
            state.listen(at, sockets);
        }
        let forgotten = self.forget(at);
        if new || forgotten {
            self.ports = Ports::of(self.listeners.keys().copied());
            self.regroup = true;
        }
        if new {
            self.assign_owners(at);
            self.choose_takers();
        }
    }

    /// Those that were not known before, and what stands in where nobody listens on a
    /// named port; whether there are any.
    fn begin_listeners(&mut self, at: Duration, found: &[Listener]) -> bool {
        let mut new: Vec<SocketAddr> = found.iter().map(|listener| listener.local).collect();
        new.dedup();
        for &port in &self.config.ports {
            let known = || self.listeners.keys().any(|address| address.port() == port);
            if !new.iter().any(|address| address.port() == port) && !known() {
                new.push((Ipv4Addr::UNSPECIFIED, port).into());
            }
        }
        new.retain(|address| !self.listeners.contains_key(address));
        if new.is_empty() {
            return false;
        }
        let taken = self.ports_with_connections();
        for address in new {
            let state = self.take_stand_in(address, found).unwrap_or_else(|| {
                let mut state = ListenerState::new(address);
                if self.comes_late(address) && !taken.contains(&address.port()) {
                    state.account.begin(at);
                }
                Box::new(state)
            });
            self.listeners.insert(address, state);
            self.awake.insert(address);
        }
        true
    }

    /// What was kept for a named port until somebody listens there: a walk may
    /// have put the first connections to its account already.
    /// What listens now itself, seen for the first time like this one, is none.
    fn take_stand_in(
        &mut self,
        address: SocketAddr,
        now: &[Listener],
    ) -> Option<Box<ListenerState>> {
        // Only what was named is waited for.
        if !self.config.ports.contains(&address.port()) {
            return None;
        }
        let waits = |l: &&ListenerState| {
            let real = now.binary_search_by_key(&l.address, |listener| listener.local).is_ok();
            l.seen.is_none() && l.address.port() == address.port() && !real
        };
        let at = self.listeners.values().map(Box::as_ref).find(waits)?.address;
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
        self.first_walk.is_some() && watched
    }

    /// The ports with a connection at the last walk.
    fn ports_with_connections(&self) -> BTreeSet<u16> {
        let used = self.listeners.values().filter(|l| l.account.live_at_walk().unwrap_or(0) > 0);
        used.map(|l| l.address.port()).collect()
    }

    /// Drops listeners nobody asked for that are long gone, and the stand-in of
    /// a named port once a real listener is there.
    /// True where some are.
    pub(super) fn forget(&mut self, at: Duration) -> bool {
        // Of ten thousand that listen none is looked at further.
        if self.listeners.values().all(|state| state.seen == Some(at)) {
            return false;
        }
        let seen: BTreeSet<u16> = self
            .listeners
            .values()
            .filter(|l| l.seen.is_some())
            .map(|l| l.address.port())
            .collect();
        let named = self.config.ports.clone();
        let before = self.listeners.len();
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
        self.listeners.len() < before
    }

    pub(super) fn assign_owners(&mut self, at: Duration) {
        self.regroup = true;
        self.owners.pids.sort_by_key(|(inode, _)| *inode);
        let owners = &self.owners.pids;
        let of = |inode: u64| {
            let at = owners.binary_search_by_key(&inode, |(held, _)| *held).ok();
            at.and_then(|at| owners.get(at)).map_or(&[][..], |(_, pids)| pids.as_slice())
        };
        let hidden: HashSet<u64> = self.owners.hidden.iter().copied().collect();
        for state in self.listeners.values_mut().filter(|l| !l.sockets.is_empty()) {
            let held = state.sockets.iter().flat_map(|socket| of(socket.inode));
            let mut pids: Vec<u32> = held.copied().collect();
            pids.sort_unstable();
            pids.dedup();
            pids.shrink_to_fit();
            let is_hidden = state.sockets.iter().any(|socket| hidden.contains(&socket.inode));
            state.hidden = pids.is_empty() && is_hidden;
            for &pid in &pids {
                self.workers.is_behind(at, pid, state.address);
            }
            state.pids = pids;
        }
        let why = &self.owners.why;
        self.note_denied("processes", (!why.is_empty()).then(|| why.clone()));
    }
}
