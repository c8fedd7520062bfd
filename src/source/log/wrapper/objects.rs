//! Wrappers in JSON: docker's json-file (and what fluentd makes of it), the journal
//! by `-o json`, stern by `-o json`.

use std::ops::Range;

use memchr::memmem;

use super::layer::{Inside, Layer, Wrapper};
use crate::source::log::json::{Fields, Value, is_object};

/// The key of the line, that of its time, and the keys of which one is beside it.
type WrapperKeys = (&'static [u8], &'static [&'static [u8]], &'static [&'static [u8]]);

const fn keys(wrapper: Wrapper) -> WrapperKeys {
    match wrapper {
        Wrapper::JournalJson => (
            b"MESSAGE",
            &[b"_SOURCE_REALTIME_TIMESTAMP", b"__REALTIME_TIMESTAMP"],
            &[b"__REALTIME_TIMESTAMP", b"__CURSOR", b"_HOSTNAME"],
        ),
        Wrapper::SternJson => (b"message", &[], &[b"podName", b"containerName"]),
        _ => (
            b"log",
            &[b"time", b"@timestamp", b"timestamp"],
            &[b"stream", b"time", b"kubernetes", b"container_id", b"container_name"],
        ),
    }
}

/// The line in such an object.
pub(super) fn peel(wrapper: Wrapper, text: &[u8]) -> Option<Layer> {
    is_object(text).then_some(())?;
    let (message, times, beside) = keys(wrapper);
    // A log of plain JSON is not read twice for this.
    memmem::find(text, message)?;
    let place = |part: &[u8]| -> Range<usize> {
        let from = (part.as_ptr().addr()).saturating_sub(text.as_ptr().addr());
        from..from + part.len()
    };
    let (mut body, mut time, mut known) = (None, None, false);
    for (key, value) in Fields::of(text) {
        if key == message {
            body = Some(value);
        } else if times.contains(&key)
            && time.is_none_or(|(at, _)| key == times[0] || at != times[0])
        {
            time = Some((key, value.plain()));
        }
        known |= beside.contains(&key);
    }
    let body = body.filter(|_| known)?;
    let (body, inside) = match body {
        Value::Text(line) => {
            let line = line.strip_suffix(b"\\n").unwrap_or(line);
            let escaped = memchr::memchr(b'\\', line).is_some();
            (line, if escaped { Inside::Escaped } else { Inside::AsItIs })
        }
        Value::Nested(list) if list.first() == Some(&b'[') => (list, Inside::Bytes),
        _ => return None,
    };
    let time = time.map(|(_, time)| place(time)).filter(|time| !time.is_empty());
    Some(Layer { wrapper, body: place(body), time, inside })
}

/// What a shipper put a whole line into: its key, and the keys of which one is beside it.
const SHIPPED: [(&[u8], &[&[u8]]); 3] = [
    (b"message", &[b"source_type", b"@metadata", b"agent", b"input"]),
    (b"line", &[b"labels", b"timestamp", b"ts"]),
    (b"textPayload", &[b"insertId", b"logName", b"resource"]),
];

/// The line that Filebeat, Vector, `logcli -o jsonl` or Google's logging put into an
/// object, where it is one of its own: an object, or a request. Words stay: the keys
/// beside them may say more.
pub(super) fn shipped(text: &[u8]) -> Option<Layer> {
    is_object(text).then_some(())?;
    let inside = memmem::find(text, b":\"{\\\"").or_else(|| memmem::find(text, b": \"{\\\""));
    inside.or_else(|| memmem::find(text, b"HTTP/"))?;
    let mut found: Option<(usize, &[u8])> = None;
    let (mut time, mut beside) = (None, [false; SHIPPED.len()]);
    for (key, value) in Fields::of(text) {
        match value {
            Value::Text(line) if found.is_none() => {
                let at = SHIPPED.iter().position(|(known, _)| *known == key);
                let whole = line.starts_with(b"{") || memmem::find(line, b"HTTP/").is_some();
                found = at.filter(|_| whole).map(|at| (at, line));
            }
            _ => {}
        }
        if matches!(key, b"@timestamp" | b"timestamp" | b"ts") {
            time = time.or(Some(value.plain()));
        }
        for ((_, keys), beside) in SHIPPED.iter().zip(&mut beside) {
            *beside |= keys.contains(&key);
        }
    }
    let (_, line) = found.filter(|(at, _)| beside[*at])?;
    let place = |part: &[u8]| -> Range<usize> {
        let from = part.as_ptr().addr().saturating_sub(text.as_ptr().addr());
        from..from + part.len()
    };
    let escaped = memchr::memchr(b'\\', line).is_some();
    let inside = if escaped { Inside::Escaped } else { Inside::AsItIs };
    let line = line.strip_suffix(b"\\n").unwrap_or(line);
    let time = time.map(place).filter(|time| !time.is_empty());
    Some(Layer { wrapper: Wrapper::Shipper, body: place(line), time, inside })
}

/// `[120,32]`: the journal writes a text that is no UTF-8 so.
pub(super) fn bytes(list: &[u8], into: &mut Vec<u8>) {
    let numbers = list.split(|c| !c.is_ascii_digit()).filter(|n| !n.is_empty());
    into.extend(numbers.filter_map(|n| std::str::from_utf8(n).ok()?.parse::<u8>().ok()));
}
