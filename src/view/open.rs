//! The open connections over time: how full it was, and when it will be full.

use std::time::Duration;

use ratatui::layout::Rect;
use ratatui::style::{Modifier, Style};

use super::axis::{self, Now};
use super::buckets::Buckets;
use super::pen::{Pen, Piece, cells, columns};
use super::{chart, codes, levels, severity};
use crate::app::{Chart, Details, Frame};
use crate::detect::Severity;
use crate::fmt;
use crate::model::{Limit, LimitKind};
use crate::units::{float, whole};

/// A limit is drawn from a tenth of it on; below it would flatten everything else.
const NEAR: f64 = 0.1;

/// What is shown.
pub(super) struct Filling<'f> {
    chart: &'f Chart,
    /// The limit that binds, and how many are open at it where that is known.
    limit: Option<(&'f Limit, Option<f64>)>,
    /// When it is reached, and how bad that is.
    full_in: Option<(Duration, Severity)>,
}

/// Of the listener in focus.
pub(super) fn of_frame(frame: &Frame) -> Filling<'_> {
    let hero = &frame.hero;
    let limit = frame.gauge.as_ref().ok().map(|gauge| (&gauge.limit, at_limit(frame)));
    let full_in = hero.full_in.filter(|full| !full.is_zero());
    let full_in = full_in.map(|full| (full, hero.full_in_severity));
    Filling { chart: &frame.chart, limit, full_in }
}

/// Of a listener in detail.
pub(super) fn of_details(details: &Details) -> Filling<'_> {
    let newest = details.chart.points.iter().rev().find_map(|point| point.as_ref()?.open);
    let limit = details.limits.first().map(|row| &row.limit);
    let level = |limit: &Limit| full_at(limit, newest?);
    Filling {
        chart: &details.chart,
        limit: limit.map(|limit| (limit, level(limit))),
        full_in: None,
    }
}

/// The same window as the chart above, column under column; to the right of now
/// `ahead` columns of what is to come.
pub(super) fn panel(pen: &mut Pen<'_>, area: Rect, shown: &Filling<'_>, frame: &Frame, ahead: u16) {
    heading(pen, area, shown);
    let plot = Rect {
        x: area.x + chart::GUTTER.min(area.width),
        y: area.y + 1,
        width: area.width.saturating_sub(chart::GUTTER + ahead),
        height: area.height.saturating_sub(2),
    };
    let buckets = Buckets::in_cells(shown.chart, plot.width, pen.look.glyphs.dots());
    let seen = seen(&buckets, shown.chart);
    if plot.is_empty() || seen.is_empty() {
        return codes::placeholder(pen, area, "not counted yet: the first socket scan fills this");
    }
    let highest = seen.iter().map(|(_, open)| *open).fold(0.0, f64::max);
    let level = shown.limit.and_then(|(_, level)| level).filter(|level| highest >= level * NEAR);
    // Room above the line, so that it reads as a line and not as a border.
    let top = chart::nice(level.map_or(highest, |level| level.max(highest) * 1.02));
    let scale = Scale { plot, top };
    if let Some(level) = level {
        line(pen, &scale, level, area.right());
    }
    for (x, values) in buckets.cells(&seen) {
        rise(pen, &scale, plot.x + x, values);
    }
    if let (Some(level), Some((limit, _))) = (level, shown.limit) {
        let cells = buckets.cells(&seen).into_iter();
        let reaches = |open: &f64| scale.row(*open) <= scale.row(level);
        let tall = cells.filter(|(_, values)| values.iter().flatten().any(reaches));
        let tall: Vec<u16> = tall.map(|(x, _)| x).collect();
        let line = Rect { y: scale.row(level), width: area.right() - plot.x, ..plot };
        let name = format!("{} full", limit.kind.name());
        levels::name(pen, line, &tall, &name, quiet(pen.theme().severity.crit));
    }
    if let (Some(level), Some((_, open))) = (level, seen.first()) {
        projection(pen, &scale, &buckets, (*open, level), shown, area.right());
    }
    if let Some(cell) = shown.chart.cursor.and_then(|at| buckets.column(at)) {
        for y in plot.y..plot.bottom() {
            pen.cell(plot.x + cell, y, "│", pen.theme().ui.selected);
        }
    }
    labels(pen, &scale, level, area.x);
    let offset = *frame.header.clock.offset();
    let stopped = fmt::clock(&shown.chart.end.with_timezone(&offset));
    let word = if frame.header.is_now() { "now" } else { stopped.as_str() };
    let foot = Rect { y: plot.bottom(), height: 1, ..plot };
    axis::draw(pen, foot, &buckets, &Now { end: shown.chart.end, offset, word });
}

/// Column and value, the newest first.
fn seen(buckets: &Buckets, chart: &Chart) -> Vec<(u16, f64)> {
    let values = buckets.values(chart);
    values.into_iter().filter_map(|(column, point)| Some((column, point.open?))).collect()
}

/// `OPEN CONNECTIONS :8080 gateway   open files allow 65 519`.
fn heading(pen: &mut Pen<'_>, area: Rect, shown: &Filling<'_>) {
    let muted = pen.theme().text.muted;
    let mut words: Vec<Piece<'_>> = Vec::new();
    if !shown.chart.scope.is_empty() {
        words.push((format!(" {}", shown.chart.scope).into(), muted));
    }
    match shown.limit {
        Some((limit, Some(level))) => {
            let full = format!("   {}: full at {}", limit.kind.name(), fmt::count(whole(level)));
            words.push((full.into(), muted));
        }
        Some((_, None)) => {}
        None => words.push(("   no limit known".into(), muted)),
    }
    pen.title(Rect { height: area.height.min(1), ..area }, "OPEN CONNECTIONS", &words);
}

