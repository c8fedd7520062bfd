//! "Timeline": the past as one chart, and every alert under it.
//!
//! ```text
//!  header, banner
//!
//!  chart      opened up, closed down, events as letters
//!  open       the open connections, column under column; a panel from 50 rows on
//!  errors     error lines of the log, where one is read
//!
//!  alerts     one line each, newest first
//!  reading    the selected one in full
//!  footer
//! ```

pub(super) mod alerts;

use ratatui::layout::Rect;

use super::banner::Corner;
use super::buckets::Buckets;
use super::layout::{self, LayoutStep};
use super::pen::{Pen, cells};
use super::{banner, chart, footer, header, open};
use crate::app::{Chart, Frame};

pub(super) fn draw(pen: &mut Pen<'_>, area: Rect, frame: &Frame) {
    let places = layout::timeline(area, frame.chart.errors.is_some());
    let step = layout::step(area);
    if matches!(step, LayoutStep::Mini | LayoutStep::Strip) {
        banner::brief(pen, places.banner, frame);
        chart::plain(pen, places.chart, &frame.chart, frame, 0);
        open::row(pen, places.open, frame, 0);
        alerts::rows(pen, places.alerts, frame);
        return footer::draw(pen, places.footer, frame);
    }
    if step == LayoutStep::Full {
        header::draw(pen, places.header, frame);
    }
    banner::draw(pen, places.banner, frame, Corner::at(step));
    footer::note(pen, places.note, frame);
    chart::titled(pen, places.chart, &frame.chart, "CONNECTIONS/s", frame);
    if places.open.height > 1 {
        open::panel(pen, places.open, &open::of_frame(frame), frame, 0);
    } else {
        open::row(pen, places.open, frame, chart::GUTTER);
    }
    errors(pen, places.errors, &frame.chart);
    alerts::titled(pen, places.alerts, frame);
    alerts::reading(pen, places.reading, frame);
    footer::draw(pen, places.footer, frame);
}

/// The chart and under its columns the open connections, where it is zoomed.
pub(super) fn large(pen: &mut Pen<'_>, area: Rect, frame: &Frame) {
    let (above, below) = parts(area);
    chart::titled(pen, above, &frame.chart, "CONNECTIONS/s", frame);
    open::row(pen, below, frame, chart::GUTTER);
}

/// The place of the chart and of the row below it.
pub(super) fn parts(area: Rect) -> (Rect, Rect) {
    let height = area.height.saturating_sub(1);
    (Rect { height, ..area }, Rect { y: area.y + height, height: area.height - height, ..area })
}

/// The error lines of the log in one row, on a scale of their own: its end is in
/// the chart's heading. A dot is a moment without one, a blank is no reading.
fn errors(pen: &mut Pen<'_>, area: Rect, plotted: &Chart) {
    let Some(most) = plotted.errors.filter(|_| !area.is_empty()) else { return };
    let theme = pen.theme();
    pen.put(area.x, area.y, "err/s", theme.text.muted);
    let gutter = chart::GUTTER;
    let plot = Rect { x: area.x + gutter, width: area.width.saturating_sub(gutter), ..area };
    let buckets = Buckets::new(plotted, plot.width);
    for (column, point) in buckets.values(plotted) {
        let Some(errors) = point.errors else { continue };
        let eighths = usize::from(cells(errors / most.0.max(1.0) * 8.0).clamp(1, 8));
        for x in column..column + buckets.per {
            let (symbol, style) = if errors > 0.0 {
                (pen.look.glyphs.filled(eighths), theme.severity.crit)
            } else {
                ("·", theme.text.faint)
            };
            pen.cell(plot.x + x, plot.y, symbol, style);
        }
    }
}
