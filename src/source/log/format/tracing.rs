//! Rust's tracing-subscriber: text and JSON.

use super::any;
use super::keys::Keys;
use super::line_format::{Fit, Line, LineFormat};

pub(super) const FORMAT: LineFormat = LineFormat::of_application("tracing", fits, any::read);

fn fits(line: &Line<'_>) -> Fit {
    if line.keys.is_some() {
        return Fit::sure(line.has(Keys::TIMESTAMP.and(Keys::LEVEL_UPPER).and(Keys::FIELDS)));
    }
    // `2026-11-20T14:00:00.123456Z  INFO chat::ws: client connected`: the level is five
    // wide, which others do not write.
    // The pretty one sets its lines in.
    let body = line.body.strip_prefix(b"  ").unwrap_or(line.body);
    let end = memchr::memchr(b' ', body).unwrap_or(body.len());
    let stamp = end >= 20 && body.get(10) == Some(&b'T') && body[..end].ends_with(b"Z");
    let levels: [&[u8]; 5] = [b" TRACE ", b" DEBUG ", b"  INFO ", b"  WARN ", b" ERROR "];
    let rest = levels.iter().find_map(|level| body[end..].strip_prefix(*level)).unwrap_or_default();
    Fit::sure(stamp && has_target(rest))
}

/// Whether a module stands there, perhaps with the spans around it:
/// `conn{id=7 addr=10.0.0.7}: chat::ws: …`.
fn has_target(mut rest: &[u8]) -> bool {
    let mut spans = false;
    while let Some(at) = rest.iter().position(|c| matches!(c, b' ' | b'{'))
        && rest[at] == b'{'
        && let Some(end) = memchr::memchr(b'}', &rest[at..])
    {
        rest = &rest[at + end + 1..];
        spans = true;
    }
    let target = rest.split(|c| *c == b' ').next().unwrap_or_default();
    target.ends_with(b":") && (spans || !target.starts_with(b":"))
}
