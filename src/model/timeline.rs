//! Seconds that never go back.
//!
//! History is kept by second of monotonic time, widened by what the wall clock
//! jumped forward (a suspended machine), so a sleep of an hour is a gap of an
//! hour. When the wall clock steps back the order stays and the labels move.

use std::time::Duration;

use chrono::{DateTime, TimeDelta, Utc};

use crate::sample::Stamp;

/// Clocks drift by less than this between two samples; more is a jump.
const JUMP: TimeDelta = TimeDelta::seconds(2);

/// The mapping from moments to seconds of history.
#[derive(Debug, Clone, Default)]
pub struct Timeline {
    last: Option<Stamp>,
    /// Seconds jumped over so far.
    skipped: u64,
}

impl Timeline {
    /// Takes the next sample's moment in; true when the clock jumped forward.
    pub fn observe(&mut self, at: Stamp) -> bool {
        let Some(last) = self.last else {
            self.last = Some(at);
            return false;
        };
        if at.mono < last.mono {
            // Lanes run side by side: a sample may be a little older.
            return false;
        }
        let ran = TimeDelta::from_std(at.mono.saturating_sub(last.mono)).unwrap_or_default();
        let jumped = (at.wall - last.wall) - ran;
        self.last = Some(at);
        if jumped <= JUMP {
            return false;
        }
        self.skipped += u64::try_from(jumped.num_seconds()).unwrap_or(0);
        true
    }

    /// The second of history this monotonic moment falls into.
    #[must_use]
    pub fn second(&self, mono: Duration) -> u64 {
        mono.as_secs() + self.skipped
    }

    /// The step of 100 ms this monotonic moment falls into.
    #[must_use]
    pub fn tick(&self, mono: Duration) -> u64 {
        self.second(mono) * 10 + u64::from(mono.subsec_millis() / 100)
    }

    /// The newest second.
    #[must_use]
    pub fn now(&self) -> Option<u64> {
        self.last.map(|at| self.second(at.mono))
    }

    /// The second of history that wall time belongs to, by today's clock; none
    /// before the beginning.
    #[must_use]
    pub fn at(&self, wall: DateTime<Utc>) -> Option<u64> {
        let last = self.last?;
        let into = TimeDelta::nanoseconds(i64::from(last.mono.subsec_nanos()));
        let ahead = (wall - (last.wall - into)).num_milliseconds().div_euclid(1_000);
        self.second(last.mono).checked_add_signed(ahead)
    }

    /// Wall time at which that second began, by today's clock.
    #[must_use]
    pub fn wall(&self, second: u64) -> Option<DateTime<Utc>> {
        let last = self.last?;
        let into = TimeDelta::nanoseconds(i64::from(last.mono.subsec_nanos()));
        let back = i64::try_from(self.second(last.mono).checked_sub(second)?).ok()?;
        (last.wall - into).checked_sub_signed(TimeDelta::seconds(back))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn stamp(mono: u64, wall: i64) -> Stamp {
        Stamp {
            mono: Duration::from_secs(mono),
            wall: DateTime::from_timestamp(1_000_000 + wall, 0).unwrap(),
        }
    }

    #[test]
    fn a_sleep_of_the_machine_is_a_gap_of_that_length() {
        let mut timeline = Timeline::default();
        assert!(!timeline.observe(stamp(10, 10)));
        assert!(!timeline.observe(stamp(11, 11)));
        assert!(timeline.observe(stamp(12, 3612)));
        assert_eq!(timeline.now(), Some(3612));
    }

    #[test]
    fn a_clock_set_back_keeps_the_order_of_the_past() {
        let mut timeline = Timeline::default();
        timeline.observe(stamp(10, 1000));
        timeline.observe(stamp(11, 400));
        assert_eq!(timeline.now(), Some(11));
        assert_eq!(timeline.wall(10), Some(stamp(0, 399).wall), "labels follow the clock of today");
    }
}
