//! Where the panels of the listeners' own screen lie, by size alone.

use ratatui::layout::Rect;

use super::step::{WIDE, part};

/// The screen of the listeners alone: the table, and the charts of the selected one
/// under it, the open connections beside the rates where it is wide.
pub(in super::super) fn listeners(area: Rect) -> (Rect, Rect, Rect) {
    let (w, h) = (area.width, area.height);
    let top = 3;
    let below = (h - 5) * 2 / 5;
    let y = h - 2 - below;
    let half = if w >= WIDE { (w - 4) / 2 } else { w - 2 };
    let table = part(area, 1, top, w - 2, y - top - u16::from(below > 0));
    let beside = part(area, w - 1 - half, y, if w >= WIDE { half } else { 0 }, below);
    (table, part(area, 1, y, half, below), beside)
}
