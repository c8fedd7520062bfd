//! `2026-11-21T14:05:23.123Z` (RFC 3339), with a space, a comma or colon for the
//! fraction (Python, winston), with slashes (nginx's error log, Go), or without
//! any marks (`20261121T140523Z`).

use super::civil::Civil;
use super::digits::{clock, number, seconds};

/// `cache` is the last civil second as it was written.
pub(super) fn read(text: &[u8], cache: &mut ([u8; 19], i64)) -> Option<Civil> {
    let head: &[u8; 19] = text.first_chunk()?;
    if head[10..13] == *b" - " {
        return apart(text);
    }
    if *head != cache.0 {
        *cache = (*head, civil(head)?);
    }
    let civil = Civil::new(cache.1, None, 19).with_fraction(text, b".,:");
    if text.get(civil.length).is_some_and(u8::is_ascii_digit) {
        return None;
    }
    Some(civil.with_half(text).with_zone(text))
}

/// `2026/11/21 - 14:05:23`, as gin writes it.
fn apart(text: &[u8]) -> Option<Civil> {
    let head: &[u8; 21] = text.first_chunk()?;
    let mut close = [b' '; 19];
    close[..10].copy_from_slice(&head[..10]);
    close[11..].copy_from_slice(&head[13..]);
    let civil = Civil::new(civil(&close)?, None, 21).with_fraction(text, b".");
    let ends = !text.get(civil.length).is_some_and(u8::is_ascii_digit);
    ends.then(|| civil.with_zone(text))
}

fn civil(head: &[u8; 19]) -> Option<i64> {
    let mark = head[4];
    let between = matches!(head[10], b'T' | b't' | b' ' | b'_' | b'-' | b'\t');
    if !matches!(mark, b'-' | b'/' | b'.') || head[7] != mark || !between {
        return None;
    }
    let date = (number(&head[..4])?, number(&head[5..7])?, number(&head[8..10])?);
    seconds(date, clock(&head[11..])?)
}

/// `20261121T140523Z`, `20261121 14:05:23`, `20261121-14:05:23.123`.
pub(super) fn basic(text: &[u8]) -> Option<Civil> {
    let head: &[u8; 9] = text.first_chunk()?;
    let date = (number(&head[..4])?, number(&head[4..6])?, number(&head[6..8])?);
    if !matches!(head[8], b'T' | b't' | b' ' | b'-' | b'_') {
        return None;
    }
    let rest = &text[9..];
    let (time, length) = if let Some(time) = clock(rest) {
        (time, 8)
    } else {
        let two = |at: usize| number(rest.get(at..at + 2)?);
        ((two(0)?, two(2)?, two(4)?), 6)
    };
    let civil = Civil::new(seconds(date, time)?, None, 9 + length).with_fraction(text, b".,");
    let ends = !text.get(civil.length).is_some_and(u8::is_ascii_digit);
    ends.then(|| civil.with_zone(text))
}
