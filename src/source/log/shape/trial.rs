//! One line held against the steps, with a bound on how often.

use memchr::{memchr, memrchr};

use super::class::{has, holds};
use super::step::{SLOTS, ShapeStep};

/// So often a part is tried for each byte of the line: a hostile line is not tried
/// for ever.
const TRIES: usize = 4;

/// One line being tried.
pub(super) struct Trial<'a> {
    steps: &'a [ShapeStep],
    line: &'a [u8],
    /// Ends of the groups, as far as it is tried.
    pub(super) slots: [Option<usize>; SLOTS],
    /// So often it may still be tried; 0 = nobody knows whether it fits.
    pub(super) left: usize,
}

impl<'a> Trial<'a> {
    pub(super) fn new(steps: &'a [ShapeStep], line: &'a [u8]) -> Self {
        Self { steps, line, slots: [None; SLOTS], left: TRIES * (line.len() + 64) }
    }

    /// Whether the row fits from this step on; the slots are filled then.
    pub(super) fn step(&mut self, mut step: usize, mut at: usize) -> bool {
        loop {
            if self.left == 0 {
                return false;
            }
            self.left -= 1;
            let line = self.line;
            match &self.steps[step] {
                ShapeStep::Done => return true,
                ShapeStep::Text(text, next) => {
                    if !line[at..].starts_with(text) {
                        return false;
                    }
                    (step, at) = (*next, at + text.len());
                }
                ShapeStep::Caseless(text, next) => {
                    let there = line.get(at..at + text.len());
                    if !there.is_some_and(|there| there.eq_ignore_ascii_case(text)) {
                        return false;
                    }
                    (step, at) = (*next, at + text.len());
                }
                ShapeStep::Look(look, next) => {
                    if !holds(*look, line, at) {
                        return false;
                    }
                    step = *next;
                }
                ShapeStep::Slot(slot, next) => {
                    let before = self.slots[*slot].replace(at);
                    let fits = self.step(*next, at);
                    if !fits {
                        self.slots[*slot] = before;
                    }
                    return fits;
                }
                ShapeStep::Either(ways) => return ways.iter().any(|way| self.step(*way, at)),
                ShapeStep::Some { of, least, most, greedy, next } => {
                    let room = &line[at..line.len().min(at.saturating_add(*most))];
                    let many = room.iter().position(|c| !has(*of, *c)).unwrap_or(room.len());
                    self.left = self.left.saturating_sub(many / 16);
                    if many < *least {
                        return false;
                    }
                    let (from, to) = (at + least, at + many);
                    if from < to {
                        return self.ends(*next, from, to, *greedy);
                    }
                    (step, at) = (*next, to);
                }
            }
        }
    }

    /// Whether the row fits from `next` on at one of these places, both included.
    fn ends(&mut self, next: usize, mut from: usize, mut to: usize, greedy: bool) -> bool {
        // The next literal says where it is worth trying.
        let begins = match &self.steps[next] {
            ShapeStep::Text(text, _) => text.first().copied(),
            _ => None,
        };
        while from <= to {
            let places = &self.line[from..self.line.len().min(to + 1)];
            self.left = self.left.saturating_sub(places.len() / 64);
            let found = match (begins, greedy) {
                (Some(c), true) => memrchr(c, places),
                (Some(c), false) => memchr(c, places),
                (None, true) => Some(to - from),
                (None, false) => Some(0),
            };
            let Some(at) = found.map(|at| from + at) else { return false };
            if self.step(next, at) {
                return true;
            }
            if self.left == 0 || (greedy && at == 0) {
                return false;
            }
            if greedy {
                to = at - 1;
            } else {
                from = at + 1;
            }
        }
        false
    }
}
