//! The place of the probes.

use ratatui::layout::Rect;

use super::pen::Pen;
use super::{codes, words};

pub(super) fn draw(pen: &mut Pen<'_>, area: Rect) {
    pen.title(Rect { height: 1, ..area }, "PROBES", &[]);
    codes::placeholder(pen, area, words::NO_PROBES);
}
