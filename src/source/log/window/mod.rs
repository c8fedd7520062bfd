//! The order of time: events into their seconds, seconds out in order.
//!
//! Lines up to two seconds out of order are put right. What comes later still is
//! counted, but not in the rhythm of arrivals. An access log tells of an opening
//! only when the connection ends: there a day is held open. Only seconds in which
//! something happened are held: two lines five months apart took 1.5 GB.

mod event;
mod open_seconds;

use std::collections::VecDeque;

use super::second::Second;
use super::stamp::SECOND;
use crate::sample::LogLine;
pub(super) use event::Event;
use open_seconds::OpenSeconds;

/// Lines out of order by up to this are put right, in seconds.
const LAG: i64 = 2;
/// Microseconds of a tick.
const TICK: usize = 100_000;
/// How long the connections of an access log may last to be counted.
const ACCESS_LAG: i64 = 86_400;
/// So many late lines one after another, and it is the clock that went back.
const JUMP_BACK: u32 = 20;
/// A stamp this far ahead may be a number in a text: the next one decides.
const FAR: i64 = 3_600 * SECOND;

/// The seconds that are still open.
#[derive(Debug, Default)]
pub(super) struct Window {
    open: OpenSeconds,
    done: VecDeque<Second>,
    /// Those that were open when the log ended: after the done ones.
    over: OpenSeconds,
    /// Of the first line, microseconds: who was opened before is counted, and is in no rate.
    first: Option<i64>,
    /// Of the first line of all logs that belong together.
    first_of_set: Option<i64>,
    newest: i64,
    access: bool,
    late_in_a_row: u32,
    held: Option<Event<'static>>,
    jumped: bool,
    /// Lines that came too late.
    pub(super) late: u64,
    /// Connections opened before the first line.
    pub(super) older: u64,
    /// How often the clock went back, and how far the last time, in seconds.
    pub(super) jumps: (u64, i64),
}

impl Window {
    /// The log is one of requests, of which the beginning is told at the end.
    pub(super) const fn hold_a_day(&mut self) {
        self.access = true;
    }

    /// It is one of several logs, of which the first begins then: an opening before
    /// this one's first line is in the time of another.
    pub(super) const fn of_set_from(&mut self, first: i64) {
        self.first_of_set = Some(first);
    }

    /// Takes an event in.
    pub(super) fn add(&mut self, event: Event<'_>) {
        let Some(at) = event.written() else { return };
        self.access |= event.unordered
            || event.opened < event.closed && event.opened.is_some() && event.closed.is_some();
        if event.unordered {
            // Beginnings come in the order of the ends: no clock goes back here.
            self.reach(at);
            return self.put(event, false);
        }
        if self.first.is_some() && at > self.newest + FAR && self.held.is_none() {
            self.held = Some(Event { reason: None, ..event });
            return;
        }
        if let Some(held) = self.held.take() {
            let ahead = held.written().unwrap_or(at);
            // Gone on from there: the log was silent. Else that stamp was none.
            let went_on = at + FAR >= ahead;
            self.note(if went_on { ahead } else { at });
            if !went_on {
                self.late += 1;
            }
            self.put(held, !went_on);
        }
        let late = self.note(at);
        self.put(event, late);
    }

    /// An error line.
    pub(super) fn error(&mut self, at: i64, line: LogLine) {
        self.slot(at.min(self.newest)).error(line);
    }

    /// The log has come to this moment, if that is further.
    pub(super) fn reach(&mut self, at: i64) {
        if self.first.is_none() || at > self.newest {
            self.note(at);
        } else if self.first.is_some_and(|first| at < first) && self.access {
            self.first = Some(at);
        }
    }

    /// The log has come to this moment; true when that is too far back.
    pub(super) fn note(&mut self, at: i64) -> bool {
        let Some(first) = self.first else {
            (self.first, self.newest) = (Some(at), at);
            return false;
        };
        if at < self.newest - LAG * SECOND {
            self.late += 1;
            self.late_in_a_row += 1;
            if self.late_in_a_row < JUMP_BACK {
                return true;
            }
            self.jumps = (self.jumps.0 + 1, (self.newest - at) / SECOND);
            self.late = self.late.saturating_sub(u64::from(JUMP_BACK));
            self.close_all();
            (self.first, self.newest, self.jumped) = (Some(at), at, true);
            self.late_in_a_row = 0;
            return false;
        }
        self.late_in_a_row = 0;
        self.newest = self.newest.max(at);
        // Logs are not begun with their oldest line where two writers share one.
        if at < first {
            self.first = Some(at);
        }
        self.settle();
        false
    }

    /// Seconds that nothing will be added to any more.
    pub(super) fn next(&mut self) -> Option<Second> {
        if let Some(second) = self.done.pop_front() {
            return Some(second);
        }
        std::iter::from_fn(|| self.over.pop_first()).find(|second| !second.is_empty())
    }

    /// The log is over: everything is settled. A day of seconds is not written anew for it.
    pub(super) fn finish(&mut self) {
        self.release();
        self.over = std::mem::take(&mut self.open);
    }

    /// The clock went back: what is open comes before what follows.
    fn close_all(&mut self) {
        self.release();
        let open = std::iter::from_fn(|| self.open.pop_first());
        self.done.extend(open.filter(|second| !second.is_empty()));
    }

    fn release(&mut self) {
        if let Some(held) = self.held.take() {
            self.newest = held.written().unwrap_or(self.newest).max(self.newest);
            self.put(held, false);
        }
    }

    fn lag(&self) -> i64 {
        if self.access { ACCESS_LAG } else { LAG }
    }

    /// The oldest second that is still open.
    fn oldest(&self) -> i64 {
        self.newest.div_euclid(SECOND).saturating_sub(self.lag())
    }

    fn settle(&mut self) {
        let oldest = self.oldest();
        while self.open.first().is_some_and(|first| first < oldest) {
            self.done.extend(self.open.pop_first().filter(|second| !second.is_empty()));
        }
    }

    fn put(&mut self, event: Event<'_>, late: bool) {
        if let Some(at) = event.opened {
            let first = match (self.first, self.first_of_set) {
                (Some(own), Some(of_set)) => Some(own.min(of_set)),
                (own, _) => own,
            };
            let before = first.is_some_and(|first| at < first.div_euclid(SECOND) * SECOND);
            if before && event.calculated && !late {
                self.older += 1;
                self.slot(event.closed.unwrap_or(self.newest)).before += 1;
            } else {
                self.opened(at, &event, late);
            }
        }
        if let Some(at) = event.closed {
            self.slot(at).close(event.code, event.reason);
        }
    }

    fn opened(&mut self, at: i64, event: &Event<'_>, late: bool) {
        let second = self.slot(at);
        second.opened += 1;
        if let Some(client) = event.client {
            second.came_from(client);
        }
        if late || at.div_euclid(SECOND) != second.at {
            // Its own moment is over: it is no arrival of this one.
        } else if event.coarse {
            second.spread += 1;
        } else {
            let tick = usize::try_from(at.rem_euclid(SECOND)).map(|at| at / TICK);
            second.tick(tick.unwrap_or(0));
        }
    }

    /// The second of that moment, or the oldest one that is still open.
    fn slot(&mut self, at: i64) -> &mut Second {
        let newest = self.newest.div_euclid(SECOND);
        let wanted = at.div_euclid(SECOND).clamp(self.oldest().min(newest), newest);
        let jumped = &mut self.jumped;
        self.open.slot(wanted, || Second::new(wanted, std::mem::take(jumped)))
    }
}

#[cfg(test)]
mod tests;
