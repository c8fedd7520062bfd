//! The hosts of a fleet, the worst first, under the verdict over all of them.

use std::ops::Range;

use ratatui::layout::{Position, Rect};
use ratatui::style::Style;

use super::banner::Corner;
use super::layout::{self, LayoutStep, step};
use super::pen::{Pen, Piece, columns};
use super::{banner, chart, codes, footer, header, severity, spark, words};
use crate::app::{Frame, HostRow, HostTable, View};
use crate::fleet::{FleetHost, HostState};
use crate::fmt;
use crate::units::{PerSecond, whole};

/// A figure of a row.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum HostColumn {
    Open,
    Share,
    Limit,
    Attempts,
    Peak,
    Rejected,
    Closes,
    Age,
}

/// Figures from left to right: heading, width, and columns of the table from which on there
/// is room for it.
const COLUMNS: [(HostColumn, &str, u16, u16); 8] = [
    (HostColumn::Open, "open", 8, 26),
    (HostColumn::Share, "limit", 7, 58),
    (HostColumn::Limit, "tightest", 16, 126),
    (HostColumn::Attempts, "attempts/s", 11, 38),
    (HostColumn::Peak, "peak/s", 8, 150),
    (HostColumn::Rejected, "rejected/s", 11, 66),
    (HostColumn::Closes, "closes/s", 14, 104),
    (HostColumn::Age, "age", 7, 72),
];

/// Columns of the table from which on a shape stands at its right.
const SHAPED: u16 = 118;
/// Rows of the screen from which on the chart of all has a place above the table.
const CHARTED: u16 = 16;

/// Where the chart of all hosts lies, and where their table.
pub(super) fn places(area: Rect) -> (Rect, Rect) {
    let body = layout::alone(area).body;
    let is_charted = step(area) != LayoutStep::Mini && area.height >= CHARTED;
    let height = if is_charted { (body.height / 3).clamp(6, 12) } else { 0 };
    let chart = Rect { height, ..body };
    let gap = u16::from(is_charted && body.height > height + 8);
    let y = body.y + height + gap;
    (chart, Rect { y, height: body.bottom().saturating_sub(y), ..body })
}

/// At any size that has room for a table.
pub(super) fn draw(pen: &mut Pen<'_>, area: Rect, frame: &Frame) {
    let all = layout::alone(area);
    match step(area) {
        LayoutStep::Full => {
            header::draw(pen, all.header, frame);
            banner::draw(pen, all.banner, frame, Corner::Nothing);
        }
        LayoutStep::Standard => banner::draw(pen, all.banner, frame, Corner::ClockAndHost),
        LayoutStep::Mini | LayoutStep::Strip => banner::brief(pen, all.banner, frame),
    }
    let (rates, place) = places(area);
    if !rates.is_empty() {
        chart::titled(pen, rates, &frame.chart, "CONNECTIONS/s", frame);
    }
    if let Some(hosts) = &frame.hosts {
        table(pen, place, hosts, frame.panes.first.hosts);
    }
    if !all.note.is_empty() {
        footer::note(pen, all.note, frame);
    }
    footer::draw(pen, all.footer, frame);
}

/// The rows that can be seen on a screen of this size.
pub(super) fn window(frame: &Frame, area: Rect) -> Range<usize> {
    let Some(hosts) = &frame.hosts else { return 0..0 };
    let lines = places(area).1.height.saturating_sub(2);
    layout::window(hosts.rows.len(), hosts.selected, frame.panes.first.hosts, lines)
}

/// The host whose row lies there.
pub(super) fn row_at(frame: &Frame, area: Rect, at: Position) -> Option<usize> {
    let place = places(area).1;
    let line = at.y.checked_sub(place.y + 2).filter(|_| place.contains(at))?;
    let row = window(frame, area).nth(usize::from(line));
    row.filter(|_| frame.view == View::Hosts && frame.panes.zoomed().is_none())
}

