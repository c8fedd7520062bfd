//! Where the panels of the timeline lie, by size alone.

use ratatui::layout::Rect;

use super::step::{LayoutStep, TALL, part, step};

/// Its panels; what a size has no room for is empty.
#[derive(Debug, Clone, Copy, Default)]
pub(in super::super) struct Timeline {
    pub(in super::super) header: Rect,
    pub(in super::super) banner: Rect,
    pub(in super::super) chart: Rect,
    /// The open connections under the chart: one row, or a panel of its own.
    pub(in super::super) open: Rect,
    /// The error lines of the log, one row; empty where none is read.
    pub(in super::super) errors: Rect,
    pub(in super::super) alerts: Rect,
    /// The selected alert in full.
    pub(in super::super) reading: Rect,
    pub(in super::super) note: Rect,
    pub(in super::super) footer: Rect,
}

/// By the size, and whether a log is read.
pub(in super::super) fn timeline(area: Rect, logged: bool) -> Timeline {
    let (w, h) = (area.width, area.height);
    let errors = u16::from(logged);
    let line = |y, height| part(area, 1, y, w.saturating_sub(2), height);
    let banner = |y, height| part(area, 0, y, w, height);
    match step(area) {
        LayoutStep::Full => {
            // Two charts have their blank row between them, a row belongs to its chart.
            let (chart, gap, open) =
                if h >= TALL { ((h - 12) * 2 / 5, 1, (h - 12) / 4) } else { ((h - 12) / 2, 0, 1) };
            let alerts = 3 + chart + gap + open + 1 + errors;
            Timeline {
                header: line(0, 1),
                banner: banner(1, 2),
                chart: line(3, chart),
                open: line(3 + chart + gap, open),
                errors: line(3 + chart + gap + open, errors),
                alerts: line(alerts, h - 6 - alerts),
                reading: line(h - 5, 3),
                note: line(h - 2, 1),
                footer: line(h - 1, 1),
            }
        }
        LayoutStep::Standard => {
            let chart = (h - 7) * 2 / 5;
            let alerts = 3 + chart + 1 + errors;
            Timeline {
                banner: banner(0, 2),
                note: line(2, 1),
                chart: line(3, chart),
                open: line(3 + chart, 1),
                errors: line(4 + chart, errors),
                alerts: line(alerts, h - 3 - alerts),
                reading: line(h - 3, 2),
                footer: line(h - 1, 1),
                ..Timeline::default()
            }
        }
        LayoutStep::Mini | LayoutStep::Strip => {
            let open = u16::from(h >= 10);
            let chart = (h.saturating_sub(2 + open) / 2).min(8);
            let alerts = 1 + chart + open;
            Timeline {
                banner: banner(0, 1),
                chart: part(area, 0, 1, w, chart),
                open: part(area, 0, 1 + chart, w, open),
                alerts: part(area, 0, alerts, w, h.saturating_sub(1 + alerts)),
                footer: line(h.saturating_sub(1), 1),
                ..Timeline::default()
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn panels_never_touch_and_some_alerts_are_always_seen() {
        let sizes = [(30, 7), (44, 12), (60, 16), (71, 70), (72, 20), (80, 24), (105, 70)];
        let larger = [(220, 29), (106, 30), (120, 36), (200, 60), (220, 70)];
        for (w, h) in sizes.into_iter().chain(larger) {
            let p = timeline(Rect::new(3, 2, w, h), w % 2 == 0);
            let all = [
                p.header, p.banner, p.chart, p.open, p.errors, p.alerts, p.reading, p.note,
                p.footer,
            ];
            for (i, a) in all.iter().enumerate() {
                for b in all.iter().skip(i + 1) {
                    assert!(!a.intersects(*b), "{w}x{h}: {a} meets {b}");
                }
            }
            assert!(p.alerts.height >= 2 && p.chart.height >= 2, "{w}x{h}: {p:?}");
        }
    }
}
