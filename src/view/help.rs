//! The keys, over the screen.

use ratatui::layout::Rect;

use super::pen::{Pen, columns};
use super::{boxed, glossary};
use crate::app::{Action, HelpGroup, HelpPage, Keys};

/// Columns of one group.
const GROUP: u16 = 25;

/// How to read the screen, under the keys.
const READING: [&str; 2] = [
    "■ crit  ▲ warn  ● ok  ~ estimate   letters mark events on the chart",
    "dashed line: from here on a herd; bright bars are over it",
];

/// Groups side by side.
fn across(area: Rect) -> u16 {
    (area.width.saturating_sub(4) / GROUP).clamp(1, 3)
}

/// Rows of the groups that stand side by side.
fn tall(band: &[HelpGroup]) -> usize {
    band.iter().map(|group| group.rows.len() + 2).max().unwrap_or(0)
}

/// All lines there are to read.
fn lines(area: Rect, page: &HelpPage) -> usize {
    let bands = page.groups.chunks(usize::from(across(area)));
    let inside = boxed::inside(Rect { width: box_width(area), ..area });
    bands.map(tall).sum::<usize>() + READING.len() + 2 + glossary::lines(inside.width).len()
}

/// Columns of the box.
fn box_width(area: Rect) -> u16 {
    (across(area) * GROUP + 4).max(area.width.min(74)).min(area.width)
}

/// The box.
pub(super) fn place(area: Rect, page: &HelpPage) -> Rect {
    boxed::centered(area, box_width(area), columns(lines(area, page)).saturating_add(2))
}

/// Its first line that is seen, where `first` was asked for: a pane has no room
/// for all of them.
pub(super) fn first(area: Rect, page: &HelpPage, first: usize) -> usize {
    let room = usize::from(boxed::inside(place(area, page)).height);
    first.min(lines(area, page).saturating_sub(room))
}

pub(super) fn draw(pen: &mut Pen<'_>, area: Rect, help: &HelpPage, bound: &Keys, first: usize) {
    let place = place(area, help);
    let closes = format!("{} or {} closes", bound.of(Action::Help), bound.of(Action::Back));
    let more = self::first(area, help, usize::MAX) > 0;
    let search = match (help.search.as_str(), help.typing) {
        (typed, true) => format!("/{typed}_"),
        ("", false) => format!("{} search", bound.of(Action::Filter)),
        (typed, false) => format!("/{typed}"),
    };
    let foot = if more { format!("{search}   ↑↓ wheel: more, and the words") } else { search };
    let name = format!("Keys: {}", if help.search.is_empty() { help.context } else { "all" });
    let inside = boxed::draw(pen, place, &name, &closes, &foot);
    let mut page = Page { inside, first: columns(self::first(area, help, first)) };
    let mut pen = pen.within(inside);
    let mut row = 0;
    let muted = pen.theme().text.muted;
    for band in help.groups.chunks(usize::from(across(area))) {
        for (column, group) in (0..).zip(band) {
            page.inside.x = inside.x + column * GROUP;
            keys(&mut pen, &page, row, group);
        }
        row += columns(tall(band));
    }
    if help.groups.is_empty() && !help.search.is_empty() {
        let none =
            format!("no key for '{}': {} finds more", help.search, bound.of(Action::Palette));
        pen.put(inside.x, inside.y, &none, muted);
        return;
    }
    for (row, line) in (row..).zip(READING) {
        if let Some(y) = page.line(row) {
            pen.put(inside.x, y, line, muted);
        }
    }
    page.inside.x = inside.x;
    words(&mut pen, &page, row + columns(READING.len()) + 1);
}

/// The glossary, from this line on.
fn words(pen: &mut Pen<'_>, page: &Page, row: u16) {
    let theme = pen.theme();
    let (x, right) = (page.inside.x, page.inside.right());
    if let Some(y) = page.line(row) {
        pen.put_upto(x, y, right, "WORDS", theme.ui.accent);
    }
    let indent = columns(glossary::indent(usize::from(page.inside.width)));
    for (row, line) in (row + 1..).zip(glossary::lines(page.inside.width)) {
        if let Some(y) = page.line(row) {
            pen.put_upto(x, y, right, line.term, theme.ui.key);
            pen.put_upto(x + indent, y, right, &line.meaning, theme.text.body);
        }
    }
}

/// What is seen of the lines.
struct Page {
    inside: Rect,
    first: u16,
}

impl Page {
    /// Where a line stands; none where it is not seen.
    fn line(&self, row: u16) -> Option<u16> {
        let row = row.checked_sub(self.first).filter(|row| *row < self.inside.height)?;
        Some(self.inside.y + row)
    }
}

fn keys(pen: &mut Pen<'_>, page: &Page, row: u16, group: &HelpGroup) {
    let theme = pen.theme();
    let x = page.inside.x;
    let right = (x + GROUP - 1).min(page.inside.right());
    if let Some(y) = page.line(row) {
        pen.put_upto(x, y, right, group.title, theme.ui.accent);
    }
    let widest = group.rows.iter().map(|(keys, _)| pen.width(keys)).max().unwrap_or(0).min(10);
    for (row, (keys, what)) in (row + 1..).zip(&group.rows) {
        if let Some(y) = page.line(row) {
            let end = pen.put_upto(x, y, right, keys, theme.ui.key);
            pen.put_upto(end.max(x + widest) + 1, y, right, what, theme.text.body);
        }
    }
}
