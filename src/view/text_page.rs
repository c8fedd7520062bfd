//! A page of text in a box: a word at the left, what there is to say beside it.

use ratatui::layout::Rect;

use super::boxed;
use super::pen::{Pen, columns};
use crate::app::{Action, Keys, TextPage};

/// As wide as it is read with ease.
const WIDTH: u16 = 92;
/// Columns of the words at the left.
const WORD: u16 = 9;

/// The lines, each with its word where a part begins.
fn lines(area: Rect, page: &TextPage) -> Vec<(&'static str, String)> {
    let width = WIDTH.min(area.width).saturating_sub(5 + WORD);
    let mut lines = Vec::new();
    for (word, text) in &page.parts {
        let wrapped = crate::text::wrap(text, usize::from(width.max(1)));
        let words = [*word].into_iter().chain(std::iter::repeat(""));
        lines.extend(words.zip(wrapped));
    }
    lines
}

/// The box.
pub(super) fn place(area: Rect, page: &TextPage) -> Rect {
    let tall = columns(lines(area, page).len()).saturating_add(2);
    boxed::centered(area, WIDTH, tall)
}

/// Its first line that is seen, where `first` was asked for.
pub(super) fn first(area: Rect, page: &TextPage, first: usize) -> usize {
    let room = usize::from(boxed::inside(place(area, page)).height);
    first.min(lines(area, page).len().saturating_sub(room))
}

pub(super) fn draw(pen: &mut Pen<'_>, area: Rect, page: &TextPage, keys: &Keys, first: usize) {
    let place = place(area, page);
    let closes = format!("{} closes", keys.of(Action::Back));
    let more = if self::first(area, page, usize::MAX) > 0 { "↑↓ wheel: more" } else { "" };
    let inside = boxed::draw(pen, place, &page.title, &closes, more);
    let theme = pen.theme();
    let mut pen = pen.within(inside);
    let seen = lines(area, page).into_iter().skip(self::first(area, page, first));
    for (y, (word, text)) in (inside.y..inside.bottom()).zip(seen) {
        pen.put_upto(inside.x, y, inside.x + WORD, word, theme.text.muted);
        pen.put(inside.x + WORD, y, &text, theme.text.body);
    }
}
