//! morgan for Express: `tiny`, `short` and `dev`, behind the time of a wrapper or one of
//! their own. Its `combined` is the common log format.

use super::any;
use super::line_format::{Fit, Line, LineFormat, Read};
use super::unquoted;

pub(super) const FORMAT: LineFormat = LineFormat::of_access("morgan", fits, read);

fn fits(line: &Line<'_>) -> Fit {
    Fit::sure(line.keys.is_none() && unquoted::read(line.body).is_some())
}

fn read(body: &[u8]) -> Read<'_> {
    unquoted::read(body).unwrap_or_else(|| any::read(body))
}
