//! The table of listeners.

use std::ops::Range;

use ratatui::layout::Rect;
use ratatui::style::Style;

use super::layout::{self, Step, step};
use super::pen::{Pen, Piece, columns};
use super::{banner, codes, footer, header, severity, spark, words};
use crate::app::{Frame, ListenerRow, SortColumn, Table};
use crate::detect::Severity;
use crate::fmt;

/// Right edges and widths of the columns; a width of 0 leaves one out.
#[derive(Clone, Copy)]
struct Grid {
    address: u16,
    process: u16,
    open: u16,
    opened: u16,
    queue: u16,
    drops: u16,
    spark: u16,
}

/// The table over the whole screen, at any size that has room for one.
pub(super) fn alone(pen: &mut Pen<'_>, area: Rect, frame: &Frame) {
    let places = layout::alone(area);
    match step(area) {
        Step::Full => {
            header::draw(pen, places.header, frame);
            banner::draw(pen, places.banner, frame, false);
            full(pen, places.body, frame);
        }
        Step::Standard => {
            banner::draw(pen, places.banner, frame, true);
            full(pen, places.body, frame);
        }
        Step::Mini | Step::Strip => {
            banner::brief(pen, places.banner, frame);
            short(pen, places.body, frame);
            return footer::draw(pen, places.footer, frame);
        }
    }
    footer::note(pen, places.note, frame);
    footer::draw(pen, places.footer, frame);
}

impl Grid {
    /// By width alone.
    fn new(width: u16) -> Self {
        // What the numbers leave is shared by address, process and shape.
        let rest = width.saturating_sub(2 + 8 + 9 + 9 + 8 + 2);
        let spark = if rest > 62 { rest - 54 } else { 7 };
        let names = rest.saturating_sub(spark);
        let process = names * 13 / 28;
        Self { address: names - process, process, open: 8, opened: 9, queue: 9, drops: 8, spark }
    }
}

/// Where the name of each column stands that can be sorted by.
pub(super) fn header_places(area: Rect) -> [(SortColumn, Rect); 6] {
    let grid = Grid::new(area.width);
    let mut x = area.x + 2;
    [
        (SortColumn::Address, grid.address),
        (SortColumn::Process, grid.process),
        (SortColumn::Open, grid.open),
        (SortColumn::Opened, grid.opened),
        (SortColumn::AcceptQueue, grid.queue),
        (SortColumn::Drops, grid.drops),
    ]
    .map(|(column, width)| {
        let place = Rect { x, y: area.y + 1, width, height: 1 };
        x += width;
        (column, place)
    })
}

/// With a line of headings and sparklines.
pub(super) fn full(pen: &mut Pen<'_>, area: Rect, frame: &Frame) {
    let grid = Grid::new(area.width);
    let visible = title(pen, area, frame, area.height.saturating_sub(2));
    headings(pen, area, &grid, &frame.listeners);
    rows(pen, area, area.y + 2, frame, visible, |pen, row_area, row| {
        let x = names_of(pen, row_area, row, &grid);
        numbers(pen, row_area.y, x, row, &grid);
        let at = area.right().saturating_sub(grid.spark);
        spark::draw(pen, Rect { x: at, width: grid.spark, ..row_area }, &row.spark);
    });
}

/// Without headings: what a number is says its unit.
pub(super) fn short(pen: &mut Pen<'_>, area: Rect, frame: &Frame) {
    let rest = area.width.saturating_sub(2 + 6 + 9 + 7);
    let process = rest * 9 / 25;
    let grid =
        Grid { address: rest - process, process, open: 6, opened: 9, queue: 7, drops: 0, spark: 0 };
    let visible = title(pen, area, frame, area.height.saturating_sub(1));
    rows(pen, area, area.y + 1, frame, visible, |pen, row_area, row| {
        let theme = pen.theme();
        let x = names_of(pen, row_area, row, &grid) + grid.open;
        let open = words::value(row.open, row.estimated, fmt::tight);
        pen.put_right(x, row_area.y, &open, theme.text.body);
        let x = x + grid.opened;
        let per_second = |rate| format!("{}/s", fmt::rate_tight(rate));
        let opened = words::value(row.opened, row.estimated, per_second);
        pen.put_right(x, row_area.y, &opened, theme.text.body);
        if is_full(row) {
            pen.put_right(x + grid.queue, row_area.y, "q full", theme.severity.crit);
        }
    });
}

