//! What lies over the screen.

use ratatui::layout::{Position, Rect};

use super::super::look::Look;
use super::super::{advice, connection_page, details, palette, reference, settings};
use super::chart;
use super::place::{self, header_word};
use crate::app::{ConnectionPage, Frame, Hit, Overlay};

/// Columns at the right of a frame that say how it closes.
const HINT: u16 = 18;

/// Beside a box, and on its frame where it says how it closes, is the way out.
pub(super) fn hit(frame: &Frame, look: &Look, area: Rect, at: Position) -> Hit {
    let Some(place) = place::over(frame, area) else { return full(frame, look, area, at) };
    if !place.contains(at) {
        return Hit::Close;
    }
    let hint = at.y == place.y && at.x + HINT >= place.right();
    match &frame.overlay {
        _ if hint => Hit::Close,
        Overlay::Codes(codes) if codes.page.is_none() => {
            let (lines, visible) = reference::rows(place, codes, frame.panes.first.codes);
            let row = at.y.checked_sub(lines.y).map(|row| visible.start + usize::from(row));
            let row = row.filter(|row| visible.contains(row) && at.y < lines.bottom());
            row.map_or(Hit::Inside, Hit::Entry)
        }
        Overlay::Palette(page) => {
            let (lines, visible) = palette::rows(area, page);
            let row = at.y.checked_sub(lines.y).map(|row| visible.start + usize::from(row));
            let row = row.filter(|row| visible.contains(row));
            row.map_or(Hit::Inside, Hit::Found)
        }
        Overlay::Settings(page) => {
            let setting = settings::at(area, page, frame.panes.first.settings, at.y);
            setting.map_or(Hit::Inside, Hit::Setting)
        }
        Overlay::Advice(page) => {
            let commands = advice::Sheet::new(area, page).commands();
            let command = commands.iter().position(|rows| rows.contains(&at.y));
            command.map_or(Hit::Inside, Hit::Command)
        }
        _ => Hit::Inside,
    }
}

/// One listener or target over the whole screen.
fn full(frame: &Frame, look: &Look, area: Rect, at: Position) -> Hit {
    let small = area.width < 24 || area.height < 5;
    let below = match &frame.overlay {
        Overlay::Connections(page) => drilled(frame, area, page, at),
        Overlay::Details(listener) => details::network_at(area, listener, at).map(Hit::Drilled),
        _ => None,
    };
    if let Some(hit) = below {
        return hit;
    }
    match at.y - area.y {
        0 if small => Hit::Banner,
        0 if header_word(look, area).contains(at) => Hit::Close,
        1 if !small => Hit::Banner,
        _ => chart::hit(frame, look, area, at).unwrap_or(Hit::Inside),
    }
}

/// A row of connections or addresses, or the name of a column.
fn drilled(frame: &Frame, area: Rect, page: &ConnectionPage, at: Position) -> Option<Hit> {
    let headings = connection_page::header_places(area, page, frame);
    if let Some((order, _)) = headings.into_iter().find(|(_, place)| place.contains(at)) {
        return Some(Hit::Order(order));
    }
    let (lines, seen) = connection_page::rows(area, page, frame.panes.first.connections);
    let row = at.y.checked_sub(lines.y).map(|row| seen.start + usize::from(row));
    row.filter(|row| seen.contains(row) && lines.contains(at)).map(Hit::Drilled)
}
