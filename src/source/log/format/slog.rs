//! Go's log/slog: JSON and text, the level in upper case.

use super::any;
use super::keys::Keys;
use super::line_format::{Fit, Line, LineFormat};

pub(super) const FORMAT: LineFormat = LineFormat::of_application("slog", fits, any::read);

fn fits(line: &Line<'_>) -> Fit {
    if line.keys.is_some() {
        return Fit::sure(line.has(Keys::LEVEL_UPPER.and(Keys::TIME_TEXT).and(Keys::MSG)));
    }
    let level = memchr::memmem::find(line.body, b" level=").map(|at| at + 7);
    let upper = level.and_then(|at| line.body.get(at)).is_some_and(u8::is_ascii_uppercase);
    Fit::sure(line.body.starts_with(b"time=") && upper)
}
