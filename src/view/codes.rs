//! The place of the close codes.

use ratatui::layout::Rect;

use super::pen::Pen;
use super::words;

pub(super) fn draw(pen: &mut Pen<'_>, area: Rect) {
    pen.title(Rect { height: 1, ..area }, "CLOSE CODES", &[]);
    placeholder(pen, area, words::NO_CODES);
}

/// What would fill a panel, under its heading.
pub(super) fn placeholder(pen: &mut Pen<'_>, area: Rect, sentence: &str) {
    let style = pen.theme().text.muted;
    let lines = words::wrap(sentence, usize::from(area.width.saturating_sub(1)));
    for (y, line) in (area.y + 1..area.bottom()).zip(&lines) {
        pen.put_upto(area.x + 1, y, area.right(), line, style);
    }
}
