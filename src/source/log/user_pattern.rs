//! A pattern of one's own (`--log-open`), and what a line needs to have to be worth trying.

use regex::bytes::Regex;
use regex_syntax::hir::{Class, Hir, HirKind};

use super::prefilter::Literal;
use super::shape::{Shape, Tried};

/// A shorter text is in every other line.
const LEAST: usize = 3;
/// Each is looked for by itself.
const MOST: usize = 4;

/// One of `--log-open`, `--log-close`, `--log-error`.
#[derive(Debug)]
pub(super) struct UserPattern {
    regex: Regex,
    shape: Option<Shape>,
    /// Of each of these sets one is in every line that fits.
    sets: Vec<Vec<Literal>>,
    /// A needle is all of it, as in the runbook's.
    plain: bool,
    /// It has groups with names.
    named: bool,
}

/// What the groups `code` and `reason` hold.
pub(super) type Groups<'a> = [Option<&'a [u8]>; 2];

impl UserPattern {
    pub(super) fn new(regex: Regex) -> Self {
        let parser = regex_syntax::ParserBuilder::new().utf8(false).build().parse(regex.as_str());
        let hir = parser.ok();
        let sets = hir.as_ref().map(sets).unwrap_or_default();
        let plain = hir
            .as_ref()
            .is_some_and(|hir| !sets.is_empty() && matches!(hir.kind(), HirKind::Literal(_)));
        let named = regex.capture_names().flatten().next().is_some();
        Self { shape: hir.as_ref().and_then(Shape::of), regex, sets, plain, named }
    }

    /// One of these is in every line that fits, and in as few others of the block as
    /// can be; none = nobody knows.
    pub(super) fn needles(&self, block: &[u8]) -> &[Literal] {
        let seen = |set: &&Vec<Literal>| -> usize {
            set.iter().map(|needle| needle.search().count(block)).sum()
        };
        self.sets.iter().min_by_key(seen).map_or(&[], Vec::as_slice)
    }

    /// Whether a line fits that has one of the needles.
    pub(super) fn fits(&self, line: &[u8]) -> bool {
        if self.plain {
            return true;
        }
        match self.shape.as_ref().map_or(Tried::Unknown, |shape| shape.tried(line)) {
            Tried::Fits(_) => true,
            Tried::FitsNot => false,
            Tried::Unknown => self.regex.is_match(line),
        }
    }

    /// The groups of a line that fits and has one of the needles.
    pub(super) fn groups<'a>(&self, line: &'a [u8]) -> Option<Groups<'a>> {
        if !self.named {
            return self.fits(line).then_some([None; 2]);
        }
        match self.shape.as_ref().map_or(Tried::Unknown, |shape| shape.tried(line)) {
            Tried::Fits(groups) => Some(groups),
            Tried::FitsNot => None,
            Tried::Unknown => {
                let groups = self.regex.captures(line)?;
                Some(["code", "reason"].map(|name| groups.name(name).map(|m| m.as_bytes())))
            }
        }
    }
}

/// Sets of texts of which every match has one, the longest first; none where there
/// is none that is long enough. As it is written goes before upper and lower case.
fn sets(hir: &Hir) -> Vec<Vec<Literal>> {
    let mut all = Vec::new();
    texts(hir, &mut all);
    let shortest = |set: &Vec<Vec<u8>>| set.iter().map(Vec::len).min();
    all.retain(|set| set.len() <= MOST && shortest(set) >= Some(LEAST));
    all.sort_by_key(|set| std::cmp::Reverse(shortest(set)));
    if !all.is_empty() {
        return all.into_iter().map(|set| set.into_iter().map(Literal::Exact).collect()).collect();
    }
    let mut caseless = Vec::new();
    letters(hir, &mut Vec::new(), &mut caseless);
    if caseless.len() >= LEAST { vec![vec![Literal::Caseless(caseless)]] } else { Vec::new() }
}

