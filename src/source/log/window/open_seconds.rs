//! The seconds that are still open, in their order: of an access log a day of them.
//!
//! By the minute, so that a second is found in few steps and takes no more room than it
//! needs: one by one in a tree, the half of whose places stay empty when it grows at its
//! end, a day took 28 MB.

use std::collections::{BTreeMap, VecDeque};

use crate::source::log::second::Second;

/// Seconds that are kept together.
const TOGETHER: i64 = 64;

/// Seconds with something in them.
#[derive(Debug, Default)]
pub(super) struct OpenSeconds(BTreeMap<i64, VecDeque<Second>>);

impl OpenSeconds {
    /// That second, made by `new` where there is none.
    pub(super) fn slot(&mut self, at: i64, new: impl FnOnce() -> Second) -> &mut Second {
        let together = self.0.entry(at.div_euclid(TOGETHER)).or_default();
        let place = match together.back() {
            Some(last) if last.at == at => together.len() - 1,
            Some(last) if last.at < at => together.len(),
            _ => together.partition_point(|second| second.at < at),
        };
        if together.get(place).is_none_or(|second| second.at != at) {
            together.insert(place, new());
        }
        &mut together[place]
    }

    /// The oldest one.
    pub(super) fn first(&self) -> Option<i64> {
        self.0.first_key_value()?.1.front().map(|second| second.at)
    }

    /// Takes the oldest one out.
    pub(super) fn pop_first(&mut self) -> Option<Second> {
        let mut entry = self.0.first_entry()?;
        let second = entry.get_mut().pop_front();
        if entry.get().is_empty() {
            entry.remove();
        }
        second
    }

    /// How many there are.
    #[cfg(test)]
    pub(super) fn len(&self) -> usize {
        self.0.values().map(VecDeque::len).sum()
    }
}
