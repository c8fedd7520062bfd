//! The keys, over the screen.

use ratatui::layout::Rect;

use super::pen::{Pen, columns};
use crate::app::HelpGroup;

/// Columns of one group.
const GROUP: u16 = 25;

/// How to read the screen, under the keys.
const READING: [&str; 2] = [
    "■ crit  ▲ warn  ● ok  ~ estimate   letters mark events on the chart",
    "dashed line: from here on a herd; bright bars are over it",
];

pub(super) fn draw(pen: &mut Pen<'_>, area: Rect, groups: &[HelpGroup]) {
    let across = (area.width.saturating_sub(4) / GROUP).clamp(1, 3);
    let bands: Vec<&[HelpGroup]> = groups.chunks(usize::from(across)).collect();
    let tall = |band: &&[HelpGroup]| band.iter().map(|g| g.rows.len() + 2).max().unwrap_or(0);
    let inner = columns(bands.iter().map(tall).sum::<usize>() + READING.len());
    let width = (across * GROUP + 4).max(area.width.min(74)).min(area.width);
    let frame = centered(area, width, inner.saturating_add(2));
    border(pen, frame);
    let inside = Rect {
        x: frame.x + 3.min(frame.width),
        y: frame.y + 1,
        width: frame.width.saturating_sub(5),
        height: frame.height.saturating_sub(2),
    };
    let mut pen = pen.within(inside);
    let mut y = inside.y;
    for band in &bands {
        for (column, group) in (0..).zip(*band) {
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

fn centered(area: Rect, width: u16, height: u16) -> Rect {
    let (width, height) = (width.min(area.width), height.min(area.height));
    Rect {
        x: area.x + (area.width - width) / 2,
        y: area.y + (area.height - height) / 2,
        width,
        height,
    }
}

fn border(pen: &mut Pen<'_>, area: Rect) {
    let theme = pen.theme();
    pen.clear(area);
    if area.width < 4 || area.height < 3 {
        return;
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
    pen.put(area.x + 2, area.y, " Keys ", theme.text.strong);
    let hint = " ? or esc closes ";
    if area.width > 8 + pen.width(hint) {
        pen.put_right(right - 1, area.y, hint, style);
    }
}
