//! What is remembered of one service.

use std::collections::VecDeque;
use std::time::Duration;

use super::{Acceptor, Closes, Ends, Intake, Losses, Presence, Slopes};
use crate::model::{ListenerSnapshot, ServiceSnapshot, Snapshot};
use crate::sample::Endings;

/// How connections ended is remembered this long: a loss is spoken of meanwhile.
const ENDINGS: Duration = Duration::from_mins(1);

/// Around a loss what was told of deaths and what was counted do not fit: a worker's
/// hundred clients read as a hundred that came and did not stay.
const SETTLES: Duration = Duration::from_secs(6);

/// What is remembered of one service.
#[derive(Debug, Clone, Default)]
pub(in crate::detect) struct Service {
    /// Deaths of connections, tick by tick.
    pub(in crate::detect) closes: Closes,
    /// Connections lost at once, and what became of them.
    pub(in crate::detect) losses: Losses,
    /// Ends of processes, and in which order they came.
    pub(in crate::detect) ends: Ends,
    /// Whether connections are taken from the accept queue.
    pub(in crate::detect) acceptor: Acceptor,
    /// What comes, and what of it stays.
    pub(in crate::detect) intake: Intake,
    /// Where its limits are going.
    pub(in crate::detect) slopes: Slopes,
    /// Whether somebody listens.
    pub(in crate::detect) presence: Presence,
    /// How connections ended, derivation by derivation.
    endings: VecDeque<(Duration, Endings)>,
}

impl Service {
    /// These sockets listen, and so many wait to be accepted.
    pub(super) fn listens(&mut self, at: Duration, queue: u64, sockets: Vec<u64>) {
        if self.presence.listens(at, sockets) {
            self.acceptor = Acceptor::default();
        }
        self.acceptor.note(at, queue);
    }

    /// Takes its figures in.
    pub(super) fn observe(
        &mut self,
        snapshot: &Snapshot,
        service: &ServiceSnapshot,
        deaths_told: bool,
    ) {
        let at = snapshot.at;
        let whole = &service.whole;
        self.closes.learn(at.mono);
        let closes = deaths_told.then_some(&self.closes);
        self.losses.observe(at, whole, closes);
        self.ends.observe(snapshot, service.id, &self.closes);
        if let Some(end) = self.ends.newest() {
            self.losses.follow(end.at, whole.open.unwrap_or(0), &self.closes);
        }
        let settled = !self.had_event(at.mono.saturating_sub(SETTLES), at.mono);
        self.intake.observe(at.mono, whole, settled);
        self.slopes.observe(at.mono, whole);
        self.note_endings(at.mono, whole);
    }

    fn note_endings(&mut self, at: Duration, whole: &ListenerSnapshot) {
        if whole.endings.total() > 0 {
            self.endings.push_back((at, whole.endings.clone()));
        }
        let old = |(then, _): &(Duration, Endings)| at.saturating_sub(*then) > ENDINGS;
        while self.endings.front().is_some_and(old) {
            self.endings.pop_front();
        }
    }

    /// How the connections ended that were closed around that moment.
    pub(in crate::detect) fn endings_near(&self, at: Duration) -> Option<Endings> {
        const BEFORE: Duration = Duration::from_millis(500);
        const AFTER: Duration = Duration::from_secs(4);
        let near = |then: Duration| then + BEFORE >= at && then <= at + AFTER;
        let mut near = self.endings.iter().filter(|(then, _)| near(*then)).map(|(_, e)| e);
        let mut sum = near.next()?.clone();
        near.for_each(|more| sum.add(more));
        Some(sum)
    }

    /// Whether anything happened to it in that time of which clients come back: a loss,
    /// the end of a process, nobody who listens.
    pub(in crate::detect) fn had_event(&self, from: Duration, to: Duration) -> bool {
        let within = |at: Duration| from <= at && at <= to;
        self.losses.all().any(|loss| within(loss.at.mono))
            || self.ends.all().any(|end| end.lost != Some(0) && within(end.at.mono))
            || self.presence.changes().any(within)
    }
}
