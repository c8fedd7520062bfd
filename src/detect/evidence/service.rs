//! What is remembered of one service.

use std::collections::VecDeque;
use std::time::Duration;

use super::losses::KnownEnds;
use super::{Acceptor, Closes, End, Ends, Intake, Losses, Presence, Served, Slopes};
use crate::model::{ListenerSnapshot, ServiceSnapshot, Snapshot};
use crate::sample::Endings;
use crate::units::float;

/// How connections ended is remembered this long: a loss is spoken of meanwhile.
const ENDINGS: Duration = Duration::from_mins(1);

/// A loss so close to the end of a process, or to another listener, is one.
const REAL: Duration = Duration::from_secs(5);

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
    /// The most of that in a second which was served.
    pub(in crate::detect) served: Served,
    /// Where its limits are going.
    pub(in crate::detect) slopes: Slopes,
    /// Whether somebody listens.
    pub(in crate::detect) presence: Presence,
    /// The last probe of it was rejected.
    rejects: bool,
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
        rejects: bool,
    ) {
        self.rejects = rejects;
        let at = snapshot.at;
        let whole = &service.whole;
        self.closes.learn(at.mono);
        self.note_endings(at.mono, whole);
        let closes = deaths_told.then_some(&self.closes);
        let anew = self.presence.changes().any(|then| then.abs_diff(at.mono) <= REAL);
        let turns_away = self.turns_away(at.mono) && !anew;
        let seen = KnownEnds { closes, turns_away, stood: self.stood(at.mono) };
        self.losses.observe(at, whole, seen);
        self.ends.observe(snapshot, service.id, &self.closes);
        if let Some(end) = self.ends.newest() {
            self.losses.follow(end.at, whole.open.unwrap_or(0), &self.closes);
        }
        let settled = !self.had_event(at.mono.saturating_sub(SETTLES), at.mono);
        self.intake.observe(at.mono, whole, settled);
        if self.turns_away(at.mono) {
            let (ends, presence) = (&self.ends, &self.presence);
            let near = |then: Duration| move |other: Duration| then.abs_diff(other) <= REAL;
            self.losses.forget_waves(at.mono, |then| {
                let ended = |end: &End| near(then)(end.at.mono) && end.lost != Some(0);
                ends.all().any(ended) || presence.changes().any(near(then))
            });
        }
        self.slopes.observe(at.mono, whole);
    }

    /// Whether those who come are turned away: they do not stay, or the last probe of it
    /// was rejected.
    pub(super) fn turns_away(&self, now: Duration) -> bool {
        self.rejects || self.intake.turned_away(now).is_some()
    }

    /// Of those that died just now, how many the walk before had seen.
    fn stood(&self, now: Duration) -> u64 {
        const JUST_NOW: Duration = Duration::from_millis(1500);
        let lately = self.endings.iter().filter(|(then, _)| now.saturating_sub(*then) <= JUST_NOW);
        lately.map(|(_, endings)| endings.standing).sum()
    }

    /// Takes in what was served, once its intake is known.
    pub(super) fn serve(&mut self, now: Duration, service: &ServiceSnapshot, strained: bool) {
        let turns_away = self.intake.turned_away(now).is_some();
        self.served.observe(now, &service.whole, strained || turns_away);
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

    /// Whether those that ended around that moment did so with Close frames: of clients
    /// that never sent a message the last bytes came just before the end. None where they
    /// talk, or nothing is told. Who is killed says no goodbye.
    pub(in crate::detect) fn said_goodbye(&self, at: Duration) -> Option<bool> {
        const FEWEST: u64 = 5;
        const NEARLY_ALL: f64 = 0.8;
        let told = self.endings_near(at)?;
        let known: u64 = told.idle.iter().map(|(_, n)| n).sum();
        let just_before: u64 = told.idle.iter().filter(|(s, _)| *s == 0).map(|(_, n)| n).sum();
        let nearly = |n: u64| float(n) >= NEARLY_ALL * float(known);
        // Those who are rejected are told so too, and were not there before.
        if known < FEWEST || 2 * told.standing < told.total() {
            return None;
        }
        if nearly(known - just_before) {
            return Some(false);
        }
        let closed = told.orderly + told.unread;
        (nearly(just_before) && nearly(told.brief) && nearly(closed)).then_some(true)
    }

    /// Whether it was the server that said so: it did not read what they answered.
    pub(in crate::detect) fn sent_away(&self, at: Duration) -> bool {
        let told = self.endings_near(at);
        self.said_goodbye(at) == Some(true) && told.is_some_and(|t| 2 * t.unread >= t.total())
    }

    /// Whether anything happened to it in that time of which clients come back: a loss,
    /// the end of a process, nobody who listens.
    pub(in crate::detect) fn had_event(&self, from: Duration, to: Duration) -> bool {
        let within = |at: Duration| from <= at && at <= to;
        self.losses.all().any(|loss| within(loss.at.mono)) || self.had_turn(from, to)
    }

    /// Whether a process ended in that time, or its listener went or was another.
    pub(in crate::detect) fn had_turn(&self, from: Duration, to: Duration) -> bool {
        let within = |at: Duration| from <= at && at <= to;
        self.ends.all().any(|end| end.lost != Some(0) && within(end.at.mono))
            || self.presence.changes().any(within)
    }
}
