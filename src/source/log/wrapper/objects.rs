//! Wrappers in JSON: docker's json-file (and what fluentd makes of it), the journal
//! by `-o json`, stern by `-o json`.

use std::ops::Range;

use memchr::memmem;

use super::layer::{Inside, Layer, Wrapper};
use crate::source::log::json::{Fields, Value, is_object, string_end};

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
    let docker = if wrapper == Wrapper::Docker { docker(text) } else { None };
    docker.or_else(|| by_keys(wrapper, text))
}

/// The same by its keys, in any order.
fn by_keys(wrapper: Wrapper, text: &[u8]) -> Option<Layer> {
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

/// As docker itself writes it: what stands behind the line is read from the end, and of
/// the line only where it ends.
fn docker(text: &[u8]) -> Option<Layer> {
    const HEAD: &[u8] = b"{\"log\":\"";
    const STREAMS: [&[u8]; 2] = [b"\",\"stream\":\"stdout", b"\",\"stream\":\"stderr"];
    let line = text.strip_prefix(HEAD)?;
    let end = text.len().checked_sub(b"\"}".len())?;
    let rest = text.strip_suffix(b"\"}")?;
    let time = memchr::memrchr(b'"', rest)? + 1;
    let before = text[..time].strip_suffix(b"\",\"time\":\"")?;
    let before = STREAMS.iter().find_map(|stream| before.strip_suffix(*stream))?;
    let length = before.len().checked_sub(HEAD.len())?;
    let whole = memchr::memchr(b'\\', text.get(time..end)?).is_none();
    (string_end(line) == Some(length) && time < end && whole).then_some(())?;
    let line = &line[..length];
    let escaped = memchr::memchr(b'\\', line.strip_suffix(b"\\n").unwrap_or(line)).is_some();
    let inside = if escaped { Inside::Escaped } else { Inside::AsItIs };
    let length = line.strip_suffix(b"\\n").unwrap_or(line).len();
    let body = HEAD.len()..HEAD.len() + length;
    Some(Layer { wrapper: Wrapper::Docker, body, time: Some(time..end), inside })
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

#[cfg(test)]
mod tests {
    use super::*;

    /// Lines of docker, cut, spliced and with bytes put in, read from their end and by
    /// their keys.
    #[test]
    fn from_its_end_a_line_of_docker_is_what_its_keys_say() {
        const PIECES: [&str; 12] = [
            "{\"log\":\"",
            "x",
            "\\\"",
            "\\\\",
            "\\n",
            "\"",
            "\",\"stream\":\"stdout",
            "\",\"time\":\"T",
            "\"}",
            "\\",
            "\",\"stream\":\"stderr\",\"time\":\"2026\"}",
            ",",
        ];
        let (mut dice, mut read) = (5_u64, 0);
        for n in 0..160_000 {
            let mut text = String::from(if n % 4 > 0 { PIECES[0] } else { "" });
            for _ in 0..6 {
                dice = dice.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
                let which = usize::try_from(dice >> 40).unwrap_or(0) % PIECES.len();
                text.push_str(PIECES[which]);
            }
            if n % 2 > 0 {
                text.push_str(PIECES[10]);
            }
            if let Some(layer) = docker(text.as_bytes()) {
                read += 1;
                assert_eq!(Some(layer), by_keys(Wrapper::Docker, text.as_bytes()), "{text}");
            }
        }
        assert!(read > 1_000, "{read}");
    }
}
