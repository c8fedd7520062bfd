//! The first of many in some order, without keeping the many.

use std::cmp::Ordering;

/// Keeps the first so many of whatever it is shown, in memory for twice as many.
pub(super) struct Top<T, C> {
    most: usize,
    compare: C,
    kept: Vec<T>,
}

impl<T, C: Fn(&T, &T) -> Ordering> Top<T, C> {
    pub(super) fn new(most: usize, compare: C) -> Self {
        Self { most, compare, kept: Vec::new() }
    }

    pub(super) fn add(&mut self, one: T) {
        if self.kept.len() >= self.most * 2 {
            self.cut();
        }
        self.kept.push(one);
    }

    /// Only the first stay, in no order: half the effort of sorting them.
    fn cut(&mut self) {
        if self.kept.len() > self.most && self.most > 0 {
            self.kept.select_nth_unstable_by(self.most - 1, &self.compare);
        }
        self.kept.truncate(self.most);
    }

    /// The first, in order.
    pub(super) fn finish(mut self) -> Vec<T> {
        self.cut();
        self.kept.sort_by(&self.compare);
        self.kept
    }
}

#[cfg(test)]
mod tests {
    use rand::rngs::StdRng;
    use rand::{RngExt, SeedableRng};

    use super::*;

    #[test]
    fn it_is_what_sorting_all_of_them_gives() {
        let mut dice = StdRng::seed_from_u64(15);
        for _ in 0..300 {
            let (most, many) = (dice.random_range(1..40), dice.random_range(0..300));
            let mut all: Vec<u16> = (0..many).map(|_| dice.random_range(0..90)).collect();
            let mut top = Top::new(most, |a: &u16, b: &u16| b.cmp(a));
            for one in &all {
                top.add(*one);
                assert!(top.kept.len() <= 2 * most, "memory for twice as many");
            }
            all.sort_unstable_by(|a, b| b.cmp(a));
            all.truncate(most);
            assert_eq!(top.finish(), all);
        }
    }
}