/// Rows and what they are worth.
struct Scale {
    plot: Rect,
    top: f64,
}

impl Scale {
    /// Eighths of a cell from the ground; a reading of nothing is a line as well.
    fn eighths(&self, value: f64) -> u16 {
        let rows = f64::from(self.plot.height);
        cells(value / self.top * rows * 8.0).clamp(1, self.plot.height.saturating_mul(8).max(1))
    }

    /// The row a value ends in.
    fn row(&self, value: f64) -> u16 {
        self.plot.bottom() - self.eighths(value).div_ceil(8).max(1)
    }
}

fn rise(pen: &mut Pen<'_>, scale: &Scale, x: u16, values: [Option<f64>; 2]) {
    let eighths = values.map(|value| value.map_or(0, |value| scale.eighths(value)));
    let ramp = &pen.theme().series.opened;
    let rows = eighths.into_iter().max().unwrap_or(0).div_ceil(8);
    for row in 0..rows {
        let filled = pen.look.glyphs.rising(chart::of_row(eighths, row));
        // The edge is what is read; below it the ground is quiet.
        let style = if row + 1 == rows { ramp.crest() } else { ramp.base() };
        pen.glyph(x, scale.plot.bottom() - 1 - row, filled, style);
    }
}

/// The dashed line of the limit.
fn line(pen: &mut Pen<'_>, scale: &Scale, level: f64, right: u16) {
    let y = scale.row(level);
    let style = quiet(pen.theme().severity.crit);
    for x in (scale.plot.x..right).step_by(2) {
        pen.cell(x, y, "╌", style);
    }
}

fn quiet(style: Style) -> Style {
    style.remove_modifier(Modifier::BOLD | Modifier::UNDERLINED).add_modifier(Modifier::DIM)
}

/// Dots from now up to the line, as steep as time to full says, and when that is.
fn projection(
    pen: &mut Pen<'_>,
    scale: &Scale,
    buckets: &Buckets,
    (open, level): (f64, f64),
    shown: &Filling<'_>,
    right: u16,
) {
    let Some((full_in, severity)) = shown.full_in else { return };
    let tone = severity::text_or(pen.theme(), severity, pen.theme().text.body);
    let seconds = full_in.as_secs_f64();
    for (step, x) in (1_u16..).zip(scale.plot.right()..right) {
        let ahead = f64::from(step) * buckets.seconds_a_cell();
        let value = open + (level - open) * (ahead / seconds).min(1.0);
        pen.cell(x, scale.row(value), "·", tone);
        if ahead >= seconds {
            break;
        }
    }
    let text = format!("time to full {}", fmt::span(full_in));
    let y = scale.plot.bottom();
    if scale.plot.right() + columns(text.len()) < right {
        pen.put_right(right, y, &text, tone);
    }
}

/// Top, limit and zero at the left; the limit wins its row.
fn labels(pen: &mut Pen<'_>, scale: &Scale, level: Option<f64>, x: u16) {
    let theme = pen.theme();
    let mut labels = vec![(scale.plot.bottom() - 1, "0".to_owned(), theme.text.muted)];
    if let Some(level) = level {
        labels.push((scale.row(level), fmt::axis(level), quiet(theme.severity.crit)));
    }
    labels.push((scale.plot.y, fmt::axis(scale.top), theme.text.muted));
    let mut taken = Vec::new();
    for (y, label, style) in labels {
        if !taken.contains(&y) {
            pen.within(Rect { x, ..scale.plot }).put_right(x + chart::GUTTER - 1, y, &label, style);
            taken.push(y);
        }
    }
}

/// The open connections in one row, each under its column of the chart, up to
/// where they would be at the tightest limit: half full looks half full.
pub(super) fn row(pen: &mut Pen<'_>, area: Rect, frame: &Frame, gutter: u16) {
    if area.is_empty() {
        return;
    }
    let theme = pen.theme();
    if gutter > 0 {
        pen.put(area.x, area.y, "open", theme.text.muted);
    }
    let plot = Rect { x: area.x + gutter, width: area.width.saturating_sub(gutter), ..area };
    let buckets = Buckets::in_cells(&frame.chart, plot.width, pen.look.glyphs.dots());
    let columns = seen(&buckets, &frame.chart);
    let limit = at_limit(frame).unwrap_or(1.0);
    let most = columns.iter().map(|(_, open)| *open).fold(limit, f64::max);
    let eighths = |open: f64| cells(open / most * 8.0).clamp(1, 8);
    for (x, values) in buckets.cells(&columns) {
        let filled = values.map(|value| value.map_or(0, eighths));
        let filled = pen.look.glyphs.rising(filled);
        pen.glyph(plot.x + x, plot.y, filled, theme.series.opened.crest());
    }
    if let Some(cell) = frame.chart.cursor.and_then(|at| buckets.column(at)) {
        pen.cell(plot.x + cell, plot.y, "│", theme.ui.selected);
    }
}

/// How many would be open at the binding limit.
fn at_limit(frame: &Frame) -> Option<f64> {
    full_at(&frame.gauge.as_ref().ok()?.limit, float(frame.hero.open?))
}

/// What is open now and what more fits. The capacity counts connections itself:
/// with 404 open of 400 the line still is at 400.
fn full_at(limit: &Limit, open: f64) -> Option<f64> {
    let at = match limit.kind {
        LimitKind::Capacity => float(limit.limit),
        _ => open + float(limit.headroom?),
    };
    Some(at.max(1.0))
}
