//! `21/Nov/2026:14:05:23 +0000` (common log format: nginx, gunicorn, daphne), and
//! `21/Nov/2026:14:05:23.123` (`HAProxy`).

use super::Civil;
use super::digits::{clock, fraction, month, number, seconds, zone};

pub(super) fn read(text: &[u8]) -> Option<Civil> {
    let head: &[u8; 20] = text.first_chunk()?;
    if head[2] != b'/' || head[6] != b'/' || head[11] != b':' {
        return None;
    }
    let date = (number(&head[7..11])?, month(&head[3..6])?, number(&head[..2])?);
    let seconds = seconds(date, clock(&head[12..])?)?;
    let mut rest = &text[20..];
    let (mut micros, mut coarse) = (0, true);
    if let [b'.', digits @ ..] = rest {
        let (part, length) = fraction(digits);
        (micros, coarse) = (part, length == 0);
        rest = &digits[length..];
    }
    Some(Civil { seconds, micros, coarse, east: zone(rest) })
}
