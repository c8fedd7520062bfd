//! Which process holds which connection, where several share a listener.
//!
//! The walk tells the inode of every connection for nothing; whose it is costs a
//! readlink of 3 µs, so each connection is looked up once in its life. A search
//! lists the names in `/proc/PID/fd` of the processes behind the listener and
//! reads the links only of descriptors not known to be an open connection.

#[cfg(test)]
mod tests;

use std::collections::{BTreeMap, HashMap, HashSet};
use std::hash::{BuildHasherDefault, Hasher};
use std::io;
use std::path::{Path, PathBuf};
use std::time::Duration;

use super::budget::Pacer;
use super::descriptors::walk_where;
use super::own::thread_cpu;
use super::processes::Identity;
use crate::sample::{Reading, Worker};

/// A search reads no more links than this, 0.3 s; the next one goes on.
const MOST_LINKS: usize = 100_000;
/// After a search the next one waits this many times as long: a third of a
/// percent of a core. To list 10 000 names takes 5 ms.
const REST: u32 = 300;
/// A connection nobody was found to hold may be on its way from one process to
/// another; it is looked for again.
const AGAIN: Duration = Duration::from_secs(30);
/// The holder that is none.
const NOBODY: u32 = 0;

/// Inodes are given out one after the other: one multiplication spreads them,
/// at a fifth of the cost of the standard hash.
#[derive(Debug, Default)]
struct Spread(u64);

impl Hasher for Spread {
    fn finish(&self) -> u64 {
        self.0
    }

    fn write(&mut self, bytes: &[u8]) {
        for &byte in bytes {
            self.write_u64(self.0 ^ u64::from(byte));
        }
    }

    fn write_u64(&mut self, number: u64) {
        self.0 = number.wrapping_mul(0x9e37_79b9_7f4a_7c15).rotate_left(26);
    }
}

type Inodes<T> = HashMap<u64, T, BuildHasherDefault<Spread>>;

/// What is known of the connections and their processes.
#[derive(Debug)]
pub(super) struct Holders {
    proc: PathBuf,
    most_links: usize,
    held: Inodes<HeldConnection>,
    processes: BTreeMap<u32, Process>,
    last_number: u32,
    turn: u32,
    searched: Pacer,
    again: Pacer,
    /// Whether every connection of the last walk has been looked for.
    whole: bool,
}

/// One connection.
#[derive(Debug, Clone, Copy)]
struct HeldConnection {
    /// Number of the process, or [`NOBODY`].
    by: u32,
    /// The walk that saw it last.
    turn: u32,
}

/// One process behind a shared listener.
#[derive(Debug)]
struct Process {
    identity: Identity,
    /// Its descriptors that are connections.
    known: HashMap<u32, u64>,
    held: u64,
    gone: u64,
    refused: Option<String>,
}

impl Holders {
    /// Below `proc`, which is `/proc` but in tests.
    pub(super) fn new(proc: &Path) -> Self {
        Self {
            proc: proc.to_owned(),
            most_links: MOST_LINKS,
            held: Inodes::default(),
            processes: BTreeMap::new(),
            last_number: NOBODY,
            turn: 0,
            searched: Pacer::default(),
            again: Pacer::default(),
            whole: true,
        }
    }

    /// Whether a listener was ever shared. From then on every walk is told of, so
    /// that nobody waits for what does not come.
    pub(super) const fn has_begun(&self) -> bool {
        self.turn > 0
    }

    /// Takes in the connections that a walk saw, and who is behind the shared
    /// listeners now. A process that is not among them any more is told of once
    /// more, with what became of its connections.
    pub(super) fn walked(
        &mut self,
        now: Duration,
        inodes: &[u64],
        behind: &[Identity],
    ) -> Vec<Worker> {
        let left = self.meet(behind);
        if self.again.is_due(now, AGAIN) {
            self.held.retain(|_, held| held.by != NOBODY);
            self.again.done(now, Duration::ZERO);
        }
        let fresh = self.sweep(inodes, &left);
        self.whole = fresh.is_empty() || behind.is_empty();
        if !self.whole && self.searched.is_due(now, Duration::ZERO) {
            let before = thread_cpu();
            self.whole = self.search(fresh, &left);
            let cpu = thread_cpu().saturating_sub(before);
            self.searched.done(now, cpu * REST);
        }
        let told = self.processes.values().map(|process| self.tell(process)).collect();
        self.processes.retain(|number, _| !left.contains(number));
        told
    }

