//! `2026-11-21T14:05:23.123Z` (RFC 3339), with a space, a comma for the fraction
//! (Python), or slashes (nginx's error log, Go).

use super::Civil;
use super::digits::{clock, fraction, number, seconds, zone};

/// `cache` is the last civil second as it was written.
pub(super) fn read(text: &[u8], cache: &mut ([u8; 19], i64)) -> Option<Civil> {
    let head: &[u8; 19] = text.first_chunk()?;
    if *head != cache.0 {
        *cache = (*head, civil(head)?);
    }
    let mut rest = &text[19..];
    let (mut micros, mut coarse) = (0, true);
    if let [b'.' | b',', digits @ ..] = rest {
        let (part, length) = fraction(digits);
        if length > 0 {
            (micros, coarse) = (part, false);
            rest = &digits[length..];
        }
    }
    if rest.first().is_some_and(u8::is_ascii_digit) {
        return None;
    }
    Some(Civil { seconds: cache.1, micros, coarse, east: zone(rest) })
}

fn civil(head: &[u8; 19]) -> Option<i64> {
    let dashes = (head[4] == b'-' && head[7] == b'-') || (head[4] == b'/' && head[7] == b'/');
    let between = matches!(head[10], b'T' | b't' | b' ' | b'_');
    if !dashes || !between {
        return None;
    }
    let date = (number(&head[..4])?, number(&head[5..7])?, number(&head[8..10])?);
    seconds(date, clock(&head[11..])?)
}
