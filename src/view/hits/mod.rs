//! What lies at a place of the screen, from the same places the drawing uses.
//!
//! Pure, as the drawing is: same frame, same size, same answer. A place off the
//! screen has nothing: crossterm 0.29 tells of column 65535 where a terminal
//! counts from 0.

mod chart;
mod over;
#[cfg(test)]
mod tests;

use ratatui::layout::{Position, Rect};

pub use self::chart::dragged;
use super::layout::{self, Step};
use super::panels::{self, Form, Place};
use super::{
    Look, events, footer, header, help, listeners, probes, reference, settings, timeline, told,
};
use crate::app::{Firsts, Frame, Hint, Hit, Overlay, Panel, Shown, View};

/// What lies at a place, counted from the top left corner of `area`.
#[must_use]
pub fn hit(frame: &Frame, look: &Look, area: Rect, (x, y): (u16, u16)) -> Option<Hit> {
    let at = at(area, x, y)?;
    if frame.input.is_none()
        && let Some(hint) = hint(frame, look, area, at)
    {
        return Some(hint);
    }
    match &frame.overlay {
        Overlay::None => screen(frame, look, area, at),
        _ => Some(over::hit(frame, look, area, at)),
    }
}

/// What the frame is on a screen of this size.
#[must_use]
pub fn shown(frame: &Frame, area: Rect) -> Shown {
    let mut first = frame.panes.first;
    for place in panels::seen(frame, area) {
        let Place { panel, area, form } = place;
        let lines = area.height.saturating_sub(form.lines());
        match panel {
            Panel::Listeners => first.listeners = listeners::window(frame, lines).start,
            Panel::Alerts => first.alerts = timeline::alerts::window(frame, lines).start,
            // Beside the incident nothing scrolls.
            Panel::Probes if form != Form::Titled => {
                first.targets = told::targets::window(frame, lines).start;
            }
            _ => {}
        }
    }
    // What is opened anew begins at its beginning.
    let (codes, help, settings) = match &frame.overlay {
        Overlay::Codes(codes) => {
            let place = reference::place(area, codes);
            (reference::rows(place, codes, first.codes).1.start, 0, 0)
        }
        Overlay::Help(groups) => (0, help::first(area, groups, first.help), 0),
        Overlay::Settings(page) => (0, 0, settings::first(area, page, first.settings)),
        _ => (0, 0, 0),
    };
    let panels = panels::all(frame, area).iter().map(|place| place.panel).collect();
    Shown { panels, first: Firsts { codes, settings, help, ..first } }
}

/// A place on the screen; none off it.
fn at(area: Rect, x: u16, y: u16) -> Option<Position> {
    let inside = x < area.width && y < area.height;
    inside.then(|| Position::new(area.x + x, area.y + y))
}

/// Where the keys are told, if they are.
fn footer_place(frame: &Frame, area: Rect) -> Rect {
    let alone = layout::alone(area).footer;
    let zoomed = frame.panes.zoomed().is_some();
    match (&frame.overlay, layout::step(area), frame.view) {
        (Overlay::Details(_) | Overlay::Target(_), ..) if area.width < 24 || area.height < 5 => {
            Rect::default()
        }
        (Overlay::Details(_) | Overlay::Target(_), ..) => alone,
        (_, Step::Strip, _) => Rect::default(),
        (_, Step::Mini, View::Incident | View::Probes) if !zoomed => Rect::default(),
        _ => alone,
    }
}

/// A key in the footer, where nothing lies over it.
fn hint(frame: &Frame, look: &Look, area: Rect, at: Position) -> Option<Hit> {
    let line = footer_place(frame, area);
    if !line.contains(at) || over::covers(frame, area, at) {
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

/// The screen itself.
fn screen(frame: &Frame, look: &Look, area: Rect, at: Position) -> Option<Hit> {
    if let Some(hit) = top(frame, look, area, at) {
        return Some(hit);
    }
    if layout::step(area) == Step::Strip {
        return None;
    }
    chart::hit(frame, look, area, at).or_else(|| {
        let places = panels::seen(frame, area);
        places.into_iter().find(|place| place.area.contains(at)).map(|p| panel(frame, &p, at))
    })
}

/// The name of the program, which leads back to the screen.
fn header_word(look: &Look, area: Rect) -> Rect {
    layout::part(area, 1, 0, look.width(header::NAME), 1)
}

/// The tabs and the verdict.
fn top(frame: &Frame, look: &Look, area: Rect, at: Position) -> Option<Hit> {
    let headed = layout::step(area) == Step::Full;
    let line = layout::part(area, 1, 0, area.width.saturating_sub(2), 1);
    let y = at.y - area.y;
    if headed && y == 0 {
        let tabs = header::tab_places(look, line);
        let tab = tabs.iter().find(|tab| tab.place.contains(at)).map(|tab| Hit::Tab(tab.view));
        let mode = header::mode_place(look, line, frame).contains(at).then_some(Hit::Mode);
        return tab.or(mode);
    }
    (y == u16::from(headed) && frame.input.is_none()).then_some(Hit::Banner)
}

/// What lies in a panel that is no chart.
fn panel(frame: &Frame, place: &Place, at: Position) -> Hit {
    let Place { panel, area, form } = *place;
    let nothing = Hit::Panel(panel);
    let line = at.y - area.y;
    if line == 0 && form != Form::Bare {
        return Hit::Title(panel);
    }
    let Some(row) = line.checked_sub(form.lines()).map(usize::from) else {
        return heading(area, panel, at).unwrap_or(nothing);
    };
    let lines = area.height - form.lines().min(area.height);
    let of = |window: std::ops::Range<usize>, hit: fn(usize) -> Hit| {
        let row = window.start + row;
        window.contains(&row).then(|| hit(row))
    };
    let found = match panel {
        Panel::Chart | Panel::Handshakes => None,
        Panel::Listeners => of(listeners::window(frame, lines), Hit::Listener),
        Panel::Alerts => of(timeline::alerts::window(frame, lines), Hit::Alert),
        Panel::Probes if form == Form::Titled => {
            of(0..probes::kept(&frame.probes, lines), Hit::Target)
        }
        Panel::Probes => of(told::targets::window(frame, lines), Hit::Target),
        Panel::Events => {
            let mut places = events::places(area, &frame.events).into_iter();
            let event = places.find(|(place, _)| place.contains(at));
            let event = event.and_then(|(_, index)| frame.events.get(index));
            event.map(|event| Hit::Event(event.letter, event.at.to_utc()))
        }
        Panel::Codes => match form {
            Form::Headed => code(frame, told::codes::lines(area), at),
            Form::Titled => code(frame, Rect { y: area.y + 1, ..area }, at),
            Form::Bare => None,
        },
    };
    found.unwrap_or(nothing)
}

/// The name of a column.
fn heading(area: Rect, panel: Panel, at: Position) -> Option<Hit> {
    let mut places = listeners::header_places(area).into_iter();
    let place = places.find(|(_, place)| panel == Panel::Listeners && place.contains(at));
    place.map(|(column, _)| Hit::Header(column))
}

/// A close code, one a line.
fn code(frame: &Frame, lines: Rect, at: Position) -> Option<Hit> {
    let row = at.y.checked_sub(lines.y).filter(|_| lines.contains(at))?;
    frame.codes.rows.get(usize::from(row)).map(|row| Hit::Code(row.code.0))
}
