//! The last lines: what is missing, and what the keys do.

use ratatui::layout::Rect;

use super::look::Look;
use super::pen::Pen;
use crate::app::{Frame, Hint, Overlay, Prompt};

/// What may be typed into an empty filter.
const TERMS: &str = "words, port:80,443 proc:NAME pid:N addr:10. state:crit, !REGEX, -TERM for not";

/// Keys and their words; one that does not fit is left out. While
/// a line is typed, the line.
pub(super) fn draw(pen: &mut Pen<'_>, area: Rect, frame: &Frame) {
    let theme = pen.theme();
    if let Some(input) = &frame.input {
        let over_words = matches!(frame.overlay, Overlay::Codes(_) | Overlay::Help(_));
        let x = pen.put_upto(area.x, area.y, area.right(), input.prompt.sign(), theme.ui.key);
        let room = usize::from(area.right().saturating_sub(x.saturating_add(1)));
        // The end is what is being typed.
        let shown = super::words::address(input.prompt.text(), room);
        let x = pen.put_upto(x, area.y, area.right(), &shown, theme.text.strong);
        if matches!(input.prompt, Prompt::Write(_)) {
            return;
        }
        let x = pen.put_upto(x, area.y, area.right(), "_", theme.ui.accent) + 2;
        if let Some(fault) = &input.fault {
            pen.put_upto(x, area.y, area.right(), fault, theme.severity.warn);
        } else if input.prompt == Prompt::Filter(String::new()) && !over_words {
            pen.put_upto(x, area.y, area.right(), TERMS, theme.text.muted);
        }
        return;
    }
    for (place, hint) in places(pen.look, area, frame) {
        let x = pen.put(place.x, area.y, &hint.keys, theme.ui.key) + 1;
        pen.put(x, area.y, hint.word, theme.text.muted);
    }
}

/// The hints that fit, each with its place.
pub(super) fn places<'f>(look: &Look, area: Rect, frame: &'f Frame) -> Vec<(Rect, &'f Hint)> {
    let mut x = area.x;
    let mut places = Vec::new();
    for hint in &frame.hints {
        let width = look.width(&hint.keys) + 1 + look.width(hint.word);
        if x + width > area.right() {
            continue;
        }
        places.push((Rect { x, width, height: 1, ..area }, hint));
        x += width + 2;
    }
    places
}

/// The worst of what is denied, lost or estimated.
pub(super) fn note(pen: &mut Pen<'_>, area: Rect, frame: &Frame) {
    if let Some(note) = frame.notes.first() {
        pen.put_upto(area.x, area.y, area.right(), note, pen.theme().text.muted);
    }
}
