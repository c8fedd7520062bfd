//! Handshakes over time on a logarithmic scale: median and 99th percentile.
//!
//! The scale is always 1 ms to 10 s, so that nothing moves and a glance tells
//! what is slow; what lies beyond is drawn at its end.

use std::collections::BTreeMap;
use std::time::Duration;

use ratatui::layout::Rect;
use ratatui::style::{Modifier, Style};

use super::axis::{self, Now};
use super::buckets::Buckets;
use super::pen::{Pen, Piece, cells};
use super::{chart, outcomes, severity};
use crate::app::{Frame, HandshakePoint, Handshakes, SLOW, Seen};
use crate::fmt;
use crate::theme::Glyphs;

/// Powers of ten of a second at the ends of the scale.
const LOWEST: f64 = -3.0;
const DECADES: f64 = 4.0;
/// Labels of the scale, the most useful first: where rows are few they win.
const LABELS: [(u64, &str); 5] =
    [(1_000, "1 s"), (1, "1 ms"), (10_000, "10 s"), (100, "100 ms"), (10, "10 ms")];
/// Columns of the labels.
pub(super) const GUTTER: u16 = 7;

/// Heading, plot and axis.
pub(super) fn titled(pen: &mut Pen<'_>, area: Rect, shown: &Handshakes, frame: &Frame) {
    let theme = pen.theme();
    let (muted, series) = (theme.text.muted, theme.series.opened);
    let [median, highest, _] = signs(pen.look.glyphs);
    let cross = outcomes::glyph(Seen::Failed, pen.look.glyphs);
    let room = usize::from(area.width.saturating_sub(45));
    let scope = super::words::url(&shown.scope, room);
    let mut words: Vec<Piece<'_>> = Vec::new();
    // A URL says something without its front, other words do not.
    if room >= 8 && (scope == shown.scope || shown.scope.contains("://")) {
        words.push((format!(" {scope} ").into(), muted));
    }
    words.push((" p50 ".into(), muted));
    words.push((median.into(), series.crest()));
    words.push(("  p99 ".into(), muted));
    words.push((highest.into(), series.crest()));
    words.push((format!("  fail {cross}").into(), muted));
    words.push((format!("   {}", fmt::window(shown.window)).into(), muted));
    pen.title(Rect { height: area.height.min(1), ..area }, "HANDSHAKE", &words);
    let rest = Rect { y: area.y + 1, height: area.height.saturating_sub(1), ..area };
    plain(pen, rest, shown, frame);
}

/// Plot and axis.
pub(super) fn plain(pen: &mut Pen<'_>, area: Rect, shown: &Handshakes, frame: &Frame) {
    let (place, axis) = chart::place(area, GUTTER);
    if place.is_empty() {
        return;
    }
    let buckets = columns(shown, place.width);
    mark_lines(pen, place, shown, &buckets);
    scale(pen, area, place);
    for (column, bucket) in by_column(shown, &buckets) {
        for x in column..column + buckets.per {
            draw_bucket(pen, place, place.x + x, &bucket);
        }
    }
    let cursor = frame.chart.cursor.and_then(|at| buckets.column(at));
    if let Some(column) = cursor {
        chart::line(pen, place, place.x + column);
    }
    letters(pen, place, shown, &buckets);
    if axis > 0 {
        let offset = *frame.header.clock.offset();
        let stopped = fmt::clock(&shown.end.with_timezone(&offset));
        let word = if frame.header.is_now() { "now" } else { stopped.as_str() };
        let line = Rect { y: place.bottom(), height: 1, ..place };
        axis::draw(pen, line, &buckets, &Now { end: shown.end, offset, word });
    }
}

/// How time falls onto so many columns.
pub(super) fn columns(shown: &Handshakes, columns: u16) -> Buckets {
    Buckets::over(shown.window, Duration::from_secs(1), shown.end, columns)
}

/// Signs of the median, of the 99th percentile, and of both in one cell.
const fn signs(glyphs: Glyphs) -> [&'static str; 3] {
    match glyphs {
        Glyphs::Blocks | Glyphs::Braille => ["▁", "▔", "═"],
        Glyphs::Ascii => ["_", "'", "="],
    }
}

/// The attempts that fall into one column, by target.
#[derive(Debug, Default)]
struct Bucket {
    took: BTreeMap<usize, Vec<Duration>>,
    failed: bool,
}

impl Bucket {
    fn take(&mut self, point: &HandshakePoint) {
        if let Some(took) = point.took {
            self.took.entry(point.target).or_default().push(took);
        }
        self.failed |= point.failed;
    }

    /// The rank of a share (nearest rank, as in the tables) of the worst target:
    /// a quick one must not hide a slow one.
    fn rank(&self, percent: usize) -> Option<Duration> {
        let of = |took: &Vec<Duration>| {
            let mut took = took.clone();
            took.sort_unstable();
            took.get((took.len() * percent).div_ceil(100).max(1) - 1).copied()
        };
        self.took.values().filter_map(of).max()
    }
}

fn by_column(shown: &Handshakes, buckets: &Buckets) -> BTreeMap<u16, Bucket> {
    let mut columns: BTreeMap<u16, Bucket> = BTreeMap::new();
    for point in &shown.points {
        if let Some(column) = buckets.column(point.at) {
            columns.entry(column).or_default().take(point);
        }
    }
    columns
}