    /// The process that a connection was found in.
    pub(super) fn holder(&self, inode: u64) -> Option<u32> {
        let held = self.held.get(&inode)?;
        self.processes.get(&held.by).map(|process| process.identity.0)
    }

    fn tell(&self, process: &Process) -> Worker {
        let (pid, start_ticks) = process.identity;
        let held = process.refused.clone().map_or(Reading::Seen(process.held), Reading::Denied);
        Worker { pid, start_ticks, held, gone: process.gone, whole: self.whole }
    }

    /// Numbers the new processes; those that are not behind a listener any more.
    fn meet(&mut self, behind: &[Identity]) -> HashSet<u32> {
        let known: HashSet<Identity> = self.processes.values().map(|p| p.identity).collect();
        for &identity in behind.iter().filter(|identity| !known.contains(identity)) {
            self.last_number += 1;
            let (known, refused) = (HashMap::new(), None);
            let process = Process { identity, known, held: 0, gone: 0, refused };
            self.processes.insert(self.last_number, process);
        }
        let gone = self.processes.iter().filter(|(_, p)| !behind.contains(&p.identity));
        gone.map(|(&number, _)| number).collect()
    }

    /// Marks what the walk saw and drops what it did not; the connections whose
    /// holder is not known, or has left them to another.
    fn sweep(&mut self, inodes: &[u64], left: &HashSet<u32>) -> Vec<u64> {
        self.turn = self.turn.wrapping_add(1);
        let (turn, mut fresh) = (self.turn, Vec::new());
        for &inode in inodes {
            match self.held.get_mut(&inode) {
                Some(held) => held.turn = turn,
                None => fresh.push(inode),
            }
        }
        let processes = &mut self.processes;
        for process in processes.values_mut() {
            process.gone = 0;
        }
        self.held.retain(|&inode, held| {
            let over = held.turn != turn;
            if !over && !left.contains(&held.by) {
                return true;
            }
            if let Some(process) = processes.get_mut(&held.by) {
                process.held -= 1;
                process.gone += u64::from(over);
            }
            if !over {
                fresh.push(inode);
            }
            false
        });
        fresh
    }

    /// Looks these connections up; false when some were not reached.
    fn search(&mut self, fresh: Vec<u64>, gone: &HashSet<u32>) -> bool {
        let mut wanted: HashSet<u64, BuildHasherDefault<Spread>> = fresh.into_iter().collect();
        let (mut left, mut whole) = (self.most_links, true);
        let turn = self.turn;
        for (&number, process) in self.processes.iter_mut().filter(|(n, _)| !gone.contains(n)) {
            if wanted.is_empty() {
                return true;
            }
            let held = &mut self.held;
            process.known.retain(|_, inode| held.get(inode).is_some_and(|h| h.by == number));
            let folder = self.proc.join(process.identity.0.to_string()).join("fd");
            let known = std::mem::take(&mut process.known);
            let mut found = Vec::new();
            let visit = |fd, inode| {
                if wanted.remove(&inode) {
                    held.insert(inode, HeldConnection { by: number, turn });
                    found.push((fd, inode));
                }
                !wanted.is_empty()
            };
            let walked = walk_where(&folder, &mut left, |fd| !known.contains_key(&fd), visit);
            process.known = known;
            process.held += found.len() as u64;
            process.known.extend(found);
            process.refused = None;
            match walked {
                Ok(all) => whole &= all,
                Err(error) if error.kind() == io::ErrorKind::PermissionDenied => {
                    process.refused = Some(format!(
                        "connections of pid {}: run as root, or grant CAP_SYS_PTRACE and \
                         CAP_DAC_READ_SEARCH",
                        process.identity.0
                    ));
                }
                // It has ended; the next walk is without it.
                Err(_) => {}
            }
        }
        if whole {
            self.held.extend(
                wanted.into_iter().map(|inode| (inode, HeldConnection { by: NOBODY, turn })),
            );
        }
        whole
    }
}
