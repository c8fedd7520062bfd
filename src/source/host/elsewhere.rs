//! The lane that looks into all other network namespaces: who listens there.
//!
//! Each is entered by a thread of its own, which asks and ends (`setns(2)`,
//! 0.2 ms). Which process is in which is told to everybody by the inode of its
//! `/proc/PID/net/tcp`.

use std::collections::BTreeMap;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::time::Duration;

use netlink_packet_sock_diag::inet::{ExtensionFlags, StateFlags};

use super::budget::Pacer;
use super::diag::{self, Diag, Family, Query};
use super::lanes::Lanes;
use super::listeners;
use super::namespaces::NetNs;
use super::own::thread_cpu;
use super::owners::pids;
use super::unseen::{Namespace, name};
use crate::sample::{NamespaceListener, NamespaceReading, Reading, Sample};
use crate::source::privilege::{self, OTHER_USERS};

/// So many namespaces are looked into, and so many ports told of each.
const MOST: usize = 32;
const PORTS: usize = 16;
/// How often, and after what costs more this many times as long, a twentieth of a percent
/// of a core: to see in which namespace each of a thousand processes is takes 20 ms.
const EVERY: Duration = Duration::from_secs(5);
const REST: u32 = 2_000;
/// Told again after this: a replay may begin in the middle.
const AGAIN: Duration = Duration::from_mins(1);

/// What the lane remembers.
pub(super) struct ElsewhereLane {
    proc: PathBuf,
    /// Whether it was asked for: a refusal is told then.
    asked: bool,
    paced: Pacer,
    told: Option<(Duration, Reading<Vec<NamespaceReading>>)>,
}

impl ElsewhereLane {
    pub(super) fn new(asked: bool) -> Self {
        Self { proc: PathBuf::from("/proc"), asked, paced: Pacer::default(), told: None }
    }

    /// Looks until stopped, or until it is refused.
    pub(super) fn run(mut self, lanes: &Lanes) {
        while !lanes.stopped() {
            let at = lanes.clock.now();
            if self.paced.is_due(at.mono, EVERY) {
                let before = thread_cpu();
                let found = self.look();
                let refused = found.is_err();
                if !refused || self.asked {
                    self.tell(lanes, Reading::from_io("other network namespaces", found));
                }
                if refused {
                    return;
                }
                self.paced.done(at.mono, thread_cpu().saturating_sub(before) * REST);
            }
            lanes.sleep(Duration::from_secs(1));
        }
    }

    fn tell(&mut self, lanes: &Lanes, found: Reading<Vec<NamespaceReading>>) {
        let at = lanes.clock.now();
        let known = self.told.as_ref();
        let same = known
            .is_some_and(|(then, told)| *told == found && at.mono.saturating_sub(*then) < AGAIN);
        let nothing = known.is_none() && found.seen().is_some_and(Vec::is_empty);
        if !same && !nothing {
            self.told = Some((at.mono, found.clone()));
            lanes.deliver(Sample { namespaces: Some(found), ..Sample::at(at) });
        }
    }

    /// The namespaces that have listeners, but ours.
    fn look(&self) -> io::Result<Vec<NamespaceReading>> {
        let mut found = Vec::new();
        for pid in others(&self.proc).into_values().take(MOST) {
            let netns = NetNs::OfPid(pid);
            let inode = privilege::with(OTHER_USERS, || netns.inode());
            match netns.within(listen) {
                Ok(Ok(listeners)) if listeners.is_empty() => {}
                Ok(Ok(listeners)) => {
                    let dir = self.proc.join(pid.to_string());
                    let cgroup = fs::read_to_string(dir.join("cgroup")).ok();
                    let cgroup = cgroup.and_then(|text| super::cgroup::path_of(&text));
                    let (inode, name) = (inode.unwrap_or(0), name(&dir));
                    found.push(NamespaceReading { inode, pid, name, cgroup, listeners });
                }
                Err(error) if error.kind() == io::ErrorKind::PermissionDenied => return Err(error),
                // It has ended meanwhile, or its namespace has no `sock_diag`.
                Err(_) | Ok(Err(_)) => {}
            }
        }
        let open =
            |one: &NamespaceReading| one.listeners.iter().map(|l| l.established).sum::<u64>();
        found.sort_by_key(|one| (std::cmp::Reverse(open(one)), one.pid));
        Ok(found)
    }
}

/// The first process of each namespace but ours.
pub(super) fn others(proc: &Path) -> BTreeMap<Namespace, u32> {
    let of = |dir: PathBuf| Namespace::of(&dir.join("net"));
    let own = of(proc.join("self"));
    let mut first = BTreeMap::new();
    for pid in pids(proc) {
        let theirs = of(proc.join(pid.to_string()));
        if let Some(theirs) = theirs.filter(|theirs| Some(*theirs) != own) {
            first.entry(theirs).or_insert(pid);
        }
    }
    first
}

/// Who listens in the namespace of this thread, and how much is open.
fn listen() -> io::Result<Vec<NamespaceListener>> {
    let mut diag = Diag::open()?;
    let mut by_port: BTreeMap<u16, NamespaceListener> = BTreeMap::new();
    for one in listeners::read(&mut diag, 0)? {
        let none =
            NamespaceListener { local: one.local, established: 0, accept_queue: 0, backlog: 0 };
        let port = by_port.entry(one.local.port()).or_insert(none);
        port.accept_queue += u64::from(one.accept_queue);
        port.backlog += u64::from(one.backlog.unwrap_or(0));
    }
    if by_port.is_empty() {
        return Ok(Vec::new());
    }
    for family in [Family::V4, Family::V6] {
        let (states, extensions) = (StateFlags::ESTABLISHED, ExtensionFlags::empty());
        let query = Query { family, states, local_port: None, extensions };
        diag.walk(&query, |header, _| {
            if let Some(port) = by_port.get_mut(&diag::local(header).port()) {
                port.established += 1;
            }
        })?;
    }
    let mut all: Vec<NamespaceListener> = by_port.into_values().collect();
    all.sort_by_key(|one| (std::cmp::Reverse(one.established), one.local));
    all.truncate(PORTS);
    Ok(all)
}

#[cfg(test)]
mod tests {
    use std::net::{TcpListener, TcpStream};

    use super::*;

    #[test]
    fn who_listens_in_a_namespace_is_told_with_what_is_open() {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let at = listener.local_addr().unwrap();
        let client = TcpStream::connect(at).unwrap();
        let found = NetNs::Own.within(listen).unwrap();
        // On a busy host it may be none of the sixteen busiest.
        if let Some(one) = found.unwrap().iter().find(|one| one.local == at) {
            assert_eq!((one.established, one.accept_queue), (1, 1));
            assert!(one.backlog > 0);
        }
        drop(client);
        let all = others(Path::new("/proc"));
        assert!(!all.values().any(|pid| *pid == std::process::id()), "ours is none of the others");
    }
}
