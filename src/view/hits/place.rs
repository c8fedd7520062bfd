//! Places that are asked for more than once: on the screen, under a box, the way back.

use ratatui::layout::{Position, Rect};

use super::super::look::Look;
use super::super::{advice, header, help, layout, palette, reference, settings, text_page};
use crate::app::{Frame, Overlay};

/// A place on the screen; none off it.
pub(super) fn at(area: Rect, x: u16, y: u16) -> Option<Position> {
    let inside = x < area.width && y < area.height;
    inside.then(|| Position::new(area.x + x, area.y + y))
}

/// The box over the screen; none where there is none, or the whole is covered.
pub(super) fn over(frame: &Frame, area: Rect) -> Option<Rect> {
    Some(match &frame.overlay {
        Overlay::None | Overlay::Details(_) | Overlay::Connections(_) | Overlay::Target(_) => {
            return None;
        }
        Overlay::Help(page) => help::place(area, page),
        Overlay::Palette(page) => palette::place(area, page),
        Overlay::Page(page) => text_page::place(area, page),
        Overlay::Advice(page) => advice::Sheet::new(area, page).place,
        Overlay::Codes(codes) => reference::place(area, codes),
        Overlay::Settings(page) => settings::place(area, page),
    })
}

/// Whether a box lies over this place.
pub(super) fn covers(frame: &Frame, area: Rect, at: Position) -> bool {
    over(frame, area).is_some_and(|place| place.contains(at))
}

/// The name of the program, which leads back to the screen.
pub(super) fn header_word(look: &Look, area: Rect) -> Rect {
    layout::part(area, 1, 0, look.width(header::NAME), 1)
}
