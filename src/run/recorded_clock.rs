//! What the wall clock showed while a recording was made, to find a moment by it.
//!
//! A clock that was set shows an hour twice, or never. Whoever asks for a moment names
//! what the clock showed; where that is in the recording is a place in its own time,
//! which only grows.

use std::time::Duration;

use chrono::{DateTime, TimeDelta, Utc};

use crate::sample::Stamp;

/// Clocks drift by less between two records; more is a step.
const STEP: TimeDelta = TimeDelta::seconds(2);
/// Stretches kept; a clock that is set more often has its last one drawn out.
const MOST: usize = 10_000;

/// The recording between two steps of the clock, both ends included.
#[derive(Debug, Clone, Copy)]
struct ClockStretch {
    first: Stamp,
    last: Stamp,
}

impl ClockStretch {
    const fn place(&self) -> Place {
        Place::Within(self.first.mono, self.last.mono)
    }
}

/// Every stretch of a recording, in its order.
#[derive(Debug, Default)]
pub(super) struct RecordedClock {
    stretches: Vec<ClockStretch>,
}

/// A moment of a recording that was asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Sought {
    /// What the clock is to show.
    pub(super) wall: DateTime<Utc>,
    place: Place,
}

/// Where it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Place {
    /// Where the clock first shows it: the recording can be read only once.
    ByClock,
    /// In the stretch between these, where the clock shows it.
    Within(Duration, Duration),
    /// At this time of the recording.
    At(Duration),
    /// Before all of it.
    Before,
    /// After all of it.
    Behind,
}

impl Sought {
    /// In a recording that begins there and can be read only once.
    pub(super) fn by_clock(wall: DateTime<Utc>, begins: DateTime<Utc>) -> Self {
        Self { wall, place: if wall < begins { Place::Before } else { Place::ByClock } }
    }

    /// Whether the recording begins later.
    pub(super) fn is_before(self) -> bool {
        self.place == Place::Before
    }

    /// Whether the recording has come so far with this record.
    pub(super) fn is_reached(self, at: Stamp) -> bool {
        match self.place {
            Place::ByClock => at.wall >= self.wall,
            Place::Within(first, last) => {
                at.mono > last || at.mono >= first && at.wall >= self.wall
            }
            Place::At(mono) => at.mono >= mono,
            Place::Before => true,
            Place::Behind => false,
        }
    }

    /// Whether this record is after it.
    pub(super) fn is_passed(self, at: Stamp) -> bool {
        match self.place {
            Place::ByClock => at.wall > self.wall,
            Place::Within(first, last) => at.mono > last || at.mono >= first && at.wall > self.wall,
            Place::At(mono) => at.mono > mono,
            Place::Before => true,
            Place::Behind => false,
        }
    }

    /// Whether it comes after another.
    pub(super) fn is_after(self, other: Self) -> bool {
        let rank = |sought: Self| match sought.place {
            Place::Before => Some((0, Duration::ZERO)),
            Place::Within(first, _) => Some((1, first)),
            Place::At(mono) => Some((1, mono)),
            Place::Behind => Some((2, Duration::ZERO)),
            Place::ByClock => None,
        };
        match (rank(self), rank(other)) {
            (Some(own), Some(its)) if own != its => own > its,
            _ => self.wall > other.wall,
        }
    }
}

impl RecordedClock {
    /// What these records show, in their order.
    pub(super) fn of(stamps: impl Iterator<Item = Stamp>) -> Self {
        let mut clock = Self::default();
        stamps.for_each(|at| clock.observe(at));
        clock
    }

    fn observe(&mut self, at: Stamp) {
        let full = self.stretches.len() >= MOST;
        let fresh = ClockStretch { first: at, last: at };
        let Some(stretch) = self.stretches.last_mut() else { return self.stretches.push(fresh) };
        // Lanes run side by side: a record may be a little older.
        let Some(ran) = at.mono.checked_sub(stretch.last.mono) else { return };
        let ran = TimeDelta::from_std(ran).unwrap_or(TimeDelta::MAX);
        let step = (at.wall - stretch.last.wall).checked_sub(&ran).unwrap_or(TimeDelta::MAX);
        if full || step.abs() <= STEP {
            stretch.last = at;
        } else {
            self.stretches.push(fresh);
        }
    }

    fn showing(&self, wall: DateTime<Utc>) -> impl DoubleEndedIterator<Item = &ClockStretch> {
        self.stretches.iter().filter(move |s| s.first.wall <= wall && wall <= s.last.wall)
    }

