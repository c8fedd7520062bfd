//! Which process behind a listener opened the connections towards a destination.
//!
//! Two sockets of each destination are looked up among the descriptors of these processes,
//! at 3 µs a link; what was found is believed for some minutes.

use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::time::Duration;

use super::budget::Pacer;
use super::descriptors::walk;
use super::outgoing_sums::Destination;
use super::own::thread_cpu;
use super::processes::Identity;

/// A search reads no more links than this, which takes 60 ms.
const MOST_LINKS: usize = 20_000;
/// At the soonest, and after a search this many times as long: a fifth of a percent of a
/// core.
const EVERY: Duration = Duration::from_secs(2);
const REST: u32 = 500;
/// What was found is believed so long, and that nobody was.
const BELIEVED: Duration = Duration::from_mins(5);
const NOBODY: Duration = Duration::from_secs(30);
/// Processes told of one destination.
const TOLD: usize = 4;

/// What is known of the destinations.
#[derive(Debug)]
pub(super) struct Openers {
    proc: PathBuf,
    known: BTreeMap<SocketAddr, (Duration, Vec<u32>)>,
    /// Among whom was looked last: with others nobody may be somebody.
    behind: Vec<Identity>,
    paced: Pacer,
}

impl Openers {
    /// Below `proc`, which is `/proc` but in tests.
    pub(super) fn new(proc: &Path) -> Self {
        Self {
            proc: proc.to_owned(),
            known: BTreeMap::new(),
            behind: Vec::new(),
            paced: Pacer::default(),
        }
    }

    /// Puts the processes to the destinations, of those behind the listeners.
    pub(super) fn name(&mut self, now: Duration, found: &mut [Destination], behind: &[Identity]) {
        let others = self.behind != behind;
        self.behind = behind.to_vec();
        self.known.retain(|destination, (then, pids)| {
            let believed = if pids.is_empty() { NOBODY } else { BELIEVED };
            let lives = |pid: &u32| behind.iter().any(|(known, _)| known == pid);
            found.iter().any(|one| one.outgoing.destination == *destination)
                && now.saturating_sub(*then) < believed
                && !(others && pids.is_empty())
                && pids.iter().all(lives)
        });
        let is_new = |one: &&Destination| !self.known.contains_key(&one.outgoing.destination);
        let mut wanted: Vec<(u64, SocketAddr)> = Vec::new();
        for one in found.iter().filter(is_new) {
            wanted.extend(one.inodes.iter().map(|inode| (*inode, one.outgoing.destination)));
        }
        if !wanted.is_empty() && !behind.is_empty() && self.paced.is_due(now, EVERY) {
            self.search(now, &wanted, behind);
        }
        for one in found {
            if let Some((_, pids)) = self.known.get(&one.outgoing.destination) {
                one.outgoing.pids.clone_from(pids);
            }
        }
    }

    fn search(&mut self, now: Duration, wanted: &[(u64, SocketAddr)], behind: &[Identity]) {
        let before = thread_cpu();
        let (mut left, mut missing) = (MOST_LINKS, wanted.len());
        for (_, destination) in wanted {
            self.known.insert(*destination, (now, Vec::new()));
        }
        for (pid, _) in behind {
            let folder = self.proc.join(pid.to_string()).join("fd");
            // One that may not be looked into, or has ended, opened nothing that we know.
            let _ = walk(&folder, &mut left, |_, inode| {
                for (_, destination) in wanted.iter().filter(|(wanted, _)| *wanted == inode) {
                    missing = missing.saturating_sub(1);
                    let known = self.known.entry(*destination).or_default();
                    if !known.1.contains(pid) && known.1.len() < TOLD {
                        known.1.push(*pid);
                    }
                }
                missing > 0
            });
            if missing == 0 || left == 0 {
                break;
            }
        }
        self.paced.done(now, thread_cpu().saturating_sub(before) * REST);
    }
}

#[cfg(test)]
mod tests {
    use std::net::{TcpListener, TcpStream};
    use std::os::fd::AsFd;

    use super::*;
    use crate::sample::Outgoing;

    #[test]
    fn who_opened_a_connection_is_found_among_those_behind_a_listener() {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let at = listener.local_addr().unwrap();
        let stream = TcpStream::connect(at).unwrap();
        let inode = rustix::fs::fstat(stream.as_fd()).unwrap().st_ino;
        let of = |inodes| Destination { outgoing: Outgoing::to(at), inodes };
        let mut openers = Openers::new(Path::new("/proc"));
        let us = (std::process::id(), 0);
        let mut found = [of(vec![inode])];
        openers.name(Duration::from_secs(1), &mut found, &[us]);
        assert_eq!(found[0].outgoing.pids, [us.0]);
        // It is believed, and not looked for again.
        let mut again = [of(vec![1])];
        openers.name(Duration::from_secs(2), &mut again, &[us]);
        assert_eq!(again[0].outgoing.pids, [us.0]);
        let mut gone = [of(vec![1])];
        openers.name(Duration::from_secs(9), &mut gone, &[]);
        assert!(gone[0].outgoing.pids.is_empty(), "it does not run any more");
    }
}