fn title(pen: &mut Pen<'_>, area: Rect, frame: &Frame, height: u16) -> Range<usize> {
    let table = &frame.listeners;
    let theme = pen.theme();
    let shown = table.rows.len();
    let visible = window(frame, height);
    let count = match (shown, table.total) {
        (shown, total) if shown == total => format!(" {total}"),
        (shown, total) => format!(" {shown} of {total}"),
    };
    let mut pieces: Vec<Piece<'_>> = vec![(count.into(), theme.text.muted)];
    if !table.filter.is_empty() {
        pieces.push((format!("  /{}", table.filter).into(), theme.text.strong));
    }
    if visible.len() < shown {
        let range = format!("  rows {} to {}", visible.start + 1, visible.end);
        pieces.push((range.into(), theme.text.muted));
    }
    if shown > 1 {
        let arrow = if table.reversed { "↑" } else { "↓" };
        let by = format!("  by {} {arrow}", sort_name(table.sort));
        pieces.push((by.into(), theme.text.muted));
    }
    pen.title(Rect { height: 1, ..area }, "LISTENERS", &pieces);
    visible
}

const fn sort_name(column: SortColumn) -> &'static str {
    match column {
        SortColumn::Open => "open",
        SortColumn::Opened => "opened/s",
        SortColumn::AcceptQueue => "accept q",
        SortColumn::Drops => "drops/s",
        SortColumn::Address => "address",
        SortColumn::Process => "process",
    }
}

/// The rows that can be seen in so many lines.
pub(super) fn window(frame: &Frame, height: u16) -> Range<usize> {
    let table = &frame.listeners;
    layout::window(table.rows.len(), table.selected, frame.panes.first.listeners, height)
}

fn headings(pen: &mut Pen<'_>, area: Rect, grid: &Grid, table: &Table) {
    let theme = pen.theme();
    let tone = |column| if column == table.sort { theme.ui.tab_active } else { theme.text.muted };
    let y = area.y + 1;
    for (column, place) in header_places(area) {
        let (name, tone) = (sort_name(column), tone(column));
        match column {
            SortColumn::Address | SortColumn::Process => {
                pen.put_upto(place.x, y, place.right(), name, tone);
            }
            _ => {
                pen.put_right(place.right(), y, name, tone);
            }
        }
    }
    let spark = area.right().saturating_sub(grid.spark);
    let window = fmt::window(table.spark_window);
    pen.put_upto(spark, y, area.right(), &window, theme.text.muted);
}