    /// Whether it ever showed this.
    pub(super) fn shows(&self, wall: DateTime<Utc>) -> bool {
        self.showing(wall).next().is_some()
    }

    /// Where the clock first shows this or, where it never does, has jumped over it.
    pub(super) fn first(&self, wall: DateTime<Utc>) -> Sought {
        let behind = || self.stretches.iter().find(|stretch| stretch.first.wall > wall);
        let early = self.stretches.first().is_some_and(|first| wall < first.first.wall);
        let place = match self.showing(wall).next().or_else(behind) {
            Some(_) if early && !self.shows(wall) => Place::Before,
            Some(stretch) => stretch.place(),
            None => Place::Behind,
        };
        Sought { wall, place }
    }

    /// Where the clock last shows this or, where it never does, jumps over it.
    pub(super) fn last(&self, wall: DateTime<Utc>) -> Sought {
        let before = || self.stretches.iter().rfind(|stretch| stretch.last.wall < wall);
        let found = self.showing(wall).next_back().or_else(before);
        Sought { wall, place: found.map_or(Place::Before, ClockStretch::place) }
    }

    /// So long before the end; none of a recording without a record.
    pub(super) fn before_end(&self, long: Duration) -> Option<Sought> {
        let (first, end) = (self.stretches.first()?.first, self.stretches.last()?.last);
        let back = TimeDelta::from_std(long).unwrap_or(TimeDelta::MAX);
        let wall = end.wall.checked_sub_signed(back).unwrap_or(DateTime::<Utc>::MIN_UTC);
        let at = end.mono.checked_sub(long).filter(|at| *at >= first.mono);
        Some(Sought { wall, place: at.map_or(Place::Before, Place::At) })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn stamp(mono: u64, wall: i64) -> Stamp {
        let wall = DateTime::from_timestamp(1_000_000 + wall, 0).expect("a time");
        Stamp { mono: Duration::from_secs(mono), wall }
    }

    /// Ten minutes, then the clock is set by so much, then ten minutes more.
    fn stepped(by: i64) -> (RecordedClock, Vec<Stamp>) {
        let at = |second: u64| {
            let step = if second < 600 { 0 } else { by };
            stamp(100 + second, second.cast_signed() + step)
        };
        let all: Vec<Stamp> = (0..1_200).map(at).collect();
        (RecordedClock::of(all.iter().copied()), all)
    }

    /// From the first record that reaches it to the last that does not pass it.
    fn range(by: i64, from: i64, to: i64) -> Option<(u64, u64)> {
        let (clock, all) = stepped(by);
        let (from, to) = (clock.first(stamp(0, from).wall), clock.last(stamp(0, to).wall));
        let mut inside = all.iter().filter(|at| from.is_reached(**at) && !to.is_passed(**at));
        let first = inside.next()?;
        Some((first.mono.as_secs() - 100, inside.next_back().unwrap_or(first).mono.as_secs() - 100))
    }

    #[test]
    fn a_range_goes_from_one_moment_to_another_over_a_step() {
        assert_eq!(range(0, 60, 1_100), Some((60, 1_100)));
        assert_eq!(range(-3_600, 60, -2_500), Some((60, 1_100)), "the hour was set back");
        assert_eq!(range(3_600, 60, 4_700), Some((60, 1_100)));
        assert_eq!(range(3_600, 2_000, 4_700), Some((600, 1_100)), "the clock never showed it");
        assert_eq!(range(3_600, 60, 2_000), Some((60, 599)));
        assert_eq!(range(-300, 350, 500), Some((350, 800)), "five minutes that it showed twice");
    }

    #[test]
    fn what_it_never_showed_before_or_behind_is_nowhere() {
        let (clock, all) = stepped(-3_600);
        let reached = |sought: Sought| all.iter().any(|at| sought.is_reached(*at));
        assert!(!reached(clock.first(stamp(0, 5_000).wall)));
        assert!(clock.first(stamp(0, -9_000).wall).is_before());
        assert!(all.iter().all(|at| clock.last(stamp(0, -9_000).wall).is_passed(*at)));
    }

    #[test]
    fn so_long_before_the_end_is_by_the_time_that_passed() {
        let (clock, all) = stepped(-3_600);
        let sought = clock.before_end(Duration::from_secs(700)).expect("it has an end");
        let first = all.iter().find(|at| sought.is_reached(**at)).expect("a record");
        assert_eq!(first.mono, Duration::from_secs(100 + 499));
    }
}
