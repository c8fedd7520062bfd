//! Connections per second: opened upwards, closed downwards, one scale.
//!
//! A herd is its own mirror image: clients that are turned away come back.

use ratatui::layout::Rect;
use ratatui::style::{Modifier, Style};

use super::axis::{self, Now};
use super::buckets::Buckets;
use super::gauge::reversed;
use super::pen::{Pen, Piece, cells};
use super::{levels, severity};
use crate::app::{Chart, ChartPoint, Frame};
use crate::fmt;
use crate::theme::{Colors, Glyphs, Ramp};

/// Rows from which on the closed half is worth its place.
const MIRRORED: u16 = 5;

/// Columns at the left for the scale.
pub(super) const GUTTER: u16 = 6;

/// Beyond any rate there is; keeps the arithmetic finite.
const MOST: f64 = 1e15;

/// Heading, plot and axis.
pub(super) fn titled(pen: &mut Pen<'_>, area: Rect, chart: &Chart, name: &str, frame: &Frame) {
    heading(pen, area, chart, name);
    under_heading(pen, area, chart, frame, GUTTER);
}

/// The first row of its place.
pub(super) fn heading(pen: &mut Pen<'_>, area: Rect, chart: &Chart, name: &str) {
    let (muted, series) = (pen.theme().text.muted, &pen.theme().series);
    let mut words: Vec<Piece<'_>> = Vec::new();
    if !chart.scope.is_empty() && area.width >= 52 {
        words.push((format!(" {}", chart.scope).into(), muted));
    }
    words.push(("  handshakes ".into(), muted));
    words.push(("▴".into(), series.opened.crest()));
    words.push(("  closed ".into(), muted));
    words.push(("▾".into(), series.closed.crest()));
    // Who zooms out of a young run sees that it was understood.
    let of = Some(chart.asked).filter(|asked| *asked > chart.window);
    let of = of.map_or_else(String::new, |asked| format!(" of {}", fmt::window(asked)));
    words.push((format!("   {}{of}", fmt::window(chart.window)).into(), muted));
    if let Some(peak) = chart.peak {
        words.push((format!("   peak {}/s", fmt::rate(peak)).into(), muted));
    }
    if let Some(errors) = chart.errors {
        words.push((format!("   errors {}/s", fmt::rate(errors)).into(), muted));
    }
    // Where the line is drawn its name stands beside it.
    if let Some(level) = chart.threshold.filter(|level| level.0 > chart.top) {
        words.push((format!("   herd from {}/s", fmt::rate(level)).into(), muted));
    }
    pen.title(Rect { height: area.height.min(1), ..area }, name, &words);
}

/// Plot and axis below the first row of its place.
pub(super) fn under_heading(
    pen: &mut Pen<'_>,
    area: Rect,
    chart: &Chart,
    frame: &Frame,
    gutter: u16,
) {
    let rest = Rect { y: area.y + 1, height: area.height.saturating_sub(1), ..area };
    plain(pen, rest, chart, frame, gutter);
}

/// Where the columns of a plot lie, and how many rows its axis takes.
pub(super) fn place(area: Rect, gutter: u16) -> (Rect, u16) {
    let axis = u16::from(area.height > 3);
    let place = Rect {
        x: area.x + gutter.min(area.width),
        width: area.width.saturating_sub(gutter),
        height: area.height - axis.min(area.height),
        ..area
    };
    (place, axis)
}

