//! Any other JSON, by the usual keys.

use super::any;
use super::line_format::{Fit, Line, LineFormat};

pub(super) const FORMAT: LineFormat = LineFormat::of_application("json", fits, any::read);

fn fits(line: &Line<'_>) -> Fit {
    Fit::maybe(line.keys.is_some())
}
