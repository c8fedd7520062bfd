//! Workers that are lost: ended, or alive with all their connections closed.

use std::time::Duration;

use super::exit::{Exit, Loss, REPLACED_WITHIN};
use super::listener::ListenerState;
use super::workers::Identity;
use super::{Model, ProcessState};
use crate::sample::{Ended, Stamp};
use chrono::TimeDelta;

/// A lost worker is told of this long.
const REMEMBERED: Duration = Duration::from_mins(5);
/// Of a process that closes all and then ends only the end is told.
const ONE_EVENT: Duration = Duration::from_secs(5);
/// `started` is as exact as the boot time: a second.
const SLACK: Duration = Duration::from_secs(1);

impl Model {
    /// A worker lives and has lost nearly all it held.
    pub(super) fn closed_all(&mut self, at: Stamp, id: Identity, before: u64, gone: u64) {
        if let Some(exit) = self.exit_of(at, id, Loss::ClosedAll) {
            let (connections_before, lost) = (Some(before), Some(gone));
            self.workers.push(Exit { connections_before, lost, ..exit });
        }
    }

    /// Takes the ends of processes in; those behind no listener are none of ours.
    pub(super) fn read_ended(&mut self, at: Stamp, ended: &[Ended]) {
        for &Ended { pid, start_ticks, how } in ended {
            let id = (pid, start_ticks);
            if self.workers.has_ended(id) {
                self.workers.tell_status(id, how);
                continue;
            }
            self.processes.ended(at.mono, id);
            let Some(exit) = self.exit_of(at, id, Loss::Gone) else { continue };
            let track = self.workers.tracks.remove(&id);
            let mut before = track.and_then(|track| track.before(at.mono));
            // Its connections may have been missed first.
            let same = |e: &Exit| {
                e.loss == Loss::ClosedAll
                    && (e.pid, e.start_ticks) == (Some(pid), start_ticks)
                    && at.mono.saturating_sub(e.at.mono) < ONE_EVENT
            };
            if let Some(first) = self.workers.exits.iter().position(same)
                && let Some(first) = self.workers.exits.remove(first)
            {
                before = before.max(first.connections_before);
            }
            self.workers.push(Exit { connections_before: before, lost: before, how, ..exit });
            self.workers.behind.remove(&pid);
        }
    }

    /// What is known of a worker that is lost now; none behind no listener.
    fn exit_of(&self, at: Stamp, (pid, start_ticks): Identity, loss: Loss) -> Option<Exit> {
        let &(address, _) = self.workers.behind.get(&pid)?;
        let process = self.processes.of((pid, start_ticks))?;
        let state = self.listeners.get(&address);
        let others = state.map_or(0, |s| self.others(s, pid));
        Some(Exit {
            loss,
            pid: Some(pid),
            start_ticks,
            name: process.name.clone(),
            address,
            at,
            connections_before: None,
            lost: None,
            descriptors_before: process.fds,
            how: None,
            oom: false,
            replaced_by: None,
            others_left: others,
            workers_before: others + 1,
        })
    }

    fn others(&self, state: &ListenerState, pid: u32) -> usize {
        if state.sockets.is_empty() {
            return 0;
        }
        self.alive_behind(state).iter().filter(|p| p.pid != pid).count()
    }

    /// The lost workers of the last minutes, oldest first, as they stand now.
    pub(super) fn exits(&mut self, now: Duration) -> Vec<Exit> {
        let old = |e: &Exit| now.saturating_sub(e.at.mono) > REMEMBERED;
        while self.workers.exits.front().is_some_and(old) {
            self.workers.exits.pop_front();
        }
        let mut exits = std::mem::take(&mut self.workers.exits);
        let mut taken: Vec<u32> = exits.iter().filter_map(|e| e.replaced_by).collect();
        for exit in &mut exits {
            let process = exit.pid.and_then(|pid| self.processes.of((pid, exit.start_ticks)));
            let cgroup = process.and_then(|p| p.cgroup.as_deref());
            exit.oom |= exit.loss == Loss::Gone && self.oom.suspects(exit.at.mono, cgroup);
            if let (Some(pid), Some(state)) = (exit.pid, self.listeners.get(&exit.address)) {
                exit.others_left = self.others(state, pid);
            }
        }
        self.workers.exits = exits;
        for at in 0..self.workers.exits.len() {
            let exit = &self.workers.exits[at];
            if exit.loss == Loss::Gone
                && exit.replaced_by.is_none()
                && let Some(new) = self.replacement(exit, &taken)
            {
                taken.push(new);
                self.workers.exits[at].replaced_by = Some(new);
            }
        }
        self.workers.exits.iter().cloned().collect()
    }

    /// The oldest process behind the same listener that started within ten
    /// seconds of the other's end, and came while we watched.
    fn replacement(&self, exit: &Exit, taken: &[u32]) -> Option<u32> {
        let state = self.listeners.get(&exit.address)?;
        let within = |p: &&ProcessState| {
            let Some(&(_, seen)) = self.workers.behind.get(&p.pid) else { return false };
            let near = TimeDelta::from_std(REPLACED_WITHIN + SLACK).unwrap_or_default();
            let started = p.started.map_or_else(
                || {
                    exit.at.mono.saturating_sub(seen) + seen.saturating_sub(exit.at.mono)
                        <= REPLACED_WITHIN
                },
                |started| (started - exit.at.wall).abs() <= near,
            );
            self.workers.began.is_some_and(|began| seen > began) && started
        };
        let free = |p: &&ProcessState| exit.pid != Some(p.pid) && !taken.contains(&p.pid);
        let alive = self.alive_behind(state);
        let new = alive.into_iter().filter(within).filter(free);
        new.min_by_key(|p| (p.start_ticks, p.pid)).map(|p| p.pid)
    }
}
