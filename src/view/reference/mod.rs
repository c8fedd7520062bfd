//! The close codes there are and what they mean, over the screen.

mod page;

use std::ops::Range;

use ratatui::layout::Rect;
use ratatui::style::Style;

use super::pen::{Pen, columns};
use super::{boxed, layout, severity, words};
use crate::app::{Action, CodeReference, Keys, ReferenceRow};
use crate::fmt;

/// Columns of the codes, of the names, of who sends them, of the counts.
const CODES: u16 = 10;
const NAME: u16 = 18;
const SENT_BY: u16 = 7;
const SEEN: u16 = 9;
/// All of it, with the 26 of how it reads and the box: 80 columns hold it.
const WIDTH: u16 = 2 + CODES + NAME + SENT_BY + SEEN + 2 + 26 + 5;

const STAR: &str = "* never on the wire: the local side reports it.  --code 4408=NAME";

/// The box: as tall as its list, a page as tall as the screen.
pub(super) fn place(area: Rect, reference: &CodeReference) -> Rect {
    let listed = columns(reference.rows.len()).saturating_add(2 + 3);
    let height = if reference.page.is_some() { area.height } else { listed };
    let height = if area.height > 10 { height.min(area.height - 2) } else { area.height };
    boxed::centered(area, WIDTH, height)
}

/// Where the rows lie in the box, and which of them.
pub(super) fn rows(place: Rect, reference: &CodeReference, first: usize) -> (Rect, Range<usize>) {
    let inside = boxed::inside(place);
    let star = star(inside);
    let y = (inside.y + 1).min(inside.bottom());
    let area = Rect { y, height: inside.height.saturating_sub(1 + star), ..inside };
    (area, layout::window(reference.rows.len(), reference.selected, first, area.height))
}

/// Lines of what the stars mean.
fn star(inside: Rect) -> u16 {
    u16::from(inside.height > 8) * 2
}

pub(super) fn draw(
    pen: &mut Pen<'_>,
    area: Rect,
    reference: &CodeReference,
    keys: &Keys,
    first: usize,
) {
    let (filter, close) = (keys.of(Action::Filter), keys.of(Action::Codes));
    let (open, back) = (keys.of(Action::Open), keys.of(Action::Back));
    let search = match (&reference.filter, reference.typing) {
        (typed, true) => format!("/{typed}_"),
        (typed, false) if typed.is_empty() => format!("{filter} search"),
        (typed, false) => format!("/{typed}"),
    };
    let hint = match reference.page {
        Some(_) => format!("{close} closes"),
        None => format!("{search} ── {close} closes"),
    };
    let at = format!("{} of {}", reference.selected + 1, reference.rows.len());
    let foot = match (&reference.page, reference.rows.is_empty()) {
        (Some(_), _) => format!("↑↓ {at}   {back} list   {close} close"),
        (_, true) => format!("{filter} search   {close} close"),
        _ => format!("↑↓ {at}   {open} what it says   {filter} search   {close} close"),
    };
    let place = place(area, reference);
    let inside = boxed::draw(pen, place, "Close codes", &hint, &foot);
    let margin = u16::from(inside.x > place.x);
    let mut pen = pen.within(Rect { x: inside.x - margin, width: inside.width + margin, ..inside });
    match (reference.rows.get(reference.selected), &reference.page) {
        (Some(row), Some(article)) => page::draw(&mut pen, inside, row, article),
        (Some(_), None) => table(&mut pen, place, reference, first),
        (None, _) => {
            let sentence = format!("no code matches '{}': {back} drops it", reference.filter);
            pen.put(inside.x, inside.y, &sentence, pen.theme().text.muted);
        }
    }
}

fn table(pen: &mut Pen<'_>, place: Rect, reference: &CodeReference, first: usize) {
    let muted = pen.theme().text.muted;
    let area = boxed::inside(place);
    let (x, y) = (area.x + 2, area.y);
    pen.put(x, y, "code", muted);
    pen.put(x + CODES, y, "name", muted);
    pen.put(x + CODES + NAME, y, "sent by", muted);
    let seen = x + CODES + NAME + SENT_BY + SEEN;
    pen.put_right(seen, y, "in 5 min", muted);
    pen.put(seen + 2, y, "reads as", muted);
    let (lines, visible) = rows(place, reference, first);
    let shown = reference.rows.iter().enumerate().skip(visible.start).take(visible.len());
    for (y, (index, row)) in (lines.y..).zip(shown) {
        let selected = index == reference.selected;
        line(pen, Rect { y, height: 1, ..area }, row, selected);
    }
    if star(area) > 0 {
        pen.put(area.x, area.bottom() - 1, STAR, muted);
    }
}

fn line(pen: &mut Pen<'_>, area: Rect, row: &ReferenceRow, selected: bool) {
    let theme = pen.theme();
    if selected {
        pen.paint(area, Style { bg: theme.ui.selected.bg, ..Style::new() });
        pen.put(area.x.saturating_sub(1), area.y, "▶", theme.ui.accent);
    }
    let (x, y) = (area.x, area.y);
    if severity::is_bad(row.severity) {
        pen.put(x, y, severity::glyph(row.severity), severity::mark(theme, row.severity));
    }
    let code = if selected { theme.text.strong } else { theme.text.body };
    let code = severity::text_or(theme, row.severity, code);
    pen.put_upto(x + 2, y, x + 2 + CODES, &row.codes, code);
    let x = x + 2 + CODES;
    let name = starred(row);
    pen.put_upto(x, y, x + NAME - 1, &name, theme.text.body);
    let x = x + NAME;
    pen.put_upto(x, y, x + SENT_BY, row.sent_by, theme.text.muted);
    let x = x + SENT_BY + SEEN;
    let count = row.seen.map(|[_, five, _]| five);
    let tone = if count.is_some_and(|n| n > 0) { theme.text.strong } else { theme.text.muted };
    pen.put_right(x, y, &words::value(count, false, fmt::count), tone);
    pen.put_upto(x + 2, y, area.right(), row.reads_as, theme.text.body);
}

/// A star after the names of what only the local side reports.
fn starred(row: &ReferenceRow) -> String {
    format!("{}{}", row.name, if row.synthetic { " *" } else { "" })
}
