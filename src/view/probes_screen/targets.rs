//! The table of the targets.

use std::ops::Range;

use ratatui::layout::Rect;
use ratatui::style::Style;

use super::super::pen::{Pen, Piece};
use super::super::{codes, layout, outcomes, severity, words};
use crate::app::{Action, Chosen, Frame, SLOW, TableName, TargetRow};
use crate::fmt;

/// Attempts in a strip.
const STRIP: u16 = 60;
/// Columns of a number in milliseconds, and of the 99th percentile.
const MS: u16 = 6;
const P99: u16 = 8;
const OK: u16 = 6;

/// The columns of figures with their widths, and what they leave.
struct TargetColumns {
    target: u16,
    agreed: u16,
    figures: Vec<(&'static str, u16)>,
    strip: u16,
}

/// Columns of what was agreed, and of a target at the least.
const AGREED: u16 = 24;
const TARGET: u16 = 18;

impl TargetColumns {
    fn new(width: u16, chosen: &Chosen) -> Self {
        match &chosen.columns {
            Some(names) => Self::chosen(width, names),
            None => Self::usual(width),
        }
    }

    /// By width alone.
    fn usual(width: u16) -> Self {
        let (ms, held, next) = if width >= 100 { (MS, 9, 6) } else { (MS - 1, 0, 0) };
        let lost = if width >= 130 { 6 } else { 0 };
        let phases = ["dns", "tcp", "tls", "101", "ping", "lag"].map(|name| (name, ms));
        let rest = [("p99", P99), ("ok", OK), ("held", held), ("lost", lost), ("next", next)];
        let figures = phases.into_iter().chain(rest).filter(|(_, width)| *width > 0).collect();
        let numbers = 2 + 6 * ms + P99 + OK + held + lost + next;
        let rest = width.saturating_sub(numbers + 2);
        let strip = (rest / 2).min(STRIP);
        let agreed = if rest - strip >= 56 { AGREED } else { 0 };
        Self { target: rest - strip - agreed, agreed, figures, strip }
    }

