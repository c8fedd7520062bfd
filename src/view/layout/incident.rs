//! Where the panels of "Incident" lie, on the two large screens and in a pane.

use ratatui::layout::Rect;

use super::side::{Wish, stack};
use super::step::{TALL, WIDE, part};
use crate::app::Panel;

/// Where the panels of the two large screens lie.
#[derive(Debug, Clone, Default)]
pub(in super::super) struct Places {
    pub(in super::super) header: Rect,
    pub(in super::super) banner: Rect,
    /// The host and what is watched of it, where no header has them.
    pub(in super::super) host: Rect,
    pub(in super::super) heroes: Rect,
    pub(in super::super) capacity: Rect,
    pub(in super::super) chart: Rect,
    /// Columns of the charts to the right of now.
    pub(in super::super) ahead: u16,
    /// The open connections, from 50 rows on.
    pub(in super::super) open: Rect,
    /// The panels beside the charts of the full screen.
    pub(in super::super) side: Vec<(Panel, Rect)>,
    pub(in super::super) codes: Rect,
    pub(in super::super) listeners: Rect,
    pub(in super::super) events: Rect,
    pub(in super::super) note: Rect,
    pub(in super::super) footer: Rect,
}

/// Where the parts of a pane lie.
#[derive(Debug, Clone, Copy)]
pub(in super::super) struct Mini {
    pub(in super::super) banner: Rect,
    /// Used of the limit, its bar, the rates: a row each.
    pub(in super::super) numbers: Rect,
    pub(in super::super) chart: Rect,
    pub(in super::super) listeners: Rect,
    pub(in super::super) lines: Rect,
    /// The last row, which is the line being typed when there is one.
    pub(in super::super) footer: Rect,
}

/// By the size. The chart keeps three rows whatever happens; lines for limits
/// and events come with height, rows of listeners with a lot of it.
pub(in super::super) fn mini(area: Rect) -> Mini {
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

/// What there is to show, as far as places depend on it.
#[derive(Debug, Clone, Default)]
pub(in super::super) struct Content {
    /// Whether there are targets of probes.
    pub(in super::super) probed: bool,
    /// Rows of the table of listeners.
    pub(in super::super) listeners: u16,
    /// The panels beside the charts.
    pub(in super::super) wishes: Vec<Wish>,
}

/// Lines below the listeners that tell more of the selected one.
const BENEATH: u16 = 2;

/// Rows of the open connections, at the least.
const OPEN: u16 = 6;

/// The first row below the big numbers.
const TOP: u16 = 7;

/// Rows of the limits, which lie below the big numbers.
const LIMITS: u16 = 3;

/// Columns from which on they lie beside the big numbers, and columns that these need.
const BESIDE: u16 = 190;
const NUMBERS: u16 = 112;

/// Columns of the panels beside the charts: from `WIDE` on sentences fit, and what is
/// wider than they need would be blank.
pub(in super::super) fn side_width(area: Rect) -> u16 {
    if area.width >= WIDE { (area.width * 27 / 100).clamp(55, 60) } else { 36 }
}

/// The full screen: the charts with the listeners under them, and a column of panels. Where
/// it is wide the listeners have the whole width, and all of their columns.
pub(in super::super) fn full(area: Rect, content: &Content) -> Places {
    let (w, h) = (area.width, area.height);
    let line = |y, height| part(area, 1, y, w - 2, height);
    let side = side_width(area);
    let main = w - 4 - side;
    let beside = w >= BESIDE;
    let top = if beside { TOP } else { TOP + LIMITS };
    let body = h - 2 - top;
    let wide = w >= WIDE;
    // A wide table has a column for each figure.
    let (least, beneath) = if wide { (1, 0) } else { (3, BENEATH) };
    let table = 2 + content.listeners.clamp(least, (body / 3).max(3)) + beneath;
    let upper = body - table;
    let asked: u16 = content.wishes.iter().map(|wish| wish.most()).sum();
    // Where the panels leave rows at their end, the open connections lie below them.
    let below = wide && h >= TALL && asked + OPEN <= upper;
    let open_h = match h {
        TALL.. if below => upper - asked,
        TALL.. => upper * 2 / 5,
        _ => 0,
    };
    let column = match (below, wide) {
        (true, _) => asked,
        (false, true) => upper,
        (false, false) => body,
    };
    let column = part(area, w - 1 - side, top, side, column);
    let (heroes, capacity) = if beside {
        let rest = NUMBERS + 3;
        (part(area, 1, 3, NUMBERS, 4), part(area, rest, 3, w - 1 - rest, 4))
    } else {
        (line(3, 4), line(TOP, LIMITS))
    };
    Places {
        header: line(0, 1),
        banner: part(area, 0, 1, w, 2),
        heroes,
        capacity,
        chart: part(area, 1, top, main, upper - open_h),
        ahead: if open_h > 0 { main / 10 } else { 0 },
        open: part(area, 1, top + upper - open_h, if below { w - 2 } else { main }, open_h),
        side: stack(column, &content.wishes),
        listeners: part(area, 1, top + upper, if wide { w - 2 } else { main }, table),
        note: line(h - 2, 1),
        footer: line(h - 1, 1),
        ..Places::default()
    }
}

/// Rows from which on a panel beside the listeners is shared by two.
const SHARED: u16 = 12;

/// The standard screen; with probes the codes lie beside the listeners, and the
/// events below them where there is room.
pub(in super::super) fn standard(area: Rect, content: &Content) -> Places {
    let (w, h) = (area.width, area.height);
    let line = |y, height| part(area, 1, y, w - 2, height);
    let body = h - 9;
    let table = body * 2 / 5;
    let side = (w * 7 / 20).clamp(25, 60);
    let table_y = h - 1 - table;
    let codes_h = match (content.probed, table) {
        (false, _) => 0,
        (true, SHARED..) => table / 2,
        (true, _) => table,
    };
    let right = |y, height| part(area, w - 1 - side, y, side, height);
    let upper = body - table;
    let open_h = if h >= TALL { upper * 2 / 5 } else { 0 };
    Places {
        banner: part(area, 0, 0, w, 2),
        note: line(7, 1),
        heroes: line(2, 2),
        host: line(4, 1),
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
    fn panels_of_the_large_screens_never_touch() {
        for (w, h) in [(106, 30), (120, 36), (159, 40), (160, 40), (120, 50), (160, 50), (220, 70)]
        {
            for listeners in [0, 5, 200] {
                let wishes = vec![
                    Wish::of(Panel::Codes, 1, 5, 9),
                    Wish::of(Panel::Clients, 3, 4, 9),
                    Wish::of(Panel::Events, 0, 4, 5),
                ];
                let content = Content { probed: true, listeners, wishes };
                apart(&full(Rect::new(3, 2, w, h), &content));
            }
        }
        for (w, h) in [(72, 20), (80, 24), (105, 70), (220, 29)] {
            for probed in [true, false] {
                let content = Content { probed, ..Content::default() };
                apart(&standard(Rect::new(3, 2, w, h), &content));
            }
        }
    }

    fn apart(p: &Places) {
        let side = p.side.iter().map(|(_, place)| *place);
        let all: Vec<Rect> = side
            .chain([
                p.header,
                p.banner,
                p.heroes,
                p.host,
                p.capacity,
                p.chart,
                p.open,
                p.codes,
                p.listeners,
                p.events,
                p.note,
                p.footer,
            ])
            .collect();
        for (i, a) in all.iter().enumerate() {
            for b in all.iter().skip(i + 1) {
                assert!(!a.intersects(*b), "{a} meets {b}");
            }
        }
    }
}
