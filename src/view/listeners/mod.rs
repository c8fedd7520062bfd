//! The table of listeners.

mod beneath;
mod figures;

use std::ops::Range;

use ratatui::layout::Rect;
use ratatui::style::Style;

use self::figures::{Figure, is_full};
use super::banner::Corner;
use super::layout::{self, LayoutStep, step};
use super::pen::{Pen, Piece, columns};
use super::{banner, chart, codes, footer, header, open, severity, spark, words};
use crate::app::{Chosen, Frame, ListenerRow, RowKind, SortColumn, Table, TableName};
use crate::fmt;

/// Columns of address and process, where a shape stands beside them.
const NAMES: u16 = 46;

/// Widths of the columns.
struct ListenerColumns {
    address: u16,
    process: u16,
    figures: Vec<(Figure, u16)>,
    spark: u16,
}

impl ListenerColumns {
    /// What the figures leave is shared by address, process and shape.
    fn new(width: u16, names: u16, chosen: &Chosen) -> Self {
        let room = width.saturating_sub(2 + 2);
        let figures = match &chosen.columns {
            Some(names) => figures::chosen(room, names),
            None => figures::of(room),
        };
        let rest = room.saturating_sub(figures.iter().map(|(_, width)| width).sum());
        let shows_shape = chosen.shows("shape");
        // The shape has what the names do not need, from 50 columns on no more:
        // `127.0.0.1:8080` and `gateway 2143` go before it.
        let spark = match figures.len() {
            _ if !shows_shape => 0,
            _ if chosen.columns.is_some() && rest >= 28 + 7 => (rest - 28).min(60),
            _ if chosen.columns.is_some() => 0,
            ..=4 if rest < 28 + 7 => 0,
            ..=4 if rest <= 62 => 7,
            ..=4 => rest - 54,
            _ => rest.saturating_sub(names).min(50),
        };
        let names = rest.saturating_sub(spark);
        let process = (names * 13 / 28).min(names.saturating_sub(16));
        Self { address: names - process, process, figures, spark }
    }
}

impl ListenerColumns {
    fn of(area: Rect, frame: &Frame) -> Self {
        let rows = &frame.listeners.rows;
        let widest = |of: fn(&ListenerRow) -> String| {
            rows.iter().map(|row| crate::text::width(&of(row))).max().unwrap_or(0)
        };
        let address = widest(ListenerRow::name);
        let process = widest(|row| row.process().unwrap_or_default());
        let names = columns(address + process + 4).clamp(30, NAMES);
        Self::new(area.width, names, frame.columns.of(TableName::Listeners))
    }
}

/// The table over the whole screen, at any size that has room for one.
pub(super) fn alone(pen: &mut Pen<'_>, area: Rect, frame: &Frame) {
    let places = layout::alone(area);
    match step(area) {
        LayoutStep::Full => {
            header::draw(pen, places.header, frame);
            banner::draw(pen, places.banner, frame, Corner::Nothing);
            let (table, rates, filling) = layout::listeners(area);
            full(pen, table, frame);
            if !rates.is_empty() {
                chart::titled(pen, rates, &frame.chart, "CONNECTIONS/s", frame);
            }
            if !filling.is_empty() {
                open::panel(pen, filling, &open::of_frame(frame), frame, 0);
            }
        }
        LayoutStep::Standard => {
            banner::draw(pen, places.banner, frame, Corner::ClockAndHost);
            full(pen, places.body, frame);
        }
        LayoutStep::Mini | LayoutStep::Strip => {
            banner::brief(pen, places.banner, frame);
            short(pen, places.body, frame);
            return footer::draw(pen, places.footer, frame);
        }
    }
    footer::note(pen, places.note, frame);
    footer::draw(pen, places.footer, frame);
}

/// Where the name of each column stands that can be sorted by.
pub(super) fn header_places(area: Rect, frame: &Frame) -> Vec<(SortColumn, Rect)> {
    let grid = ListenerColumns::of(area, frame);
    let (names, mut x) = name_places(area, &grid);
    let figures = grid.figures.iter().filter_map(|(figure, width)| {
        let place = Rect { x, y: area.y + 1, width: *width, height: 1 };
        x += width;
        Some((figure.sort()?, place))
    });
    names.into_iter().chain(figures).collect()
}

