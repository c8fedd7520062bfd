//! Where the panels of "Probes & codes" lie, by size alone.

use ratatui::layout::Rect;

use super::step::{LayoutStep, TALL, part, step};

/// Its panels; what a size has no room for is empty.
#[derive(Debug, Clone, Copy, Default)]
pub(in super::super) struct ProbesScreen {
    pub(in super::super) header: Rect,
    pub(in super::super) banner: Rect,
    pub(in super::super) targets: Rect,
    /// Failures, and what was agreed and held.
    pub(in super::super) facts: Rect,
    pub(in super::super) chart: Rect,
    /// Connections per second under it, from 50 rows on.
    pub(in super::super) rates: Rect,
    pub(in super::super) codes: Rect,
    /// Beside the connections per second.
    pub(in super::super) events: Rect,
    pub(in super::super) reading: Rect,
    pub(in super::super) note: Rect,
    pub(in super::super) footer: Rect,
}

/// By the size and the number of targets, which does not change in a run.
pub(in super::super) fn probes_screen(area: Rect, targets: usize) -> ProbesScreen {
    // The heading, the names of the columns, and a row for what would fill it.
    let rows = |most: u16| 2 + u16::try_from(targets).unwrap_or(most).clamp(1, most.max(1));
    match step(area) {
        LayoutStep::Full => full(area, rows((area.height - 12) / 4)),
        LayoutStep::Standard => standard(area, rows((area.height - 12) / 4)),
        LayoutStep::Mini | LayoutStep::Strip => mini(area, rows(area.height / 4) - 2),
    }
}

fn full(area: Rect, table: u16) -> ProbesScreen {
    let (w, h) = (area.width, area.height);
    let line = |y, height| part(area, 1, y, w - 2, height);
    let top = 3 + table + 3;
    let side = (w * 2 / 5).max(44);
    let main = w - 4 - side;
    let height = h - 4 - top;
    let rates = if h >= TALL { height * 2 / 5 } else { 0 };
    let chart = height - rates - u16::from(rates > 0);
    ProbesScreen {
        header: line(0, 1),
        banner: part(area, 0, 1, w, 2),
        targets: line(3, table),
        facts: line(3 + table, 2),
        chart: part(area, 1, top, main, chart),
        rates: part(area, 1, top + height - rates, main, rates),
        codes: part(area, w - 1 - side, top, side, chart),
        events: part(area, w - 1 - side, top + height - rates, side, rates),
        reading: line(h - 3, 1),
        note: line(h - 2, 1),
        footer: line(h - 1, 1),
    }
}

fn standard(area: Rect, table: u16) -> ProbesScreen {
    let (w, h) = (area.width, area.height);
    let line = |y, height| part(area, 1, y, w - 2, height);
    let top = 3 + table + 2;
    let side = (w * 2 / 5).max(28);
    let main = w - 4 - side;
    let height = h - 2 - top;
    ProbesScreen {
        header: Rect::default(),
        banner: part(area, 0, 0, w, 2),
        note: line(2, 1),
        targets: line(3, table),
        facts: line(3 + table, 2),
        rates: Rect::default(),
        events: Rect::default(),
        chart: part(area, 1, top, main, height),
        codes: part(area, w - 1 - side, top, side, height),
        reading: line(h - 2, 1),
        footer: line(h - 1, 1),
    }
}

/// One line a target, the chart with what is left, codes and failures below.
fn mini(area: Rect, table: u16) -> ProbesScreen {
    let (w, h) = (area.width, area.height);
    let line = |y, height| part(area, 0, y, w, height);
    let facts = u16::from(h >= 10);
    let reading = u16::from(h >= 12);
    let codes = h - 1 - facts - reading;
    ProbesScreen {
        banner: line(0, 1),
        targets: line(1, table),
        chart: line(1 + table, codes - 1 - table),
        codes: line(codes, 1),
        facts: line(codes + 1, facts),
        reading: line(codes + 1 + facts, reading),
        ..ProbesScreen::default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn panels_never_touch_and_the_chart_keeps_three_rows() {
        let sizes = [(30, 7), (44, 12), (60, 16), (71, 70), (72, 20), (80, 24), (105, 70)];
        let larger = [(220, 29), (106, 30), (120, 36), (200, 60), (220, 70)];
        for (w, h) in sizes.into_iter().chain(larger) {
            let p = probes_screen(Rect::new(3, 2, w, h), usize::from(w % 7));
            let all = [
                p.header, p.banner, p.targets, p.facts, p.chart, p.rates, p.events, p.codes,
                p.reading, p.note, p.footer,
            ];
            for (i, a) in all.iter().enumerate() {
                for b in all.iter().skip(i + 1) {
                    assert!(!a.intersects(*b), "{w}x{h}: {a} meets {b}");
                }
            }
            assert!(p.chart.height >= 3, "{w}x{h}: {}", p.chart);
            assert!(!p.targets.is_empty() && !p.codes.is_empty(), "{w}x{h}");
        }
    }
}
