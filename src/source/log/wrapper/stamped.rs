//! Times put before a line, with or without a word behind them.

use memchr::{memchr, memmem};

use super::layer::{Layer, Wrapper};
use super::prefix::stamp;
use crate::source::log::json::string_end;

/// Before an object nobody writes more than this.
const FARTHEST: usize = 160;

/// A time put before a line by `--timestamps`: nine digits, or an object behind it.
pub(super) fn timestamps(text: &[u8]) -> Option<Layer> {
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

/// `2026-11-20 14:00:00.123  {"level":…}`, `[2026-11-20 14:00:00] {…}`, and with one
/// word between them that names the source: `2026-11-20T14:00:00Z web/app/812 {…}` (AWS),
/// `2026-11-20 14:00:00 +0000 kube.web: {…}` (fluentd).
fn before_object(text: &[u8]) -> Option<Layer> {
    let object = memmem::find(&text[..text.len().min(FARTHEST)], b"{\"")?;
    (text.last() == Some(&b'}')).then_some(())?;
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
