//! Which process holds which listening socket.
//!
//! Looked for when the set of listeners changed, and again now and then: a link
//! costs 3 µs to read, so a server with 100 000 connections 0.3 s. It pays that
//! once; from then on only its low descriptors and those known to hold a
//! listener are looked at.

#[cfg(test)]
mod tests;

use std::collections::{BTreeMap, BTreeSet, HashSet};
use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::descriptors::{is_socket, walk, walk_where};
use super::processes::start_ticks;
use crate::sample::Owners;

/// A search reads no more links than this, which takes 0.6 s; the next one goes
/// on with the processes it did not reach.
const MOST_LINKS: usize = 200_000;
/// In a process that was searched through before: listeners that were opened or
/// inherited since are among the low ones, because low numbers are given first.
const LOW: usize = 256;

/// Searches the processes, and remembers what was found in each.
#[derive(Debug)]
pub(super) struct OwnerSearch {
    proc: PathBuf,
    most_links: usize,
    known: BTreeMap<u32, KnownOwner>,
}

/// What is known of one process.
#[derive(Debug)]
struct KnownOwner {
    start_ticks: u64,
    /// For which inodes all its descriptors were looked at.
    searched: Arc<BTreeSet<u64>>,
    /// Inode and descriptor.
    held: BTreeMap<u64, u32>,
}

impl OwnerSearch {
    /// A search below `proc`, which is `/proc` but in tests.
    pub(super) fn new(proc: &Path) -> Self {
        Self { proc: proc.to_owned(), most_links: MOST_LINKS, known: BTreeMap::new() }
    }

    /// The processes that hold one of these sockets. Workers that share a
    /// listener hold the same inode, so every process is looked at, each only
    /// until all inodes were seen in it. `thorough` looks again at each descriptor that
    /// was known: of ten thousand that takes 30 ms.
    pub(super) fn find(&mut self, listeners: &[u64], thorough: bool) -> Owners {
        // A socket without an inode is held by no process.
        let wanted: BTreeSet<u64> = listeners.iter().copied().filter(|&i| i != 0).collect();
        let wanted = Arc::new(wanted);
        let (mut left, mut refused, mut cut) = (self.most_links, false, false);
        let mut before = std::mem::take(&mut self.known);
        let mut holders: BTreeMap<u64, Vec<u32>> = BTreeMap::new();
        for pid in pids(&self.proc) {
            let dir = self.proc.join(pid.to_string());
            match look(&dir, before.remove(&pid), &wanted, thorough, &mut left) {
                Ok((known, whole)) => {
                    cut |= !whole;
                    for inode in known.held.keys().filter(|inode| wanted.contains(inode)) {
                        holders.entry(*inode).or_default().push(pid);
                    }
                    self.known.insert(pid, known);
                }
                Err(error) => refused |= error.kind() == io::ErrorKind::PermissionDenied,
            }
        }
        let hidden: Vec<u64> =
            listeners.iter().copied().filter(|inode| !holders.contains_key(inode)).collect();
        let why = self.why(!hidden.is_empty(), cut, refused);
        Owners { pids: holders.into_iter().collect(), hidden, why }
    }

    /// Incomplete is said even when every listener has an owner: a worker that
    /// shares one may be among those not reached.
    fn why(&self, hidden: bool, cut: bool, refused: bool) -> String {
        match (hidden, cut, refused) {
            (_, true, _) => format!(
                "processes: more than {} descriptors on this host, the rest is looked at next time",
                self.most_links
            ),
            (false, ..) => String::new(),
            (true, _, true) if rustix::process::geteuid().is_root() => {
                "processes: some are closed even to root here (a sandbox, or a security \
                 module): who holds their listeners is not told"
                    .to_owned()
            }
            (true, _, true) => "processes of other users are hidden: run as root, or grant \
                                CAP_SYS_PTRACE and CAP_DAC_READ_SEARCH (see herdtop doctor)"
                .to_owned(),
            (true, _, false) => "processes: a listener is held outside this pid namespace (a \
                                 container, or the kernel), or /proc is mounted with hidepid"
                .to_owned(),
        }
    }
}

/// Of so few known descriptors each is always looked at again.
const FEW: usize = 256;

/// One process, and whether nothing of it was left out.
fn look(
    dir: &Path,
    before: Option<KnownOwner>,
    wanted: &Arc<BTreeSet<u64>>,
    thorough: bool,
    left: &mut usize,
) -> io::Result<(KnownOwner, bool)> {
    let folder = dir.join("fd");
    let start_ticks = start_ticks(dir).unwrap_or(0);
    let before = before.filter(|known| known.start_ticks == start_ticks);
    let mut again = before.as_ref().is_some_and(|known| wanted.is_subset(&known.searched));
    let searched = Arc::default();
    let mut known =
        before.unwrap_or_else(|| KnownOwner { start_ticks, searched, held: BTreeMap::new() });
    // What listens no more may have left its number to another.
    known.held.retain(|inode, _| wanted.contains(inode));
    if thorough || known.held.len() <= FEW {
        let all = known.held.len();
        known.held.retain(|&inode, fd| is_socket(&folder, *fd, inode));
        again &= known.held.len() == all;
    }
    let mut allowed = if again { LOW.min(*left) } else { *left };
    let before_walk = allowed;
    let mut missing = wanted.iter().filter(|inode| !known.held.contains_key(inode)).count();
    let mut whole = missing == 0;
    if missing > 0 {
        let known_fds: HashSet<u32> = known.held.values().copied().collect();
        whole = walk_where(
            &folder,
            &mut allowed,
            |fd| !known_fds.contains(&fd),
            |fd, inode| {
                if wanted.contains(&inode) && known.held.insert(inode, fd).is_none() {
                    missing -= 1;
                }
                missing > 0
            },
        )?;
    }
    *left -= before_walk - allowed;
    if !again {
        known.searched = if whole { Arc::clone(wanted) } else { Arc::default() };
    }
    // Searched through before, its high descriptors are left out on purpose.
    Ok((known, whole || again))
}

/// Adds every socket of a process, [`MOST_LINKS`] descriptors at most; true where it
/// may not be looked into.
pub(super) fn add_sockets_of(proc: &Path, pid: u32, found: &mut HashSet<u64>) -> bool {
    let mut left = MOST_LINKS;
    // What was found before a refusal counts.
    let walked = walk(&proc.join(pid.to_string()).join("fd"), &mut left, |_, inode| {
        found.insert(inode);
        true
    });
    walked.is_err_and(|error| error.kind() == io::ErrorKind::PermissionDenied)
}

/// The processes of this name: by `comm`, or by the file name of their first
/// argument.
pub(super) fn pids_by_name(proc: &Path, name: &str) -> Vec<u32> {
    let is = |pid: &u32| {
        let dir = proc.join(pid.to_string());
        let comm = fs::read(dir.join("comm")).unwrap_or_default();
        let command = fs::read(dir.join("cmdline")).unwrap_or_default();
        let first = command.split(|&b| b == 0).next().unwrap_or_default();
        let program = first.rsplit(|&b| b == b'/').next().unwrap_or_default();
        comm.strip_suffix(b"\n").unwrap_or(&comm) == name.as_bytes() || program == name.as_bytes()
    };
    pids(proc).into_iter().filter(is).collect()
}

/// Every process, the lowest number first.
pub(super) fn pids(proc: &Path) -> Vec<u32> {
    let entries = fs::read_dir(proc).map(Iterator::flatten).into_iter().flatten();
    let mut pids: Vec<u32> =
        entries.filter_map(|entry| entry.file_name().to_str()?.parse().ok()).collect();
    pids.sort_unstable();
    pids
}
