//! The words of the footer, and the signs of their keys.

use ratatui::layout::{Position, Rect};

use super::super::footer;
use super::super::layout::{self, LayoutStep};
use super::super::look::Look;
use super::place::covers;
use crate::app::{Frame, Hint, Hit, Overlay, View};

/// Where the keys are told, if they are.
fn footer_place(frame: &Frame, area: Rect) -> Rect {
    let alone = layout::alone(area).footer;
    let zoomed = frame.panes.zoomed().is_some();
    match (&frame.overlay, layout::step(area), frame.view) {
        (Overlay::Details(_) | Overlay::Target(_), ..) if area.width < 24 || area.height < 5 => {
            Rect::default()
        }
        (Overlay::Details(_) | Overlay::Target(_), ..) => alone,
        (_, LayoutStep::Strip, _) => Rect::default(),
        (_, LayoutStep::Mini, View::Incident | View::Probes) if !zoomed => Rect::default(),
        _ => alone,
    }
}

/// A key in the footer, where nothing lies over it.
pub(super) fn hint(frame: &Frame, look: &Look, area: Rect, at: Position) -> Option<Hit> {
    let line = footer_place(frame, area);
    if !line.contains(at) || covers(frame, area, at) {
        return None;
    }
    let places = footer::places(look, line, frame);
    let (place, hint) = places.into_iter().find(|(place, _)| place.contains(at))?;
    Some(Hit::Hint(hint.action, sign(look, hint, at.x - place.x)))
}

/// Which of the signs of a key lies so many columns from its beginning: a sign
/// alone is a key, and so is each of two arrows; `1-4` and `shift` are none.
fn sign(look: &Look, hint: &Hint, column: u16) -> Option<char> {
    let mut x = 0;
    for word in hint.keys.split(' ') {
        let arrows = word.chars().all(|c| "←→↑↓".contains(c));
        for sign in word.chars() {
            let width = look.width(sign.encode_utf8(&mut [0; 4]));
            if (x..x + width).contains(&column) {
                return (arrows || word.chars().count() == 1).then_some(sign);
            }
            x += width;
        }
        x += 1;
    }
    None
}
