//! The exit lane: tells the end of a process behind a listener at once.
//!
//! A pidfd becomes readable when its process ends (`pidfd_open(2)`), so the lane
//! sleeps until one does. Where the kernel or a sandbox refuses pidfds, the
//! interval lane notices the end within its second. With which status a process
//! that is not our child ended, only the process connector tells, a moment later.

use std::collections::{BTreeMap, VecDeque};
use std::os::fd::OwnedFd;
use std::path::Path;
use std::sync::atomic::Ordering;
use std::time::Duration;

use rustix::event::{PollFd, PollFlags, Timespec};
use rustix::io::Errno;
use rustix::process::{Pid, PidfdFlags, pidfd_open};
use rustix::thread::CapabilitySet;

use super::connector::{Connector, ProcessEnd};
use super::holders::Identity;
use super::lanes::{Lanes, WalkFor};
use super::processes::start_ticks;
use crate::sample::{Ended, ExitStatus, Reading, Sample};
use crate::source::privilege;

/// How soon a process that is new behind a listener is waited for.
const REFRESH: Duration = Duration::from_millis(250);
/// Of a host with more processes behind listeners the rest is left to the
/// interval lane: each takes one of our own descriptors.
const MOST: usize = 256;
/// The status follows the end within microseconds; a lost one is not waited for
/// longer than nobody would notice.
const STATUS_WITHIN: Duration = Duration::from_millis(100);
/// Of ends that nobody asked for the statuses are kept this long ...
const KEPT: Duration = Duration::from_secs(10);
/// ... and so many at most: a build server ends thousands a second.
const MOST_KEPT: usize = 4096;

/// With which status processes ended lately.
#[derive(Debug, Default)]
pub(super) struct ExitBook(VecDeque<(Duration, ProcessEnd)>);

impl ExitBook {
    fn note(&mut self, now: Duration, end: ProcessEnd) {
        if self.0.len() >= MOST_KEPT {
            self.0.pop_front();
        }
        self.0.push_back((now, end));
    }

    /// That of a process that has just ended.
    pub(super) fn of(&self, now: Duration, pid: u32) -> Option<ExitStatus> {
        let lately = self.0.iter().rev().take_while(|(then, _)| now.saturating_sub(*then) < KEPT);
        lately.map(|(_, end)| end).find(|end| end.pid == pid).map(|end| end.status)
    }
}

/// Waits until stopped.
pub(super) fn run(lanes: &Lanes) {
    let opened = privilege::with(CapabilitySet::NET_ADMIN, Connector::open);
    let mut sample = Sample::at(lanes.clock.now());
    sample.exit_statuses = Some(match &opened {
        Ok(_) => Reading::Seen(()),
        Err(error) => Reading::Denied(format!(
            "exit statuses: {error}; whether a process crashed is judged by its timing"
        )),
    });
    lanes.deliver(sample);
    let mut connector = opened.ok();
    let mut watched: BTreeMap<Identity, OwnedFd> = BTreeMap::new();
    while !lanes.stopped() {
        let behind = lanes.followed();
        watched.retain(|identity, _| behind.contains(identity));
        for identity in behind.into_iter().take(MOST) {
            if watched.contains_key(&identity) {
                continue;
            }
            match open(Path::new("/proc"), identity) {
                Ok(Some(fd)) => drop(watched.insert(identity, fd)),
                // Ended before we came; the interval lane has seen it.
                Ok(None) => {}
                Err(_) => return,
            }
        }
        let ended = wait(&watched);
        let pids: Vec<u32> = ended.iter().map(|(pid, _)| *pid).collect();
        hear(lanes, &mut connector, &pids);
        if !ended.is_empty() {
            watched.retain(|identity, _| !ended.contains(identity));
            tell(lanes, &ended);
        }
    }
}

/// Takes the statuses in that came, and waits a moment for those of these.
fn hear(lanes: &Lanes, connector: &mut Option<Connector>, ended: &[u32]) {
    let Some(open) = connector else { return };
    let start = lanes.clock.now().mono;
    loop {
        let Ok(ends) = open.ends() else {
            *connector = None;
            return;
        };
        let now = lanes.clock.now().mono;
        let mut book = lanes.statuses();
        for end in ends {
            book.note(now, end);
        }
        let all = ended.iter().all(|&pid| book.of(now, pid).is_some());
        drop(book);
        let left = STATUS_WITHIN.saturating_sub(now.saturating_sub(start));
        if all || left.is_zero() {
            return;
        }
        let Ok(timeout) = Timespec::try_from(left) else { return };
        // Interrupted or not: looked at again until the time is over.
        let _ = rustix::event::poll(&mut [PollFd::new(&*open, PollFlags::IN)], Some(&timeout));
    }
}

/// The process of this start; none when it has ended or is another.
fn open(proc: &Path, (pid, start): Identity) -> Result<Option<OwnedFd>, Errno> {
    let Some(raw) = i32::try_from(pid).ok().and_then(Pid::from_raw) else { return Ok(None) };
    let fd = match pidfd_open(raw, PidfdFlags::empty()) {
        Ok(fd) => fd,
        Err(Errno::SRCH | Errno::INVAL | Errno::MFILE | Errno::NFILE) => return Ok(None),
        Err(error) => return Err(error),
    };
    // Looked at after it was opened: a pid that was given out again meanwhile is
    // another process, and the descriptor is its.
    let same = start_ticks(&proc.join(pid.to_string())) == Some(start);
    Ok(same.then_some(fd))
}

