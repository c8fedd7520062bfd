//! zap: JSON with `ts`, and the console encoder's columns.

use super::any;
use super::keys::Keys;
use super::line_format::{Fit, Line, LineFormat};

pub(super) const FORMAT: LineFormat = LineFormat::of_application("zap", fits, any::read);

fn fits(line: &Line<'_>) -> Fit {
    if line.keys.is_some() {
        let level = line.has(Keys::LEVEL_LOWER) || line.has(Keys::LEVEL_UPPER);
        return Fit::sure(level && line.has(Keys::TS));
    }
    // `2026-11-20T14:00:00.123Z<tab>INFO<tab>ws/hub.go:42<tab>client connected`.
    let mut columns = line.body.split(|c| *c == b'\t');
    let time = columns.next().unwrap_or_default();
    let level = columns.next().unwrap_or_default();
    let words: [&[u8]; 6] = [b"debug", b"info", b"warn", b"error", b"fatal", b"panic"];
    let dated = time.first().is_some_and(u8::is_ascii_digit) && time.len() < 40;
    Fit::sure(dated && words.iter().any(|word| level.eq_ignore_ascii_case(word)))
}
