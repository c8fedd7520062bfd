//! The keys, over the screen.

use ratatui::layout::Rect;

use super::boxed;
use super::pen::{Pen, columns};
use crate::app::HelpGroup;

/// Columns of one group.
const GROUP: u16 = 25;

/// How to read the screen, under the keys.
const READING: [&str; 2] = [
    "■ crit  ▲ warn  ● ok  ~ estimate   letters mark events on the chart",
    "dashed line: from here on a herd; bright bars are over it",
];

/// Groups side by side.
fn across(area: Rect) -> u16 {
    (area.width.saturating_sub(4) / GROUP).clamp(1, 3)
}

/// Rows of the groups that stand side by side.
fn tall(band: &[HelpGroup]) -> usize {
    band.iter().map(|group| group.rows.len() + 2).max().unwrap_or(0)
}

/// The box.
pub(super) fn place(area: Rect, groups: &[HelpGroup]) -> Rect {
    let across = across(area);
    let bands = groups.chunks(usize::from(across));
    let inner = columns(bands.map(tall).sum::<usize>() + READING.len());
    let width = (across * GROUP + 4).max(area.width.min(74)).min(area.width);
    boxed::centered(area, width, inner.saturating_add(2))
}

pub(super) fn draw(pen: &mut Pen<'_>, area: Rect, groups: &[HelpGroup]) {
    let place = place(area, groups);
    let inside = boxed::draw(pen, place, "Keys", "? or esc closes", "");
    let mut pen = pen.within(inside);
    let mut y = inside.y;
    for band in groups.chunks(usize::from(across(area))) {
        for (column, group) in (0..).zip(band) {
            let place = Rect { x: inside.x + column * GROUP, y, ..inside };
            keys(&mut pen, place, group);
        }
        y = y.saturating_add(columns(tall(band)));
    }
    let muted = pen.theme().text.muted;
    for (y, line) in (y..inside.bottom()).zip(READING) {
        pen.put(inside.x, y, line, muted);
    }
}

fn keys(pen: &mut Pen<'_>, area: Rect, group: &HelpGroup) {
    let theme = pen.theme();
    let right = (area.x + GROUP - 1).min(area.right());
    pen.put_upto(area.x, area.y, right, group.title, theme.ui.accent);
    let widest = group.rows.iter().map(|(keys, _)| pen.width(keys)).max().unwrap_or(0).min(10);
    for (y, (keys, what)) in (area.y + 1..area.bottom()).zip(&group.rows) {
        let x = pen.put_upto(area.x, y, right, keys, theme.ui.key);
        pen.put_upto(x.max(area.x + widest) + 1, y, right, what, theme.text.body);
    }
}
