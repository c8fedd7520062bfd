//! When connections ended of which only a whole second of the beginning is known.
//!
//! Apache's `%t` is cut to its second, so that an end calculated from it is sure to a
//! whole second: 40 ends of one restart were told over three of them, and the most in
//! another one. But the lines stand in the order of the ends. So an end is neither
//! before the earliest that any line above could have, nor after the latest that any
//! below could: half-way between the two it is sure to 0.13 s instead of 0.5 s.

use std::collections::VecDeque;

use super::stamp::SECOND;
use super::window::Event;

/// Lines that may wait for those below them; a second of a busy server.
const MOST: usize = 4_096;
/// So many lines in a row that cannot be behind those above, and there are several
/// writers, or a clock went back.
const DISORDER: u32 = 20;

/// An end, and between which moments it was, in microseconds since 1970.
#[derive(Debug)]
struct Waiting {
    from: i64,
    to: i64,
    event: Event<'static>,
}

/// Lines whose end is not sure yet.
#[derive(Debug, Default)]
pub(super) struct EndOrder {
    waiting: VecDeque<Waiting>,
    /// The earliest moment that a line's end can have had.
    earliest: Option<i64>,
    disorder: u32,
}

impl EndOrder {
    /// A line whose connection ended at `from` or up to `width` microseconds later.
    pub(super) fn push(&mut self, from: i64, width: i64, event: Event<'static>) {
        let to = from.saturating_add(width);
        let before = self.earliest.unwrap_or(from);
        self.disorder = if before > to { self.disorder + 1 } else { 0 };
        let earliest = if self.disorder >= DISORDER { from } else { before.max(from) };
        self.earliest = Some(earliest);
        for above in self.waiting.iter_mut().rev().take_while(|above| above.to > to) {
            above.to = to.max(above.from);
        }
        self.waiting.push_back(Waiting { from: earliest.min(to), to, event });
    }

    /// The next line whose end no line below can change.
    pub(super) fn next(&mut self) -> Option<Event<'static>> {
        let first = self.waiting.front()?;
        let sure = self.earliest.is_none_or(|earliest| earliest >= first.to);
        (sure || self.waiting.len() > MOST).then(|| self.take()).flatten()
    }

    /// The next line of which it is sure, the log having come to `at`, that it was
    /// over by then.
    pub(super) fn next_until(&mut self, at: i64) -> Option<Event<'static>> {
        let first = self.waiting.front()?;
        (first.to <= at).then(|| self.take()).flatten()
    }

    /// The next line, though another may follow it.
    pub(super) fn take(&mut self) -> Option<Event<'static>> {
        let Waiting { from, to, event } = self.waiting.pop_front()?;
        Some(Event { closed: Some(from + (to - from) / 2), ..event })
    }
}

/// How far an end that is calculated from a beginning of whole seconds may lie behind
/// it, microseconds; a duration of whole seconds is cut off as well.
pub(super) const fn width(lasted: i64) -> i64 {
    if lasted % SECOND == 0 { 2 * SECOND } else { SECOND }
}

#[cfg(test)]
mod tests {
    use super::*;

    const MILLI: i64 = 1_000;

    /// The ends of connections as they are told by beginnings cut to their second.
    fn ends_of(connections: &[(i64, i64)]) -> Vec<i64> {
        let mut order = EndOrder::default();
        let mut ends = Vec::new();
        for (began, ended) in connections {
            let from = began - began.rem_euclid(SECOND) + (ended - began);
            order.push(from, SECOND, Event::default());
            ends.extend(std::iter::from_fn(|| order.next()).filter_map(|event| event.closed));
        }
        ends.extend(std::iter::from_fn(|| order.take()).filter_map(|event| event.closed));
        ends
    }

    #[test]
    fn a_restart_is_in_its_own_second() {
        let burst = (0..40).map(|n| {
            let ended = 60 * SECOND + n * 20 * MILLI;
            (n * SECOND + (n * 373 % 1000) * MILLI, ended)
        });
        let all: Vec<_> = [(SECOND, 50 * SECOND)].into_iter().chain(burst).collect();
        let ends = ends_of(&all);
        let in_60 = ends.iter().filter(|end| end.div_euclid(SECOND) == 60).count();
        assert!(in_60 >= 36, "{in_60} of 40: {ends:?}");
        assert!(ends.is_sorted());
        assert!((ends[0] - 50 * SECOND).abs() <= SECOND / 2, "one alone is half-way");
    }

    #[test]
    fn a_clock_that_goes_back_takes_its_lines_along() {
        let day = 86_400 * SECOND;
        let before = [(day, day + 5 * SECOND)];
        let after = (0..60).map(|n| (n * SECOND, (n + 1) * SECOND));
        let all: Vec<_> = before.into_iter().chain(after).collect();
        let ends = ends_of(&all);
        assert_eq!(ends.len(), 61, "none is held back for ever");
        for ((_, ended), end) in all.iter().zip(&ends) {
            assert!((end - ended).abs() <= SECOND, "{ended}: {end}");
        }
    }

    #[test]
    fn a_duration_of_whole_seconds_is_cut_off_too() {
        assert_eq!((width(3 * SECOND), width(3_200_000)), (2 * SECOND, SECOND));
    }
}
