//! When within an interval connections came and went.

use std::time::Duration;

use crate::sample::TICK;
use crate::units::float;

/// A reading that covers more than this was late: we were stopped, or the host was
/// too busy to let us run. What it brings may have come at any time since the one
/// before.
const GAP: Duration = Duration::from_secs(1);

/// What happened from one reading to another.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(in crate::model) struct Slot {
    pub(in crate::model) from: Duration,
    pub(in crate::model) at: Duration,
    pub(in crate::model) opened: f64,
    pub(in crate::model) closed: f64,
}

impl Slot {
    /// How long it was.
    pub(in crate::model) const fn width(&self) -> Duration {
        self.at.saturating_sub(self.from)
    }

    /// Whether its reading was late.
    pub(super) fn is_late(&self) -> bool {
        self.width() > GAP
    }

    /// The part of it from `from` to before `to`.
    pub(in crate::model) fn part(&self, from: Duration, to: Duration) -> f64 {
        if self.width().is_zero() {
            return if from <= self.at && self.at < to { 1.0 } else { 0.0 };
        }
        let within = self.at.min(to).saturating_sub(self.from.max(from));
        within.as_secs_f64() / self.width().as_secs_f64()
    }
}

/// The slot of what was read at this moment, the reading before being at `from`.
pub(super) fn at(slots: &mut Vec<Slot>, from: Duration, at: Duration) -> &mut Slot {
    let new = Slot { from, at, opened: 0.0, closed: 0.0 };
    let same = |s: &Slot| at.as_millis() / TICK.as_millis() == s.at.as_millis() / TICK.as_millis();
    let joins = |s: &Slot| same(s) && !s.is_late() && !new.is_late();
    if !slots.last().is_some_and(joins) {
        slots.push(new);
    }
    let last = slots.len() - 1;
    &mut slots[last]
}

/// Puts the guesses of the ticks right. They tell of the time up to `accepted_to`;
/// what is not theirs came after that, at a moment nobody knows.
pub(super) fn put_right(
    slots: &mut Vec<Slot>,
    (from, accepted_to, to): (Duration, Duration, Duration),
    opened: u64,
    closed: u64,
) {
    let (opened, closed) = (float(opened), float(closed));
    let guessed: f64 = slots.iter().map(|s| s.opened).sum();
    let seen: f64 = slots.iter().map(|s| s.closed).sum();
    // Of a recording whose clock went back `to` may lie before `from`.
    let known_to = if guessed > 0.0 { accepted_to.min(to).max(from) } else { from };
    let unread = to.saturating_sub(known_to);
    let whole = unread <= GAP && guessed > 0.0;
    let theirs = if whole { opened } else { opened.min(guessed) };
    if guessed > 0.0 {
        for slot in &mut *slots {
            slot.opened *= theirs / guessed;
        }
    }
    if opened > theirs {
        slots.push(Slot { from: known_to, at: to, opened: opened - theirs, closed: 0.0 });
    }
    if closed > seen {
        // Inferred deaths have no time of their own.
        slots.push(Slot { from, at: to, opened: 0.0, closed: closed - seen });
    }
}
