//! The hard cap: whatever the policies say, a target is never attempted at more
//! than once a second and twenty times a minute.

use std::collections::VecDeque;
use std::time::Duration;

/// Between two attempts.
const LEAST_GAP: Duration = Duration::from_secs(1);
/// In any minute.
const MOST_A_MINUTE: usize = 20;
const MINUTE: Duration = Duration::from_mins(1);

/// The attempts at one target over both lanes.
#[derive(Debug, Default)]
pub(super) struct Cap {
    /// When the last twenty were made, oldest first.
    made: VecDeque<Duration>,
}

impl Cap {
    /// From when on an attempt is allowed.
    pub(super) fn free_at(&self) -> Duration {
        let gap = self.made.back().map_or(Duration::ZERO, |&last| last + LEAST_GAP);
        let window = (self.made.len() >= MOST_A_MINUTE)
            .then(|| self.made[self.made.len() - MOST_A_MINUTE] + MINUTE);
        window.unwrap_or_default().max(gap)
    }

    /// Takes a place, if there is one.
    pub(super) fn take(&mut self, now: Duration) -> bool {
        if now < self.free_at() {
            return false;
        }
        self.charge(now);
        true
    }

    /// Counts a SYN that was sent: one more address of a name that was tried.
    /// The place it took is missing later.
    pub(super) fn charge(&mut self, now: Duration) {
        // Spaced out, so that the next attempt waits a second for each.
        let at = self.made.back().map_or(now, |&last| now.max(last + LEAST_GAP));
        self.made.push_back(at);
        while self.made.len() > MOST_A_MINUTE {
            self.made.pop_front();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Somebody who connects whenever allowed, each time with `syns` SYNs.
    fn attempts(syns: u32) -> Vec<Duration> {
        let mut cap = Cap::default();
        let mut made = Vec::new();
        for ms in (0..300_000).step_by(10) {
            let now = Duration::from_millis(ms);
            if cap.take(now) {
                made.extend((0..syns).map(|_| now));
                (1..syns).for_each(|_| cap.charge(now));
            }
        }
        made
    }

    #[test]
    fn never_twice_a_second_nor_over_twenty_a_minute() {
        let made = attempts(1);
        assert!(made.windows(2).all(|w| w[1] >= w[0] + LEAST_GAP));
        for (at, first) in made.iter().enumerate() {
            let within = made[at..].iter().take_while(|t| **t < *first + MINUTE).count();
            assert!(within <= MOST_A_MINUTE, "{within} from {first:?}");
        }
        assert!(made.len() >= 96, "the cap is used to the full: {}", made.len());
    }

    #[test]
    fn a_name_with_two_addresses_gets_no_more_syns() {
        let made = attempts(2);
        for (at, first) in made.iter().enumerate() {
            let within = made[at..].iter().take_while(|t| **t < *first + MINUTE).count();
            assert!(within <= MOST_A_MINUTE + 1, "{within} from {first:?}");
        }
    }
}
