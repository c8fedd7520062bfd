//! A regular expression as a row of literals and character classes, tried by hand.
//!
//! `disconnected.*code=(?<code>\d+)` took `regex` 1 µs for each line that fits, of
//! which the groups are three quarters; `awk` needs 0.2 µs for a whole line. Nearly
//! all patterns for logs are such rows, and trying them here takes a tenth of it:
//! measured 108 ns a line, where `regex` in its two forms takes 790 and 623.
//! Leftmost first, as `regex` does it. What is no such row, lines that are not all
//! ASCII, and lines that would have to be tried too often are left to `regex`.

mod class;
mod step;
#[cfg(test)]
mod tests;
mod trial;

use memchr::{memchr2, memmem::Finder};
use regex_syntax::hir::{Hir, HirKind, Look, Repetition};

use class::{Set, bit, caseless, has, known, set};
use step::{SLOTS, ShapeStep};
use trial::Trial;

/// The groups that are told of.
const GROUPS: [&str; SLOTS / 2] = ["code", "reason"];
/// A row of more steps is left to `regex`.
const MOST: usize = 128;

/// A row of steps, the last one first: each knows the one after.
#[derive(Debug)]
pub(super) struct Shape {
    steps: Vec<ShapeStep>,
    first: usize,
    /// What every match begins with.
    head: Head,
}

#[derive(Debug)]
enum Head {
    Text(Box<Finder<'static>>),
    /// A letter in either case.
    Letter(u8),
    One(Set),
    /// One of these, as many as there are: where it fits from none of them, it fits
    /// from the next one of the same row no better.
    Run(Set),
    /// Only the beginning of the line will do.
    Start,
    Any,
}

/// What came of trying.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Tried<'a> {
    /// It fits; what the groups `code` and `reason` hold.
    Fits([Option<&'a [u8]>; GROUPS.len()]),
    FitsNot,
    /// `regex` has to say.
    Unknown,
}

impl Shape {
    /// None where it is no such row.
    pub(super) fn of(hir: &Hir) -> Option<Self> {
        let mut shape = Self { steps: vec![ShapeStep::Done], first: 0, head: Head::Any };
        shape.first = shape.put(hir, 0)?;
        shape.head = shape.head();
        Some(shape)
    }

    /// Tries a line without its end.
    pub(super) fn tried<'a>(&self, line: &'a [u8]) -> Tried<'a> {
        if !line.is_ascii() {
            return Tried::Unknown;
        }
        let mut trial = Trial::new(&self.steps, line);
        let mut from = 0;
        while let Some(at) = self.begins(line, from) {
            if trial.step(self.first, at) {
                let slots = trial.slots;
                let group = |n: usize| line.get(slots[2 * n]?..slots[2 * n + 1]?);
                return Tried::Fits([group(0), group(1)]);
            }
            if trial.left == 0 {
                return Tried::Unknown;
            }
            from = self.after(line, at);
        }
        Tried::FitsNot
    }

    /// Where it is worth trying again, when it did not fit from there.
    fn after(&self, line: &[u8], at: usize) -> usize {
        let Head::Run(of) = self.head else { return at + 1 };
        let rest = line.get(at..).unwrap_or_default();
        at + 1 + rest.iter().skip(1).take_while(|c| has(of, **c)).count()
    }

    /// Where a match may begin, from there on.
    fn begins(&self, line: &[u8], from: usize) -> Option<usize> {
        let rest = line.get(from..)?;
        match &self.head {
            Head::Text(text) => text.find(rest).map(|at| from + at),
            Head::Letter(c) => memchr2(*c, c.to_ascii_uppercase(), rest).map(|at| from + at),
            Head::One(of) | Head::Run(of) => {
                rest.iter().position(|c| has(*of, *c)).map(|at| from + at)
            }
            Head::Start => (from == 0).then_some(0),
            Head::Any => Some(from),
        }
    }

