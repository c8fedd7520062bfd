//! The exit lane: tells the end of a process behind a listener at once.
//!
//! A pidfd becomes readable when its process ends (`pidfd_open(2)`), so the lane
//! sleeps until one does. Where the kernel or a sandbox refuses pidfds, the
//! interval lane notices the end within its second. With which status a process
//! that is not our child ended, only the process connector tells, a moment later.

use std::collections::BTreeMap;
use std::os::fd::OwnedFd;
use std::path::Path;
use std::sync::atomic::Ordering;
use std::time::Duration;

use rustix::event::{PollFd, PollFlags, Timespec};
use rustix::io::Errno;
use rustix::process::{Pid, PidfdFlags, pidfd_open};
use rustix::thread::CapabilitySet;

use super::connector::Connector;
use super::lanes::{Lanes, WalkFor};
use super::processes::{Identity, start_ticks};
use crate::sample::{Ended, Reading, Sample};
use crate::source::privilege;

/// How soon a process that is new behind a listener is waited for.
const REFRESH: Duration = Duration::from_millis(250);
/// Of a host with more processes behind listeners the rest is left to the
/// interval lane: each takes one of our own descriptors.
const MOST: usize = 256;
/// The status follows the end within microseconds; a lost one is not waited for
/// longer than nobody would notice.
const STATUS_WITHIN: Duration = Duration::from_millis(100);
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
        let mut statuses = lanes.statuses();
        for end in ends {
            statuses.note(now, end);
        }
        let all = ended.iter().all(|&pid| statuses.of(now, pid).is_some());
        drop(statuses);
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
}
