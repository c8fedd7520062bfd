//! Why a process or port that was named is not among the listeners.
//!
//! A container has a network namespace of its own: to wait for its listener here
//! would be to wait for ever. The kernel shows every process's `/proc/PID/net` to
//! everybody, and its files have another inode in each namespace; so this needs no
//! privilege, unlike `/proc/PID/ns/net`.

use std::collections::BTreeSet;
use std::fs;
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};

use super::namespaces::NetNs;
use super::sockets_procfs;
use super::watch::Watch;
use crate::sample::UnseenListener;
use crate::text;

/// Namespaces that are looked into for a port: a host with more containers than
/// this is not searched through each five seconds.
const NAMESPACES: usize = 64;
/// Reasons that are told.
const TOLD: usize = 8;

/// A process that was named, and what could be seen of it.
#[derive(Debug)]
pub(super) struct Named {
    pub(super) pid: u32,
    /// Its descriptors were refused to us.
    pub(super) refused: bool,
}

/// Which namespace a folder `/proc/PID/net` shows.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Namespace(u64, u64);

impl Namespace {
    pub(super) fn of(net: &Path) -> Option<Self> {
        let about = fs::metadata(net.join("tcp")).ok()?;
        Some(Self(about.dev(), about.ino()))
    }
}

/// Looks for the reasons.
#[derive(Debug)]
pub(super) struct UnseenSearch {
    proc: PathBuf,
    /// The namespace that is watched; none where that cannot be told.
    watched: Option<Namespace>,
}

impl UnseenSearch {
    pub(super) fn new(proc: &Path, netns: &NetNs) -> Self {
        let watched = netns.visible_net().and_then(|net| Namespace::of(&net));
        Self { proc: proc.to_owned(), watched }
    }

    /// Of the named processes those that cannot be seen, and of the named ports
    /// without a listener here those that have one elsewhere.
    pub(super) fn find(
        &self,
        watch: &Watch,
        named: &[Named],
        listening: &BTreeSet<u16>,
    ) -> Vec<UnseenListener> {
        let missing: BTreeSet<u16> = watch.ports.difference(listening).copied().collect();
        let mut unseen: Vec<UnseenListener> =
            named.iter().filter_map(|one| self.process(one)).collect();
        if !missing.is_empty() {
            unseen.extend(self.ports(&missing));
        }
        unseen.truncate(TOLD);
        unseen
    }

    fn process(&self, named: &Named) -> Option<UnseenListener> {
        let pid = named.pid;
        let folder = self.proc.join(pid.to_string());
        let theirs = Namespace::of(&folder.join("net"));
        if let (Some(watched), Some(theirs)) = (self.watched, theirs)
            && watched != theirs
        {
            return Some(UnseenListener::ProcessElsewhere { pid, name: name(&folder) });
        }
        let uid = fs::metadata(&folder).ok()?.uid();
        named.refused.then(|| UnseenListener::OtherUser { pid, name: name(&folder), uid })
    }

    fn ports(&self, missing: &BTreeSet<u16>) -> Vec<UnseenListener> {
        let Some(watched) = self.watched else { return Vec::new() };
        let mut looked = BTreeSet::from([watched]);
        let (mut found, mut left) = (Vec::new(), missing.clone());
        for pid in super::owners::pids(&self.proc) {
            if left.is_empty() || looked.len() > NAMESPACES {
                break;
            }
            let folder = self.proc.join(pid.to_string());
            let net = folder.join("net");
            if !Namespace::of(&net).is_some_and(|theirs| looked.insert(theirs)) {
                continue;
            }
            for listener in sockets_procfs::listeners(&net).into_iter().flatten() {
                let port = listener.local.port();
                if left.remove(&port) {
                    found.push(UnseenListener::PortElsewhere { port, pid, name: name(&folder) });
                }
            }
        }
        found
    }
}

pub(super) fn name(folder: &Path) -> String {
    let comm = fs::read(folder.join("comm")).unwrap_or_default();
    text::clean(&String::from_utf8_lossy(&comm), 15)
}