/// Widths of what stands in a row.
struct HostGrid {
    name: u16,
    /// What tells names apart is their beginning: `web-3` of a domain, not a port.
    by_beginning: bool,
    verdict: u16,
    figures: Vec<(HostColumn, &'static str, u16)>,
    spark: u16,
}

impl HostGrid {
    fn of(width: u16, hosts: &HostTable) -> Self {
        let fits = COLUMNS.into_iter().filter(|(.., from)| width >= *from);
        let figures: Vec<_> = fits.map(|(column, name, width, _)| (column, name, width)).collect();
        let used: u16 = figures.iter().map(|(.., width)| width).sum();
        let rest = width.saturating_sub(2 + used);
        let widest = hosts.rows.iter().map(|row| crate::text::width(&row.host.name)).max();
        let widest = columns(widest.unwrap_or(0)).saturating_add(2).max(8);
        let spark = if width >= SHAPED { (rest / 4).min(30) } else { 0 };
        let rest = rest - spark;
        // What is wrong has what the names leave; a pane has no room for both.
        let name = if rest < 24 { rest } else { widest.min(rest * 3 / 5) };
        let by_beginning = alike(hosts, true) >= alike(hosts, false);
        Self { name, by_beginning, verdict: rest - name, figures, spark }
    }
}

/// How many characters all names have in common at their end, or at their beginning.
fn alike(hosts: &HostTable, at_end: bool) -> usize {
    let mut names = hosts.rows.iter().map(|row| row.host.name.as_str());
    let Some(first) = names.next() else { return 0 };
    let common = |name: &str| {
        let pairs = |(a, b): &(char, char)| a == b;
        if at_end {
            first.chars().rev().zip(name.chars().rev()).take_while(pairs).count()
        } else {
            first.chars().zip(name.chars()).take_while(pairs).count()
        }
    };
    names.map(common).min().unwrap_or(0)
}

fn table(pen: &mut Pen<'_>, area: Rect, hosts: &HostTable, first: usize) {
    if area.is_empty() {
        return;
    }
    let lines = area.height.saturating_sub(2);
    let visible = layout::window(hosts.rows.len(), hosts.selected, first, lines);
    title(pen, area, hosts, &visible);
    if hosts.rows.is_empty() {
        return codes::placeholder(pen, Rect { y: area.y + 1, ..area }, &hosts.empty);
    }
    let grid = HostGrid::of(area.width, hosts);
    headings(pen, area, &grid, hosts);
    let known = spark::known(hosts.rows.iter().map(|row| row.spark.as_slice()));
    let shown = hosts.rows.iter().enumerate().skip(visible.start).take(visible.len());
    for (index, row) in shown {
        let y = area.y + 2 + columns(index - visible.start);
        let line = Rect { y, height: 1, ..area };
        if index == hosts.selected {
            let ground = Style { bg: pen.theme().ui.selected.bg, ..Style::new() };
            pen.paint(line, ground);
            pen.put(area.x.saturating_sub(1), y, "▶", pen.theme().ui.accent);
        }
        one(pen, line, row, &grid);
        let at = area.right().saturating_sub(grid.spark);
        let place = Rect { x: at + 1, width: grid.spark.saturating_sub(1), ..line };
        spark::draw(pen, place, &row.spark, known);
    }
}

fn title(pen: &mut Pen<'_>, area: Rect, hosts: &HostTable, visible: &Range<usize>) {
    let theme = pen.theme();
    let muted = theme.text.muted;
    let shown = hosts.rows.len();
    let count = if shown == hosts.total {
        format!(" {}", fmt::count(shown as u64))
    } else {
        format!(" {} of {}", fmt::count(shown as u64), fmt::count(hosts.total as u64))
    };
    let mut pieces: Vec<Piece<'_>> = vec![(count.into(), muted)];
    if !hosts.filter.is_empty() {
        pieces.push((format!("  /{}", hosts.filter).into(), theme.text.strong));
    }
    if visible.len() < shown {
        pieces.push((format!("  rows {} to {}", visible.start + 1, visible.end).into(), muted));
    }
    let arrow = if hosts.reversed { "↑" } else { "↓" };
    pieces.push((format!("  by {} {arrow}", hosts.sort.name()).into(), muted));
    if let Some(sums) = sums(hosts) {
        pieces.push((format!("   {sums}").into(), muted));
    }
    if !hosts.took.is_zero() {
        pieces.push((format!("   read in {}", fmt::elapsed(hosts.took)).into(), muted));
    }
    pen.title(Rect { height: 1, ..area }, "HOSTS", &pieces);
}

/// `together 30 316 open, 201 attempts/s, 12 rejected/s`.
fn sums(hosts: &HostTable) -> Option<String> {
    let totals = &hosts.totals;
    let open = totals.open.map(|open| format!("{} open", fmt::count(whole(open))));
    let rate = |rate: Option<f64>, what: &str| {
        rate.map(|rate| format!("{} {what}/s", fmt::rate(PerSecond(rate))))
    };
    let (attempts, rejected) =
        (rate(totals.attempts, "attempts"), rate(totals.rejected, "rejected"));
    let parts: Vec<String> = [open, attempts, rejected].into_iter().flatten().collect();
    (!parts.is_empty()).then(|| format!("together {}", parts.join(", ")))
}

fn headings(pen: &mut Pen<'_>, area: Rect, grid: &HostGrid, hosts: &HostTable) {
    let muted = pen.theme().text.muted;
    let y = area.y + 1;
    let x = area.x + 2;
    pen.put_upto(x, y, x + grid.name, "host", muted);
    if grid.verdict > 0 {
        pen.put_upto(x + grid.name, y, x + grid.name + grid.verdict, "its own verdict", muted);
    }
    let mut x = x + grid.name + grid.verdict;
    for (_, name, width) in &grid.figures {
        x += width;
        pen.put_right(x, y, name, muted);
    }
    if grid.spark > 0 {
        let window = fmt::window(hosts.spark_window);
        pen.put_upto(area.right() - grid.spark + 1, y, area.right(), &window, muted);
    }
}

fn one(pen: &mut Pen<'_>, line: Rect, row: &HostRow, grid: &HostGrid) {
    let theme = pen.theme();
    let host = &*row.host;
    let mark = severity::mark(theme, host.severity);
    pen.put(line.x, line.y, severity::glyph(host.severity), mark);
    let x = line.x + 2;
    let calm = if host.is_fresh() { theme.text.body } else { theme.text.muted };
    let room = usize::from(grid.name.saturating_sub(1));
    let name = if grid.by_beginning {
        crate::text::cut(&host.name, room)
    } else {
        words::address(&host.name, room)
    };
    pen.put_upto(x, line.y, x + grid.name, &name, calm);
    let x = x + grid.name;
    let end = (x + grid.verdict).saturating_sub(1);
    let tone = severity::text_or(theme, host.severity, theme.text.muted);
    pen.put_upto(x, line.y, end, &said(host), tone);
    let mut x = x + grid.verdict;
    for (column, _, width) in &grid.figures {
        x += width;
        let (text, tone) = figure(pen, host, *column);
        let left = x.saturating_sub(width.saturating_sub(1));
        let cell = Rect { x: left, width: x - left, ..line };
        pen.within(cell).put_right(x, line.y, &text, tone);
    }
}

/// What is said of a host: its own verdict while it is of now.
fn said(host: &FleetHost) -> String {
    match host.state {
        HostState::Unreached => "stale: not reached".to_owned(),
        HostState::Gone => "stale: served no more".to_owned(),
        HostState::Fresh => host.verdict.clone(),
    }
}

fn figure(pen: &Pen<'_>, host: &FleetHost, column: HostColumn) -> (String, Style) {
    let theme = pen.theme();
    let (body, muted) = (theme.text.body, theme.text.muted);
    let or_none = |text: Option<String>| text.unwrap_or_else(|| words::NONE.to_owned());
    let rate = |value: Option<f64>| or_none(value.map(|value| fmt::rate(PerSecond(value))));
    match column {
        HostColumn::Open => (or_none(host.open.map(|open| fmt::count(whole(open)))), body),
        HostColumn::Share => (or_none(host.share().map(fmt::percent)), body),
        HostColumn::Limit => (or_none(host.limit.as_ref().map(|limit| limit.name.clone())), muted),
        HostColumn::Attempts => (rate(host.attempts), body),
        HostColumn::Peak => (rate(host.peak), muted),
        HostColumn::Rejected => {
            let is_bad = host.rejected.is_some_and(|rejected| rejected > 0.0);
            (rate(host.rejected), if is_bad { theme.severity.crit } else { body })
        }
        HostColumn::Closes => {
            let first = host.codes.first();
            let text =
                first.map(|(code, per_s)| format!("{code} {}", fmt::rate(PerSecond(*per_s))));
            (or_none(text), muted)
        }
        HostColumn::Age => {
            let tone = if host.is_fresh() { muted } else { theme.severity.warn };
            (or_none(host.age.map(fmt::span)), tone)
        }
    }
}
