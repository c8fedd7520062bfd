//! What lies in a panel that is no chart: its rows, and the names of its columns.

use ratatui::layout::{Position, Rect};

use super::super::panels::{Form, Place};
use super::super::{connections, events, listeners, probes, probes_screen, timeline};
use crate::app::{Frame, Hit, Panel};

/// What lies in a panel that is no chart.
pub(super) fn hit(frame: &Frame, place: &Place, at: Position) -> Hit {
    let Place { panel, area, form } = *place;
    let nothing = Hit::Panel(panel);
    let line = at.y - area.y;
    if line == 0 && form != Form::Bare {
        return Hit::Title(panel);
    }
    let Some(row) = line.checked_sub(form.lines()).map(usize::from) else {
        return heading(frame, place, at).unwrap_or(nothing);
    };
    let lines = area.height - form.lines().min(area.height);
    let of = |window: std::ops::Range<usize>, hit: fn(usize) -> Hit| {
        let row = window.start + row;
        window.contains(&row).then(|| hit(row))
    };
    let found = match panel {
        Panel::Chart
        | Panel::Handshakes
        | Panel::States
        | Panel::Workers
        | Panel::Ages
        | Panel::Host
        | Panel::Next => None,
        Panel::Queues => frame.focused.as_ref().and_then(|f| f.queues).map(|_| Hit::Queues),
        Panel::Clients => {
            let client = frame.focused.as_ref().and_then(|f| connections::client_at(area, f, row));
            client.map(Hit::Client)
        }
        Panel::Addresses => {
            let address = frame.focused.as_ref();
            address.and_then(|f| connections::address_at(area, f, row)).map(Hit::Address)
        }
        Panel::Listeners => of(listeners::window(frame, lines), Hit::Listener),
        Panel::Alerts => of(timeline::alerts::window(frame, lines), Hit::Alert),
        Panel::Probes if form == Form::Titled => {
            of(0..probes::kept(&frame.probes, lines), Hit::Target)
        }
        Panel::Probes => of(probes_screen::targets::window(frame, lines), Hit::Target),
        Panel::Events => {
            let mut places = events::places(area, &frame.events).into_iter();
            let event = places.find(|(place, _)| place.contains(at));
            let event = event.and_then(|(_, index)| frame.events.get(index));
            event.map(|event| Hit::Event(event.letter(), event.at()))
        }
        Panel::Codes => match form {
            Form::Headed => code(frame, probes_screen::codes::lines(area), at),
            Form::Titled => code(frame, Rect { y: area.y + 1, ..area }, at),
            Form::Bare => None,
        },
    };
    found.unwrap_or(nothing)
}

/// The name of a column.
fn heading(frame: &Frame, &Place { panel, area, .. }: &Place, at: Position) -> Option<Hit> {
    let mut places = listeners::header_places(area, frame).into_iter();
    let place = places.find(|(_, place)| panel == Panel::Listeners && place.contains(at));
    place.map(|(column, _)| Hit::Header(column))
}

/// A close code, one a line.
fn code(frame: &Frame, lines: Rect, at: Position) -> Option<Hit> {
    let row = at.y.checked_sub(lines.y).filter(|_| lines.contains(at))?;
    frame.codes.rows.get(usize::from(row)).map(|row| Hit::Code(row.code.0))
}
