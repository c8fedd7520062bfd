//! Which lines are worth reading: those with one of a few literals in them.
//!
//! A block is searched once for each literal, ahead of the lines, and what lies
//! between two hits is only counted. Looking at each line by itself took three
//! times as long as the runbook's `awk`.

use std::ops::Range;

use memchr::{memchr, memchr2_iter, memmem::Finder, memrchr};

/// A literal, and what a line with it may tell.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Needle {
    pub(super) text: Literal,
    pub(super) of: Hints,
}

/// What is looked for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Literal {
    /// As it is written.
    Exact(Vec<u8>),
    /// In upper or lower case; here in lower case.
    Caseless(Vec<u8>),
}

/// How it is looked for.
#[derive(Debug, Clone)]
pub(super) enum Search {
    Exact(Box<Finder<'static>>),
    /// By one of its letters.
    Caseless {
        text: Vec<u8>,
        at: usize,
    },
}

/// What a line may tell, as bits; several at once.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct Hints(pub(super) u8);

impl Hints {
    /// By its format, or in words.
    pub(super) const USUAL: Self = Self(1);
    /// `--log-open` might.
    pub(super) const OPEN: Self = Self(2);
    /// `--log-close` might.
    pub(super) const CLOSE: Self = Self(4);
    /// It may be an error line.
    pub(super) const ERROR: Self = Self(8);

    /// Whether these are among them.
    pub(super) const fn has(self, other: Self) -> bool {
        self.0 & other.0 != 0
    }
}

/// A part of a block.
#[derive(Debug, Clone, Copy)]
pub(super) enum BlockPart<'a> {
    /// A line without its end, and what it may tell.
    Line(&'a [u8], Hints),
    /// Whole lines that tell nothing.
    Skipped(&'a [u8]),
}

/// The literals, and where each comes next in the block.
#[derive(Debug, Clone, Default)]
pub(super) struct Prefilter {
    needles: Vec<(Search, Hints)>,
    next: Vec<usize>,
    /// Every line is worth it: a pattern has no literal.
    all: Hints,
}

impl Prefilter {
    /// `all` is what any line may tell, whatever is in it.
    pub(super) fn new(needles: impl IntoIterator<Item = Needle>, all: Hints) -> Self {
        let needles: Vec<_> = needles.into_iter().map(|c| (c.text.search(), c.of)).collect();
        Self { next: vec![0; needles.len()], needles, all }
    }

    /// Looks for this as well.
    pub(super) fn push(&mut self, needle: &Needle) {
        self.needles.push((needle.text.search(), needle.of));
        self.next.push(0);
    }

    /// Every line may tell this.
    pub(super) fn with_all(mut self, of: Hints) -> Self {
        self.all.0 |= of.0;
        self
    }

    /// Calls for each line of the block that is worth reading, and for what lies
    /// between them.
    pub(super) fn each(&mut self, block: &[u8], mut act: impl FnMut(BlockPart<'_>)) {
        for ((finder, _), next) in self.needles.iter().zip(&mut self.next) {
            *next = finder.find(block).unwrap_or(usize::MAX);
        }
        let mut from = 0;
        while from < block.len() {
            let hit = if self.all == Hints::default() {
                self.next.iter().copied().min().unwrap_or(usize::MAX)
            } else {
                from
            };
            if hit == usize::MAX {
                break;
            }
            let range = around(block, from, hit);
            if range.start > from {
                act(BlockPart::Skipped(&block[from..range.start]));
            }
            let hints = self.pass(block, &range);
            from = range.end + 1;
            act(BlockPart::Line(&block[range], hints));
        }
        if from < block.len() {
            act(BlockPart::Skipped(&block[from..]));
        }
    }

    /// Goes past the line; what it may tell.
    fn pass(&mut self, block: &[u8], line: &Range<usize>) -> Hints {
        let mut hints = self.all;
        for ((finder, of), next) in self.needles.iter().zip(&mut self.next) {
            if *next < line.end {
                hints.0 |= of.0;
                *next = finder.find(&block[line.end..]).map_or(usize::MAX, |at| at + line.end);
            }
        }
        hints
    }
}

impl Literal {
    pub(super) fn search(&self) -> Search {
        /// English letters, the rarest first.
        const RARE: &[u8] = b"zqxjkvbpygfwmucldrhsnioate";
        match self {
            Self::Exact(text) => Search::Exact(Box::new(Finder::new(text).into_owned())),
            Self::Caseless(text) => {
                let rare = RARE.iter().find_map(|c| memchr(*c, text));
                Search::Caseless { text: text.clone(), at: rare.unwrap_or(0) }
            }
        }
    }
}

impl Search {
    /// How often it is there.
    pub(super) fn count(&self, mut block: &[u8]) -> usize {
        let mut times = 0;
        while let Some(at) = self.find(block) {
            (block, times) = (&block[at + 1..], times + 1);
        }
        times
    }

    fn find(&self, block: &[u8]) -> Option<usize> {
        match self {
            Self::Exact(finder) => finder.find(block),
            Self::Caseless { text, at } => {
                let letter = text.get(*at).copied().unwrap_or_default();
                let hits = memchr2_iter(letter, letter.to_ascii_uppercase(), block);
                let starts = hits.filter_map(|hit| hit.checked_sub(*at));
                let fits = |start: &usize| {
                    let there = block.get(*start..start + text.len());
                    there.is_some_and(|there| there.eq_ignore_ascii_case(text))
                };
                starts.into_iter().find(fits)
            }
        }
    }
}

/// The line around a hit, without its end.
fn around(block: &[u8], from: usize, hit: usize) -> Range<usize> {
    let start = memrchr(b'\n', &block[from..hit]).map_or(from, |at| from + at + 1);
    let end = memchr(b'\n', &block[hit..]).map_or(block.len(), |at| hit + at);
    start..end
}

#[cfg(test)]
mod tests {
    use super::*;

    const BLOCK: &[u8] = b"one\ntwo x\n\nThREE\nxx\nfour x x\nfive";

    fn run(all: Hints) -> (Vec<(String, u8)>, usize) {
        let x = Needle { text: Literal::Exact(b"x".to_vec()), of: Hints::OPEN };
        let thr = Needle { text: Literal::Caseless(b"thr".to_vec()), of: Hints::ERROR };
        let mut prefilter = Prefilter::new([x, thr], all);
        let (mut lines, mut skipped) = (vec![], 0);
        for _ in 0..2 {
            (lines, skipped) = (vec![], 0);
            prefilter.each(BLOCK, |part| match part {
                BlockPart::Line(line, hints) => {
                    lines.push((String::from_utf8_lossy(line).into_owned(), hints.0));
                }
                BlockPart::Skipped(part) => {
                    skipped += part.split_inclusive(|c| *c == b'\n').count();
                }
            });
        }
        (lines, skipped)
    }

    #[test]
    fn finds_the_lines_and_counts_the_others() {
        let (lines, skipped) = run(Hints::default());
        let found = [("two x", 2), ("ThREE", 8), ("xx", 2), ("four x x", 2)];
        assert_eq!(lines, found.map(|(line, hints)| (line.to_owned(), hints)));
        assert_eq!(skipped, 3);
    }

    #[test]
    fn without_a_literal_each_line_is_read() {
        let (lines, skipped) = run(Hints::CLOSE);
        assert_eq!((lines.len(), skipped), (7, 0));
        assert_eq!((lines[0].1, lines[1].1), (4, 6));
    }
}
