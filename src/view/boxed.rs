//! A box over the screen, with a name above and a hint at the right of it.

use ratatui::layout::Rect;

use super::pen::Pen;

/// The middle of an area, at most so large.
pub(super) fn centered(area: Rect, width: u16, height: u16) -> Rect {
    let (width, height) = (width.min(area.width), height.min(area.height));
    Rect {
        x: area.x + (area.width - width) / 2,
        y: area.y + (area.height - height) / 2,
        width,
        height,
    }
}

/// What is inside a box, with a margin.
pub(super) fn inside(area: Rect) -> Rect {
    Rect {
        x: area.x + 3.min(area.width),
        y: area.y + 1.min(area.height),
        width: area.width.saturating_sub(5),
        height: area.height.saturating_sub(2),
    }
}

/// Clears the box and draws its border; gives what is inside, with a margin.
pub(super) fn draw(pen: &mut Pen<'_>, area: Rect, name: &str, hint: &str, foot: &str) -> Rect {
    let theme = pen.theme();
    pen.clear(area);
    let inside = inside(area);
    if area.width < 4 || area.height < 3 {
        return inside;
    }
    let (right, bottom) = (area.right() - 1, area.bottom() - 1);
    let style = theme.text.muted;
    for y in [area.y, bottom] {
        pen.rule(area.x, y, area.right(), "─", style);
    }
    for y in area.y + 1..bottom {
        pen.cell(area.x, y, "│", style);
        pen.cell(right, y, "│", style);
    }
    pen.cell(area.x, area.y, "╭", style);
    pen.cell(right, area.y, "╮", style);
    pen.cell(area.x, bottom, "╰", style);
    pen.cell(right, bottom, "╯", style);
    let mut pen = pen.within(Rect { x: area.x + 1, width: area.width - 2, ..area });
    let end = pen.put(area.x + 2, area.y, &format!(" {name} "), theme.text.strong);
    if end + pen.width(hint) + 2 < right {
        pen.put_right(right - 1, area.y, &format!(" {hint} "), style);
    }
    if !foot.is_empty() && area.width > 6 {
        pen.put_upto(area.x + 2, bottom, right - 1, &format!(" {foot} "), style);
    }
    inside
}
