//! syslog (RFC 3164 and 5424), and the journal's short outputs: a time, the host,
//! the program with its process, a colon.

use super::layer::{Layer, Wrapper};
use crate::source::log::clients;

/// `<134>1 2026-11-20T14:00:00Z host app 812 - [sd] text`; and Heroku's, which counts
/// its bytes before it and leaves the elements out: `83 <40>1 … host app web.1 - text`.
pub(super) fn new(text: &[u8]) -> Option<Layer> {
    let count = text.iter().take(6).take_while(|c| c.is_ascii_digit()).count();
    let counted = count > 0 && text.get(count) == Some(&b' ');
    let start = if counted { count + 1 } else { 0 };
    let at = start + priority(text.get(start..)?)?;
    let rest = text.get(at..)?.strip_prefix(b"1 ")?;
    let time = at + 2;
    let mut end = time + token(rest)?;
    let time = time..end;
    let mut last = end;
    for _ in 0..4 {
        last = end + 1;
        end = last + token(text.get(last..)?)?;
    }
    let nameless = text.get(last..end) == Some(b"-");
    let mut body = end + 1;
    let rest = text.get(body..)?;
    let elements = match rest.first()? {
        b'-' => matches!(rest.get(1), None | Some(b' ')).then_some(1),
        b'[' => elements(rest),
        _ => None,
    };
    body += elements.or(nameless.then_some(0))?;
    body += usize::from(text.get(body) == Some(&b' '));
    if text.get(body..).is_some_and(|body| body.starts_with(b"\xef\xbb\xbf")) {
        body += 3;
    }
    let time = Some(time).filter(|time| text.get(time.clone()) != Some(b"-"));
    Some(Layer { time, ..Layer::from(Wrapper::Syslog5424, body, text) })
}

/// How long `[a b="c"][d]` is; `]` in a value is escaped, or in quotes.
fn elements(text: &[u8]) -> Option<usize> {
    let (mut quoted, mut at) = (false, 0);
    while at < text.len() {
        match text[at] {
            b'\\' => at += 1,
            b'"' => quoted = !quoted,
            b']' if !quoted && text.get(at + 1) != Some(&b'[') => return Some(at + 1),
            _ => {}
        }
        at += 1;
    }
    None
}

/// A time, a host, `app[812]:`.
pub(super) fn old(text: &[u8]) -> Option<Layer> {
    let at = priority(text).unwrap_or(0);
    let rest = text.get(at..)?;
    let (before, length, sure) = time(rest)?;
    let sure = sure || at > 0;
    let end = at + before + length;
    let mut body = end + 1;
    (text.get(end) == Some(&b' ')).then_some(())?;
    // The program may follow at once: `logger` without a host.
    for _ in 0..2 {
        let length = token(text.get(body..)?)?;
        let word = &text[body..body + length];
        body += length + 1;
        if let Some(name) = word.strip_suffix(b":") {
            let numbered = name.last() == Some(&b']') && name.contains(&b'[');
            if (sure && is_name(name)) || numbered {
                let body = cee(text, body.min(text.len()));
                let time = Some(at + before..end);
                return Some(Layer { time, ..Layer::from(Wrapper::Syslog, body, text) });
            }
            return None;
        }
    }
    let body = before_time(text, end + 1, sure)?;
    Some(Layer { time: Some(at + before..end), ..Layer::from(Wrapper::Syslog, body, text) })
}

/// Where a second time begins, behind a host and a program without a colon:
/// `Nov 20 14:00:00 shop app/web.1 2026-11-20T14:00:00Z INFO …`. Behind another time
/// than syslog's one of the words has to be named like a program.
fn before_time(text: &[u8], from: usize, sure: bool) -> Option<usize> {
    const KEYS: [&[u8]; 5] = [b"time=\"", b"time=", b"ts=\"", b"ts=", b"["];
    let dated = |rest: &[u8]| {
        let value = KEYS.iter().find_map(|key| rest.strip_prefix(*key)).unwrap_or(rest);
        let head = value.first_chunk::<13>();
        head.is_some_and(|head| {
            head[..4].iter().chain(&head[11..]).all(u8::is_ascii_digit)
                && (head[4], head[7]) == (b'-', b'-')
                && matches!(head[10], b'T' | b' ')
        })
    };
    let (mut at, mut program) = (from, sure);
    for _ in 0..3 {
        let length = token(text.get(at..)?)?;
        let word = &text[at..at + length];
        (is_name(word) && !clients::is_address(word)).then_some(())?;
        program |= word.iter().any(|c| matches!(c, b'/' | b'['));
        at += length + 1;
        if dated(text.get(at..)?) {
            return program.then_some(at);
        }
    }
    None
}

/// Past `@cee:`, which says that an object follows.
fn cee(text: &[u8], body: usize) -> usize {
    let rest = text[body..].strip_prefix(b"@cee:").map(<[u8]>::trim_ascii_start);
    rest.filter(|rest| rest.starts_with(b"{")).map_or(body, |rest| text.len() - rest.len())
}

fn is_name(name: &[u8]) -> bool {
    let of_name = |c: &u8| c.is_ascii_alphanumeric() || b"-_./[]()@".contains(c);
    !name.is_empty() && name.iter().all(of_name)
}

const MONTHS: &[u8] = b"JanFebMarAprMayJunJulAugSepOctNovDec";

/// What stands before the time, how long it is, and whether only syslog writes it
/// so.
fn time(text: &[u8]) -> Option<(usize, usize, bool)> {
    let first = *text.first()?;
    if first.is_ascii_digit() {
        let length = token(text)?;
        let word = &text[..length];
        let iso = word.len() >= 19 && word[4] == b'-' && word[10] == b'T';
        let unix = word.len() >= 10 && word.iter().all(|c| c.is_ascii_digit() || *c == b'.');
        return (iso || (unix && word.contains(&b'.'))).then_some((0, length, false));
    }
    if first == b'[' {
        // `-o short-monotonic`: no time of day.
        return None;
    }
    let day = text.first_chunk::<4>().filter(|head| head[3] == b' ')?;
    let rest = &text[4..];
    let dated = rest.len() > 19 && rest[4] == b'-' && rest[7] == b'-' && rest[10] == b' ';
    if day[..3].iter().all(u8::is_ascii_alphabetic) && dated {
        // `Fri 2026-11-20 14:00:00 UTC`.
        let clock = 11 + token(&rest[11..])?;
        let zone = token(rest.get(clock + 1..)?)?;
        return Some((4, clock + 1 + zone, false));
    }
    let month = MONTHS.chunks(3).any(|month| month == &day[..3]);
    let clock = rest.get(3..).filter(|rest| rest.get(2) == Some(&b':'))?;
    month.then_some(())?;
    Some((0, 7 + token(clock)?, true))
}

/// How long `<134>` is.
fn priority(text: &[u8]) -> Option<usize> {
    let rest = text.strip_prefix(b"<")?;
    let digits = rest.iter().take_while(|c| c.is_ascii_digit()).count();
    ((1..=3).contains(&digits) && rest.get(digits) == Some(&b'>')).then_some(digits + 2)
}

/// How long the word at the start is; none where there is none.
fn token(text: &[u8]) -> Option<usize> {
    let length = memchr::memchr(b' ', text).unwrap_or(text.len());
    (length > 0).then_some(length)
}
