//! Since 1970: `1795269923` seconds, `1795269923.123`, and by their length
//! milliseconds, microseconds and nanoseconds.

use super::civil::Civil;
use super::digits::{fraction, number};

/// From 2001 to 2096: other numbers of as many digits are no moment.
const SECONDS: std::ops::Range<i64> = 1_000_000_000..4_000_000_000;

pub(super) fn read(text: &[u8]) -> Option<Civil> {
    let length = text.iter().take(20).take_while(|c| c.is_ascii_digit()).count();
    let rest = &text[length..];
    let decimal = matches!(rest, [b'.', digit, ..] if digit.is_ascii_digit());
    let (seconds, micros) = match length {
        10 => (number(&text[..10])?, 0),
        13 | 16 | 19 => (number(&text[..10])?, fraction(&text[10..length]).0),
        _ => return None,
    };
    let civil = Civil::new(seconds, Some(0), length);
    let civil = if length > 10 {
        Civil { micros, coarse: false, ..civil }
    } else {
        civil.with_fraction(text, if decimal { b"." } else { b"" })
    };
    SECONDS.contains(&civil.seconds).then_some(civil)
}

/// `1.7952699230123e9`, as some write a number in JSON.
pub(super) fn scientific(text: &[u8]) -> Option<Civil> {
    text.contains(&b'e').then_some(())?;
    let seconds: f64 = std::str::from_utf8(text).ok()?.parse().ok()?;
    let digits = format!("{seconds:.6}");
    read(digits.as_bytes())
}
