//! The line of a request: `"GET /ws HTTP/1.1" 101 812 "-" "curl/8.5.0" 12.345`.

use memchr::memchr;

use super::line_format::{Line, Read};
use super::number::{Number, Numbers, Unit};
use crate::source::log::event::Pattern;
use crate::source::log::json::string_end;

/// The parts around a request.
#[derive(Debug, Clone, Copy)]
pub(super) struct Request<'a> {
    pub(super) before: &'a [u8],
    /// The method, the path, the version.
    pub(super) quoted: &'a [u8],
    pub(super) status: &'a [u8],
    pub(super) after: &'a [u8],
}

impl Line<'_> {
    /// Whether it is a request with its status, as access logs write one.
    pub(in crate::source::log) fn is_request(&self) -> bool {
        self.keys.is_none() && Request::of(self.body).is_some()
    }
}

impl<'a> Request<'a> {
    /// A quoted request and its status behind it.
    pub(super) fn of(line: &'a [u8]) -> Option<Self> {
        let mut from = 0;
        loop {
            let open = from + memchr(b'"', line.get(from..)?)?;
            let inside = &line[open + 1..];
            let end = string_end(inside)?;
            let quoted = &inside[..end];
            let behind = &inside[end + 1..];
            if let Some(status) = status(behind)
                && is_request(quoted)
            {
                return Some(Self { before: &line[..open], quoted, status, after: &behind[4..] });
            }
            from = open + 1 + end + 1;
        }
    }

    pub(super) fn switched(&self) -> bool {
        self.status == b"101"
    }

    /// Whether its version is written, as all but daphne do.
    pub(super) fn is_http(&self) -> bool {
        memchr::memmem::find(self.quoted, b" HTTP/").is_some()
    }

    /// What the line tells, with the numbers of its end.
    pub(super) fn read(&self) -> Read<'a> {
        let (numbers, forwarded) = numbers(self.before, self.after);
        Read {
            time: self.stamp(),
            ended: self.switched().then_some(Pattern::Access),
            request: true,
            numbers,
            status: Some(self.status),
            peer: self.peer(),
            forwarded,
            ..Read::default()
        }
    }

    /// Whether its stamp is that of the common log format.
    pub(super) fn is_common(&self) -> bool {
        self.stamp().is_some_and(|stamp| stamp.get(2) == Some(&b'/'))
    }

    /// What stands in brackets before it: its stamp.
    pub(super) fn stamp(&self) -> Option<&'a [u8]> {
        let open = memchr::memrchr(b'[', self.before)?;
        let rest = &self.before[open + 1..];
        let end = memchr(b']', rest)?;
        let text = &rest[..end];
        text.iter().any(u8::is_ascii_digit).then_some(text)
    }

    /// The first word that is an address.
    fn peer(&self) -> Option<&'a [u8]> {
        let words = self.before.split(|c| *c == b' ').take(6);
        words.into_iter().find(|word| crate::source::log::clients::is_address(word))
    }
}

fn is_request(text: &[u8]) -> bool {
    let method = text.iter().take_while(|c| c.is_ascii_uppercase()).count();
    method >= 3 && text.get(method) == Some(&b' ')
}

/// ` 101` and no more digits.
fn status(behind: &[u8]) -> Option<&[u8]> {
    let digits = behind.strip_prefix(b" ")?.get(..3)?;
    let ends = !behind.get(4).is_some_and(|c| c.is_ascii_alphanumeric() || *c == b'.');
    (digits.iter().all(u8::is_ascii_digit) && ends).then_some(digits)
}

/// A word of the end of a line.
#[derive(Debug, Clone, Copy)]
pub(super) struct Word<'a> {
    pub(super) text: &'a [u8],
    pub(super) quoted: bool,
}

