//! What lies at a place of the screen, from the same places the drawing uses.
//!
//! Pure, as the drawing is: same frame, same size, same answer. A place off the
//! screen has nothing: crossterm 0.29 tells of column 65535 where a terminal
//! counts from 0.

mod chart;
mod footer;
mod over;
mod panel;
mod place;
#[cfg(test)]
mod tests;

use ratatui::layout::{Position, Rect};

pub use self::chart::dragged;
use super::layout::{self, LayoutStep};
use super::look::Look;
use super::panels::{self, Form, Place};
use super::{
    connection_page, header, help, hosts, listeners, probes_screen, reference, settings, text_page,
    timeline,
};
use crate::app::{Drawn, Firsts, Frame, Hit, Overlay, Panel, View};

/// What lies at a place, counted from the top left corner of `area`.
#[must_use]
pub fn hit(frame: &Frame, look: &Look, area: Rect, (x, y): (u16, u16)) -> Option<Hit> {
    let at = place::at(area, x, y)?;
    if frame.input.is_none()
        && let Some(hint) = footer::hint(frame, look, area, at)
    {
        return Some(hint);
    }
    match &frame.overlay {
        Overlay::None => screen(frame, look, area, at),
        _ => Some(over::hit(frame, look, area, at)),
    }
}

/// The box that lies over the screen, if there is one.
pub(super) fn box_over(frame: &Frame, area: Rect) -> Option<Rect> {
    place::over(frame, area)
}

/// What the frame is on a screen of this size.
#[must_use]
pub fn drawn(frame: &Frame, area: Rect) -> Drawn {
    let mut first = frame.panes.first;
    for place in panels::seen(frame, area) {
        let Place { panel, area, form } = place;
        let lines = area.height.saturating_sub(form.lines());
        match panel {
            Panel::Listeners => first.listeners = listeners::window(frame, lines).start,
            Panel::Alerts => first.alerts = timeline::alerts::window(frame, lines).start,
            // Beside the incident nothing scrolls.
            Panel::Probes if form != Form::Titled => {
                first.targets = probes_screen::targets::window(frame, lines).start;
            }
            _ => {}
        }
    }
    if frame.view == View::Hosts {
        first.hosts = hosts::window(frame, area).start;
    }
    // What is opened anew begins at its beginning.
    let before = std::mem::take(&mut first);
    first = Firsts { codes: 0, settings: 0, help: 0, connections: 0, ..before };
    match &frame.overlay {
        Overlay::Codes(codes) => {
            let place = reference::place(area, codes);
            first.codes = reference::rows(place, codes, before.codes).1.start;
        }
        Overlay::Help(page) => first.help = help::first(area, page, before.help),
        Overlay::Page(page) => first.help = text_page::first(area, page, before.help),
        Overlay::Settings(page) => {
            first.settings = settings::first(area, page, before.settings);
        }
        Overlay::Connections(page) => {
            first.connections = connection_page::rows(area, page, before.connections).1.start;
        }
        _ => {}
    }
    let panels = panels::all(frame, area).iter().map(|place| place.panel).collect();
    Drawn { panels, first }
}

/// The screen itself.
fn screen(frame: &Frame, look: &Look, area: Rect, at: Position) -> Option<Hit> {
    if let Some(hit) = top(frame, look, area, at) {
        return Some(hit);
    }
    if layout::step(area) == LayoutStep::Strip {
        return None;
    }
    if let Some(row) = hosts::row_at(frame, area, at) {
        return Some(Hit::Host(row));
    }
    chart::hit(frame, look, area, at).or_else(|| {
        let places = panels::seen(frame, area);
        places.into_iter().find(|place| place.area.contains(at)).map(|p| panel::hit(frame, &p, at))
    })
}

/// The tabs and the verdict.
fn top(frame: &Frame, look: &Look, area: Rect, at: Position) -> Option<Hit> {
    let headed = layout::step(area) == LayoutStep::Full;
    let line = layout::part(area, 1, 0, area.width.saturating_sub(2), 1);
    let y = at.y - area.y;
    if headed && y == 0 {
        let tabs = header::tab_places(look, line);
        let tab = tabs.iter().find(|tab| tab.place.contains(at)).map(|tab| Hit::Tab(tab.view));
        let mode = header::mode_place(look, line, frame).contains(at).then_some(Hit::Mode);
        return tab.or(mode);
    }
    let first = u16::from(headed);
    let banner = first..first + layout::banner_rows(area);
    (banner.contains(&y) && frame.input.is_none()).then_some(Hit::Banner)
}
