//! Character classes, as sets of ASCII characters, and what a place may have to be.

use regex_syntax::hir::{Class, Hir, HirKind, Look};

/// ASCII characters, as bits.
pub(super) type Set = u128;

/// A part that is the same in upper and lower case, in lower case.
pub(super) fn caseless(part: &Hir) -> Option<Vec<u8>> {
    match part.kind() {
        HirKind::Class(class) => {
            let of = set(class);
            let c = u8::try_from(of.checked_ilog2()?).ok().filter(u8::is_ascii_lowercase)?;
            (of == bit(c) | bit(c.to_ascii_uppercase())).then(|| vec![c])
        }
        HirKind::Literal(text) => {
            let same = text.0.iter().all(|c| c.is_ascii() && !c.is_ascii_alphabetic());
            same.then(|| text.0.to_vec())
        }
        _ => None,
    }
}

pub(super) const fn bit(c: u8) -> Set {
    if c.is_ascii() { 1 << c } else { 0 }
}

pub(super) const fn has(of: Set, c: u8) -> bool {
    of >> (c & 127) & 1 == 1
}

/// Its ASCII characters.
pub(super) fn set(class: &Class) -> Set {
    let mut of = 0;
    let mut add = |from: u32, to: u32| (from..=to.min(127)).for_each(|c| of |= 1 << c);
    match class {
        Class::Unicode(class) => {
            class.ranges().iter().for_each(|r| add(r.start().into(), r.end().into()));
        }
        Class::Bytes(class) => {
            class.ranges().iter().for_each(|r| add(r.start().into(), r.end().into()));
        }
    }
    of
}

/// Those that are understood here.
pub(super) fn known(look: Look) -> Option<Look> {
    Some(match look {
        Look::Start | Look::StartLF => Look::Start,
        Look::End | Look::EndLF => Look::End,
        Look::WordAscii | Look::WordUnicode => Look::WordAscii,
        Look::WordAsciiNegate | Look::WordUnicodeNegate => Look::WordAsciiNegate,
        _ => return None,
    })
}

pub(super) fn holds(look: Look, line: &[u8], at: usize) -> bool {
    let word = |c: Option<&u8>| c.is_some_and(|c| c.is_ascii_alphanumeric() || *c == b'_');
    let border = || word(at.checked_sub(1).and_then(|at| line.get(at))) != word(line.get(at));
    match look {
        Look::Start => at == 0,
        Look::End => at == line.len(),
        Look::WordAscii => border(),
        _ => !border(),
    }
}
