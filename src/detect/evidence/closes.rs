//! When connections died, to the tick, and how many do so by nature.

use std::collections::VecDeque;
use std::time::Duration;

use crate::units::float;

/// Ticks are kept this long: an end of a process is explained within it.
const KEPT: Duration = Duration::from_secs(15);
/// The natural rate follows over this time, seconds.
const MEMORY: f64 = 60.0;
/// One second moves it by no more than this many deviations.
const CLIP: f64 = 4.0;

/// Deaths of one service.
#[derive(Debug, Clone, Default)]
pub(in crate::detect) struct Closes {
    ticks: VecDeque<(Duration, u64)>,
    rate: f64,
    seconds: f64,
    learned: Option<Duration>,
}

impl Closes {
    /// So many were told of at this moment: they died in the tick before it.
    pub(in crate::detect) fn note(&mut self, at: Duration, closed: u64) {
        self.ticks.push_back((at, closed));
        while self.ticks.front().is_some_and(|(then, _)| at.saturating_sub(*then) > KEPT) {
            self.ticks.pop_front();
        }
    }

    /// Deaths told of after `from` and up to `to`.
    pub(in crate::detect) fn between(&self, from: Duration, to: Duration) -> u64 {
        let within = self.ticks.iter().filter(|(at, _)| *at > from && *at <= to);
        within.map(|(_, closed)| closed).sum()
    }

    /// The most of them within one second of that time.
    pub(in crate::detect) fn most_in_a_second(&self, from: Duration, to: Duration) -> u64 {
        let within = self.ticks.iter().filter(|(at, _)| *at > from && *at <= to);
        let upto =
            |at: Duration| self.between(at.saturating_sub(Duration::from_secs(1)).max(from), at);
        within.map(|(at, _)| upto(*at)).max().unwrap_or(0)
    }

    /// When the first of them in that time was told of, from the tick that brought
    /// more than the natural rate explains.
    pub(in crate::detect) fn first_burst(&self, from: Duration, to: Duration) -> Option<Duration> {
        let least = 3.0 + self.rate;
        let within = self.ticks.iter().filter(|(at, _)| *at > from && *at <= to);
        within.filter(|(_, closed)| float(*closed) >= least).map(|(at, _)| *at).next()
    }

    /// Takes the time since the last call into the natural rate.
    pub(in crate::detect) fn learn(&mut self, now: Duration) {
        let Some(before) = self.learned.replace(now) else { return };
        let seconds = now.saturating_sub(before).as_secs_f64();
        if seconds <= 0.0 || seconds > 90.0 {
            return;
        }
        let rate = float(self.between(before, now)) / seconds;
        self.seconds += 1.0;
        let weight = (1.0 / self.seconds).max(1.0 - (-seconds / MEMORY).exp());
        let most = self.rate + CLIP * self.rate.max(1.0).sqrt();
        let rate = if self.seconds > 1.0 { rate.min(most) } else { rate };
        self.rate += weight * (rate - self.rate);
    }

    /// How many standard deviations so many deaths within that time are above what
    /// is natural (Anscombe's transform; the rate with its own uncertainty).
    pub(in crate::detect) fn surprise(&self, closed: u64, within: Duration) -> f64 {
        let upper = self.rate + 2.0 * (self.rate.max(0.2) / self.seconds.max(1.0)).sqrt();
        let natural = upper * within.as_secs_f64();
        let anscombe = |value: f64| (value + 3.0 / 8.0).sqrt();
        2.0 * (anscombe(float(closed)) - anscombe(natural))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ordinary_churn_is_no_surprise_and_a_mass_close_is() {
        let mut closes = Closes::default();
        for second in 0..30_u64 {
            closes.note(Duration::from_secs(second), 3);
            closes.learn(Duration::from_secs(second));
        }
        let three = Duration::from_secs(3);
        assert!(closes.surprise(14, three) < 2.0);
        assert!(closes.surprise(60, three) > 6.0);
        let at = Duration::from_secs(30);
        closes.note(at, 200);
        assert_eq!(closes.first_burst(Duration::from_secs(25), at), Some(at));
    }
}
