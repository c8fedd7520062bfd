//! Seconds of history on the wall clock as it stood then.
//!
//! A clock that was set back an hour shows the same hour twice, and one that was
//! set forward shows one that never was: a range by its times would lose half of
//! the run. So ranges are seconds of history, which only grow, and a time is put to
//! the stretch of them in which the clock showed it.

use chrono::{DateTime, TimeDelta, Utc};

use crate::sample::Stamp;

/// Clocks drift by less between two derivations; more is a step.
const STEP: TimeDelta = TimeDelta::seconds(2);
/// Stretches kept; a clock that is set more often has its last one drawn out.
const MOST: usize = 1000;

/// Seconds between two steps of the clock, both ends included.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Stretch {
    seconds: (u64, u64),
    from: DateTime<Utc>,
    to: DateTime<Utc>,
}

impl Stretch {
    fn shows(&self, at: DateTime<Utc>) -> bool {
        (self.from..=self.to).contains(&at)
    }
}

/// What the wall clock showed in each second.
#[derive(Debug, Clone, Default)]
pub(super) struct Wall {
    stretches: Vec<Stretch>,
    last: Option<Stamp>,
}

impl Wall {
    /// Takes the next moment in; by how much the clock stepped before it, if it did.
    pub(super) fn observe(&mut self, at: Stamp, second: u64) -> Option<TimeDelta> {
        let last = self.last.replace(at);
        let fresh = Stretch { seconds: (second, second), from: at.wall, to: at.wall };
        let full = self.stretches.len() >= MOST;
        let (Some(last), Some(stretch)) = (last, self.stretches.last_mut()) else {
            self.stretches.push(fresh);
            return None;
        };
        let ran = at.mono.saturating_sub(last.mono);
        let step = at.wall - last.wall - TimeDelta::from_std(ran).unwrap_or(TimeDelta::MAX);
        if step.abs() <= STEP {
            (stretch.seconds.1, stretch.to) = (second, at.wall.max(stretch.to));
            return None;
        }
        if full {
            stretch.seconds.1 = second;
        } else {
            self.stretches.push(fresh);
        }
        Some(step)
    }

    /// First and last second.
    pub(super) fn seconds(&self) -> Option<(u64, u64)> {
        Some((self.stretches.first()?.seconds.0, self.stretches.last()?.seconds.1))
    }

    /// What the clock showed at the beginning and at the end.
    pub(super) fn ends(&self) -> Option<(DateTime<Utc>, DateTime<Utc>)> {
        Some((self.stretches.first()?.from, self.last?.wall))
    }

    /// How often the clock was set.
    pub(super) fn steps(&self) -> usize {
        self.stretches.len().saturating_sub(1)
    }

    /// What the clock showed in that second.
    pub(super) fn at(&self, second: u64) -> Option<DateTime<Utc>> {
        let inside = |stretch: &&Stretch| stretch.seconds.0 <= second;
        let stretch = self.stretches.iter().rfind(inside).or(self.stretches.first())?;
        let ahead = i64::try_from(second).ok()?.checked_sub_unsigned(stretch.seconds.0)?;
        stretch.from.checked_add_signed(TimeDelta::try_seconds(ahead)?)
    }

    /// The second in which the clock showed that; of two the later one. What it
    /// never showed is before the beginning or after the end.
    pub(super) fn second(&self, at: DateTime<Utc>) -> u64 {
        let Some(stretch) = self.stretches.iter().rfind(|stretch| stretch.shows(at)) else {
            let before = self.stretches.first().is_some_and(|first| at < first.from);
            return if before { 0 } else { u64::MAX };
        };
        let ahead = u64::try_from((at - stretch.from).num_seconds()).unwrap_or(0);
        stretch.seconds.0.saturating_add(ahead)
    }

    /// Whether something that lasted from one time to another falls into it.
    pub(super) fn holds(&self, since: DateTime<Utc>, until: Option<DateTime<Utc>>) -> bool {
        self.stretches.iter().any(|stretch| {
            let through = since <= stretch.from && until.is_none_or(|until| until >= stretch.to);
            through || stretch.shows(since) || until.is_some_and(|until| stretch.shows(until))
        })
    }

    /// How long something lasted, also over a step of the clock.
    pub(super) fn lasted(&self, since: DateTime<Utc>, until: DateTime<Utc>) -> std::time::Duration {
        (until - since).to_std().unwrap_or_else(|_| {
            let first = self.stretches.iter().find(|stretch| stretch.shows(since));
            let began = first.map_or(0, |stretch| {
                let ahead = u64::try_from((since - stretch.from).num_seconds()).unwrap_or(0);
                stretch.seconds.0.saturating_add(ahead)
            });
            let end = self.seconds().map_or(0, |(_, last)| self.second(until).min(last));
            std::time::Duration::from_secs(end.saturating_sub(began))
        })
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    fn stamp(mono: u64, wall: i64) -> Stamp {
        let wall = DateTime::from_timestamp(1_000_000 + wall, 0).expect("a time");
        Stamp { mono: Duration::from_secs(mono), wall }
    }

    #[test]
    fn a_clock_set_back_loses_nothing() {
        let mut wall = Wall::default();
        let time = |seconds| stamp(0, seconds).wall;
        let steps: Vec<i64> = (0..20)
            .map(|second| stamp(second, if second < 10 { 3_600 } else { 0 } + second.cast_signed()))
            .filter_map(|at| wall.observe(at, at.mono.as_secs()))
            .map(|step| step.num_seconds())
            .collect();
        assert_eq!(steps, [-3_600]);
        assert_eq!((wall.seconds(), wall.steps()), (Some((0, 19)), 1));
        assert_eq!(wall.ends(), Some((time(3_600), time(19))));
        assert_eq!((wall.at(3), wall.at(12)), (Some(time(3_603)), Some(time(12))));
        assert_eq!((wall.second(time(3_605)), wall.second(time(15))), (5, 15));
        // Before the step, over it, after it.
        for (since, until) in [(3_601, Some(3_604)), (3_605, Some(14)), (15, None)] {
            assert!(wall.holds(time(since), until.map(time)), "{since}");
        }
        assert!(!wall.holds(time(100), Some(time(200))), "what the clock never showed");
        assert_eq!(wall.lasted(time(3_605), time(14)), Duration::from_secs(9));
    }
}
