//! SYNs that the kernel sends again.
//!
//! A SYN that is dropped comes again after 1, 2, 3, 4, 5 and 7 s (1, 3, 7 s before Linux
//! 6.5): 60 clients before a full queue were told as 1 830 attempts. What is dropped in a
//! second is new only as far as it is more than was dropped in any second of the last
//! eight.

use std::collections::VecDeque;
use std::time::Duration;

/// The longest pause between two tries of the first eight seconds.
const LONGEST: Duration = Duration::from_secs(8);
const SECOND: Duration = Duration::from_secs(1);

/// What was dropped lately.
#[derive(Debug, Clone, Default)]
pub(super) struct Echoes {
    dropped: VecDeque<(Duration, u64)>,
    /// Of the second up to each of the last eight.
    sums: VecDeque<(Duration, u64)>,
    /// Counted as new in the last second.
    fresh: VecDeque<(Duration, u64)>,
}

impl Echoes {
    /// Whether any were dropped lately.
    pub(super) fn any(&self) -> bool {
        !self.dropped.is_empty()
    }

    /// How many of so many dropped ones are new.
    pub(super) fn fresh(&mut self, at: Duration, dropped: u64) -> u64 {
        let older = |then: Duration, than: Duration| at.saturating_sub(then) >= than;
        while self.dropped.front().is_some_and(|(then, _)| older(*then, SECOND)) {
            self.dropped.pop_front();
        }
        while self.fresh.front().is_some_and(|(then, _)| older(*then, SECOND)) {
            self.fresh.pop_front();
        }
        while self.sums.front().is_some_and(|(then, _)| older(*then, LONGEST)) {
            self.sums.pop_front();
        }
        if dropped == 0 {
            return 0;
        }
        self.dropped.push_back((at, dropped));
        let sum: u64 = self.dropped.iter().map(|(_, n)| n).sum();
        let before = self.sums.iter().filter(|(then, _)| older(*then, SECOND * 9 / 10));
        let before = before.map(|(_, n)| *n).max().unwrap_or(0);
        let counted: u64 = self.fresh.iter().map(|(_, n)| n).sum();
        let fresh = sum.saturating_sub(before).saturating_sub(counted).min(dropped);
        self.sums.push_back((at, sum));
        if fresh > 0 {
            self.fresh.push_back((at, fresh));
        }
        fresh
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn told(ticks: impl IntoIterator<Item = u64>) -> u64 {
        let mut echoes = Echoes::default();
        let at = |n: u32| Duration::from_millis(100) * n;
        (0..).zip(ticks).map(|(n, dropped)| echoes.fresh(at(n), dropped)).sum()
    }

    #[test]
    fn sixty_clients_before_a_full_queue_are_sixty_attempts() {
        let again = |n: u64| if [3, 13, 23, 33, 43, 53, 73].contains(&n) { 60 } else { 0 };
        assert_eq!(told((0..100).map(again)), 60);
        let spread = |n: u64| if n % 10 < 6 { 10 } else { 0 };
        assert_eq!(told((0..300).map(spread)), 60);
    }

    #[test]
    fn more_of_them_are_more() {
        let grows = |n: u64| 5 * (n / 10);
        assert!((400..=600).contains(&told((0..100).map(grows))), "{}", told((0..100).map(grows)));
    }
}
