//! bunyan: JSON with a number for the level, `v`, `hostname` and an ISO time.

use super::any;
use super::keys::Keys;
use super::line_format::{Fit, Line, LineFormat};

pub(super) const FORMAT: LineFormat = LineFormat::of_application("bunyan", fits, any::read);

fn fits(line: &Line<'_>) -> Fit {
    let keys = Keys::LEVEL_NUMBER.and(Keys::TIME_TEXT).and(Keys::VERSION);
    Fit::sure(line.has(keys))
}
