//! The newest steps of one length; older ones are forgotten.

use std::collections::VecDeque;

use super::bucket::Slot;

/// Grows by this many steps at least, or by a quarter: doubling would hold up to
/// twice of what is needed, a full ring allocated at once most of it for nothing,
/// and growing by a few each time leaves holes in the heap that nothing fits into.
const GROWTH: usize = 256;

/// Steps without a hole; what was passed over is a gap.
#[derive(Debug, Clone)]
pub(super) struct Ring<T> {
    /// Number of the step behind the newest.
    end: u64,
    keep: usize,
    slots: VecDeque<T>,
}

impl<T: Slot> Ring<T> {
    pub(super) const fn new(keep: usize) -> Self {
        Self { end: 0, keep, slots: VecDeque::new() }
    }

    /// The slot of this step, for change. Steps may be passed over, and those
    /// still kept may come again; older ones are gone.
    pub(super) fn at(&mut self, step: u64) -> Option<&mut T> {
        if self.keep == 0 {
            return None;
        }
        if self.slots.is_empty() || step >= self.end.saturating_add(self.keep as u64) {
            self.slots.clear();
            self.end = step;
        }
        while self.end <= step {
            self.push();
        }
        let index = self.index(step)?;
        self.slots.get_mut(index)
    }

    fn push(&mut self) {
        if self.slots.len() >= self.keep {
            self.slots.pop_front();
        } else if self.slots.len() == self.slots.capacity() {
            let more = GROWTH.max(self.slots.len() / 4);
            self.slots.reserve_exact(more.min(self.keep - self.slots.len()));
        }
        self.slots.push_back(T::GAP);
        self.end += 1;
    }

    fn index(&self, step: u64) -> Option<usize> {
        let back = usize::try_from(self.end.checked_sub(step)?).ok()?;
        self.slots.len().checked_sub(back)
    }

    /// What is kept of this step.
    pub(super) fn get(&self, step: u64) -> Option<T> {
        if step >= self.end {
            return None;
        }
        self.slots.get(self.index(step)?).copied().filter(|slot| !slot.is_gap())
    }

    /// The oldest step kept.
    pub(super) fn first(&self) -> Option<u64> {
        (!self.slots.is_empty()).then(|| self.end - self.slots.len() as u64)
    }

    /// The newest step kept.
    pub(super) fn last(&self) -> Option<u64> {
        (!self.slots.is_empty()).then(|| self.end - 1)
    }

    /// Whether this step, seen from `newest`, is not forgotten yet.
    pub(super) const fn reaches(&self, step: u64, newest: u64) -> bool {
        newest.saturating_sub(step) < self.keep as u64
    }

    /// Memory held, bytes.
    pub(super) fn bytes(&self) -> usize {
        self.slots.capacity() * size_of::<T>()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_passed_over_is_a_gap_and_a_long_pause_forgets() {
        let mut ring: Ring<f32> = Ring::new(3);
        for step in [10, 12] {
            *ring.at(step).unwrap() = 1.0;
        }
        assert_eq!(
            [9, 10, 11, 12, 13].map(|s| ring.get(s)),
            [None, Some(1.0), None, Some(1.0), None]
        );
        *ring.at(14).unwrap() = 2.0;
        assert_eq!((ring.first(), ring.get(10), ring.get(12)), (Some(12), None, Some(1.0)));
        assert!(ring.at(11).is_none(), "the past that is gone stays gone");
        *ring.at(1_000_000_000).unwrap() = 3.0;
        assert_eq!((ring.first(), ring.last()), (Some(1_000_000_000), Some(1_000_000_000)));
    }

    #[test]
    fn it_never_holds_more_than_it_keeps() {
        let mut ring: Ring<f32> = Ring::new(300);
        for step in 0..10_000 {
            *ring.at(step).unwrap() = 0.0;
            assert!(ring.bytes() <= 300 * 4, "{} bytes at step {step}", ring.bytes());
        }
    }
}
