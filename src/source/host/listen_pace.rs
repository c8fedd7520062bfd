//! When the listeners are read: ten times a second while something stirs, else once.
//!
//! What stirs is an attempt that arrives, is refused or dropped, a connection that ends,
//! somebody who waits in a queue, a listening socket that is closed. The counters tell it
//! in the same tick, so nothing is seen later for it but a new listener that nobody
//! connects to. On a quiet host the readings were half of what the program cost.

use std::time::Duration;

use super::budget::Pacer;
use super::movement::Movement;
use crate::sample::Counters;

/// Where nothing stirs: the tick nearest to a second after the last reading.
const CALM: Duration = Duration::from_millis(950);

/// The turns of the listeners.
#[derive(Debug)]
pub(super) struct ListenPace {
    read: Pacer,
    movement: Movement,
    /// They may be others since they were read.
    stirs: bool,
    /// Somebody waited in a queue then.
    waits: bool,
}

impl ListenPace {
    pub(super) fn new() -> Self {
        let movement = Movement::of_listeners();
        Self { read: Pacer::default(), movement, stirs: false, waits: false }
    }

    /// Takes the counters of a tick in, and whether a listening socket may have been
    /// closed. Without counters nothing says that all is calm.
    pub(super) fn note(&mut self, counters: Option<&Counters>, closed: bool) {
        let moved = counters.is_none_or(|counters| self.movement.since_last(counters));
        self.stirs |= moved || closed;
    }

    /// Whether they are to be read now.
    pub(super) fn is_due(&self, now: Duration) -> bool {
        let every = if self.stirs || self.waits { Duration::ZERO } else { CALM };
        self.read.is_due(now, every)
    }

    /// They were read, and whether somebody waits; the next turn is after `rest` at the
    /// earliest.
    pub(super) const fn done(&mut self, now: Duration, rest: Duration, waits: bool) {
        self.read.done(now, rest);
        (self.stirs, self.waits) = (false, waits);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The ticks of two seconds in which they are read, where at some of them a counter
    /// has moved, a socket was closed, or somebody waits.
    fn read(moved: &[u64], closed: &[u64], waits: &[u64], rest: u64) -> Vec<u64> {
        let mut pace = ListenPace::new();
        let mut opens = 7;
        let mut turns = Vec::new();
        for tick in 0..=20 {
            opens += u64::from(moved.contains(&tick));
            let counters = Counters { passive_opens: Some(opens), ..Counters::default() };
            pace.note(Some(&counters), closed.contains(&tick));
            // A tick comes a little early or late.
            let now = Duration::from_millis(100 * tick + tick % 3);
            if pace.is_due(now) {
                turns.push(tick);
                pace.done(now, Duration::from_millis(rest), waits.contains(&tick));
            }
        }
        turns
    }

    #[test]
    fn where_nothing_stirs_they_are_read_once_a_second() {
        assert_eq!(read(&[], &[], &[], 12), [0, 10, 20]);
    }

    #[test]
    fn in_the_tick_in_which_something_stirs_they_are_read() {
        assert_eq!(read(&[3, 4, 5], &[], &[], 12), [0, 3, 4, 5, 15]);
        assert_eq!(read(&[], &[7], &[], 12), [0, 7, 17]);
        assert_eq!(read(&[2], &[], &[2, 3, 4], 12), [0, 2, 3, 4, 5, 15], "while somebody waits");
    }

    #[test]
    fn what_stirs_while_they_rest_is_not_forgotten() {
        assert_eq!(read(&[1], &[], &[], 450), [0, 5, 15]);
    }

    #[test]
    fn without_counters_they_are_read_each_time() {
        let mut pace = ListenPace::new();
        for tick in 0..5 {
            pace.note(None, false);
            let now = Duration::from_millis(100 * tick);
            assert!(pace.is_due(now), "tick {tick}");
            pace.done(now, Duration::ZERO, false);
        }
    }
}
