//! At which age connections that ended alike were closed, where it is one.
//!
//! Those that came together also end together at one age: of a service that is restarted
//! twice, worker by worker, all are as old as the time between. A limit of the age is told
//! where they ended at it one after another, over far longer than their ages differ.

use std::collections::VecDeque;

use crate::units::float;

/// Ends that are remembered, those of one second and one age as one.
const KEPT: usize = 512;
/// Fewer say nothing; and the part of all that is most.
const FEWEST: u64 = 10;
const MOST: f64 = 0.6;
/// Ages within this are one, seconds; or within a part.
const APART: u32 = 2;
const PART: u32 = 50;
/// They ended over so long at the least, seconds, and over so many times what is one age.
const OVER: u64 = 20;
const TIMES: u64 = 6;
/// In so many different seconds.
const SECONDS: usize = 6;

/// When, at which age in seconds, and how many.
#[derive(Debug, Clone, Default)]
pub(super) struct AgeRing(VecDeque<(u64, u32, u64)>);

impl AgeRing {
    /// Adds so many of this age that ended in this second.
    pub(super) fn add(&mut self, second: u64, age: u32, more: u64) {
        let newest = self.0.iter_mut().rev().take_while(|(then, ..)| *then == second);
        match newest.into_iter().find(|(_, known, _)| *known == age) {
            Some((.., count)) => *count = count.saturating_add(more),
            None => self.0.push_back((second, age, more)),
        }
        while self.0.len() > KEPT {
            self.0.pop_front();
        }
    }

    /// Adds those of another address of the service.
    pub(super) fn join(&mut self, other: &Self) {
        self.0.extend(&other.0);
        self.0.make_contiguous().sort_unstable();
        while self.0.len() > KEPT {
            self.0.pop_front();
        }
    }

    fn count(&self, is: impl Fn(u32) -> bool) -> u64 {
        let those = self.0.iter().filter(|(_, age, _)| is(*age));
        those.fold(0, |sum, (.., n)| sum.saturating_add(*n))
    }

    /// The one age of most of them.
    pub(super) fn one(&self) -> Option<u32> {
        let all = self.count(|_| true);
        let mut by_age: Vec<(u32, u64)> = self.0.iter().map(|&(_, age, n)| (age, n)).collect();
        by_age.sort_unstable();
        let mut before = 0;
        let middle = by_age.iter().find(|(_, n)| {
            before = n.saturating_add(before);
            before >= all / 2
        });
        let &(age, _) = middle?;
        let apart = APART.max(age / PART);
        let is_same = |other: u32| other.abs_diff(age) <= apart;
        let alike = self.count(is_same);
        let same = self.0.iter().filter(|(_, other, _)| is_same(*other));
        let mut seconds: Vec<u64> = same.map(|(second, ..)| *second).collect();
        seconds.dedup();
        let over = seconds.last()?.saturating_sub(*seconds.first()?);
        let spread = over >= OVER.max(u64::from(apart) * TIMES) && seconds.len() >= SECONDS;
        (alike >= FEWEST && float(alike) >= MOST * float(all) && spread).then_some(age)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn low(n: u64) -> u32 {
        u32::try_from(n).unwrap()
    }

    fn one(ends: impl IntoIterator<Item = (u64, u32)>) -> Option<u32> {
        let mut ring = AgeRing::default();
        ends.into_iter().for_each(|(second, age)| ring.add(second, age, 1));
        ring.one()
    }

    #[test]
    fn an_age_at_which_they_end_one_after_another_is_a_limit() {
        assert_eq!(one((0..40).map(|n| (1_000 + n * 4, 900 + low(n % 2)))), Some(900));
        // A third leaves by itself.
        let leave = |n: u64| if n.is_multiple_of(3) { low(n * 37 % 900) } else { 900 };
        assert_eq!(one((0..60).map(|n| (1_000 + n * 4, leave(n)))), Some(900));
    }

    #[test]
    fn those_that_came_together_and_are_closed_together_are_none() {
        assert_eq!(one((0..200).map(|n| (1_000, 598 + n % 4))), None, "a worker killed");
        // Restarted worker by worker, twice: each came within the minute.
        let rolling = (0..60_u64).map(|n| (4_600 + n, 3_600 + low(n * 7 % 21) - 10));
        assert_eq!(one(rolling), None);
        // Clients that leave whenever they like.
        assert_eq!(one((0..300).map(|n| (1_000 + n, low(n * 7_919 % 1_700)))), None);
        assert_eq!(one((0..9).map(|n| (1_000 + n * 10, 60))), None, "too few");
    }

    #[test]
    fn memory_is_bounded() {
        let mut ring = AgeRing::default();
        (0..100_000_u64).for_each(|n| ring.add(n / 50, low(n % 5_000), 1));
        assert_eq!(ring.0.len(), KEPT);
    }
}
