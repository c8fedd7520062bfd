//! zerolog: JSON with `message`, and its console writer (whose time has no seconds
//! unless it is told to).

use super::any;
use super::keys::Keys;
use super::line_format::{Fit, Line, LineFormat};

pub(super) const FORMAT: LineFormat = LineFormat::of_application("zerolog", fits, any::read);

fn fits(line: &Line<'_>) -> Fit {
    if line.keys.is_some() {
        let time = line.has(Keys::TIME_NUMBER) || line.has(Keys::TIME_TEXT);
        return Fit::sure(time && line.has(Keys::LEVEL_LOWER.and(Keys::MESSAGE)));
    }
    // `2026-11-20T14:00:00Z INF client connected code=7`.
    let mut words = line.body.split(|c| *c == b' ');
    let time = words.next().unwrap_or_default();
    let level = words.next().unwrap_or_default();
    let levels: [&[u8]; 7] = [b"TRC", b"DBG", b"INF", b"WRN", b"ERR", b"FTL", b"PNC"];
    Fit::sure(time.first().is_some_and(u8::is_ascii_digit) && levels.contains(&level))
}