/// Plot and axis; `gutter` columns at the left are for the scale. Without room
/// for both the plot stays and the axis goes.
pub(super) fn plain(pen: &mut Pen<'_>, area: Rect, chart: &Chart, frame: &Frame, gutter: u16) {
    let (place, axis) = place(area, gutter);
    if place.is_empty() {
        return;
    }
    let plot = Plot::new(place, chart);
    let buckets = Buckets::in_cells(chart, place.width, pen.look.glyphs.dots());
    threshold(pen, &plot, chart);
    mark_lines(pen, &plot, chart, &buckets);
    let cells = buckets.cells(&buckets.values(chart));
    for (x, points) in &cells {
        rise(pen, &plot, place.x + x, *points, chart);
        hang(pen, &plot, place.x + x, *points);
    }
    let opened = cells.iter().filter_map(|(x, points)| {
        let opened = points.iter().flatten().map(|point| point.opened);
        Some((*x, opened.reduce(f64::max)?))
    });
    threshold_name(pen, &plot, chart, &buckets, opened);
    cursor(pen, &plot, chart, &buckets);
    letters(pen, &plot, chart, &buckets);
    scale(pen, &plot, chart, area.x, gutter);
    if axis > 0 {
        let offset = *frame.header.clock.offset();
        let stopped = fmt::clock(&chart.end.with_timezone(&offset));
        let word = if frame.header.is_now() { "now" } else { stopped.as_str() };
        let line = Rect { y: place.bottom(), height: 1, ..place };
        axis::draw(pen, line, &buckets, &Now { end: chart.end, offset, word });
    }
}

/// Rows above and below zero and what one is worth.
struct Plot {
    area: Rect,
    up: u16,
    down: u16,
    unit: f64,
    top: f64,
    bottom: f64,
}

impl Plot {
    fn new(area: Rect, chart: &Chart) -> Self {
        let top = nice(chart.top.min(MOST));
        let bottom = nice(chart.bottom.min(MOST));
        let down = if area.height < MIRRORED {
            0
        } else {
            cells(f64::from(area.height) * bottom / (top + bottom)).clamp(1, area.height - 2)
        };
        let up = area.height - down;
        let below = if down > 0 { bottom / f64::from(down) } else { 0.0 };
        Self { area, up, down, unit: (top / f64::from(up)).max(below), top, bottom }
    }

    /// The row so many above zero, 0 being the first.
    fn row_up(&self, above: u16) -> u16 {
        self.area.y + self.up - 1 - above.min(self.up - 1)
    }

    /// The row that begins at a value or holds it.
    fn above(&self, value: f64) -> u16 {
        cells((value / self.unit + 1e-6).floor()).min(self.up - 1)
    }

    /// Whether the axis reaches so far.
    fn holds(&self, value: f64) -> bool {
        value <= self.unit * f64::from(self.up)
    }

    /// Eighths of a cell for a value. What is nearly nothing is a blank row: a line at
    /// the ground over the whole width reads as traffic.
    fn eighths(&self, value: f64, rows: u16) -> u16 {
        cells(value / self.unit * 8.0).min(rows.saturating_mul(8).max(1))
    }
}

/// The next number above that makes a good end of an axis.
pub(super) fn nice(value: f64) -> f64 {
    if !value.is_finite() || value <= 1.0 {
        return 1.0;
    }
    let power = 10_f64.powf(value.log10().floor());
    let steps = [1.0, 1.5, 2.0, 3.0, 4.0, 5.0, 6.0, 7.0, 8.0, 9.0, 10.0];
    let share = value / power;
    steps.into_iter().find(|step| share <= step + 1e-9).unwrap_or(10.0) * power
}

/// How far up the ramp a row lies.
fn share(row: u16, rows: u16) -> f64 {
    f64::from(row) / f64::from(rows.saturating_sub(1).max(1))
}

/// The opened bars of one cell.
fn rise(pen: &mut Pen<'_>, plot: &Plot, x: u16, points: [Option<ChartPoint>; 2], chart: &Chart) {
    let series = &pen.theme().series;
    let eighths = points.map(|point| point.map_or(0, |p| plot.eighths(p.opened, plot.up)));
    let highest = eighths.into_iter().max().unwrap_or(0);
    let opened = points.iter().flatten().map(|point| point.opened).fold(0.0, f64::max);
    let level = chart.threshold.filter(|t| opened >= t.0).map(|t| plot.above(t.0));
    for row in 0..highest.div_ceil(8) {
        let over = level.is_some_and(|level| row >= level);
        let ramp = if over { &series.over } else { &series.opened };
        let style = shade(ramp, row, plot.up, highest);
        pen.glyph(x, plot.row_up(row), pen.look.glyphs.rising(of_row(eighths, row)), style);
    }
}

