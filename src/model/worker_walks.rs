//! The connections of each worker, after each walk.

use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::time::Duration;

use super::exit::{Exit, Loss};
use super::listener::ListenerState;
use super::workers::Identity;
use super::{Model, ProcessState};
use crate::sample::{Stamp, Worker};

/// A count in which every connection was looked up is shown this long.
const CURRENT: Duration = Duration::from_secs(30);
/// A worker that closed nearly all it had.
const NEARLY_ALL: f64 = 0.9;
/// Where workers are hidden: this part of a listener's connections.
const LARGE_PART: f64 = 0.2;

impl Model {
    /// Takes in who holds the connections of shared listeners.
    pub(super) fn read_workers(&mut self, at: Stamp, told: &[Worker]) {
        let mut denied = None;
        for worker in told {
            let id = (worker.pid, worker.start_ticks);
            let Some(&held) = worker.held.seen() else {
                denied = denied.or_else(|| worker.held.denied().map(str::to_owned));
                self.workers.tracks.remove(&id);
                continue;
            };
            if self.workers.has_ended(id) {
                self.settle(id, held);
                continue;
            }
            if held > 0 {
                self.workers.accepting.insert(id);
            }
            let track = self.workers.tracks.entry(id).or_default();
            track.shared = true;
            if worker.whole {
                track.whole = Some((at.mono, held));
            }
            if let Some((before, gone)) = track.walked(at.mono, held, Some(worker.gone), NEARLY_ALL)
            {
                self.closed_all(at, id, before, gone);
            }
        }
        let alive = |id: &Identity| told.iter().any(|w| (w.pid, w.start_ticks) == *id);
        self.workers.tracks.retain(|id, track| !track.shared || alive(id));
        self.note_denied("connections per process", denied);
    }

    /// What an ended worker leaves to others that hold it too is not lost.
    fn settle(&mut self, (pid, start): Identity, held: u64) {
        let of = |e: &&mut Exit| (e.pid, e.start_ticks) == (Some(pid), start);
        if let Some(exit) = self.workers.exits.iter_mut().rev().find(of) {
            exit.lost = exit.connections_before.map(|before| before.saturating_sub(held));
        }
    }

    /// After a walk: a process that has a listener to itself has its connections,
    /// and where the processes are hidden the listener stands for them.
    pub(super) fn walked_workers(&mut self, at: Stamp) {
        let mut alone: BTreeMap<Identity, u64> = BTreeMap::new();
        let mut hidden: BTreeMap<SocketAddr, u64> = BTreeMap::new();
        for state in self.awake().filter(|l| l.account.is_open()) {
            let open = state.account.established_at_walk().unwrap_or(0);
            match self.alive_behind(state).as_slice() {
                [one] => *alone.entry((one.pid, one.start_ticks)).or_default() += open,
                [] if state.hidden => {
                    hidden.insert(state.address, open);
                }
                _ => {}
            }
        }
        self.workers.tracks.retain(|id, track| track.shared || alone.contains_key(id));
        for (id, open) in alone {
            let track = self.workers.tracks.entry(id).or_default();
            if !track.shared
                && let Some((before, gone)) = track.walked(at.mono, open, None, NEARLY_ALL)
            {
                self.closed_all(at, id, before, gone);
            }
        }
        self.workers.hidden.retain(|address, _| hidden.contains_key(address));
        for (address, open) in hidden {
            let track = self.workers.hidden.entry(address).or_default();
            if let Some((before, gone)) = track.walked(at.mono, open, None, LARGE_PART) {
                let exit = Exit {
                    loss: Loss::Dropped,
                    pid: None,
                    start_ticks: 0,
                    name: String::new(),
                    address,
                    at,
                    connections_before: Some(before),
                    lost: Some(gone),
                    descriptors_before: None,
                    how: None,
                    oom: false,
                    replaced_by: None,
                    others_left: 0,
                    workers_before: 0,
                };
                self.workers.push(exit);
            }
        }
    }

    /// The processes behind a listener that have not ended.
    pub(super) fn alive_behind(&self, state: &ListenerState) -> Vec<&ProcessState> {
        let known = state.pids.iter().filter_map(|&pid| self.processes.get(pid));
        known
            .filter(|p| p.gone_since.is_none() && !self.workers.has_ended((p.pid, p.start_ticks)))
            .collect()
    }

    /// Connections of a process: its own listeners', and of shared ones what it
    /// was found to hold; none while that is not known.
    pub(super) fn connections_of(
        &self,
        now: Duration,
        current: bool,
        process: &ProcessState,
    ) -> Option<u64> {
        let id = (process.pid, process.start_ticks);
        let (mut own, shared) = (Some(0), self.services.shared_by.contains(&process.pid));
        for state in self.awake().filter(|l| l.pids.contains(&process.pid)) {
            if state.pids.len() == 1 && self.hands_over(state) {
                own = None;
            } else if state.pids.len() == 1 {
                own = own.zip(state.open(current)).map(|(a, b)| a + b);
            }
        }
        if !shared {
            return own;
        }
        let (at, held) = self.workers.tracks.get(&id)?.whole?;
        own.filter(|_| now.saturating_sub(at) <= CURRENT).map(|own| own + held)
    }

    /// Forgets whom no process list knows any more.
    pub(super) fn forget_workers(&mut self) {
        let processes = &self.processes;
        self.workers
            .behind
            .retain(|pid, _| processes.get(*pid).is_some_and(|p| p.gone_since.is_none()));
        self.workers
            .accepting
            .retain(|id| processes.of(*id).is_some_and(|p| p.gone_since.is_none()));
    }
}