/// Those that have ended, or none after a while.
fn wait(watched: &BTreeMap<Identity, OwnedFd>) -> Vec<Identity> {
    let mut fds: Vec<PollFd> = watched.values().map(|fd| PollFd::new(fd, PollFlags::IN)).collect();
    let Ok(timeout) = Timespec::try_from(REFRESH) else { return Vec::new() };
    if rustix::event::poll(&mut fds, Some(&timeout)).is_err() {
        // Interrupted, or out of kernel memory: not to be tried in a tight loop.
        std::thread::sleep(REFRESH);
        return Vec::new();
    }
    let readable = |fd: &PollFd| fd.revents().intersects(PollFlags::IN | PollFlags::ERR);
    let ended = watched.keys().zip(&fds).filter(|(_, fd)| readable(fd));
    ended.map(|(identity, _)| *identity).collect()
}

/// Their connections are counted at once and whoever replaces them looked for.
fn tell(lanes: &Lanes, ended: &[Identity]) {
    let mut sample = Sample::at(lanes.clock.now());
    let told = |&(pid, start_ticks): &Identity| {
        let how = lanes.statuses().of(sample.at.mono, pid);
        Ended { pid, start_ticks, how }
    };
    sample.ended = ended.iter().map(told).collect();
    lanes.deliver(sample);
    lanes.ended.store(true, Ordering::Relaxed);
    // A full channel means a walk is due anyway.
    let _ = lanes.walk_now.try_send(WalkFor::Change);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_end_of_a_process_wakes_at_once_and_anothers_start_is_not_waited_for() {
        let mut child = std::process::Command::new("sleep").arg("600").spawn().unwrap();
        let proc = Path::new("/proc");
        let start = start_ticks(&proc.join(child.id().to_string())).unwrap();
        let identity = (child.id(), start);
        assert!(open(proc, (child.id(), start + 1)).unwrap().is_none());
        let fd = open(proc, identity).unwrap().unwrap();
        let watched = BTreeMap::from([(identity, fd)]);
        assert!(wait(&watched).is_empty(), "it runs");
        child.kill().unwrap();
        child.wait().unwrap();
        assert_eq!(wait(&watched), [identity]);
        assert!(open(proc, identity).unwrap().is_none());
    }

    /// The ends of these processes, waited for.
    fn ends_of(connector: &mut Connector, pids: &[u32]) -> Vec<ExitStatus> {
        let deadline = std::time::Instant::now() + Duration::from_secs(10);
        let mut book = ExitBook::default();
        loop {
            for end in connector.ends().unwrap() {
                book.note(Duration::ZERO, end);
            }
            let told: Vec<_> = pids.iter().filter_map(|&p| book.of(Duration::ZERO, p)).collect();
            if told.len() == pids.len() {
                return told;
            }
            assert!(std::time::Instant::now() < deadline, "{told:?} of {pids:?}");
            std::thread::yield_now();
        }
    }

    #[test]
    fn the_kernel_tells_a_planned_end_from_a_crash() {
        let mut connector = match Connector::open() {
            Ok(connector) => connector,
            Err(error) => {
                // In a container it has to say so, and not hang. The initial
                // namespaces have fixed numbers (`linux/proc_ns.h`).
                let own = |kind| std::fs::read_link(format!("/proc/self/ns/{kind}")).unwrap();
                let initial = [("pid", 4_026_531_836_u64), ("user", 4_026_531_837)];
                let inside =
                    initial.iter().all(|(k, n)| own(k) == Path::new(&format!("{k}:[{n}]")));
                assert!(!inside, "{error}");
                return;
            }
        };
        let shell = |script: &str| {
            let mut child = std::process::Command::new("sh").args(["-c", script]).spawn().unwrap();
            child.wait().unwrap();
            child.id()
        };
        let scripts = ["exit 0", "exit 3", "kill -TERM $$", "kill -KILL $$", "kill -SEGV $$"];
        let told = ends_of(&mut connector, &scripts.map(shell));
        let told: Vec<_> = told.iter().map(|s| (s.code, s.signal, s.core_dump)).collect();
        let wanted = [
            (0, None, false),
            (3, None, false),
            (0, Some(15), false),
            (0, Some(9), false),
            (0, Some(11), true),
        ];
        assert_eq!(told, wanted);
    }

    #[test]
    fn of_a_build_server_s_ends_only_the_newest_are_kept() {
        let (mut book, status) = (ExitBook::default(), ExitStatus::of(0x300));
        for pid in 0..20_000 {
            book.note(Duration::from_millis(pid.into()), ProcessEnd { pid, status });
        }
        assert!(book.0.len() <= MOST_KEPT);
        let now = Duration::from_secs(20);
        assert_eq!((book.of(now, 0), book.of(now, 19_999)), (None, Some(status)));
        assert_eq!(book.of(now * 2, 19_999), None);
    }
}