fn rows(
    pen: &mut Pen<'_>,
    area: Rect,
    y: u16,
    frame: &Frame,
    visible: Range<usize>,
    draw: impl Fn(&mut Pen<'_>, Rect, &ListenerRow),
) {
    let theme = pen.theme();
    if frame.listeners.rows.is_empty() {
        codes::placeholder(pen, Rect { y: y - 1, ..area }, &frame.listeners.empty);
        return;
    }
    let first = visible.start;
    let shown = frame.listeners.rows.iter().enumerate().skip(first).take(visible.len());
    for (index, row) in shown {
        let line = Rect { y: y + columns(index - first), height: 1, ..area };
        let selected = index == frame.listeners.selected;
        if selected {
            let ground = Style { bg: theme.ui.selected.bg, ..Style::new() };
            pen.paint(line, ground);
            pen.put(area.x.saturating_sub(1), line.y, "▶", theme.ui.accent);
        }
        pen.put(area.x, line.y, severity::glyph(row.severity), severity::mark(theme, row.severity));
        draw(pen, line, row);
    }
}

/// Address and process; gives the column after them.
fn names_of(pen: &mut Pen<'_>, area: Rect, row: &ListenerRow, grid: &Grid) -> u16 {
    let theme = pen.theme();
    let x = area.x + 2;
    let tone = match row {
        ListenerRow { present: false, .. } => theme.text.muted,
        ListenerRow { focused: true, .. } => theme.text.strong,
        _ => theme.text.body,
    };
    let address = words::address(&row.address, usize::from(grid.address.saturating_sub(1)));
    pen.put_upto(x, area.y, x + grid.address, &address, tone);
    let x = x + grid.address;
    let (process, tone) = match (&row.process, row.present) {
        (_, false) => (words::NOBODY, theme.severity.warn),
        (Some(name), true) => (name.as_str(), theme.text.muted),
        (None, true) => (words::HIDDEN, theme.text.muted),
    };
    let process = words::process(process, usize::from(grid.process.saturating_sub(1)));
    pen.put_upto(x, area.y, x + grid.process, &process, tone);
    x + grid.process
}

fn numbers(pen: &mut Pen<'_>, y: u16, x: u16, row: &ListenerRow, grid: &Grid) {
    let theme = pen.theme();
    let body = theme.text.body;
    let bad = severity::text_or(theme, row.severity, theme.severity.warn);
    let x = x + grid.open;
    let open = words::value(row.open, row.estimated, fmt::count);
    fit(pen, x, y, grid.open, &[open, words::value(row.open, row.estimated, fmt::tight)], body);
    let x = x + grid.opened;
    let opened = words::value(row.opened, row.estimated, fmt::rate);
    let tight = words::value(row.opened, row.estimated, fmt::rate_tight);
    fit(pen, x, y, grid.opened, &[opened, tight], body);
    let x = x + grid.queue;
    let queue = |write: fn(u64) -> String| match (row.queue, row.backlog) {
        (Some(used), Some(limit)) => format!("{}/{}", write(used), write(limit)),
        (Some(used), None) => write(used),
        _ => words::NONE.to_owned(),
    };
    let tone = if is_full(row) { bad } else { theme.text.muted };
    fit(pen, x, y, grid.queue, &[queue(|n| n.to_string()), queue(fmt::tight)], tone);
    let x = x + grid.drops;
    let dropping = row.drops.is_some_and(|d| d.0 > 0.0);
    let tone = if dropping { bad } else { theme.text.muted };
    let drops = words::value(row.drops, false, fmt::rate);
    fit(pen, x, y, grid.drops, &[drops, words::value(row.drops, false, fmt::rate_tight)], tone);
}

/// The longest form that leaves a gap to its neighbour, right-aligned.
fn fit(pen: &mut Pen<'_>, right: u16, y: u16, width: u16, forms: &[String], style: Style) {
    let fitting = forms.iter().find(|form| pen.width(form) < width).or(forms.last());
    if let Some(form) = fitting {
        let left = right.saturating_sub(width.saturating_sub(1));
        let cell = Rect { x: left, y, width: right - left, height: 1 };
        pen.within(cell).put_right(right, y, form, style);
    }
}

fn is_full(row: &ListenerRow) -> bool {
    let full = row.queue.zip(row.backlog).is_some_and(|(used, limit)| limit > 0 && used >= limit);
    full && row.severity != Severity::Ok
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::view::fixtures;

    #[test]
    fn the_selected_row_is_always_among_the_visible() {
        let mut frame = fixtures::hostile();
        for selected in [0, 1, 99, 199, usize::MAX] {
            frame.listeners.selected = selected;
            let visible = window(&frame, 5);
            assert!(visible.contains(&selected.min(199)), "{selected} in {visible:?}");
            assert_eq!(visible.len(), 5);
        }
        assert!(window(&frame, 0).is_empty());
    }
}
