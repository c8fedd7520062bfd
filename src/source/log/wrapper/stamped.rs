//! Times put before a line, with or without a word behind them.

use memchr::{memchr, memmem};

use super::layer::{Layer, Wrapper};
use super::prefix::stamp;
use crate::source::log::json::{Fields, is_whole, string_end};
use crate::source::log::phrases;

/// Before an object nobody writes more than this.
const FARTHEST: usize = 160;

/// A time put before a line by `--timestamps`: nine digits, or an object behind it.
pub(super) fn timestamps(text: &[u8]) -> Option<Layer> {
    if text.starts_with(b"EVENTS\t") {
        return cloudwatch(text);
    }
    let Some(end) = stamp(text) else { return before_object(text) };
    let rest = text.get(end..)?.strip_prefix(b" ")?;
    // Nine digits, of which Go leaves out the zeros at the end; tracing writes six.
    let digits = text.get(20..end)?.iter().take_while(|c| c.is_ascii_digit()).count();
    let nanos = text.get(19) == Some(&b'.') && digits >= 7;
    let inner = [&b"{"[..], b"time=", b"level=", b"ts="].iter().any(|head| rest.starts_with(head));
    if !(nanos || inner) {
        return before_object(text);
    }
    Some(Layer { time: Some(0..end), ..Layer::from(Wrapper::Timestamps, end + 1, text) })
}

/// What `aws logs --output text` prints of an event: its id, when it was taken in, its
/// stream, the line, when it was.
fn cloudwatch(text: &[u8]) -> Option<Layer> {
    let body = memchr::memchr_iter(b'\t', text).nth(3)? + 1;
    let end = memchr::memrchr(b'\t', text).filter(|end| *end > body)?;
    let time = end + 1..text.len();
    let digits = text[time.clone()].iter().all(u8::is_ascii_digit);
    let layer = Layer::from(Wrapper::Timestamps, body, text);
    digits.then_some(Layer { body: body..end, time: Some(time), ..layer })
}

/// `2026-11-20 14:00:00.123  {"level":…}`, `[2026-11-20 14:00:00] {…}`, and with one
/// word between them that names the source: `2026-11-20T14:00:00Z web/app/812 {…}` (AWS),
/// `2026-11-20 14:00:00 +0000 kube.web: {…}` (fluentd).
fn before_object(text: &[u8]) -> Option<Layer> {
    let object = memmem::find(&text[..text.len().min(FARTHEST)], b"{\"")?;
    (text.last() == Some(&b'}')).then_some(())?;
    if let Some(columns) = text[..object].strip_suffix(b"\t") {
        // fluentd's file: a time, a tag. zap's console has its words there.
        let end = memchr(b'\t', columns)?;
        let tag = !columns[end + 1..].iter().any(|c| matches!(c, b'\t' | b' '));
        let time = (tag && stamp(&[&columns[..end], b" "].concat()).is_some()).then_some(0..end)?;
        return Some(Layer { time: Some(time), ..Layer::from(Wrapper::Timestamps, object, text) });
    }
    let head = text[..object].strip_suffix(b" ")?.trim_ascii_end();
    let of_stamp = |c: &u8| c.is_ascii_digit() || b"-:.TZ+_ /,[]".contains(c);
    let last = memchr::memrchr(b' ', head).map_or(0, |at| at + 1);
    let word = &head[last..];
    let names = word.len() > 1 && (word.ends_with(b":") || memchr(b'/', word).is_some());
    let time = if word.iter().all(of_stamp) {
        head
    } else if names {
        head[..last].trim_ascii_end()
    } else {
        return None;
    };
    let clock = memchr(b':', time).is_some() && time.first().is_some_and(of_stamp);
    (clock && time.iter().all(of_stamp)).then_some(())?;
    let from = usize::from(time.first() == Some(&b'['));
    let to = time.len() - usize::from(time.last() == Some(&b']'));
    let time = (from < to).then_some(from..to);
    Some(Layer { time, ..Layer::from(Wrapper::Timestamps, object, text) })
}

/// Of an object that a logger wrote: keys of what it says, and of when or how loud.
const SAYS: [&[u8]; 11] = [
    b"msg",
    b"Message",
    b"text",
    b"message",
    b"@m",
    b"@mt",
    b"event",
    b"status",
    b"response_code",
    b"DownstreamStatus",
    b"body",
];
const WHEN: [&[u8]; 14] = [
    b"time",
    b"ts",
    b"timestamp",
    b"@timestamp",
    b"@t",
    b"date",
    b"datetime",
    b"start_time",
    b"StartUTC",
    b"time_local",
    b"time_iso8601",
    b"msec",
    b"level",
    b"severity",
];

/// Whatever stands before an object that a logger wrote: Papertrail's
/// `Nov 20 14:00:00 shop app/web.1 {…}`, Laravel's `[2026-11-20 14:00:00] local.INFO: {…}`.
/// Where the words before it tell something themselves, it is no more than their details.
pub(super) fn before_logger(text: &[u8]) -> Option<Layer> {
    let at = memmem::find(&text[..text.len().min(FARTHEST)], b"{\"")?;
    let (head, object) = text.split_at(at);
    let apart = matches!(head.last()?, b' ' | b':' | b'|');
    (apart && memchr(b'\t', head).is_none() && is_whole(object)).then_some(())?;
    let (mut says, mut when) = (false, false);
    for (key, _) in Fields::of(object) {
        says |= SAYS.contains(&key);
        when |= WHEN.contains(&key);
    }
    (says && when && !phrases::events(head).is_some()).then_some(())?;
    let from = usize::from(head.first() == Some(&b'['));
    let dated = head.get(from).is_some_and(|c| c.is_ascii_digit() || c.is_ascii_uppercase());
    let clock = memchr(b':', head.trim_ascii_end().strip_suffix(b":").unwrap_or(head)).is_some();
    let time = (dated && clock).then_some(from..at);
    Some(Layer { time, ..Layer::from(Wrapper::Prefix, at, text) })
}

/// `2026-11-20T14:00:00Z {app="ws",pod="web-1"} text`: logcli.
pub(super) fn loki(text: &[u8]) -> Option<Layer> {
    let end = stamp(text)?;
    let rest = text.get(end..)?.strip_prefix(b" {")?;
    let mut labels = rest;
    while labels.first() != Some(&b'}') {
        labels = labels.strip_prefix(b", ").or(labels.strip_prefix(b",")).unwrap_or(labels);
        let name = labels.iter().take_while(|c| c.is_ascii_alphanumeric() || **c == b'_').count();
        let value = labels.get(name..)?.strip_prefix(b"=\"")?;
        (name > 0).then_some(())?;
        labels = &value[string_end(value)? + 1..];
    }
    let behind = labels.get(1..)?;
    let body = text.len() - behind.strip_prefix(b" ").unwrap_or(behind).len();
    Some(Layer { time: Some(0..end), ..Layer::from(Wrapper::Loki, body, text) })
}
