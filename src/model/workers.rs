//! What is remembered of the workers behind a listener: what each holds, and those
//! that are lost.

use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::net::SocketAddr;
use std::time::Duration;

use super::churn::Churn;
use super::exit::{Exit, Loss};
use crate::sample::ExitStatus;

/// More than this is a crash loop, and its newest tell enough.
const MOST_EXITS: usize = 64;
/// What closed so shortly before the end of its process closed with it: the walk
/// may come between the two.
const WITH_IT: Duration = Duration::from_millis(2500);

/// Pid and start.
pub(super) type Identity = (u32, u64);

/// Everything known of the workers.
#[derive(Debug, Clone, Default)]
pub(super) struct Workers {
    pub(super) tracks: BTreeMap<Identity, WorkerTrack>,
    pub(super) hidden: BTreeMap<SocketAddr, WorkerTrack>,
    /// Which listener each pid was behind, and since when as far as we saw.
    pub(super) behind: BTreeMap<u32, (SocketAddr, Duration)>,
    /// When owners were first told: who was there then is not new.
    pub(super) began: Option<Duration>,
    pub(super) exits: VecDeque<Exit>,
    /// Those that were seen to hold a connection of their listener.
    pub(super) accepting: BTreeSet<Identity>,
}

/// What one worker held at the last walks.
#[derive(Debug, Clone, Default)]
pub(super) struct WorkerTrack {
    walks: VecDeque<(Duration, u64)>,
    churn: Churn,
    /// Held by a listener that several share.
    pub(super) shared: bool,
    /// The last count in which every connection was looked up.
    pub(super) whole: Option<(Duration, u64)>,
}

impl WorkerTrack {
    /// Takes a walk in. `gone` is how many of those before are over; the net
    /// change where it is not known. Some: that many were lost at once.
    pub(super) fn walked(
        &mut self,
        at: Duration,
        held: u64,
        gone: Option<u64>,
        share: f64,
    ) -> Option<(u64, u64)> {
        let before = self.walks.back().copied();
        self.walks.push_back((at, held));
        while self.walks.len() > 2 && at.saturating_sub(self.walks[0].0) > WITH_IT {
            self.walks.pop_front();
        }
        let (then, before) = before?;
        let gone = gone.unwrap_or_else(|| before.saturating_sub(held)).min(before);
        let lost = self.churn.observe(at.saturating_sub(then), before, gone, share);
        lost.then_some((before, gone))
    }

    /// The most it held in the seconds before that moment.
    pub(super) fn before(&self, at: Duration) -> Option<u64> {
        let last = self.walks.back()?;
        let lately = self.walks.iter().filter(|(then, _)| *then + WITH_IT >= at);
        lately.chain([last]).map(|(_, held)| *held).max()
    }
}

impl Workers {
    /// Takes in which listener a process is behind.
    pub(super) fn is_behind(&mut self, at: Duration, pid: u32, address: SocketAddr) {
        self.began.get_or_insert(at);
        self.behind.entry(pid).and_modify(|b| b.0 = address).or_insert((address, at));
    }

    /// Keeps a lost worker.
    pub(super) fn push(&mut self, exit: Exit) {
        if self.exits.len() == MOST_EXITS {
            self.exits.pop_front();
        }
        self.exits.push_back(exit);
    }

    /// The status of an end that was told without: the lanes that notice ends race.
    pub(super) fn tell_status(&mut self, (pid, start): Identity, how: Option<ExitStatus>) {
        let of = |e: &&mut Exit| (e.pid, e.start_ticks) == (Some(pid), start);
        if let Some(exit) = self.exits.iter_mut().rev().find(of) {
            exit.how = exit.how.or(how);
        }
    }

    /// Whether the end of this process was told.
    pub(super) fn has_ended(&self, (pid, start): Identity) -> bool {
        let same = |e: &&Exit| e.loss == Loss::Gone && (e.pid, e.start_ticks) == (Some(pid), start);
        self.exits.iter().rev().any(|e| same(&e))
    }
}
