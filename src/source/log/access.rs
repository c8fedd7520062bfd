//! Access logs: a 101 is written when the connection ends, with its duration if
//! the format has one.
//!
//! nginx, gunicorn and Apache write the common log format; its stamp is the end,
//! `$request_time` in seconds says how long it lasted. `HAProxy`'s stamp is the
//! beginning, and the last of its five timers the duration in milliseconds.

use std::sync::LazyLock;

use memchr::memmem::{self, Finder};
use memchr::{memchr, memchr_iter};

use super::scout::Hints;
use super::told::{Closed, Opened, Told, Voice};

/// What such a line has to contain.
pub(super) const CLUE: (&str, Hints, &[Voice]) =
    (STATUS, Hints::ACCESS, &[Voice::Access, Voice::Haproxy]);
const STATUS: &str = " 101 ";

/// What an access line tells: the end of a WebSocket, and its beginning.
pub(super) fn told(line: &[u8]) -> Told<'_> {
    static SWITCHED: LazyLock<Finder<'_>> = LazyLock::new(|| Finder::new(STATUS));
    let Some(at) = SWITCHED.find(line) else { return Told::default() };
    let (before, after) = (&line[..at], &line[at + STATUS.len() - 1..]);
    if before.last() == Some(&b'"') {
        let lasted = request_time(after);
        let opened = lasted.map(|lasted| Opened { voice: Voice::Access, after: -lasted });
        let closed = Closed::now(Voice::Access, None);
        return Told { opened, closed: Some(closed), time: None };
    }
    match timers(before) {
        Some(lasted) => Told {
            opened: Some(Opened { voice: Voice::Haproxy, after: 0 }),
            closed: Some(Closed { after: lasted, ..Closed::now(Voice::Haproxy, None) }),
            time: None,
        },
        None => Told::default(),
    }
}

/// `rt=12.345`, `request_time=12.345`, or a field of its own with three decimals,
/// as nginx writes `$request_time`; microseconds.
fn request_time(after: &[u8]) -> Option<i64> {
    for key in [&b"request_time"[..], b"rt", b"duration"] {
        let named = memmem::find_iter(after, key).find_map(|at| {
            let alone = at == 0 || !after[at - 1].is_ascii_alphanumeric() && after[at - 1] != b'_';
            let rest = &after[at + key.len()..];
            let value = rest.strip_prefix(b"=").or_else(|| rest.strip_prefix(b":"))?;
            alone.then(|| seconds(value)).flatten()
        });
        if named.is_some() {
            return named;
        }
    }
    let fields = memchr_iter(b' ', after).map(|space| &after[space + 1..]);
    fields.rev().find_map(seconds)
}

/// `12.345`, quoted or not, alone in its field.
fn seconds(text: &[u8]) -> Option<i64> {
    let text = text.strip_prefix(b"\"").unwrap_or(text);
    let point = memchr(b'.', text.get(..12.min(text.len()))?)?;
    let (whole, part) = (&text[..point], text.get(point + 1..point + 4)?);
    let ends = text.get(point + 4).is_none_or(|c| matches!(c, b' ' | b'"' | b',' | b';' | b'\r'));
    let number = |digits: &[u8]| -> Option<i64> {
        digits.iter().all(u8::is_ascii_digit).then_some(())?;
        std::str::from_utf8(digits).ok()?.parse().ok()
    };
    if !ends || whole.is_empty() || whole.len() > 8 {
        return None;
    }
    Some((number(whole)? * 1000 + number(part)?) * 1000)
}

/// `TR/Tw/Tc/Tr/Ta` in milliseconds just before the status: Ta, in microseconds.
fn timers(before: &[u8]) -> Option<i64> {
    let field = before.rsplit(|c| *c == b' ').next()?;
    let mut parts = field.rsplit(|c| *c == b'/');
    // With `option logasap` the total is written early and marked by a plus.
    let total = std::str::from_utf8(parts.next()?).ok()?.parse::<i64>().ok()?;
    let others = parts
        .filter(|part| std::str::from_utf8(part).is_ok_and(|p| p.parse::<i64>().is_ok()))
        .count();
    (others == 4 && total >= 0).then(|| total.min(i64::from(u32::MAX)) * 1000)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn lasted(line: &str) -> Option<(i64, i64)> {
        let told = told(line.as_bytes());
        Some((told.opened?.after / 1000, told.closed?.after / 1000))
    }

    #[test]
    fn nginx_is_stamped_at_the_end() {
        let line = |tail: &str| {
            format!("10.0.0.7 - - [21/Nov/2026:14:05:23 +0000] \"GET /ws HTTP/1.1\" 101 812 {tail}")
        };
        for tail in [
            "\"-\" \"Mozilla/5.0\" 12.345",
            "\"-\" \"curl/8.5.0\" rt=12.345 uct=\"0.001\" urt=\"12.344\"",
            "\"-\" \"-\" \"12.345\"",
            "request_time=12.345",
        ] {
            assert_eq!(lasted(&line(tail)), Some((-12_345, 0)), "{tail}");
        }
        for tail in ["", "\"-\" \"Mozilla/5.0 (X11) Chrome/131.0.0.0\"", "\"-\" \"-\" 1.2.345"] {
            let line = line(tail);
            let told = told(line.as_bytes());
            assert!(told.opened.is_none() && told.closed.is_some(), "no duration: {tail}");
        }
    }

    #[test]
    fn haproxy_is_stamped_at_the_beginning() {
        let line = "Nov 21 14:05:35 lb haproxy[812]: 10.0.0.7:4312 [21/Nov/2026:14:05:23.123] \
                    fe be/web1 0/0/1/2/12345 101 4711 - - CD-- 8/8/7/3/0 0/0 \"GET /ws HTTP/1.1\"";
        assert_eq!(lasted(line), Some((0, 12_345)));
    }

    #[test]
    fn other_answers_tell_nothing() {
        for line in [
            "10.0.0.7 - - [21/Nov/2026:14:05:23 +0000] \"GET / HTTP/1.1\" 200 101 \"-\" \"-\"",
            "took 101 ms",
            "Nov 21 lb haproxy[8]: 10.0.0.7:1 [x] fe be/s 0/0/0/-1/7 503 101 - - sC-- 1/1/1/1/1",
        ] {
            assert!(!told(line.as_bytes()).is_some(), "{line}");
        }
    }
}