/// Address and process in the line of headings, and where the figures begin.
fn name_places(area: Rect, grid: &ListenerColumns) -> ([(SortColumn, Rect); 2], u16) {
    let x = area.x + 2;
    let place = |x, width| Rect { x, y: area.y + 1, width, height: 1 };
    let names = [
        (SortColumn::Address, place(x, grid.address)),
        (SortColumn::Process, place(x + grid.address, grid.process)),
    ];
    (names, x + grid.address + grid.process)
}

/// With a line of headings and sparklines.
pub(super) fn full(pen: &mut Pen<'_>, area: Rect, frame: &Frame) {
    let grid = ListenerColumns::of(area, frame);
    let visible = title(pen, area, frame, area.height.saturating_sub(2));
    let series = frame.listeners.rows.iter().map(|row| row.spark.as_slice());
    let known = spark::known(series);
    headings(pen, area, &grid, &frame.listeners);
    rows(pen, area, area.y + 2, frame, visible, |pen, row_area, row| {
        let x = names_of(pen, row_area, row, (grid.address, grid.process));
        numbers(pen, row_area.y, x, row, &grid);
        let at = area.right().saturating_sub(grid.spark);
        spark::draw(pen, Rect { x: at, width: grid.spark, ..row_area }, &row.spark, known);
    });
    let figures: Vec<Figure> = grid.figures.iter().map(|(figure, _)| *figure).collect();
    below(pen, area, 2, frame, &figures);
}

/// More of the selected one where its rows, so many lines down, leave room.
fn below(pen: &mut Pen<'_>, area: Rect, headings: u16, frame: &Frame, figures: &[Figure]) {
    let used = headings + columns(frame.listeners.rows.len());
    let spare = area.height.saturating_sub(used);
    // A blank line apart where there is one to spare.
    let gap = u16::from(spare > 2);
    let (x, y) = (area.x + 2, area.y + used + gap);
    let place = Rect { x, y, width: area.width.saturating_sub(2), height: spare - gap };
    if !frame.listeners.rows.is_empty() && !place.is_empty() {
        beneath::draw(pen, place, frame, figures);
    }
}

/// Without headings: what a number is says its unit.
pub(super) fn short(pen: &mut Pen<'_>, area: Rect, frame: &Frame) {
    let (open, opened, queue) = (6, 9, 7);
    let rest = area.width.saturating_sub(2 + open + opened + queue);
    let process = rest * 9 / 25;
    let names = (rest - process, process);
    let visible = title(pen, area, frame, area.height.saturating_sub(1));
    rows(pen, area, area.y + 1, frame, visible, |pen, row_area, row| {
        let theme = pen.theme();
        let x = names_of(pen, row_area, row, names) + open;
        let open = words::value(row.listener.open, row.listener.estimated, fmt::tight);
        pen.put_right(x, row_area.y, &open, theme.text.body);
        let x = x + opened;
        let per_second = |rate| format!("{}/s", fmt::rate_tight(rate));
        let opened = words::value(row.listener.opened, row.listener.estimated, per_second);
        pen.put_right(x, row_area.y, &opened, theme.text.body);
        if is_full(row) {
            pen.put_right(x + queue, row_area.y, "q full", theme.severity.crit);
        }
    });
    below(pen, area, 1, frame, &[Figure::Open, Figure::Opened]);
}

fn title(pen: &mut Pen<'_>, area: Rect, frame: &Frame, height: u16) -> Range<usize> {
    let table = &frame.listeners;
    let theme = pen.theme();
    let shown = table.rows.len();
    let visible = window(frame, height);
    let count = match (table.listed(), table.total) {
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
        SortColumn::Opened => "handsh/s",
        SortColumn::Closed => "closed/s",
        SortColumn::Peak => "peak/s",
        SortColumn::AcceptQueue => "accept q",
        SortColumn::Drops => "drops/s",
        SortColumn::Address => "address",
        SortColumn::Process => "process",
    }
}

