//! Chance for the herd, the same on every run.
//!
//! Splitmix64 with a fixed seed: a demo has no secrets, and the same seed
//! gives the same herd, which screenshots and bug reports want. `rand`, which the
//! probes use, does not promise that: its default generators may give other numbers
//! in the next release.

use std::time::Duration;

/// A small deterministic generator.
#[derive(Debug, Clone)]
pub(super) struct Dice(u64);

impl Dice {
    /// Dice for one client; neighbours must not throw alike.
    pub(super) fn new(seed: u64) -> Self {
        let mut dice = Self(seed.wrapping_mul(0xD134_2543_DE82_EF95));
        dice.throw();
        dice
    }

    /// The next 64 bits.
    fn throw(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut bits = self.0;
        bits = (bits ^ (bits >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        bits = (bits ^ (bits >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        bits ^ (bits >> 31)
    }

    /// Evenly anywhere from nothing to `most`.
    pub(super) fn up_to(&mut self, most: Duration) -> Duration {
        let nanos = u64::try_from(most.as_nanos()).unwrap_or(u64::MAX - 1);
        // The bias of a remainder is nothing at this size.
        Duration::from_nanos(self.throw() % nanos.saturating_add(1))
    }

    /// Evenly between the two.
    pub(super) fn between(&mut self, least: Duration, most: Duration) -> Duration {
        least + self.up_to(most.saturating_sub(least))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn stays_in_bounds_and_fills_them() {
        let mut dice = Dice::new(7);
        let most = Duration::from_secs(1);
        let throws: Vec<_> = (0..1000).map(|_| dice.up_to(most)).collect();
        assert!(throws.iter().all(|wait| *wait <= most));
        let low = throws.iter().filter(|wait| **wait < most / 2).count();
        assert!((400..600).contains(&low), "{low} of 1000 in the lower half");
        assert_eq!(dice.up_to(Duration::ZERO), Duration::ZERO);
    }

    #[test]
    fn neighbours_differ_and_a_seed_repeats() {
        let first = |seed| Dice::new(seed).up_to(Duration::from_secs(1));
        assert_eq!(first(3), first(3));
        assert_ne!(first(3), first(4));
    }
}
