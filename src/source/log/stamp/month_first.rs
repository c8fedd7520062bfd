//! `Nov 21 14:05:23` (RFC 3164: no year, no zone), `Nov 21 14:05:23.123456 2026`
//! (asctime, Apache's error log, `date`), `Nov 21, 2026 2:05:23 PM`
//! (java.util.logging), `I1121 14:05:23.123456` (klog).

use super::civil::{Civil, Guess};
use super::digits::{TimeOfDay, clock, half_day_clock, month, number, one_or_two, seconds};
use super::zone;

/// Clocks of two hosts differ; a stamp further ahead is of the year before.
const AHEAD: i64 = 86_400;
const YEAR: i64 = 366 * 86_400;

/// `newest` is when the log was last written to: a stamp without a year is not
/// after it.
pub(super) fn read(text: &[u8], newest: i64) -> Option<Civil> {
    let month = month(text)?;
    let mut at = name(text);
    let blank = |at: usize| text.get(at) == Some(&b' ');
    blank(at).then_some(())?;
    at += if blank(at + 1) { 2 } else { 1 };
    let (day, length) = one_or_two(text.get(at..)?)?;
    at += length;
    let comma = text.get(at) == Some(&b',');
    at += usize::from(comma);
    blank(at).then_some(())?;
    at += 1;
    let early = year(text.get(at..)?).filter(|_| blank(at + 4));
    if early.is_some() {
        at += 5;
    } else if comma {
        return None;
    }
    let TimeOfDay { time, micros, length } = half_day_clock(text.get(at..)?)?;
    let civil = Civil::new(0, None, at + length).with_micros(micros).with_zone(text);
    let late = || {
        let rest = text.get(civil.length..)?;
        let rest = &rest[zone::length(rest)..];
        let rest = rest.strip_prefix(b" ")?;
        year(rest).map(|year| (year, text.len() - rest.len() + 4))
    };
    let (year, length) = match (early, late()) {
        (Some(year), _) => (Some(year), civil.length),
        (None, Some((year, length))) => (Some(year), length),
        (None, None) => (None, civil.length),
    };
    if let Some(year) = year {
        let seconds = seconds((year, month, day), time)?;
        return Some(Civil { seconds, length, ..civil });
    }
    let seconds = latest(newest, |year| seconds((year, month, day), time))?;
    Some(Civil { seconds, guess: Guess::Year, ..civil })
}

/// How long the month's name at the start is: `Nov` or `November`.
fn name(text: &[u8]) -> usize {
    const NAMES: [&[u8]; 8] = [
        b"January",
        b"February",
        b"March",
        b"April",
        b"August",
        b"September",
        b"October",
        b"November",
    ];
    const SHORT: [&[u8]; 3] = [b"June", b"July", b"December"];
    let whole = NAMES.iter().chain(&SHORT).find(|name| text.starts_with(name));
    whole.map_or(3, |name| name.len())
}

/// Four digits alone.
fn year(text: &[u8]) -> Option<i64> {
    let alone = !text.get(4).is_some_and(|c| c.is_ascii_alphanumeric() || *c == b':');
    number(text.get(..4)?).filter(|year| alone && (1970..=2200).contains(year))
}

/// `I1121 14:05:23.123456   812 hub.go:42]`; glog writes `I20261121 14:05:23.123456`.
pub(super) fn klog(text: &[u8], newest: i64) -> Option<Civil> {
    let head: &[u8; 14] = text.first_chunk()?;
    matches!(head[0], b'I' | b'W' | b'E' | b'F').then_some(())?;
    if head[5] != b' ' {
        let two = |at: usize| number(text.get(at..at + 2)?);
        let date = (number(&head[1..5])?, two(5)?, two(7)?);
        (head[9] == b' ').then_some(())?;
        let seconds = seconds(date, clock(text.get(10..)?)?)?;
        return Some(Civil::new(seconds, None, 18).with_fraction(text, b"."));
    }
    let (month, day) = (number(&head[1..3])?, number(&head[3..5])?);
    let time = clock(&head[6..])?;
    let seconds = latest(newest, |year| seconds((year, month, day), time))?;
    let civil = Civil::new(seconds, None, 14).with_fraction(text, b".");
    Some(Civil { guess: Guess::Year, ..civil })
}

/// The year in which it is not after the newest, and not over a year before.
pub(super) fn latest(newest: i64, of: impl Fn(i64) -> Option<i64>) -> Option<i64> {
    // By whole years: which of the two it is does not hang on a leap day.
    let this = 1970 + newest.max(0) / 31_556_952;
    let all = [of(this + 1), of(this), of(this - 1), of(this - 2)];
    let fits = |at: &i64| *at <= newest + AHEAD && *at > newest - YEAR;
    all.into_iter().flatten().find(fits).or_else(|| all.into_iter().skip(1).flatten().next())
}
