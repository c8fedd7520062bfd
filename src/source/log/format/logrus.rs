//! logrus: text and JSON, the level in lower case.

use super::any;
use super::keys::Keys;
use super::line_format::{Fit, Line, LineFormat};

pub(super) const FORMAT: LineFormat = LineFormat::of_application("logrus", fits, any::read);

fn fits(line: &Line<'_>) -> Fit {
    if line.keys.is_some() {
        return Fit::sure(line.has(Keys::LEVEL_LOWER.and(Keys::TIME_TEXT).and(Keys::MSG)));
    }
    let level = memchr::memmem::find(line.body, b"level=").map(|at| at + 6);
    let lower = level.and_then(|at| line.body.get(at)).is_some_and(u8::is_ascii_lowercase);
    Fit::sure((line.body.starts_with(b"time=") || line.body.starts_with(b"level=")) && lower)
}
