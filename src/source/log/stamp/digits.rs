//! Numbers of fixed width, and days since 1970.

/// The number in exactly these bytes.
pub(super) fn number(text: &[u8]) -> Option<i64> {
    text.iter()
        .try_fold(0_i64, |sum, &c| c.is_ascii_digit().then(|| sum * 10 + i64::from(c - b'0')))
}

/// A decimal fraction in microseconds, and how long it is; at most nine digits
/// count.
pub(super) fn fraction(text: &[u8]) -> (i64, usize) {
    let length = text.iter().take(9).take_while(|c| c.is_ascii_digit()).count();
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
        && (1..=31).contains(&day)
        && hour < 24
        && minute < 60
        && second <= 60;
    sane.then(|| days(year, month, day) * 86_400 + hour * 3600 + minute * 60 + second)
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

/// `Z`, `+01:00`, `+0100`, `+01`, ` +0100`: east of UTC in seconds.
pub(super) fn zone(text: &[u8]) -> Option<i32> {
    let text = text.strip_prefix(b" ").unwrap_or(text);
    if text.starts_with(b"Z") || text.starts_with(b"UTC") || text.starts_with(b"GMT") {
        return Some(0);
    }
    let sign = match text.first()? {
        b'+' => 1,
        b'-' => -1,
        _ => return None,
    };
    let hours = number(text.get(1..3)?)?;
    let rest = text.get(3..).unwrap_or_default();
    let rest = rest.strip_prefix(b":").unwrap_or(rest);
    let minutes = rest.get(..2).and_then(number).unwrap_or(0);
    let east = i32::try_from(hours * 3600 + minutes * 60).ok()?;
    (hours <= 14 && minutes < 60).then_some(sign * east)
}