    fn head(&self) -> Head {
        let mut at = self.first;
        loop {
            match &self.steps[at] {
                ShapeStep::Slot(_, next) => at = *next,
                ShapeStep::Text(text, _) => {
                    return Head::Text(Box::new(Finder::new(text).into_owned()));
                }
                ShapeStep::Caseless(text, _) => return Head::Letter(text[0]),
                ShapeStep::Some { of, least: 1, most: usize::MAX, .. } => return Head::Run(*of),
                ShapeStep::Look(Look::Start, _) => return Head::Start,
                _ => return self.one(at).map_or(Head::Any, Head::One),
            }
        }
    }

    /// The characters a match of this step begins with; none where it may be empty.
    fn one(&self, at: usize) -> Option<Set> {
        match &self.steps[at] {
            ShapeStep::Text(text, _) => text.first().map(|c| bit(*c)),
            ShapeStep::Caseless(text, _) => Some(bit(text[0]) | bit(text[0].to_ascii_uppercase())),
            ShapeStep::Some { of, least, .. } => (*least > 0).then_some(*of),
            ShapeStep::Either(ways) => {
                ways.iter().try_fold(0, |all, way| Some(all | self.one(*way)?))
            }
            ShapeStep::Slot(_, next) => self.one(*next),
            ShapeStep::Look(..) | ShapeStep::Done => None,
        }
    }

    /// Puts the steps of a part in front of `next`; where they begin.
    fn put(&mut self, hir: &Hir, next: usize) -> Option<usize> {
        let step = match hir.kind() {
            HirKind::Empty => return Some(next),
            HirKind::Literal(text) => ShapeStep::Text(text.0.clone(), next),
            HirKind::Class(class) => {
                ShapeStep::Some { of: set(class), least: 1, most: 1, greedy: true, next }
            }
            HirKind::Look(look) => ShapeStep::Look(known(*look)?, next),
            HirKind::Repetition(repeated) => return self.repeated(repeated, next),
            HirKind::Capture(group) => {
                let name = group.name.as_deref();
                let Some(n) = GROUPS.iter().position(|known| Some(*known) == name) else {
                    return self.put(&group.sub, next);
                };
                let end = self.push(ShapeStep::Slot(2 * n + 1, next))?;
                let inner = self.put(&group.sub, end)?;
                ShapeStep::Slot(2 * n, inner)
            }
            HirKind::Concat(parts) => {
                return self.row(parts, next);
            }
            HirKind::Alternation(ways) => {
                let ways: Option<Box<_>> = ways.iter().map(|way| self.put(way, next)).collect();
                ShapeStep::Either(ways?)
            }
        };
        self.push(step)
    }

    /// Letters in either case that follow one another are one step.
    fn row(&mut self, parts: &[Hir], mut next: usize) -> Option<usize> {
        let mut rest = parts;
        while let [.., last] = rest {
            let start = rest.iter().rposition(|part| caseless(part).is_none());
            let start = start.map_or(0, |at| at + 1);
            let text: Vec<u8> = rest[start..].iter().filter_map(caseless).flatten().collect();
            if text.first().is_some_and(u8::is_ascii_lowercase) {
                next = self.push(ShapeStep::Caseless(text.into(), next))?;
                rest = &rest[..start];
            } else {
                next = self.put(last, next)?;
                rest = &rest[..rest.len() - 1];
            }
        }
        Some(next)
    }

    fn repeated(&mut self, repeated: &Repetition, next: usize) -> Option<usize> {
        let Repetition { min, max, greedy, ref sub } = *repeated;
        let of = match sub.kind() {
            HirKind::Class(class) => Some(set(class)),
            HirKind::Literal(text) if text.0.len() == 1 => Some(bit(text.0[0])),
            _ => None,
        };
        if let Some(of) = of {
            let least = usize::try_from(min).ok()?;
            let most = max.map_or(Some(usize::MAX), |max| usize::try_from(max).ok())?;
            return self.push(ShapeStep::Some { of, least, most, greedy, next });
        }
        if (min, max) != (0, Some(1)) {
            return None;
        }
        let once = self.put(sub, next)?;
        let ways = if greedy { [once, next] } else { [next, once] };
        self.push(ShapeStep::Either(Box::new(ways)))
    }

    fn push(&mut self, step: ShapeStep) -> Option<usize> {
        self.steps.push(step);
        (self.steps.len() <= MOST).then(|| self.steps.len() - 1)
    }
}
