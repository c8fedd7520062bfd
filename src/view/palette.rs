//! What can be found by a part of its name, over the screen.

use std::ops::Range;

use ratatui::layout::Rect;
use ratatui::style::Style;

use super::pen::{Pen, columns};
use super::{boxed, layout};
use crate::app::{PalettePage, PaletteRow};

/// As wide as it is read with ease.
const WIDTH: u16 = 84;
/// `listener`, the longest kind.
const KIND: u16 = 9;
/// Columns of the name before what it does.
const NAME: u16 = 24;
/// Columns inside from which on the kind stands before the name.
const WITH_KIND: u16 = 44;

/// The box: as tall as the screen lets it, so that it does not jump while one types.
pub(super) fn place(area: Rect, page: &PalettePage) -> Rect {
    let wanted = columns(page.all.min(20)).saturating_add(3);
    let margin = if area.height > 12 { 4 } else { 0 };
    boxed::centered(area, WIDTH, wanted.min(area.height.saturating_sub(margin)))
}

/// Where the rows lie, and which of them.
pub(super) fn rows(area: Rect, page: &PalettePage) -> (Rect, Range<usize>) {
    let inside = boxed::inside(place(area, page));
    let y = (inside.y + 1).min(inside.bottom());
    let lines = Rect { y, height: inside.height.saturating_sub(1), ..inside };
    (lines, layout::window(page.rows.len(), page.selected, 0, lines.height))
}

pub(super) fn draw(pen: &mut Pen<'_>, area: Rect, page: &PalettePage) {
    let place = place(area, page);
    let at = if page.rows.is_empty() { 0 } else { page.selected + 1 };
    let foot = format!("↑↓ {at} of {}   ⏎ go   esc close", page.rows.len());
    let inside = boxed::draw(pen, place, "Find", "actions, settings, rules, codes ...", &foot);
    let (lines, visible) = rows(area, page);
    let theme = pen.theme();
    {
        let mut pen = pen.within(inside);
        let x = pen.put(inside.x, inside.y, ":", theme.ui.key);
        let x = pen.put(x, inside.y, &page.typed, theme.text.strong);
        pen.put(x, inside.y, "_", theme.ui.accent);
    }
    if page.rows.is_empty() {
        let none = format!("nothing is called '{}'", page.typed.trim());
        pen.within(lines).put(lines.x, lines.y, &none, theme.text.muted);
        return;
    }
    let shown = page.rows.iter().enumerate().skip(visible.start).take(visible.len());
    for (y, (at, row)) in (lines.y..lines.bottom()).zip(shown) {
        let line = Rect { y, height: 1, ..lines };
        if at == page.selected {
            pen.paint(line, Style { bg: theme.ui.selected.bg, ..Style::new() });
            if lines.x > place.x {
                pen.put(lines.x - 1, y, "▶", theme.ui.accent);
            }
        }
        draw_row(&mut pen.within(line), line, row);
    }
}

/// `action   next theme      next theme                          t`.
fn draw_row(pen: &mut Pen<'_>, line: Rect, row: &PaletteRow) {
    let theme = pen.theme();
    let y = line.y;
    let keys = pen.width(&row.keys);
    let right = if keys > 0 && keys + 12 < line.width {
        pen.put_right(line.right(), y, &row.keys, theme.ui.key).saturating_sub(1)
    } else {
        line.right()
    };
    let mut x = line.x;
    if line.width >= WITH_KIND {
        pen.put_upto(x, y, x + KIND, row.kind, theme.text.muted);
        x += KIND;
    }
    let tone = if row.works { theme.text.strong } else { theme.text.muted };
    let end = pen.put_upto(x, y, right, &row.name, tone);
    let what = end.saturating_add(2).max(x + NAME);
    if what < right {
        pen.put_upto(what, y, right, &row.what, theme.text.muted);
    }
}
