//! pino: JSON with a number for the level and milliseconds, and pino-pretty.

use super::any;
use super::keys::Keys;
use super::line_format::{Fit, Line, LineFormat};

pub(super) const FORMAT: LineFormat = LineFormat::of_application("pino", fits, any::read);

fn fits(line: &Line<'_>) -> Fit {
    if line.keys.is_some() {
        return Fit::sure(line.has(Keys::LEVEL_NUMBER.and(Keys::TIME_NUMBER)));
    }
    // `[14:00:00.123] INFO (812): …`.
    let body = line.body;
    let end = memchr::memchr(b']', &body[..body.len().min(40)]);
    let level = end.and_then(|end| body.get(end + 2..)).unwrap_or_default();
    let word = level.iter().take_while(|c| c.is_ascii_uppercase()).count();
    let rest = level.get(word..).unwrap_or_default();
    Fit::sure(
        body.first() == Some(&b'[')
            && word >= 4
            && (rest.starts_with(b" (") || rest.starts_with(b": ")),
    )
}
