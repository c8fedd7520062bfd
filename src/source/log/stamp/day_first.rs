//! `21/Nov/2026:14:05:23 +0000` (common log format: nginx, gunicorn, daphne),
//! `21/Nov/2026:14:05:23.123` (`HAProxy`), `21-Nov-2026 14:05:23.123` (Tomcat,
//! PHP), `21 Nov 2026 14:05:23 GMT` (RFC 1123 behind its day of the week).

use super::civil::Civil;
use super::digits::{clock, month, number, one_or_two, seconds};

/// `cache` is the last civil second as it was written.
pub(super) fn read(text: &[u8], cache: &mut ([u8; 20], i64)) -> Option<Civil> {
    if let Some(head) = text.first_chunk::<20>()
        && *head == cache.0
    {
        let civil = Civil::new(cache.1, None, 20).with_fraction(text, b".,").with_half(text);
        return Some(civil.with_zone(text));
    }
    let (day, length) = one_or_two(text)?;
    let rest = text.get(length..)?;
    let (mark, rest) = rest.split_first()?;
    let name = rest.get(..3)?;
    let named = matches!(mark, b'/' | b'-' | b' ') && rest.get(3) == Some(mark);
    let month = named.then(|| month(name)).flatten()?;
    let (year, width) = match number(rest.get(4..8)?) {
        Some(year) => (year, 4),
        // RFC 850 of old: `20-Nov-26`.
        None if *mark == b'-' => (2000 + number(&rest[4..6])?, 2),
        None => return None,
    };
    let rest = rest.get(4 + width..)?;
    let between = matches!(rest.first()?, b':' | b' ' | b'T' | b'/');
    let time = clock(rest.get(1..)?).filter(|_| between)?;
    let (seconds, end) = (seconds((year, month, day), time)?, length + width + 14);
    if end == 20
        && let Some(head) = text.first_chunk()
    {
        *cache = (*head, seconds);
    }
    let civil = Civil::new(seconds, None, end).with_fraction(text, b".,").with_half(text);
    Some(civil.with_zone(text))
}
