//! `1795269923`, `1795269923.123`, `1795269923123`: seconds or milliseconds since
//! 1970.

use super::Civil;
use super::digits::{fraction, number};

/// From 2001 to 2096: other numbers of as many digits are no moment.
const SECONDS: std::ops::Range<i64> = 1_000_000_000..4_000_000_000;

pub(super) fn read(text: &[u8]) -> Option<Civil> {
    let length = text.iter().take(14).take_while(|c| c.is_ascii_digit()).count();
    let whole = number(&text[..length])?;
    let (seconds, micros, coarse) = match length {
        10 => match &text[length..] {
            [b'.', digits @ ..] if digits.first().is_some_and(u8::is_ascii_digit) => {
                (whole, fraction(digits).0, false)
            }
            _ => (whole, 0, true),
        },
        13 => (whole / 1000, whole % 1000 * 1000, false),
        _ => return None,
    };
    SECONDS.contains(&seconds).then_some(Civil { seconds, micros, coarse, east: Some(0) })
}
