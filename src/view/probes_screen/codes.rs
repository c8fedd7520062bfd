//! The table of close codes, what a browser would have shown instead, and what the
//! worst of them says.

use ratatui::layout::Rect;

use super::super::codes::{browser, placeholder, sources_of, trend};
use super::super::pen::{Pen, Piece, columns};
use super::super::{endings, severity, spark};
use crate::app::{Action, Chosen, CodeRow, CodeTable, Frame, TableName};
use crate::fmt;

/// Columns from which on there is room for counts and shapes.
const WIDE: u16 = 42;

pub(in super::super) fn draw(pen: &mut Pen<'_>, area: Rect, frame: &Frame) {
    let table = &frame.codes;
    let muted = pen.theme().text.muted;
    let mut words: Vec<Piece<'_>> = Vec::new();
    if let Some(rate) = table.per_second {
        words.push((" 5 min ".into(), muted));
        words.push((format!("  {}/s now", fmt::rate(rate)).into(), muted));
    }
    pen.title(Rect { height: area.height.min(1), ..area }, "CLOSE CODES", &words);
    if table.rows.is_empty() && table.endings.is_empty() {
        placeholder(pen, area, table.empty);
    }
    let (body, foot) = body(area);
    let grid = CodeColumns::new(body.width, frame.columns.of(TableName::Codes));
    if !table.rows.is_empty() && body.height > 1 {
        headings(pen, body, &grid);
    }
    for (y, row) in (body.y + 2..body.bottom()).zip(&table.rows) {
        line(pen, Rect { y, height: 1, ..body }, row, &grid);
    }
    let heading = if table.rows.is_empty() { 1 } else { 3 };
    let y = body.y + heading + columns(table.rows.len());
    if y < body.bottom() {
        let under = Rect { y, height: body.bottom() - y, ..body };
        endings::draw(pen, under, &table.endings, table.accepted);
    }
    if foot > 0 {
        let last = |up| Rect { y: area.bottom() - up, height: 1, ..area };
        browser(pen, last(2), table);
        sources(pen, last(1), table);
    }
}

/// The place of headings and rows, and the lines below it: the browser's view
/// and the sources keep the two last ones.
fn body(area: Rect) -> (Rect, u16) {
    let foot = if area.height >= 6 { 2 } else { 0 };
    (Rect { height: area.height - foot.min(area.height), ..area }, foot)
}

/// Where the rows lie.
pub(in super::super) fn lines(area: Rect) -> Rect {
    let (body, _) = body(area);
    let y = (body.y + 2).min(body.bottom());
    Rect { y, height: body.bottom() - y, ..body }
}

/// Widths from the left; 0 leaves one out.
struct CodeColumns {
    name: u16,
    is_named: bool,
    figures: Vec<(&'static str, u16)>,
    spark: u16,
}

/// Columns of a figure, and of the rate with its arrow.
const FIGURE: u16 = 7;
const RATE: u16 = FIGURE + 2;

impl CodeColumns {
    fn new(width: u16, chosen: &Chosen) -> Self {
        let wide = width >= WIDE;
        let figures: Vec<(&'static str, u16)> = match &chosen.columns {
            Some(names) => {
                let mut left = width.saturating_sub(2 + 5);
                let figures = names.iter().filter(|name| !["name", "shape"].contains(name));
                let fits = |name: &&'static str| {
                    let wanted = if *name == "now/s" { RATE } else { FIGURE };
                    left = left.checked_sub(wanted)?;
                    Some((*name, wanted))
                };
                figures.map_while(fits).collect()
            }
            None if wide => vec![("now/s", RATE), ("count", FIGURE)],
            None => vec![("now/s", RATE)],
        };
        // Glyph and code.
        let taken: u16 = figures.iter().map(|(_, width)| width).sum();
        let rest = width.saturating_sub(2 + 5 + taken);
        // A shape has thirty steps; what is wider than that is the names'. A column
        // sets it apart from the count.
        let shaped = wide && chosen.shows("shape");
        let spark = if shaped { rest.saturating_sub(18).min(30) } else { 0 };
        let apart = u16::from(spark > 0);
        let name = rest.saturating_sub(spark + apart);
        Self { name, is_named: chosen.shows("name"), figures, spark }
    }
}

fn headings(pen: &mut Pen<'_>, area: Rect, grid: &CodeColumns) {
    let style = pen.theme().text.muted;
    let (x, y) = (area.x, area.y + 1);
    let words = if grid.is_named { "code name" } else { "code" };
    pen.put_upto(x + 2, y, x + 7 + grid.name, words, style);
    let mut x = x + 7 + grid.name;
    for (name, width) in &grid.figures {
        x += width;
        let at = if *name == "now/s" { x - 2 } else { x };
        pen.put_right(at, y, name, style);
    }
    if grid.spark >= 5 {
        pen.put_right(area.right(), y, "5 min", style);
    }
}

fn line(pen: &mut Pen<'_>, area: Rect, row: &CodeRow, grid: &CodeColumns) {
    let theme = pen.theme();
    let (x, y) = (area.x, area.y);
    let tone = severity::text_or(theme, row.severity, theme.text.body);
    if severity::is_bad(row.severity) {
        pen.put(x, y, severity::glyph(row.severity), severity::mark(theme, row.severity));
    }
    pen.put_upto(x + 2, y, x + 7, &row.code.to_string(), tone);
    let mut x = x + 7 + grid.name;
    if grid.is_named {
        pen.put_upto(area.x + 7, y, x, &row.name, theme.text.muted);
    }
    for (name, width) in &grid.figures {
        x += width;
        let count = match *name {
            "now/s" => {
                pen.put_right(x - 2, y, &fmt::rate_tight(row.per_second), theme.text.body);
                trend(pen, x, y, row);
                continue;
            }
            "minute" => row.last_minute,
            "total" => row.total,
            _ => row.five_minutes,
        };
        pen.put_right(x, y, &fmt::tight(count), theme.text.body);
    }
    let place = Rect { x: area.right().saturating_sub(grid.spark), width: grid.spark, ..area };
    spark::draw(pen, place, &row.spark, row.spark.len());
}

fn sources(pen: &mut Pen<'_>, area: Rect, table: &CodeTable) {
    if !table.sources.is_empty() {
        let text = format!("seen by: {}", sources_of(table));
        pen.put_upto(area.x, area.y, area.right(), &text, pen.theme().text.muted);
    }
}

/// `1006 abnormal = TCP cut, crash, timeout`, above the keys.
pub(super) fn reading(pen: &mut Pen<'_>, area: Rect, frame: &Frame) {
    if let Some(reading) = &frame.codes.reading {
        let theme = pen.theme();
        let (code, rest) = reading.split_once(" = ").unwrap_or((reading, ""));
        let pieces: [Piece<'_>; 3] = [
            ("reading: ".into(), theme.text.muted),
            (code.into(), theme.text.strong),
            (
                format!(" = {rest}    {} all codes", frame.keys.of(Action::Codes)).into(),
                theme.text.muted,
            ),
        ];
        pen.pieces(area.x, area.y, area.right(), &pieces);
    }
}
