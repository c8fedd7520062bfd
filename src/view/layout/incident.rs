//! Where the panels of "Incident" lie, on the two large screens and in a pane.

use ratatui::layout::Rect;

use super::step::{ADVISED, TALL, WIDE, part};

/// Where the panels of the two large screens lie.
#[derive(Debug, Clone, Copy, Default)]
pub(in super::super) struct Places {
    pub(in super::super) header: Rect,
    pub(in super::super) banner: Rect,
    pub(in super::super) heroes: Rect,
    pub(in super::super) capacity: Rect,
    pub(in super::super) chart: Rect,
    /// Columns of the charts to the right of now.
    pub(in super::super) ahead: u16,
    /// The open connections, from 50 rows on.
    pub(in super::super) open: Rect,
    /// The first steps of the advice, where it is wide and tall.
    pub(in super::super) next: Rect,
    pub(in super::super) codes: Rect,
    pub(in super::super) probes: Rect,
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

/// Rows of the codes and of the probes that say only what would fill them: a
/// heading, and four lines of 38 columns or one.
const WITHOUT_CODES: u16 = 5;
const WITHOUT_PROBES: u16 = 2;

/// Rows of listeners beside the charts; the screen of their own has them all.
const MOST_ROWS: u16 = 10;

/// Rows of codes that are worth their place.
const MOST_CODES: u16 = 11;

/// The full screen. Without probes the places of what they see only say what
/// would fill them, and the events take the rest.
pub(in super::super) fn full(area: Rect, probed: bool) -> Places {
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
        banner: part(area, 0, 1, w, 2),
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

/// Rows from which on a panel beside the listeners is shared by two.
const SHARED: u16 = 12;

/// The standard screen; with probes the codes lie beside the listeners, and the
/// events below them where there is room.
pub(in super::super) fn standard(area: Rect, probed: bool) -> Places {
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
        banner: part(area, 0, 0, w, 2),
        note: line(7, 1),
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
