//! One step of a row: it knows the one after.

use regex_syntax::hir::Look;

use super::class::Set;

/// Ends of `code` and `reason` in the line.
pub(super) const SLOTS: usize = 4;

#[derive(Debug)]
pub(super) enum ShapeStep {
    Text(Box<[u8]>, usize),
    /// In upper or lower case; here in lower case.
    Caseless(Box<[u8]>, usize),
    /// So many of a class; as many as there are, or as few as will do.
    Some {
        of: Set,
        least: usize,
        most: usize,
        greedy: bool,
        next: usize,
    },
    /// One of these, the first one that will do.
    Either(Box<[usize]>),
    Slot(usize, usize),
    Look(Look, usize),
    Done,
}
