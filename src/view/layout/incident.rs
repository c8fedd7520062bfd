//! Which screen a size gets, and where its panels lie.
//!
//! Every position follows from the size alone, never from the data, so nothing
//! moves while numbers change.

mod timeline;
mod told;

use std::ops::Range;

use ratatui::layout::Rect;

pub(super) use timeline::timeline;
pub(super) use told::{Told, told};

/// The steps of the ladder.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Step {
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
pub(super) const fn step(area: Rect) -> Step {
    match (area.width, area.height) {
        (106.., 30..) => Step::Full,
        (72.., 20..) => Step::Standard,
        (30.., 7..) => Step::Mini,
        _ => Step::Strip,
    }
}

/// Where the panels of the two large screens lie.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Places {
    pub(super) header: Rect,
    pub(super) banner: Rect,
    pub(super) heroes: Rect,
    pub(super) capacity: Rect,
    pub(super) chart: Rect,
    /// Columns of the charts to the right of now.
    pub(super) ahead: u16,
    /// The open connections, from 50 rows on.
    pub(super) open: Rect,
    /// The first steps of the advice, where it is wide and tall.
    pub(super) next: Rect,
    pub(super) codes: Rect,
    pub(super) probes: Rect,
    pub(super) listeners: Rect,
    pub(super) events: Rect,
    pub(super) note: Rect,
    pub(super) footer: Rect,
}

/// A part of `area` by offset and size, cut to it.
pub(super) fn part(area: Rect, x: u16, y: u16, width: u16, height: u16) -> Rect {
    Rect::new(area.x.saturating_add(x), area.y.saturating_add(y), width, height).intersection(area)
}

/// The rows of a table that can be seen in so many lines. It begins where it
/// began before, and moves no further than the selection asks for.
pub(super) fn window(rows: usize, selected: usize, first: usize, lines: u16) -> Range<usize> {
    let lines = usize::from(lines);
    let selected = selected.min(rows.saturating_sub(1));
    let least = (selected + 1).saturating_sub(lines);
    let first = first.min(rows.saturating_sub(lines)).clamp(least, selected.max(least));
    first..rows.min(first + lines)
}

/// Where one table or one zoomed panel lies that has the screen to itself.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Alone {
    pub(super) header: Rect,
    pub(super) banner: Rect,
    pub(super) body: Rect,
    pub(super) note: Rect,
    pub(super) footer: Rect,
}

/// By the size.
pub(super) fn alone(area: Rect) -> Alone {
    let (w, h) = (area.width, area.height);
    let line = |y, height| part(area, 1, y, w.saturating_sub(2), height);
    let banner = |y| part(area, 0, y, w, 1);
    match step(area) {
        Step::Full => Alone {
            header: line(0, 1),
            banner: banner(1),
            body: line(3, h - 5),
            note: line(h - 2, 1),
            footer: line(h - 1, 1),
        },
        Step::Standard => Alone {
            banner: banner(0),
            body: line(1, h - 3),
            note: line(h - 2, 1),
            footer: line(h - 1, 1),
            ..Alone::default()
        },
        Step::Mini | Step::Strip => Alone {
            banner: banner(0),
            body: line(1, h.saturating_sub(2)),
            footer: line(h.saturating_sub(1), 1),
            ..Alone::default()
        },
    }
}

/// Where the parts of a pane lie.
#[derive(Debug, Clone, Copy)]
pub(super) struct Mini {
    pub(super) banner: Rect,
    /// Used of the limit, its bar, the rates: a row each.
    pub(super) numbers: Rect,
    pub(super) chart: Rect,
    pub(super) listeners: Rect,
    pub(super) lines: Rect,
    /// The last row, which is the line being typed when there is one.
    pub(super) footer: Rect,
}

/// By the size. The chart keeps three rows whatever happens; lines for limits
/// and events come with height, rows of listeners with a lot of it.
pub(super) fn mini(area: Rect) -> Mini {
    let (w, h) = (area.width, area.height);
    let lines = (h.saturating_sub(8) * 3 / 4).min(3);
    let table = if h >= 24 { h / 4 } else { 0 };
    let y = h.saturating_sub(lines + table);
    Mini {
        banner: part(area, 0, 0, w, 1),
        numbers: part(area, 0, 1, w, 3),
        chart: part(area, 0, 4, w, y.saturating_sub(4)),
        listeners: part(area, 1, y, w.saturating_sub(2), table),
        lines: part(area, 0, y + table, w, lines),
        footer: part(area, 0, h.saturating_sub(1), w, 1),
    }
}

/// Rows of the codes and of the probes that say only what would fill them: a
/// heading, and four lines of 38 columns or one.
const WITHOUT_CODES: u16 = 5;
const WITHOUT_PROBES: u16 = 2;

/// Rows from which on the open connections have a chart of their own.
const TALL: u16 = 50;

/// Columns from which on there is room for sentences beside the charts.
pub(super) const WIDE: u16 = 160;

/// Rows from which on the side panel has room for advice.
pub(super) const ADVISED: u16 = 40;

/// Rows of listeners beside the charts; the screen of their own has them all.
const MOST_ROWS: u16 = 10;

/// Rows of codes that are worth their place.
const MOST_CODES: u16 = 11;

