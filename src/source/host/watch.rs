//! What the operator asked to watch, and which ports that is right now.

use std::collections::{BTreeSet, HashMap, HashSet};
use std::time::Duration;

use crate::sample::Listener;

/// A port stays watched this long after its listener went away: a restart
/// takes seconds, and its last connections outlive it.
const LINGER: Duration = Duration::from_mins(1);

/// What to watch; nothing named = every listener.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Watch {
    /// `--port`.
    pub ports: BTreeSet<u16>,
    /// `--pid`.
    pub pids: Vec<u32>,
    /// `--process`.
    pub processes: Vec<String>,
}

impl Watch {
    /// Whether nothing was named.
    #[must_use]
    pub fn is_everything(&self) -> bool {
        self.ports.is_empty() && self.pids.is_empty() && self.processes.is_empty()
    }
}

/// The listeners of the watch as last seen.
#[derive(Debug, Default)]
pub(super) struct Watched {
    seen: HashMap<u16, Duration>,
    ports: Vec<u16>,
    inodes: Vec<u64>,
    /// The same with their ports.
    listening: Vec<(u64, u16)>,
    /// Every port somebody listens on, watched or not, sorted.
    bound: Vec<u16>,
    /// Sockets of the named processes.
    pub(super) process_inodes: HashSet<u64>,
}

impl Watched {
    /// Keeps the listeners that are watched and remembers their ports; true when
    /// the set of ports changed.
    pub(super) fn update(
        &mut self,
        watch: &Watch,
        listeners: &mut Vec<Listener>,
        now: Duration,
    ) -> bool {
        self.bound.clear();
        self.bound.extend(listeners.iter().map(|l| l.local.port()));
        self.bound.sort_unstable();
        self.bound.dedup();
        if !watch.is_everything() {
            listeners.retain(|l| {
                watch.ports.contains(&l.local.port()) || self.process_inodes.contains(&l.inode)
            });
        }
        self.inodes.clear();
        self.inodes.extend(listeners.iter().map(|l| l.inode));
        self.inodes.sort_unstable();
        self.inodes.dedup();
        self.listening.clear();
        self.listening.extend(listeners.iter().map(|l| (l.inode, l.local.port())));
        for listener in listeners.iter() {
            self.seen.insert(listener.local.port(), now);
        }
        self.seen.retain(|_, last| now.saturating_sub(*last) <= LINGER);
        let mut ports: Vec<u16> =
            self.seen.keys().copied().chain(watch.ports.iter().copied()).collect();
        ports.sort_unstable();
        ports.dedup();
        let changed = ports != self.ports;
        self.ports = ports;
        changed
    }

    /// The ports to count connections of.
    pub(super) fn ports(&self) -> &[u16] {
        &self.ports
    }

    /// Every port somebody listens on, watched or not, sorted.
    pub(super) fn bound(&self) -> &[u16] {
        &self.bound
    }

    /// Every listening socket and its port.
    pub(super) fn listening(&self) -> &[(u64, u16)] {
        &self.listening
    }

    /// The listening sockets, sorted.
    pub(super) fn inodes(&self) -> &[u64] {
        &self.inodes
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn listener(port: u16, inode: u64) -> Listener {
        Listener {
            local: ([127, 0, 0, 1], port).into(),
            accept_queue: 0,
            backlog: Some(8),
            drops: Some(0),
            inode,
            cookie: 0,
        }
    }

    #[test]
    fn a_restarting_listener_stays_watched_for_a_minute() {
        let (mut watched, watch) = (Watched::default(), Watch::default());
        assert!(watched.update(&watch, &mut vec![listener(80, 1)], Duration::ZERO));
        assert!(!watched.update(&watch, &mut vec![], Duration::from_secs(59)));
        assert_eq!(watched.ports(), [80]);
        assert!(watched.update(&watch, &mut vec![], Duration::from_secs(61)));
        assert!(watched.ports().is_empty());
    }

    #[test]
    fn a_named_port_is_watched_before_anybody_listens() {
        let watch = Watch { ports: [9].into(), ..Watch::default() };
        let mut watched = Watched::default();
        let mut listeners = vec![listener(80, 1)];
        watched.update(&watch, &mut listeners, Duration::ZERO);
        assert!(listeners.is_empty());
        assert_eq!(watched.ports(), [9]);
    }

    #[test]
    fn a_named_process_brings_its_listeners() {
        let watch = Watch { pids: vec![7], ..Watch::default() };
        let mut watched = Watched { process_inodes: [2].into(), ..Watched::default() };
        let mut listeners = vec![listener(80, 1), listener(90, 2)];
        watched.update(&watch, &mut listeners, Duration::ZERO);
        assert_eq!(watched.ports(), [90]);
    }
}
