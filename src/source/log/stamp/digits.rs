//! Numbers of fixed width, and days since 1970.

/// The number in exactly these bytes.
pub(super) fn number(text: &[u8]) -> Option<i64> {
    let digits = !text.is_empty() && text.len() <= 18;
    digits.then_some(())?;
    text.iter()
        .try_fold(0_i64, |sum, &c| c.is_ascii_digit().then(|| sum * 10 + i64::from(c - b'0')))
}

/// A number of one or two digits, and how long it is.
pub(super) fn one_or_two(text: &[u8]) -> Option<(i64, usize)> {
    let length = text.iter().take(2).take_while(|c| c.is_ascii_digit()).count();
    Some((number(&text[..length])?, length))
}

/// A decimal fraction in microseconds, and how long it is; six digits count, and
/// Go writes up to nine.
pub(super) fn fraction(text: &[u8]) -> (i64, usize) {
    let length = text.iter().take(12).take_while(|c| c.is_ascii_digit()).count();
    let mut micros = number(&text[..length.min(6)]).unwrap_or(0);
    for _ in length..6 {
        micros *= 10;
    }
    (micros, length)
}

/// Seconds since 1970 of a date and time; none where there is no such date.
pub(super) fn seconds(date: (i64, i64, i64), time: (i64, i64, i64)) -> Option<i64> {
    let ((year, month, day), (hour, minute, second)) = (date, time);
    // A leap second is written as :60.
    let sane = (1970..=2200).contains(&year)
        && (1..=12).contains(&month)
        && (1..=length(year, month)).contains(&day)
        && hour < 24
        && minute < 60
        && second <= 60;
    sane.then(|| days(year, month, day) * 86_400 + hour * 3600 + minute * 60 + second)
}

/// Days of a month.
const fn length(year: i64, month: i64) -> i64 {
    match month {
        4 | 6 | 9 | 11 => 30,
        2 if year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) => 29,
        2 => 28,
        _ => 31,
    }
}

/// Days since 1970-01-01 of a date of the Gregorian calendar, by counting years
/// from March, so that the leap day is the last of its year.
fn days(year: i64, month: i64, day: i64) -> i64 {
    let year = if month <= 2 { year - 1 } else { year };
    let era = year / 400;
    let year_of_era = year - era * 400;
    let day_of_year = (153 * ((month + 9) % 12) + 2) / 5 + day - 1;
    let day_of_era = year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year;
    era * 146_097 + day_of_era - 719_468
}

/// `Jan` to `Dec`.
pub(super) fn month(text: &[u8]) -> Option<i64> {
    const NAMES: &[u8; 36] = b"JanFebMarAprMayJunJulAugSepOctNovDec";
    (1..).zip(NAMES.chunks(3)).find(|(_, name)| text.starts_with(name)).map(|(n, _)| n)
}

/// `HH:MM:SS` at the start.
pub(super) fn clock(text: &[u8]) -> Option<(i64, i64, i64)> {
    let colons = text.get(2) == Some(&b':') && text.get(5) == Some(&b':');
    let two = |at: usize| number(text.get(at..at + 2)?);
    colons.then_some(())?;
    Some((two(0)?, two(3)?, two(6)?))
}

/// A time of day.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct TimeOfDay {
    pub(super) time: (i64, i64, i64),
    /// Microseconds, where they are written.
    pub(super) micros: Option<i64>,
    /// Bytes of it, with its fraction and the half of the day.
    pub(super) length: usize,
}

/// `2:00:00 PM`, `2:00:00.123 PM` or `14:00:00.123`.
pub(super) fn half_day_clock(text: &[u8]) -> Option<TimeOfDay> {
    let (hour, length) = one_or_two(text)?;
    let rest = text.get(length..)?;
    let colons = rest.first() == Some(&b':') && rest.get(3) == Some(&b':');
    colons.then_some(())?;
    let (minute, second) = (number(rest.get(1..3)?)?, number(rest.get(4..6)?)?);
    let mut end = length + 6;
    let mut micros = None;
    if let Some((b'.' | b',', digits)) = text.get(end..).and_then(<[u8]>::split_first) {
        let (value, length) = fraction(digits);
        if length > 0 {
            (micros, end) = (Some(value), end + 1 + length);
        }
    }
    let (hour, half) = match half_of_day(text.get(end..).unwrap_or_default()) {
        Some((afternoon, length)) if (1..=12).contains(&hour) => {
            (hour % 12 + if afternoon { 12 } else { 0 }, length)
        }
        _ => (hour, 0),
    };
    Some(TimeOfDay { time: (hour, minute, second), micros, length: end + half })
}

/// Whether ` PM` stands there, or ` AM`; and how long it is.
pub(super) fn half_of_day(text: &[u8]) -> Option<(bool, usize)> {
    let (mark, width) = match text {
        // Java writes a narrow blank there.
        [b' ', rest @ ..] => (rest, 1),
        [0xe2, 0x80, 0xaf, rest @ ..] => (rest, 3),
        _ => (text, 0),
    };
    let upper = |n: usize| mark.get(n).map(u8::to_ascii_uppercase);
    let ends = !mark.get(2).is_some_and(u8::is_ascii_alphanumeric);
    match (upper(0), upper(1)) {
        (Some(half @ (b'A' | b'P')), Some(b'M')) if ends => Some((half == b'P', width + 2)),
        _ => None,
    }
}