/// The full screen. Without probes the places of what they see only say what
/// would fill them, and the events take the rest.
pub(super) fn full(area: Rect, probed: bool) -> Places {
    let (w, h) = (area.width, area.height);
    let line = |y, height| part(area, 1, y, w - 2, height);
    let side = if w >= WIDE { w / 3 } else { (w / 3).clamp(36, 40) };
    let main = w - 4 - side;
    let body = h - 14;
    let rows = ((body - 5) * 3 / 10).clamp(3, MOST_ROWS);
    let table_y = h - 2 - rows - 2;
    let right = |y, height| part(area, w - 1 - side, y, side, height);
    let top = 12;
    let upper = table_y - 1 - top;
    let open_h = if h >= TALL { upper * 2 / 5 } else { 0 };
    let chart_h = upper - open_h - u16::from(open_h > 0);
    let advised = w >= WIDE && h >= ADVISED;
    let (codes_h, probes_h) = match (probed, advised) {
        (false, _) => (WITHOUT_CODES, WITHOUT_PROBES),
        (true, true) => ((upper / 3).clamp(6, 9), (upper / 5).clamp(4, 6)),
        (true, false) => {
            let codes = (upper / 2).min(MOST_CODES);
            (codes, upper - codes - 1)
        }
    };
    let probes_y = top + codes_h + 1;
    let next_y = probes_y + probes_h + 1;
    let events_y = if advised { table_y } else { next_y };
    Places {
        header: line(0, 1),
        banner: part(area, 0, 1, w, 1),
        heroes: line(3, 4),
        capacity: line(8, 3),
        chart: part(area, 1, top, main, chart_h),
        ahead: if open_h > 0 { main / 10 } else { 0 },
        open: part(area, 1, table_y - 1 - open_h, main, open_h),
        codes: right(top, codes_h),
        probes: right(probes_y, probes_h),
        next: right(next_y, events_y.saturating_sub(1 + next_y)),
        events: right(events_y, h - 2 - events_y),
        listeners: part(area, 1, table_y, main, rows + 2),
        note: line(h - 2, 1),
        footer: line(h - 1, 1),
    }
}

/// The screen of the listeners alone: the table, and the charts of the selected one
/// under it, the open connections beside the rates where it is wide.
pub(super) fn listeners(area: Rect) -> (Rect, Rect, Rect) {
    let (w, h) = (area.width, area.height);
    let top = 3;
    let below = (h - 5) * 2 / 5;
    let y = h - 2 - below;
    let half = if w >= WIDE { (w - 4) / 2 } else { w - 2 };
    let table = part(area, 1, top, w - 2, y - top - u16::from(below > 0));
    let beside = part(area, w - 1 - half, y, if w >= WIDE { half } else { 0 }, below);
    (table, part(area, 1, y, half, below), beside)
}

/// Rows from which on a panel beside the listeners is shared by two.
const SHARED: u16 = 12;

/// The standard screen; with probes the codes lie beside the listeners, and the
/// events below them where there is room.
pub(super) fn standard(area: Rect, probed: bool) -> Places {
    let (w, h) = (area.width, area.height);
    let line = |y, height| part(area, 1, y, w - 2, height);
    let body = h - 9;
    let table = body * 2 / 5;
    let side = (w * 7 / 20).clamp(25, 60);
    let table_y = h - 1 - table;
    let codes_h = match (probed, table) {
        (false, _) => 0,
        (true, SHARED..) => table / 2,
        (true, _) => table,
    };
    let right = |y, height| part(area, w - 1 - side, y, side, height);
    let upper = body - table;
    let open_h = if h >= TALL { upper * 2 / 5 } else { 0 };
    Places {
        banner: part(area, 0, 0, w, 1),
        note: line(1, 1),
        heroes: line(2, 2),
        capacity: line(5, 2),
        chart: line(8, upper - open_h),
        ahead: if open_h > 0 { (w - 2) / 10 } else { 0 },
        open: line(8 + upper - open_h, open_h),
        listeners: part(area, 1, table_y, w - 4 - side, table),
        codes: right(table_y, codes_h),
        events: right(table_y + codes_h, table - codes_h),
        footer: line(h - 1, 1),
        ..Places::default()
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
            [Step::Full, Step::Standard, Step::Standard]
        );
        assert_eq!([at(72, 20), at(71, 20), at(72, 19)], [Step::Standard, Step::Mini, Step::Mini]);
        assert_eq!([at(30, 7), at(29, 7), at(30, 6)], [Step::Mini, Step::Strip, Step::Strip]);
    }

    #[test]
    fn panels_of_the_large_screens_never_touch() {
        for (w, h) in [(106, 30), (120, 36), (159, 40), (160, 40), (120, 50), (160, 50), (220, 70)]
        {
            for probed in [true, false] {
                apart(full(Rect::new(3, 2, w, h), probed));
            }
        }
        for (w, h) in [(72, 20), (80, 24), (105, 70), (220, 29)] {
            for probed in [true, false] {
                apart(standard(Rect::new(3, 2, w, h), probed));
            }
        }
    }

    fn apart(p: Places) {
        let all = [
            p.header,
            p.banner,
            p.heroes,
            p.capacity,
            p.chart,
            p.open,
            p.next,
            p.codes,
            p.probes,
            p.listeners,
            p.events,
            p.note,
            p.footer,
        ];
        for (i, a) in all.iter().enumerate() {
            for b in all.iter().skip(i + 1) {
                assert!(!a.intersects(*b), "{a} meets {b}");
            }
        }
    }
}