/// What a row holds of bars so many eighths tall.
pub(super) fn of_row(eighths: [u16; 2], row: u16) -> [u16; 2] {
    eighths.map(|eighths| eighths.saturating_sub(row * 8).min(8))
}

/// The closed bars of one cell. There are no upper eighths in most fonts: a
/// lower block in exchanged colours shows its upper part.
fn hang(pen: &mut Pen<'_>, plot: &Plot, x: u16, points: [Option<ChartPoint>; 2]) {
    if plot.down == 0 {
        return;
    }
    let theme = pen.theme();
    let glyphs = pen.look.glyphs;
    let hatched = theme.colors == Colors::None || glyphs == Glyphs::Ascii;
    let eighths = points.map(|point| point.map_or(0, |p| plot.eighths(p.closed, plot.down)));
    let highest = eighths.into_iter().max().unwrap_or(0);
    for row in 0..highest.div_ceil(8) {
        let y = plot.area.y + plot.up + row;
        let filled = of_row(eighths, row);
        let style = shade(&theme.series.closed, row, plot.down, highest);
        match filled {
            _ if glyphs == Glyphs::Braille => pen.glyph(x, y, Glyphs::hanging(filled), style),
            // No eighths to hatch: a started cell counts from its half, the first from
            // its third eighth.
            [filled, _] if hatched => {
                if filled >= if row == 0 { 2 } else { 4 } {
                    pen.cell(x, y, "░", style);
                }
            }
            [0, _] => {}
            [8, _] => pen.cell(x, y, "█", style),
            [filled, _] => {
                pen.cell(x, y, glyphs.filled(usize::from(8 - filled)), reversed(style));
            }
        }
    }
}

/// Bars of one row are drawn bright, or calm would be dark on dark.
fn shade(ramp: &Ramp, row: u16, rows: u16, eighths: u16) -> Style {
    if eighths <= 8 { ramp.crest() } else { ramp.at(share(row, rows)) }
}

/// The dashed line from which on a herd is suspected.
fn threshold(pen: &mut Pen<'_>, plot: &Plot, chart: &Chart) {
    let Some(level) = chart.threshold.filter(|level| plot.holds(level.0)) else { return };
    let row = plot.above(level.0);
    if row == 0 {
        return;
    }
    let dim = faint_warning(pen);
    let y = plot.row_up(row);
    for x in (plot.area.x..plot.area.right()).step_by(2) {
        pen.cell(x, y, "╌", dim);
    }
}

/// What that line is, where neither bars nor letters stand.
fn threshold_name(
    pen: &mut Pen<'_>,
    plot: &Plot,
    chart: &Chart,
    buckets: &Buckets,
    opened: impl Iterator<Item = (u16, f64)>,
) {
    let level = chart.threshold.filter(|level| plot.holds(level.0));
    let Some(row) = level.map(|level| plot.above(level.0)) else { return };
    if row == 0 || plot.area.width < 40 {
        return;
    }
    let y = plot.row_up(row);
    let tall = opened.filter(|(_, value)| plot.eighths(*value, plot.up).div_ceil(8) > row);
    let mut taken: Vec<u16> = tall.map(|(x, _)| x).collect();
    if y == plot.area.y {
        taken.extend(chart.marks.iter().filter_map(|mark| buckets.column(mark.at)));
    }
    let line = Rect { y, height: 1, ..plot.area };
    levels::name(pen, line, &taken, "herd alert", faint_warning(pen));
}

/// Of the line and its name.
fn faint_warning(pen: &Pen<'_>) -> Style {
    pen.theme().severity.warn.remove_modifier(Modifier::BOLD).add_modifier(Modifier::DIM)
}

