//! How a client waits before it comes back: by the book, or stubbornly.

use std::time::Duration;

use super::dice::Dice;

/// How an attempt or a connection ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Ending {
    /// Closed by the server, with this code.
    Told(u16),
    /// Open, and then over without a word: FIN or RST.
    Cut,
    /// Nobody listens, nobody answered, or it was over before the upgrade.
    Refused,
    /// We left ourselves, with 1000.
    Left,
}

/// One client's reconnect policy and what it remembers.
#[derive(Debug)]
pub(super) struct Manners {
    stubborn: bool,
    second: Duration,
    failures: u32,
}

/// In seconds of the demo: the largest backoff, the wait of the stubborn, how
/// long a link must have stood to forgive past failures, and the longest
/// pause after leaving by choice.
const CAP: u32 = 15;
const STUBBORN: u32 = 1;
const STABLE: u32 = 5;
const PAUSE: u32 = 4;

impl Manners {
    /// `second` is how long a second of the demo lasts.
    pub(super) const fn new(stubborn: bool, second: Duration) -> Self {
        Self { stubborn, second, failures: 0 }
    }

    /// The wait before the next attempt, after a link that stood that long.
    pub(super) fn wait(&mut self, ending: Ending, stood: Duration, dice: &mut Dice) -> Duration {
        let second = self.second;
        if stood >= second * STABLE {
            self.failures = 0;
        }
        if ending == Ending::Left {
            return dice.up_to(second * PAUSE);
        }
        if self.stubborn {
            return second * STUBBORN;
        }
        if ending == Ending::Told(1012) {
            return dice.between(second, second * 5);
        }
        // Full jitter under the cap: first the cap, then the dice.
        let most = second.saturating_mul(1 << self.failures.min(16)).min(second * CAP);
        self.failures += 1;
        dice.up_to(most)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SECOND: Duration = Duration::from_secs(1);

    fn longest(manners: impl Fn() -> Manners, before: u32, ending: Ending) -> Duration {
        let mut dice = Dice::new(1);
        let mut throw = || {
            let mut manners = manners();
            for _ in 0..before {
                manners.wait(Ending::Told(1013), Duration::ZERO, &mut dice);
            }
            manners.wait(ending, Duration::ZERO, &mut dice)
        };
        (0..300).map(|_| throw()).max().unwrap_or_default()
    }

    #[test]
    fn try_later_doubles_up_to_the_cap() {
        let polite = || Manners::new(false, SECOND);
        for (before, most) in [(0, 1), (1, 2), (2, 4), (3, 8), (4, 15), (40, 15)] {
            let wait = longest(polite, before, Ending::Told(1013));
            let most = SECOND * most;
            assert!(wait <= most && wait > most * 3 / 4, "{before}: {wait:?} of {most:?}");
        }
    }

    #[test]
    fn a_restart_is_waited_out_for_one_to_five_seconds() {
        let mut dice = Dice::new(2);
        let mut manners = Manners::new(false, SECOND);
        for _ in 0..300 {
            let wait = manners.wait(Ending::Told(1012), Duration::ZERO, &mut dice);
            assert!((SECOND..=SECOND * 5).contains(&wait), "{wait:?}");
        }
    }

    #[test]
    fn the_stubborn_wait_the_same_whatever_they_are_told() {
        let mut dice = Dice::new(3);
        let mut manners = Manners::new(true, SECOND);
        for ending in [Ending::Told(1013), Ending::Told(1012), Ending::Cut, Ending::Refused] {
            assert_eq!(manners.wait(ending, Duration::ZERO, &mut dice), SECOND);
        }
    }

    #[test]
    fn a_link_that_stood_forgives() {
        let mut dice = Dice::new(4);
        let mut manners = Manners::new(false, SECOND);
        for _ in 0..10 {
            manners.wait(Ending::Refused, Duration::ZERO, &mut dice);
        }
        assert!(manners.wait(Ending::Cut, SECOND * 5, &mut dice) <= SECOND);
    }
}