    /// Those that were chosen, as far as they fit beside a target.
    fn chosen(width: u16, names: &[&'static str]) -> Self {
        let mut left = width.saturating_sub(2 + TARGET + 2);
        let wide = |name: &str| match name {
            "p99" => P99,
            "held" => 9,
            _ => MS,
        };
        let (mut figures, mut agreed) = (Vec::new(), 0);
        for name in names.iter().filter(|name| **name != "strip") {
            let is_agreed = *name == "agreed";
            let wanted = if is_agreed { AGREED } else { wide(name) };
            let Some(rest) = left.checked_sub(wanted) else { break };
            left = rest;
            if is_agreed {
                agreed = wanted;
            } else {
                figures.push((*name, wanted));
            }
        }
        let strip = if names.contains(&"strip") { (left / 2).min(STRIP) } else { 0 };
        Self { target: TARGET + left - strip, agreed, figures, strip }
    }
}

/// Heading, names of the columns, rows.
pub(in super::super) fn draw(pen: &mut Pen<'_>, area: Rect, frame: &Frame) {
    let probes = &frame.probes;
    let muted = pen.theme().text.muted;
    let visible = window(frame, area.height.saturating_sub(2));
    let filter = words::filter(&probes.filter);
    let mut title: Vec<Piece<'_>> = vec![(format!(" {}", probes.rows.len()).into(), muted)];
    if !filter.is_empty() {
        title.push((format!(" of {}", probes.total).into(), muted));
        title.push((filter.into(), pen.theme().text.strong));
    }
    if visible.len() < probes.rows.len() {
        let range = format!("  rows {} to {}", visible.start + 1, visible.end);
        title.push((range.into(), muted));
    }
    title.push(("  median of each phase, ms   last 60  ".into(), muted));
    title.extend(outcomes::legend(pen));
    let line = Rect { height: area.height.min(1), ..area };
    if probes.rows.is_empty() && probes.total > 0 {
        pen.title(line, "PROBES", &title);
        let (filter, back) = (&probes.filter, frame.keys.of(Action::Back));
        let none = format!("no target matches '{filter}': {back} drops the filter");
        return codes::placeholder(pen, area, &none);
    }
    if probes.rows.is_empty() {
        pen.title(line, "PROBES", &[]);
        return codes::placeholder(pen, area, words::NO_TARGETS);
    }
    pen.title(line, "PROBES", &title);
    let grid = TargetColumns::new(area.width, frame.columns.of(TableName::Probes));
    headings(pen, Rect { y: area.y + 1, height: 1, ..area }, &grid);
    let shown = probes.rows.iter().enumerate().skip(visible.start).take(visible.len());
    for (y, (index, target)) in (area.y + 2..area.bottom()).zip(shown) {
        let line = Rect { y, height: 1, ..area };
        if probes.selected == Some(index) {
            chosen(pen, line, line.x.saturating_sub(1));
        }
        row(pen, line, target, &grid);
    }
}

/// The rows that can be seen in so many lines.
pub(in super::super) fn window(frame: &Frame, height: u16) -> Range<usize> {
    let probes = &frame.probes;
    let selected = probes.selected.unwrap_or(0);
    layout::window(probes.rows.len(), selected, frame.panes.first.targets, height)
}

/// The ground of a chosen row and its mark, before the row or in its gap.
pub(super) fn chosen(pen: &mut Pen<'_>, line: Rect, mark: u16) {
    let theme = pen.theme();
    pen.paint(line, Style { bg: theme.ui.selected.bg, ..Style::new() });
    pen.put(mark, line.y, "▶", theme.ui.accent);
}

fn headings(pen: &mut Pen<'_>, area: Rect, grid: &TargetColumns) {
    let style = pen.theme().text.muted;
    let y = area.y;
    pen.put(area.x + 2, y, "target", style);
    let mut x = area.x + 2 + grid.target;
    if grid.agreed > 0 {
        pen.put(x, y, "agreed", style);
    }
    x += grid.agreed;
    for (name, width) in &grid.figures {
        x += width;
        pen.put_right(x, y, name, style);
    }
    if grid.strip > 0 {
        pen.put_right(area.right(), y, "now", style);
    }
}

fn row(pen: &mut Pen<'_>, area: Rect, row: &TargetRow, grid: &TargetColumns) {
    let theme = pen.theme();
    let (x, y) = (area.x, area.y);
    pen.put(x, y, severity::glyph(row.severity), severity::mark(theme, row.severity));
    let room = usize::from(grid.target.saturating_sub(1));
    pen.put_upto(
        x + 2,
        y,
        x + 2 + grid.target,
        &words::url(&row.target.label(), room),
        theme.text.body,
    );
    let mut x = x + 2 + grid.target;
    if grid.agreed > 0 {
        let agreed = row.target.agreed.as_deref().unwrap_or(words::NONE);
        pen.put_upto(x, y, x + grid.agreed - 1, agreed, theme.text.muted);
    }
    x += grid.agreed;
    for (name, width) in &grid.figures {
        x += width;
        let (text, style) = figure(pen, row, name);
        let cell = Rect { x: x - width + 1, width: width - 1, ..area };
        pen.within(cell).put_right(x, y, &text, style);
    }
    let first = area.right().saturating_sub(grid.strip);
    outcomes::strip(pen, Rect { x: first, width: grid.strip, ..area }, &row.strip());
}

/// A figure by its column, and how bad it is.
fn figure(pen: &Pen<'_>, row: &TargetRow, name: &str) -> (String, Style) {
    let theme = pen.theme();
    let (target, muted) = (&row.target, theme.text.muted);
    let phases = &target.phases;
    match name {
        "dns" => (words::millis(phases.dns), muted),
        "tcp" => (words::millis(phases.tcp), muted),
        "tls" => (words::millis(phases.tls), muted),
        "101" => (words::millis(phases.upgrade), muted),
        "ping" => (words::millis(target.ping_p50), muted),
        "lag" => (words::millis(target.lag), muted),
        "p99" => {
            let slow = target.handshake_p99.is_some_and(|p99| p99 > SLOW);
            let bad = || severity::text_or(theme, row.severity, theme.severity.warn);
            let style = if slow { bad() } else { theme.text.body };
            (words::value(target.handshake_p99, false, fmt::elapsed), style)
        }
        "ok" => {
            let ok = row.ok().map_or(words::NONE.to_owned(), words::succeeding);
            (ok, severity::text_or(theme, row.severity, theme.text.body))
        }
        "held" => (words::held(row), muted),
        "lost" => {
            let style = if target.lost > 0 { theme.text.strong } else { muted };
            (fmt::tight(target.lost), style)
        }
        _ => (next(row), muted),
    }
}

fn next(row: &TargetRow) -> String {
    row.target.next.as_ref().map_or(words::NONE.to_owned(), |(after, _)| words::wait(*after))
}
