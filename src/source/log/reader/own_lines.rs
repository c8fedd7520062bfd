//! Which lines are of a format that was asked for by its name: what others wrote into the
//! same file is counted as what tells nothing.

use crate::source::log::format::{FORMATS, Fit, Line, LineFormat};

/// Kinds of lines that fit the format, as bits; none where all lines are read.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct OwnLines {
    asked: Option<&'static LineFormat>,
    kinds: u8,
}

impl OwnLines {
    pub(super) const fn of(asked: Option<&'static LineFormat>) -> Self {
        Self { asked, kinds: 0 }
    }

    /// Learns of one of the first lines.
    pub(super) fn learn(&mut self, line: &Line<'_>) {
        if self.asked.is_some_and(|asked| (asked.fits)(line) != Fit::No) {
            self.kinds |= kind(line);
        }
    }

    /// Whether the line is its own: it fits; or it is of the same kind as those that do,
    /// and nobody else is known to write it so. A name is given where the fit was not
    /// sure: what is set up otherwise is still read.
    pub(super) fn has(&self, body: &[u8], in_columns: impl Fn(&[u8]) -> bool) -> bool {
        let Some(asked) = self.asked else { return true };
        let line = Line { in_columns: in_columns(body), ..Line::of(body) };
        if (asked.fits)(&line) != Fit::No {
            return true;
        }
        let same = self.kinds == 0 || self.kinds & kind(&line) != 0;
        same && !FORMATS.iter().any(|format| (format.fits)(&line) == Fit::Sure)
    }
}

/// An object, a request, or words.
fn kind(line: &Line<'_>) -> u8 {
    if line.keys.is_some() {
        1
    } else if line.is_request() {
        2
    } else {
        4
    }
}