/// Dotted lines from the letters down to the axis; bars cover them.
fn mark_lines(pen: &mut Pen<'_>, plot: &Plot, chart: &Chart, buckets: &Buckets) {
    let style = pen.theme().text.faint;
    for mark in &chart.marks {
        let Some(column) = buckets.column(mark.at) else { continue };
        for y in plot.area.y + 1..plot.area.bottom() {
            pen.cell(plot.area.x + column, y, "┊", style);
        }
    }
}

/// The moment that everything else on the screen is of.
fn cursor(pen: &mut Pen<'_>, plot: &Plot, chart: &Chart, buckets: &Buckets) {
    let Some(column) = chart.cursor.and_then(|at| buckets.column(at)) else { return };
    line(pen, plot.area, plot.area.x + column);
}

/// The line of that moment and its head.
pub(super) fn line(pen: &mut Pen<'_>, area: Rect, x: u16) {
    let style = pen.theme().ui.selected;
    for y in area.y + 1..area.bottom() {
        pen.cell(x, y, "│", style);
    }
    pen.cell(x, area.y, "▼", style);
}

/// The letters of the events. Where two meet the worse one is seen.
fn letters(pen: &mut Pen<'_>, plot: &Plot, chart: &Chart, buckets: &Buckets) {
    let mut marks: Vec<_> = chart.marks.iter().collect();
    marks.sort_by_key(|mark| mark.severity);
    for mark in marks {
        if let Some(column) = buckets.column(mark.at) {
            let style = severity::banner(pen.theme(), mark.severity);
            pen.cell(plot.area.x + column, plot.area.y, &mark.letter.to_string(), style);
        }
    }
}

/// Top, threshold, zero and bottom at the left. The threshold wins its row.
fn scale(pen: &mut Pen<'_>, plot: &Plot, chart: &Chart, x: u16, gutter: u16) {
    let theme = pen.theme();
    let mut labels = vec![(plot.row_up(0), "0".to_owned(), theme.text.muted)];
    if let Some(level) = chart.threshold.filter(|level| plot.holds(level.0)) {
        let row = plot.row_up(plot.above(level.0));
        let style = theme.severity.warn.remove_modifier(Modifier::BOLD);
        labels.push((row, fmt::axis(level.0), style));
    }
    labels.push((plot.row_up(plot.above(plot.top)), fmt::axis(plot.top), theme.text.muted));
    if plot.down > 0 {
        let row = cells((plot.bottom / plot.unit).ceil()).clamp(1, plot.down) - 1;
        let y = plot.area.y + plot.up + row;
        labels.push((y, fmt::axis(plot.bottom), theme.text.muted));
    }
    let mut taken = Vec::new();
    for (y, label, style) in labels {
        if gutter > 1 && !taken.contains(&y) {
            pen.within(Rect { x, ..plot.area }).put_right(x + gutter - 1, y, &label, style);
            taken.push(y);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::view::fixtures;

    #[test]
    fn an_axis_ends_at_a_round_number() {
        assert_eq!([nice(0.0), nice(144.0), nice(5_429.0)].map(fmt::axis), ["1", "150", "6k"]);
        assert_eq!(
            [nice(7_000.0), nice(1_000.0), nice(f64::MAX / 2.0)].map(fmt::axis)[..2],
            ["7k", "1k"]
        );
        assert_eq!(fmt::axis(nice(f64::INFINITY)), "1");
    }

    #[test]
    fn the_axis_is_scaled_by_data_and_both_halves_share_a_row() {
        let mut chart = fixtures::calm().chart;
        (chart.top, chart.bottom) = (10.0, 30.0);
        chart.threshold = Some(crate::units::PerSecond(900.0));
        let plot = Plot::new(Rect::new(0, 0, 60, 12), &chart);
        assert!(plot.unit * f64::from(plot.up) < 40.0, "{} a row", plot.unit);
        assert!(!plot.holds(900.0) && plot.holds(10.0));
        let closed = plot.unit * f64::from(plot.down);
        assert!((30.0..60.0).contains(&closed), "{closed}");
        assert_eq!([plot.eighths(0.01, plot.up), plot.eighths(plot.unit, plot.up)], [0, 8]);
    }
}
