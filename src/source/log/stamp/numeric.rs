//! Dates in numbers, the year last: `21.11.2026 14:05:23`, `11/21/2026 2:05:23 PM`.

use super::civil::{Civil, Guess};
use super::digits::{TimeOfDay, half_day_clock, number, one_or_two, seconds};

/// With points the day comes first. With slashes the month does, as .NET writes it
/// in the United States, unless that is no month; where both could be, it is said.
pub(super) fn read(text: &[u8]) -> Option<Civil> {
    let (first, length) = one_or_two(text)?;
    let mark = *text.get(length)?;
    matches!(mark, b'.' | b'/' | b'-').then_some(())?;
    let mut at = length + 1;
    let (second, length) = one_or_two(text.get(at..)?)?;
    at += length;
    (text.get(at) == Some(&mark)).then_some(())?;
    let year = number(text.get(at + 1..at + 5)?)?;
    at += 5;
    at += usize::from(text.get(at) == Some(&b','));
    matches!(text.get(at)?, b' ' | b'T').then_some(())?;
    at += 1;
    let TimeOfDay { time, micros, length } = half_day_clock(text.get(at..)?)?;
    let day_first = mark != b'/' || first > 12;
    let (month, day) = if day_first { (second, first) } else { (first, second) };
    let both = !day_first && second <= 12 && first != second;
    let guess = if both { Guess::MonthFirst } else { Guess::Nothing };
    let civil = Civil::new(seconds((year, month, day), time)?, None, at + length);
    Some(Civil { guess, ..civil.with_micros(micros).with_zone(text) })
}
