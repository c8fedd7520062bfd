//! The steps of the ladder: which screen a size gets, and what all of them share.

use std::ops::Range;

use ratatui::layout::Rect;

/// The steps of the ladder.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in super::super) enum LayoutStep {
    /// Everything, big digits, side panel.
    Full,
    /// 80x24: the same in short.
    Standard,
    /// A pane: verdict, gauge, chart, the worst limits.
    Mini,
    /// One to three lines.
    Strip,
}

/// The step for a size.
pub(in super::super) const fn step(area: Rect) -> LayoutStep {
    match (area.width, area.height) {
        (106.., 30..) => LayoutStep::Full,
        (72.., 20..) => LayoutStep::Standard,
        (30.., 7..) => LayoutStep::Mini,
        _ => LayoutStep::Strip,
    }
}

/// Rows from which on the open connections have a chart of their own.
pub(in super::super) const TALL: u16 = 50;

/// Columns from which on there is room for sentences beside the charts.
pub(in super::super) const WIDE: u16 = 160;

/// Rows from which on the side panel has room for advice.
pub(in super::super) const ADVISED: u16 = 40;

/// A part of `area` by offset and size, cut to it.
pub(in super::super) fn part(area: Rect, x: u16, y: u16, width: u16, height: u16) -> Rect {
    Rect::new(area.x.saturating_add(x), area.y.saturating_add(y), width, height).intersection(area)
}

/// Rows of the banner of a page below its title: two from 72x20 on.
pub(in super::super) const fn banner_rows(area: Rect) -> u16 {
    match step(area) {
        LayoutStep::Full | LayoutStep::Standard => 2,
        LayoutStep::Mini | LayoutStep::Strip => 1,
    }
}

/// The rows of a table that can be seen in so many lines. It begins where it
/// began before, and moves no further than the selection asks for.
pub(in super::super) fn window(
    rows: usize,
    selected: usize,
    first: usize,
    lines: u16,
) -> Range<usize> {
    let lines = usize::from(lines);
    let selected = selected.min(rows.saturating_sub(1));
    let least = (selected + 1).saturating_sub(lines);
    let first = first.min(rows.saturating_sub(lines)).clamp(least, selected.max(least));
    first..rows.min(first + lines)
}

/// Where one table or one zoomed panel lies that has the screen to itself.
#[derive(Debug, Clone, Copy, Default)]
pub(in super::super) struct Alone {
    pub(in super::super) header: Rect,
    pub(in super::super) banner: Rect,
    pub(in super::super) body: Rect,
    pub(in super::super) note: Rect,
    pub(in super::super) footer: Rect,
}

/// By the size.
pub(in super::super) fn alone(area: Rect) -> Alone {
    let (w, h) = (area.width, area.height);
    let line = |y, height| part(area, 1, y, w.saturating_sub(2), height);
    let banner = |y, height| part(area, 0, y, w, height);
    match step(area) {
        LayoutStep::Full => Alone {
            header: line(0, 1),
            banner: banner(1, 2),
            body: line(3, h - 5),
            note: line(h - 2, 1),
            footer: line(h - 1, 1),
        },
        LayoutStep::Standard => Alone {
            banner: banner(0, 2),
            body: line(2, h - 4),
            note: line(h - 2, 1),
            footer: line(h - 1, 1),
            ..Alone::default()
        },
        LayoutStep::Mini | LayoutStep::Strip => Alone {
            banner: banner(0, 1),
            body: line(1, h.saturating_sub(2)),
            footer: line(h.saturating_sub(1), 1),
            ..Alone::default()
        },
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_ladder_has_the_promised_steps() {
        let at = |w, h| step(Rect::new(0, 0, w, h));
        assert_eq!(
            [at(106, 30), at(105, 30), at(106, 29)],
            [LayoutStep::Full, LayoutStep::Standard, LayoutStep::Standard]
        );
        assert_eq!(
            [at(72, 20), at(71, 20), at(72, 19)],
            [LayoutStep::Standard, LayoutStep::Mini, LayoutStep::Mini]
        );
        assert_eq!(
            [at(30, 7), at(29, 7), at(30, 6)],
            [LayoutStep::Mini, LayoutStep::Strip, LayoutStep::Strip]
        );
    }
}
