//! The rate of what comes in bursts: over the last seconds, and over the whole run.
//!
//! A full accept queue drops once a second, with the retries of the SYNs: over an
//! interval of one second that is 55/s, 0/s, 55/s, and a check that ended in such a
//! gap told 0/s beside a total of 55.

use std::collections::VecDeque;
use std::time::Duration;

use crate::units::{PerSecond, float};

/// Longer than the pause between the second and the third try of a SYN (2 s).
const WINDOW: Duration = Duration::from_secs(5);

/// A total that only grows, as read from time to time.
#[derive(Debug, Clone, Default)]
pub(super) struct RecentRate {
    first: Option<(Duration, u64)>,
    readings: VecDeque<(Duration, u64)>,
}

impl RecentRate {
    /// Takes a reading in.
    pub(super) fn add(&mut self, at: Duration, total: u64) {
        self.first.get_or_insert((at, total));
        let count = self.readings.len();
        // Of a time in which nothing came the begin and the end are enough.
        if count >= 2 && self.readings.iter().skip(count - 2).all(|&(_, n)| n == total) {
            self.readings.pop_back();
        }
        self.readings.push_back((at, total));
        let from = at.saturating_sub(WINDOW);
        while self.readings.get(1).is_some_and(|&(then, _)| then <= from) {
            self.readings.pop_front();
        }
    }

    /// Over the last five seconds, or since the first reading.
    pub(super) fn rate(&self) -> Option<PerSecond> {
        let (&(from, before), &(to, total)) = (self.readings.front()?, self.readings.back()?);
        let still = self.readings.get(1).is_some_and(|&(_, n)| n == before);
        let from = if still { from.max(to.saturating_sub(WINDOW)) } else { from };
        PerSecond::over(float(total.saturating_sub(before)), to.saturating_sub(from))
    }

    /// Since the first reading.
    pub(super) fn mean(&self) -> Option<PerSecond> {
        let ((from, before), &(to, total)) = (self.first?, self.readings.back()?);
        PerSecond::over(float(total.saturating_sub(before)), to.saturating_sub(from))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(recent: &mut RecentRate, second: u64, total: u64) -> (Option<f64>, Option<f64>) {
        recent.add(Duration::from_secs(second), total);
        (recent.rate().map(|r| r.0), recent.mean().map(|r| r.0))
    }

    #[test]
    fn a_burst_every_other_second_does_not_flicker() {
        let mut recent = RecentRate::default();
        assert_eq!(read(&mut recent, 0, 7), (None, None));
        let rates: Vec<f64> =
            (1..40).filter_map(|s| read(&mut recent, s, 7 + 50 * s.div_ceil(2)).0).collect();
        assert!(rates.iter().all(|rate| (20.0..=50.0).contains(rate)), "{rates:?}");
        assert_eq!(read(&mut recent, 40, 1_007).1, Some(25.0));
    }

    #[test]
    fn when_nothing_comes_any_more_the_rate_is_none_and_the_mean_stays() {
        let mut recent = RecentRate::default();
        read(&mut recent, 0, 0);
        read(&mut recent, 1, 60);
        assert_eq!(read(&mut recent, 5, 60).0, Some(12.0));
        assert_eq!(read(&mut recent, 6, 60), (Some(0.0), Some(10.0)));
        for second in 7..2_000 {
            read(&mut recent, second, 60);
        }
        assert!(recent.readings.len() <= 3, "calm costs no memory");
        assert_eq!(
            read(&mut recent, 2_000, 70).0,
            Some(2.0),
            "over five seconds, not over the calm"
        );
    }
}
