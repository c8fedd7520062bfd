//! What one more connection costs, from pairs of (connections, resource).
//!
//! The median of all pairwise slopes (Theil-Sen): a garbage collection or one
//! huge client does not move it, where a least-squares line would follow.

use std::collections::VecDeque;

/// Two hours at one pair a minute; 7 000 slopes to take the median of.
const KEEP: usize = 120;
/// Below this many pairs there is nothing to tell.
const ENOUGH: usize = 8;
/// Connections must have varied by this much, and by a tenth of the highest:
/// below it the noise of an allocator is larger than what is measured.
const SPREAD: f64 = 50.0;
/// The middle half of the slopes lies within this part of the median ...
const NARROW: f64 = 0.5;
/// ... and two medians in a row differ by no more than this part of the larger: what
/// a server takes at its start is no price of its connections.
const AGREE: f64 = 0.25;

/// Pairs seen so far.
#[derive(Debug, Clone, Default)]
pub(super) struct Slope {
    pairs: VecDeque<(f64, f64)>,
    /// The slope as last computed, the one before, and the pairs added since.
    known: Option<f64>,
    before: Option<f64>,
    since: u8,
}

/// A price changes slowly and 7 000 slopes take 0.4 ms to sort: computed anew
/// only every so many pairs.
const EVERY: u8 = 10;

impl Slope {
    /// Adds a pair. Pairs at nearly the same number of connections replace one
    /// another, so that weeks of calm do not wash a ramp out.
    pub(super) fn add(&mut self, connections: f64, resource: f64) {
        let near = |&(x, _): &(f64, f64)| (x - connections).abs() < connections.max(1.0) * 0.01;
        if let Some(at) = self.pairs.iter().position(near) {
            self.pairs.remove(at);
        }
        self.pairs.push_back((connections, resource));
        if self.pairs.len() > KEEP {
            self.pairs.pop_front();
        }
        self.since += 1;
        if self.since >= EVERY {
            self.since = 0;
            self.before = self.known;
            self.known = self.median();
        }
    }

    /// Resource per connection; none while it is not known or not stable.
    pub(super) fn per_connection(&self) -> Option<f64> {
        let (now, before) = self.known.zip(self.before)?;
        ((now - before).abs() <= AGREE * now.max(before)).then_some(now)
    }

    fn median(&self) -> Option<f64> {
        let xs = || self.pairs.iter().map(|&(x, _)| x);
        let (low, high) = (xs().fold(f64::INFINITY, f64::min), xs().fold(0.0, f64::max));
        if self.pairs.len() < ENOUGH || high - low < SPREAD.max(high / 10.0) {
            return None;
        }
        let mut slopes: Vec<f64> = Vec::with_capacity(self.pairs.len() * self.pairs.len() / 2);
        for (at, &(x1, y1)) in self.pairs.iter().enumerate() {
            let later = self.pairs.iter().skip(at + 1);
            slopes.extend(
                later
                    .filter(|(x2, _)| (x2 - x1).abs() >= 1.0)
                    .map(|(x2, y2)| (y2 - y1) / (x2 - x1)),
            );
        }
        slopes.sort_unstable_by(f64::total_cmp);
        let at = |quarter: usize| slopes.get(slopes.len() * quarter / 4).copied();
        let (low, median, high) = (at(1)?, at(2)?, at(3)?);
        (median > 0.0 && high - low <= NARROW * median).then_some(median)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_few_outliers_do_not_move_it() {
        let mut slope = Slope::default();
        for n in 0..40 {
            let x = f64::from(n) * 50.0;
            let collected = if n % 7 == 0 { 30e6 } else { 0.0 };
            slope.add(x, 80e6 + x * 20_000.0 + collected);
        }
        let found = slope.per_connection().unwrap();
        assert!((found - 20_000.0).abs() < 1_500.0, "{found}");
    }

    #[test]
    fn an_estimate_that_still_moves_is_not_told() {
        let mut slope = Slope::default();
        let mut seen = Vec::new();
        // What the first connections take is not what the later ones take.
        for n in 0..30 {
            let x = f64::from(n) * 50.0;
            slope.add(x, if n < 9 { x * 90_000.0 } else { 40e6 + x * 10_000.0 });
            seen.extend(slope.per_connection());
        }
        assert!(seen.iter().all(|&s| s < 20_000.0), "{seen:?}");
        let mut noisy = Slope::default();
        for n in 0..60_u32 {
            let jitter = f64::from(n.wrapping_mul(2_654_435_761) >> 8) / 1e3;
            noisy.add(1_000.0 + f64::from(n) * 12.0, 80e6 + jitter * 4_000.0);
        }
        assert_eq!(noisy.per_connection(), None);
    }

    #[test]
    fn without_growth_nothing_is_known() {
        let mut slope = Slope::default();
        for n in 0..100 {
            slope.add(1_000.0 + f64::from(n % 9) * 4.0, 80e6 + f64::from(n) * 1e5);
        }
        assert_eq!(slope.per_connection(), None);
    }

    #[test]
    fn calm_hours_do_not_wash_a_ramp_out() {
        let mut slope = Slope::default();
        for n in 1..=20 {
            slope.add(f64::from(n) * 100.0, f64::from(n) * 1e6);
        }
        for _ in 0..10_000 {
            slope.add(2_000.0, 20e6);
        }
        assert!(slope.per_connection().is_some_and(|s| (s - 10_000.0).abs() < 1.0));
    }
}