/// The row of a handshake. That of the line is nobody's, so that what is slow
/// always lies above it.
fn side(place: Rect, took: Duration) -> u16 {
    let (at, line) = (row(place, took), row(place, SLOW));
    match (at == line, took > SLOW) {
        (true, true) => at.saturating_sub(1).max(place.y),
        (true, false) => (at + 1).min(place.bottom() - 1),
        (false, _) => at,
    }
}

/// The row of a duration.
fn row(place: Rect, took: Duration) -> u16 {
    let share = ((took.as_secs_f64().max(1e-9).log10() - LOWEST) / DECADES).clamp(0.0, 1.0);
    let last = place.height - 1;
    place.y + last - cells(share * f64::from(last)).min(last)
}

fn draw_bucket(pen: &mut Pen<'_>, place: Rect, x: u16, bucket: &Bucket) {
    let theme = pen.theme();
    let [median, highest, both] = signs(pen.look.glyphs);
    let calm = theme.series.opened.crest();
    let tone = |took: Duration| if took > SLOW { mild(theme.severity.warn) } else { calm };
    if let (Some(p50), Some(p99)) = (bucket.rank(50), bucket.rank(99)) {
        let (low, high) = (side(place, p50), side(place, p99));
        if low == high {
            pen.cell(x, low, if p50 == p99 { median } else { both }, tone(p99));
        } else {
            pen.cell(x, low, median, tone(p50));
            pen.cell(x, high, highest, tone(p99));
        }
    }
    // Above everything that was let in, and where there is room below the
    // letters: not let in at all.
    if bucket.failed {
        let cross = outcomes::glyph(Seen::Failed, pen.look.glyphs);
        pen.cell(x, place.y + u16::from(place.height > 8), cross, mild(theme.severity.crit));
    }
}

fn mild(style: Style) -> Style {
    style.remove_modifier(Modifier::UNDERLINED | Modifier::BOLD)
}

/// The labels at the left and the dashed line of what is slow.
fn scale(pen: &mut Pen<'_>, area: Rect, place: Rect) {
    let theme = pen.theme();
    let warn = mild(theme.severity.warn);
    let slow = row(place, SLOW);
    let dim = warn.add_modifier(Modifier::DIM);
    for x in (place.x..place.right()).step_by(2) {
        pen.cell(x, slow, "╌", dim);
    }
    if place.width >= 40 {
        pen.put(place.x + 1, slow, " slow from 1 s ", dim);
    }
    let mut taken = Vec::new();
    for (millis, label) in LABELS {
        let y = row(place, Duration::from_millis(millis));
        if place.x > area.x && !taken.contains(&y) {
            let style = if y == slow { warn } else { theme.text.muted };
            pen.within(area).put_right(place.x - 1, y, label, style);
            taken.push(y);
        }
    }
}

/// Dotted lines from the letters down to the axis.
fn mark_lines(pen: &mut Pen<'_>, place: Rect, shown: &Handshakes, buckets: &Buckets) {
    let style = pen.theme().text.faint;
    for mark in &shown.marks {
        let Some(column) = buckets.column(mark.at) else { continue };
        for y in place.y + 1..place.bottom() {
            pen.cell(place.x + column, y, "┊", style);
        }
    }
}

/// The letters of the events. Where two meet the worse one is seen.
fn letters(pen: &mut Pen<'_>, place: Rect, shown: &Handshakes, buckets: &Buckets) {
    let mut marks: Vec<_> = shown.marks.iter().collect();
    marks.sort_by_key(|mark| mark.severity);
    for mark in marks {
        if let Some(column) = buckets.column(mark.at) {
            let style = severity::banner(pen.theme(), mark.severity);
            pen.cell(place.x + column, place.y, &mark.letter.to_string(), style);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_decade_is_a_quarter_of_the_height_and_beyond_is_the_edge() {
        let place = Rect::new(0, 10, 60, 9);
        let at = |ms| row(place, Duration::from_millis(ms));
        assert_eq!([at(10_000), at(1_000), at(100), at(10), at(1)], [10, 12, 14, 16, 18]);
        assert_eq!([at(0), at(99_000)], [18, 10]);
        assert_eq!(row(Rect::new(0, 0, 9, 1), Duration::from_secs(1)), 0);
    }

    #[test]
    fn what_is_slow_lies_above_the_line_from_four_rows_on() {
        for height in 4..60 {
            let place = Rect::new(0, 5, 60, height);
            let at = |ms| side(place, Duration::from_millis(ms));
            assert!(at(1_001) < row(place, SLOW) && row(place, SLOW) < at(1_000), "{height}");
        }
    }

    #[test]
    fn percentiles_are_nearest_ranks() {
        let took: Vec<_> = (1..=60).map(Duration::from_millis).collect();
        let quick = vec![Duration::from_micros(10); 500];
        let bucket = Bucket { took: [(0, quick), (1, took)].into(), failed: false };
        assert_eq!(bucket.rank(50), Some(Duration::from_millis(30)), "the worst target's");
        assert_eq!(bucket.rank(99), Some(Duration::from_millis(60)));
        assert_eq!(Bucket::default().rank(50), None);
    }
}
