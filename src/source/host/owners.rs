//! Which process holds which listening socket.
//!
//! The links in `/proc/PID/fd` have to be read, at 3 to 4 µs each, so this is
//! done when a listener appears and seldom otherwise, never per tick.

use std::collections::{BTreeMap, HashSet};
use std::fs;
use std::io;
use std::path::Path;

use crate::sample::Owners;

/// A scan reads no more links than this: 0.7 s on a host with 200 000.
const MOST_LINKS: usize = 200_000;
/// Listeners are opened at the start, so they are low descriptors: looked for
/// among these first. Ten thousand connections of a neighbour cost 40 ms to look
/// through and hold nothing.
const LOW: usize = 256;

/// The processes that hold one of these sockets. Workers that share a listener
/// hold the same inode, so every process is looked at, each only until all
/// inodes were seen in it. What is not found low is looked for everywhere.
pub(super) fn find(proc: &Path, wanted: &[u64]) -> Owners {
    let mut scan = Scan { left: MOST_LINKS, refused: false };
    let all = pids(proc);
    let mut holders: BTreeMap<u64, Vec<u32>> = BTreeMap::new();
    let missing = |holders: &BTreeMap<u64, Vec<u32>>| -> Vec<u64> {
        wanted.iter().copied().filter(|inode| !holders.contains_key(inode)).collect()
    };
    for (skip, take) in [(0, LOW), (LOW, MOST_LINKS)] {
        let wanted = missing(&holders);
        if wanted.is_empty() {
            break;
        }
        for &pid in &all {
            for inode in scan.sockets(proc, pid, &wanted, skip, take) {
                holders.entry(inode).or_default().push(pid);
            }
        }
    }
    let hidden = missing(&holders);
    let why = match (hidden.is_empty(), scan.left == 0, scan.refused) {
        (true, ..) => String::new(),
        (false, true, _) => {
            format!(
                "processes: more than {MOST_LINKS} descriptors on this host, not all were looked at"
            )
        }
        (false, false, true) => "processes of other users are hidden: run as root, or grant \
                                 CAP_SYS_PTRACE and CAP_DAC_READ_SEARCH (see herdtop doctor)"
            .to_owned(),
        (false, false, false) => {
            "processes: a listener is held outside this pid namespace (a container, or the kernel)"
                .to_owned()
        }
    };
    Owners { pids: holders.into_iter().collect(), hidden, why }
}

/// Every socket of a process.
pub(super) fn sockets_of(proc: &Path, pid: u32) -> HashSet<u64> {
    let Ok(entries) = fs::read_dir(proc.join(pid.to_string()).join("fd")) else {
        return HashSet::new();
    };
    let links =
        entries.flatten().take(MOST_LINKS).filter_map(|entry| inode(&entry.path()).ok().flatten());
    links.collect()
}

/// The processes of this name: by `comm`, or by the file name of their first
/// argument.
pub(super) fn pids_by_name(proc: &Path, name: &str) -> Vec<u32> {
    let is = |pid: &u32| {
        let dir = proc.join(pid.to_string());
        let comm = fs::read_to_string(dir.join("comm")).unwrap_or_default();
        let command = fs::read(dir.join("cmdline")).unwrap_or_default();
        let first = command.split(|&b| b == 0).next().unwrap_or_default();
        let program = String::from_utf8_lossy(first);
        let program = program.rsplit('/').next().unwrap_or_default();
        comm.trim_end() == name || program == name
    };
    pids(proc).into_iter().filter(is).collect()
}

fn pids(proc: &Path) -> Vec<u32> {
    let entries = fs::read_dir(proc).map(Iterator::flatten).into_iter().flatten();
    entries.filter_map(|entry| entry.file_name().to_str()?.parse().ok()).collect()
}

struct Scan {
    left: usize,
    refused: bool,
}

impl Scan {
    /// Those of the wanted sockets that this process holds.
    fn sockets(
        &mut self,
        proc: &Path,
        pid: u32,
        wanted: &[u64],
        skip: usize,
        take: usize,
    ) -> Vec<u64> {
        let mut found = Vec::new();
        // The kernel lists descriptors in ascending order.
        match fs::read_dir(proc.join(pid.to_string()).join("fd")) {
            Ok(links) => {
                for link in links.flatten().skip(skip).take(take) {
                    if self.left == 0 || found.len() == wanted.len() {
                        break;
                    }
                    self.left -= 1;
                    match inode(&link.path()) {
                        Ok(Some(inode)) if wanted.contains(&inode) && !found.contains(&inode) => {
                            found.push(inode);
                        }
                        // The folder may be listed and its links still be refused.
                        Err(error) if error.kind() == io::ErrorKind::PermissionDenied => {
                            self.refused = true;
                            break;
                        }
                        _ => {}
                    }
                }
            }
            Err(error) => self.refused |= error.kind() == io::ErrorKind::PermissionDenied,
        }
        found
    }
}

/// `socket:[12345]`; other links have none.
fn inode(link: &Path) -> io::Result<Option<u64>> {
    let target = fs::read_link(link)?;
    let number = target.to_str().and_then(|t| t.strip_prefix("socket:[")?.strip_suffix(']'));
    Ok(number.and_then(|n| n.parse().ok()))
}

#[cfg(test)]
mod tests {
    use std::net::TcpListener;
    use std::os::fd::AsRawFd;
    use std::path::PathBuf;

    use super::*;

    #[test]
    fn our_own_listener_is_found_and_a_strange_inode_is_not() {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let link = PathBuf::from(format!("/proc/self/fd/{}", listener.as_raw_fd()));
        let inode = inode(&link).unwrap().unwrap();
        let owners = find(Path::new("/proc"), &[inode, u64::MAX]);
        assert!(owners.pids.contains(&(inode, vec![std::process::id()])));
        assert_eq!(owners.hidden, [u64::MAX]);
        assert!(!owners.why.is_empty());
        assert!(sockets_of(Path::new("/proc"), std::process::id()).contains(&inode));
    }
}