/// Adds the sets of every part that a match has.
fn texts(hir: &Hir, all: &mut Vec<Vec<Vec<u8>>>) {
    match hir.kind() {
        HirKind::Literal(text) => all.push(vec![text.0.to_vec()]),
        HirKind::Concat(parts) => parts.iter().for_each(|part| texts(part, all)),
        HirKind::Capture(group) => texts(&group.sub, all),
        HirKind::Repetition(repeated) if repeated.min > 0 => texts(&repeated.sub, all),
        HirKind::Alternation(ways) => {
            // Of each way the longest one.
            let longest = |way| {
                let mut sets = Vec::new();
                texts(way, &mut sets);
                sets.into_iter().max_by_key(|set| set.iter().map(Vec::len).min())
            };
            all.extend(
                ways.iter().map(longest).collect::<Option<Vec<_>>>().map(|ways| ways.concat()),
            );
        }
        _ => {}
    }
}

/// The longest run of letters in either case, in lower case: `(?i)connected`.
/// A letter with a third form is none (`k` has the sign of kelvin).
fn letters(hir: &Hir, run: &mut Vec<u8>, longest: &mut Vec<u8>) {
    match hir.kind() {
        HirKind::Literal(text)
            if text.0.iter().all(|c| c.is_ascii() && !c.is_ascii_alphabetic()) =>
        {
            run.extend_from_slice(&text.0);
        }
        HirKind::Class(class) if letter(class).is_some() => run.extend(letter(class)),
        HirKind::Concat(parts) => parts.iter().for_each(|part| letters(part, run, longest)),
        HirKind::Capture(group) => letters(&group.sub, run, longest),
        _ => run.clear(),
    }
    if run.len() > longest.len() && run.iter().any(u8::is_ascii_alphabetic) {
        longest.clone_from(run);
    }
}

fn letter(class: &Class) -> Option<u8> {
    let (first, second) = match class {
        Class::Unicode(class) => match class.ranges() {
            [a, b] if (a.start(), b.start()) == (a.end(), b.end()) => {
                (u8::try_from(a.start()).ok()?, u8::try_from(b.start()).ok()?)
            }
            _ => return None,
        },
        Class::Bytes(class) => match class.ranges() {
            [a, b] if (a.start(), b.start()) == (a.end(), b.end()) => (a.start(), b.start()),
            _ => return None,
        },
    };
    let pair = first.is_ascii_uppercase() && first.to_ascii_lowercase() == second;
    pair.then_some(second)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn exact(pattern: &str) -> Option<String> {
        let own = UserPattern::new(Regex::new(pattern).unwrap());
        let texts: Vec<String> = own
            .needles(b"")
            .iter()
            .map(|needle| match needle {
                Literal::Exact(text) => String::from_utf8_lossy(text).into_owned(),
                Literal::Caseless(text) => format!("~{}", String::from_utf8_lossy(text)),
            })
            .collect();
        Some(texts.join("|")).filter(|texts| !texts.is_empty())
    }

    #[test]
    fn what_every_match_contains_is_found() {
        let of = |pattern: &str| exact(pattern);
        assert_eq!(of("WebSocket connected").as_deref(), Some("WebSocket connected"));
        assert_eq!(of(r"client \d+ connected (?<x>\w+)").as_deref(), Some(" connected "));
        assert_eq!(of("opened|joined").as_deref(), Some("opened|joined"));
        assert_eq!(of(r"(left|gone) \d+").as_deref(), Some("left|gone"));
        assert_eq!(of("(?i)connected").as_deref(), Some("~connected"));
        assert_eq!(of("(?i)websocket (open|up)").as_deref(), Some("~web"));
        assert_eq!(of("(joined)?x"), None);
        assert_eq!(of("one|(?i)two"), None);
        assert_eq!(of("a|b|c|d|e|onetwo"), None);
        assert_eq!(of(r"\d+"), None);
    }

    #[test]
    fn the_rarest_in_the_log_is_looked_for() {
        let own = UserPattern::new(Regex::new("(joined|left) client").unwrap());
        let seen = |block: &str| own.needles(block.as_bytes()).len();
        assert_eq!((seen("joined"), seen("message client")), (1, 2));
    }

    #[test]
    fn lines_beyond_ascii_are_read_as_well() {
        let own = UserPattern::new(Regex::new(r"left: (?<reason>\w+) (?<code>\d+)").unwrap());
        let line = "left: müde 4001".as_bytes();
        assert_eq!(own.groups(line), Some([Some(&b"4001"[..]), Some("müde".as_bytes())]));
        assert!(own.fits(line));
        assert_eq!(own.groups("löft".as_bytes()), None);
    }
}