/// The words behind the status; quotes are one word.
pub(super) fn words(text: &[u8]) -> impl Iterator<Item = Word<'_>> {
    let mut rest = text;
    std::iter::from_fn(move || {
        rest = rest.trim_ascii_start();
        let first = rest.first()?;
        if *first == b'"' {
            let inside = &rest[1..];
            let end = string_end(inside).unwrap_or(inside.len());
            rest = inside.get(end + 1..).unwrap_or_default();
            return Some(Word { text: &inside[..end], quoted: true });
        }
        let mut end = memchr(b' ', rest).unwrap_or(rest.len());
        // `uct="0.001"`.
        if let Some(open) = memchr(b'"', &rest[..end])
            && let Some(close) = rest.get(open + 1..).and_then(string_end)
        {
            end = end.max(open + 1 + close + 1);
        }
        let word = &rest[..end];
        rest = &rest[end..];
        Some(Word { text: word, quoted: false })
    })
}

/// Numbers that may be how long it lasted, and the forwarded addresses.
fn numbers<'a>(before: &'a [u8], after: &'a [u8]) -> (Numbers<'a>, Option<&'a [u8]>) {
    let mut numbers = Numbers::default();
    let mut forwarded = None;
    let mut combined = false;
    for (place, word) in (0_u8..40).zip(words(after)) {
        if place == 1 {
            combined = word.quoted;
        }
        // Bytes, referrer, user agent.
        let about_client = word.quoted && combined && place <= 2;
        // A whole number there is the size.
        let size = place == 0 && word.text.iter().all(|c| c.is_ascii_digit() || *c == b'-');
        if size || about_client {
            continue;
        }
        if word.quoted && forwarded.is_none() && is_list_of_addresses(word.text) {
            forwarded = Some(word.text);
        }
        // `173 ms`, in two words.
        if !word.quoted && numbers.measure(place, word.text) {
            continue;
        }
        // `%T/%D`, as Apache's own documentation of others has it.
        let pair = word.text.split(|c| *c == b'/');
        let both = pair.clone().count() == 2 && !word.quoted;
        for (part, text) in (0..2).zip(pair.take(if both { 2 } else { 0 })) {
            if let Some(number) = number(text) {
                numbers.push(Number { place: place + 64 * (1 + part), ..number });
            }
        }
        if let Some(number) = number(word.text).filter(|_| !both) {
            numbers.push(Number { place, ..number });
        }
    }
    // `$time_local $request_time "$request"`: between stamp and request.
    if let Some(at) = memchr::memrchr(b']', before) {
        for (place, word) in (40_u8..44).zip(words(&before[at + 1..])) {
            if let Some(number) = number(word.text) {
                numbers.push(Number { place, ..number });
            }
        }
    }
    (numbers, forwarded)
}

/// `12.345`, `rt=12.345`, `duration:"12ms"`; no moment, and nothing of an upstream.
fn number(word: &[u8]) -> Option<Number<'_>> {
    let split = word.iter().position(|c| matches!(c, b'=' | b':'));
    let (name, value) = match split {
        Some(at) if word[..at].iter().all(|c| c.is_ascii_alphabetic() || *c == b'_') => {
            (&word[..at], &word[at + 1..])
        }
        _ => (&b""[..], word),
    };
    let value = value.strip_suffix(b",").or(value.strip_suffix(b";")).unwrap_or(value);
    // `"12ms"`, `**12**` to be found by the eye.
    let mark = |c: &u8| matches!(c, b'"' | b'*' | b'(' | b')' | b'[' | b']' | b'<' | b'>');
    let from = value.iter().take_while(|c| mark(c)).count();
    let to = value.len() - value[from..].iter().rev().take_while(|c| mark(c)).count();
    let value = &value[from..to];
    let number = Number::read(value)?.named(name);
    let moment = (1e9..4e9).contains(&number.value) && number.unit == Unit::Unknown;
    let upstream = name.first().is_some_and(|c| *c == b'u')
        || memchr::memmem::find(name, b"connect").is_some()
        || memchr::memmem::find(name, b"upstream").is_some();
    (!moment && !upstream).then_some(number)
}

fn is_list_of_addresses(text: &[u8]) -> bool {
    let mut any = false;
    for part in text.split(|c| *c == b',').map(<[u8]>::trim_ascii) {
        any = crate::source::log::clients::is_address(part);
        if !any && part != b"unknown" {
            return false;
        }
    }
    any
}

/// A line of an access log, whichever server wrote it.
pub(super) fn read(line: &[u8]) -> Read<'_> {
    Request::of(line).map_or_else(Read::default, |request| request.read())
}
