//! How many connections end between two walks by nature, and how unlikely it is
//! that so many did.

use std::time::Duration;

use crate::units::float;

/// The mean follows over this time.
const MEMORY: f64 = 60.0;
/// So many walks before anything is told.
const WARM_UP: u32 = 10;
/// A longer pause tells nothing: the machine slept.
const GAP: Duration = Duration::from_secs(90);
/// Fewer are no loss, whatever their share.
const LEAST: u64 = 10;
/// Standard deviations. Without this bound the rule told 27 000 losses a day of
/// connections that live 2 s.
const Z: f64 = 6.0;

/// The natural churn of one worker.
#[derive(Debug, Clone, Default)]
pub(super) struct Churn {
    /// Mean share that ends between two walks, and mean time between them.
    share: f64,
    step: f64,
    walks: u32,
}

impl Churn {
    /// Of `before` connections `gone` have ended within `step`: whether these are
    /// at least `least_share` of them and far more than end by nature.
    pub(super) fn observe(
        &mut self,
        step: Duration,
        before: u64,
        gone: u64,
        least_share: f64,
    ) -> bool {
        if step >= GAP || step.is_zero() {
            *self = Self::default();
            return false;
        }
        if before == 0 {
            return false;
        }
        let seconds = step.as_secs_f64();
        let lost = self.walks >= WARM_UP
            && gone >= LEAST
            && float(gone) >= least_share * float(before)
            && self.deviations(seconds, float(before), float(gone)) >= Z;
        self.walks = self.walks.saturating_add(1);
        let weight = (1.0 / f64::from(self.walks)).max(1.0 - (-seconds / MEMORY).exp());
        let share = float(gone.min(before)) / float(before);
        self.share += weight * (share - self.share);
        self.step += weight * (seconds - self.step);
        lost
    }

    fn deviations(&self, seconds: f64, before: f64, gone: f64) -> f64 {
        // A walk out of turn comes sooner than the mean one.
        let share = 1.0 - (1.0 - self.share).powf(seconds / self.step);
        let variance = (before * share * (1.0 - share)).max(0.25);
        (gone - before * share) / variance.sqrt()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SECOND: Duration = Duration::from_secs(1);
    const NEARLY_ALL: f64 = 0.9;

    /// Even in (0, 1), the same each run.
    struct Dice(u64);

    impl Dice {
        #[expect(clippy::cast_precision_loss, reason = "53 bits are left")]
        fn roll(&mut self) -> f64 {
            self.0 ^= self.0 << 13;
            self.0 ^= self.0 >> 7;
            self.0 ^= self.0 << 17;
            (self.0 >> 11) as f64 / (1_u64 << 53) as f64
        }

        /// How many of so many connections of that mean life end in a second.
        fn ended(&mut self, open: u64, life: f64) -> u64 {
            let share = 1.0 - (-1.0 / life).exp();
            (0..open).filter(|_| self.roll() < share).count() as u64
        }
    }

    #[test]
    fn natural_churn_is_never_a_loss() {
        let mut dice = Dice(7);
        for open in [10, 40, 300] {
            for life in [0.5, 2.0, 10.0, 100.0, 1000.0] {
                let mut churn = Churn::default();
                for second in 0..5_000 {
                    let gone = dice.ended(open, life);
                    assert!(
                        !churn.observe(SECOND, open, gone, NEARLY_ALL),
                        "{gone} of {open} that live {life} s, second {second}"
                    );
                }
            }
        }
    }

    /// Whether the loss of all is told after a minute of this churn.
    fn told(open: u64, life: f64) -> bool {
        let (mut dice, mut churn) = (Dice(9), Churn::default());
        for _ in 0..60 {
            churn.observe(SECOND, open, dice.ended(open, life), NEARLY_ALL);
        }
        churn.observe(SECOND, open, open, NEARLY_ALL)
    }

    #[test]
    fn a_loss_is_told_from_churn_where_they_differ() {
        assert!(told(10, 10.0) && told(100, 2.0) && told(1667, 2.0));
        assert!(!told(10, 2.0) && !told(20, 2.0), "these end together now and then");
        assert!(!told(9, 1000.0), "too few");
    }

    #[test]
    fn a_sleep_of_the_machine_starts_over() {
        let mut churn = Churn::default();
        for _ in 0..60 {
            churn.observe(SECOND, 100, 0, NEARLY_ALL);
        }
        assert!(!churn.observe(Duration::from_hours(1), 100, 100, NEARLY_ALL));
    }

    #[test]
    fn a_walk_out_of_turn_expects_less() {
        let mut churn = Churn::default();
        let slow = Duration::from_secs(20);
        for _ in 0..20 {
            churn.observe(slow, 1000, 400, 0.2);
        }
        assert!(!churn.clone().observe(slow, 1000, 420, 0.2));
        assert!(churn.observe(SECOND, 1000, 420, 0.2));
    }
}
