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
    let body = line.body;
    let end = memchr::memchr(b' ', body).unwrap_or(body.len());
    let stamp = end >= 20 && body.get(10) == Some(&b'T') && body[..end].ends_with(b"Z");
    let levels: [&[u8]; 5] = [b" TRACE ", b" DEBUG ", b"  INFO ", b"  WARN ", b" ERROR "];
    let rest = levels.iter().find_map(|level| body[end..].strip_prefix(*level)).unwrap_or_default();
    // A module, or the spans around it: `conn{id=7}: chat::ws: …`.
    let target = rest.split(|c| *c == b' ').next().unwrap_or_default();
    let module = target.ends_with(b":") && !target.starts_with(b":");
    Fit::sure(stamp && module)
}
