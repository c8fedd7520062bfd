//! Prefixes: of docker compose, kubectl, stern, pm2 and CRI, and colours.

use memchr::{memchr, memchr2};

use super::layer::{Inside, Layer, Wrapper};

/// A line with escape sequences in it.
pub(super) fn ansi(text: &[u8]) -> Option<Layer> {
    memchr(0x1b, text)?;
    Some(Layer { inside: Inside::Coloured, ..Layer::from(Wrapper::Ansi, 0, text) })
}

/// The text without its escape sequences.
pub(super) fn plain(text: &[u8], into: &mut Vec<u8>) {
    let mut rest = text;
    while let Some(at) = memchr(0x1b, rest) {
        into.extend_from_slice(&rest[..at]);
        rest = &rest[at + 1..];
        match rest.first() {
            Some(b'[') => {
                let end = rest.iter().skip(1).position(|c| (0x40..=0x7e).contains(c));
                rest = end.map_or(&b""[..], |end| &rest[end + 2..]);
            }
            // A title or a link, up to its end.
            Some(b']') => {
                let end = memchr2(0x07, 0x1b, rest);
                rest = end.map_or(&b""[..], |end| &rest[end + usize::from(rest[end] == 7)..]);
            }
            Some(b'\\') => rest = &rest[1..],
            _ => {}
        }
    }
    into.extend_from_slice(rest);
}

/// `2026-11-20T14:00:00.123456789Z stdout F text`.
pub(super) fn cri(text: &[u8]) -> Option<Layer> {
    let CriLine { stamp, body, .. } = cri_line(text)?;
    Some(Layer { time: Some(0..stamp), ..Layer::from(Wrapper::Cri, body, text) })
}

/// Where the parts of a line of CRI stand.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::source::log) struct CriLine {
    /// How long the stamp is.
    stamp: usize,
    /// `F` of a whole line or of its last part, else `P`.
    pub(in crate::source::log) flag: usize,
    pub(in crate::source::log) body: usize,
    pub(in crate::source::log) stderr: bool,
}

/// The parts of a line of CRI; none where it is another.
pub(in crate::source::log) fn cri_line(text: &[u8]) -> Option<CriLine> {
    let stamp = stamp(text)?;
    let rest = text.get(stamp..)?;
    let stderr = rest.starts_with(b" stderr ");
    (stderr || rest.starts_with(b" stdout ")).then_some(())?;
    let [flag, b' '] = rest.get(8..)?.first_chunk::<2>()? else { return None };
    matches!(flag, b'F' | b'P').then_some(())?;
    Some(CriLine { stamp, flag: stamp + 8, body: stamp + 10, stderr })
}

/// How long a `2026-11-20T14:00:00.123Z` at the start is.
pub(super) fn stamp(text: &[u8]) -> Option<usize> {
    let head = text.first_chunk::<20>()?;
    let dated = head[..4].iter().all(u8::is_ascii_digit)
        && (head[4], head[7], head[10], head[13]) == (b'-', b'-', b'T', b':');
    let end = memchr(b' ', text)?;
    (dated && end < 40).then_some(end)
}

/// `14:00:00 web.1  | text`: foreman, and what is made after it.
pub(super) fn foreman(text: &[u8]) -> Option<Layer> {
    let head = text.first_chunk::<9>()?;
    let clock = head[2] == b':' && head[5] == b':' && head[8] == b' ';
    (clock && head[0].is_ascii_digit()).then_some(())?;
    let Layer { body, .. } = compose(&text[9..])?;
    Some(Layer { time: Some(0..8), ..Layer::from(Wrapper::Foreman, 9 + body.start, text) })
}

/// `web-1  | text`.
pub(super) fn compose(text: &[u8]) -> Option<Layer> {
    let name = text.iter().take(64).take_while(|c| is_name(**c)).count();
    let named = text.get(..name)?.iter().any(u8::is_ascii_alphabetic);
    let bar = bar(text, name).filter(|_| named)?;
    Some(Layer::from(Wrapper::Compose, bar, text))
}

/// `0|app  | text`.
pub(super) fn pm2(text: &[u8]) -> Option<Layer> {
    let digits = text.iter().take(4).take_while(|c| c.is_ascii_digit()).count();
    (digits > 0 && text.get(digits) == Some(&b'|')).then_some(())?;
    let rest = digits + 1;
    let name = text[rest..].iter().take(64).take_while(|c| is_name(**c)).count();
    let bar = bar(text, rest + name).filter(|_| name > 0)?;
    Some(Layer::from(Wrapper::Pm2, bar, text))
}

/// Behind blanks and a bar with one more blank.
fn bar(text: &[u8], from: usize) -> Option<usize> {
    let blanks = text.get(from..)?.iter().take_while(|c| **c == b' ').count();
    let at = from + blanks;
    let ends = text.get(at) == Some(&b'|') && text.get(at + 1).is_none_or(|c| *c == b' ');
    (ends && from > 0).then(|| text.len().min(at + 2))
}

const fn is_name(c: u8) -> bool {
    c.is_ascii_alphanumeric() || matches!(c, b'-' | b'_' | b'.')
}

/// `[pod/web-7d4f/app] text`.
pub(super) fn kubectl(text: &[u8]) -> Option<Layer> {
    let name = text.strip_prefix(b"[pod/")?;
    let end = memchr(b']', &name[..name.len().min(256)])?;
    (name.get(end + 1) == Some(&b' ')).then_some(())?;
    Some(Layer::from(Wrapper::Kubectl, 5 + end + 2, text))
}

/// `web-7d4f5c6b8-abcde app text`, with the namespace before it where there are several.
pub(super) fn stern(text: &[u8]) -> Option<Layer> {
    pod(text, 0).or_else(|| {
        let namespace = text.iter().take(64).take_while(|c| of_pod(**c)).count();
        let named = namespace > 0 && text.get(namespace) == Some(&b' ');
        named.then(|| pod(text, namespace + 1)).flatten()
    })
}

const fn of_pod(c: u8) -> bool {
    c.is_ascii_lowercase() || c.is_ascii_digit() || matches!(c, b'-' | b'.')
}

/// A pod and its container, from there on.
fn pod(whole: &[u8], from: usize) -> Option<Layer> {
    let text = whole.get(from..)?;
    let pod = text.iter().take(254).take_while(|c| of_pod(**c)).count();
    let mut parts = text[..pod].rsplit(|c| *c == b'-');
    let (last, hash) = (parts.next()?, parts.next()?);
    let suffix = last.len() == 5 && (6..=10).contains(&hash.len());
    let hashed = suffix && hash.iter().any(u8::is_ascii_digit) && parts.next().is_some();
    // Of a stateful set, `web-0`: sure where an object or a date follows.
    let numbered = !last.is_empty() && last.iter().all(u8::is_ascii_digit);
    ((hashed || numbered) && text.get(pod) == Some(&b' ')).then_some(())?;
    let container = text[pod + 1..].iter().take(64).take_while(|c| of_pod(**c)).count();
    let body = pod + 1 + container;
    (container > 0 && text.get(body) == Some(&b' ')).then_some(())?;
    let rest = &text[body + 1..];
    let sure = hashed || rest.starts_with(b"{\"") || stamp(rest).is_some();
    sure.then_some(())?;
    Some(Layer::from(Wrapper::Stern, from + body + 1, whole))
}