/// The rows that can be seen in so many lines. The sum of the others comes last and
/// cannot be selected: it is seen with the last row that can, where there are two lines.
pub(super) fn window(frame: &Frame, height: u16) -> Range<usize> {
    let table = &frame.listeners;
    let rows = table.rows.len();
    let last = table.rows.iter().rposition(|row| !matches!(row.kind, RowKind::Others(_)));
    let behind = if last == Some(table.selected) { rows } else { table.selected };
    let tail = layout::window(rows, behind, frame.panes.first.listeners, height);
    layout::window(rows, table.selected, tail.start, height)
}

fn headings(pen: &mut Pen<'_>, area: Rect, grid: &ListenerColumns, table: &Table) {
    let theme = pen.theme();
    let tone = |column| if column == table.sort { theme.ui.tab_active } else { theme.text.muted };
    let y = area.y + 1;
    let (names, x) = name_places(area, grid);
    for (column, place) in names {
        pen.put_upto(place.x, y, place.right(), sort_name(column), tone(column));
    }
    let mut x = x;
    for (figure, width) in &grid.figures {
        x += width;
        let tone = figure.sort().map_or(theme.text.muted, tone);
        pen.put_right(x, y, figure.name(), tone);
    }
    let spark = area.right().saturating_sub(grid.spark);
    let window = fmt::window(table.spark_window);
    if grid.spark > 0 {
        pen.put_upto(spark, y, area.right(), &window, theme.text.muted);
    }
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
        if !matches!(row.kind, RowKind::Others(_)) {
            let mark = severity::mark(theme, row.severity);
            pen.put(area.x, line.y, severity::glyph(row.severity), mark);
        }
        draw(pen, line, row);
    }
}

/// Address and process; gives the column after them.
fn names_of(
    pen: &mut Pen<'_>,
    area: Rect,
    row: &ListenerRow,
    (address, process): (u16, u16),
) -> u16 {
    let theme = pen.theme();
    let x = area.x + 2;
    let (is_present, address_text) = (row.listener.is_present(), row.name());
    let tone = match (is_present, row.focused) {
        (false, _) => theme.text.muted,
        (true, true) => theme.text.strong,
        (true, false) => theme.text.body,
    };
    // The addresses of a service stand beneath it.
    let indent = if row.kind == RowKind::Part { 2 } else { 0 };
    let room = address.saturating_sub(1 + indent);
    let name = words::address(&address_text, usize::from(room));
    pen.put_upto(x + indent, area.y, x + address, &name, tone);
    let x = x + address;
    let running = row.process();
    let (name, tone) = match (&running, is_present) {
        (_, false) => (words::NOBODY, theme.severity.warn),
        (Some(name), true) => (name.as_str(), theme.text.muted),
        (None, true) => (words::HIDDEN, theme.text.muted),
    };
    let name = words::process(name, usize::from(process.saturating_sub(1)));
    pen.put_upto(x, area.y, x + process, &name, tone);
    x + process
}

fn numbers(pen: &mut Pen<'_>, y: u16, x: u16, row: &ListenerRow, grid: &ListenerColumns) {
    let mut x = x;
    for (figure, width) in &grid.figures {
        x += width;
        let tone = figure.tone(pen, row);
        fit(pen, x, y, *width, &figure.forms(row), tone);
    }
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

    #[test]
    fn the_sum_of_the_others_never_takes_the_line_of_what_is_selected() {
        let mut frame = fixtures::hostile();
        frame.listeners.rows[199].kind = RowKind::Others(12);
        frame.listeners.selected = 198;
        assert_eq!([window(&frame, 1), window(&frame, 2)], [198..199, 198..200]);
        frame.panes.first.listeners = 190;
        frame.listeners.selected = 197;
        assert_eq!(window(&frame, 8), 190..198, "another row moves no further than before");
    }
}
