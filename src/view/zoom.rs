//! One panel over the whole body; header, verdict and keys stay where they are.

use ratatui::layout::Rect;

use super::layout::{self, Step};
use super::panels::{self, Form, Place};
use super::pen::Pen;
use super::{banner, events, footer, handshake, header, listeners, timeline, told};
use crate::app::{Frame, Panel};

/// Lines below a table for what the selected row has to say.
const BELOW: u16 = 3;

pub(super) fn draw(pen: &mut Pen<'_>, area: Rect, frame: &Frame) {
    let Some(panel) = frame.panes.zoomed() else { return };
    let places = layout::alone(area);
    match layout::step(area) {
        Step::Full => {
            header::draw(pen, places.header, frame);
            banner::draw(pen, places.banner, frame, false);
        }
        Step::Standard => banner::draw(pen, places.banner, frame, true),
        Step::Mini | Step::Strip => banner::brief(pen, places.banner, frame),
    }
    let place = place(area, panel);
    let below = below(places.body, place.area);
    match panel {
        Panel::Chart => timeline::large(pen, place.area, frame),
        Panel::Handshakes => {
            handshake::titled(pen, place.area, &frame.probes.handshakes, frame);
        }
        Panel::Codes => told::codes::draw(pen, place.area, &frame.codes),
        Panel::Probes => {
            told::targets::draw(pen, place.area, frame);
            told::facts::draw(pen, below, &frame.probes);
        }
        Panel::Listeners if place.form == Form::Headed => listeners::full(pen, place.area, frame),
        Panel::Listeners => listeners::short(pen, place.area, frame),
        Panel::Events => events::draw(pen, place.area, frame),
        Panel::Alerts => {
            timeline::alerts::titled(pen, place.area, frame);
            timeline::alerts::reading(pen, below, &frame.alerts);
        }
    }
    if !places.note.is_empty() {
        footer::note(pen, places.note, frame);
    }
    footer::draw(pen, places.footer, frame);
    panels::mark(pen, area, frame);
}

/// Where a zoomed panel lies.
pub(super) fn place(area: Rect, panel: Panel) -> Place {
    let body = layout::alone(area).body;
    let narrow = layout::step(area) == Step::Mini;
    let form = match panel {
        Panel::Listeners if narrow => Form::Titled,
        Panel::Listeners | Panel::Codes | Panel::Probes | Panel::Alerts => Form::Headed,
        Panel::Chart | Panel::Handshakes | Panel::Events => Form::Titled,
    };
    let shares = matches!(panel, Panel::Probes | Panel::Alerts) && body.height > 2 * BELOW;
    let height = if shares { body.height - BELOW } else { body.height };
    Place { panel, area: Rect { height, ..body }, form }
}

/// What it leaves of the body, below a blank line.
fn below(body: Rect, place: Rect) -> Rect {
    let y = (place.bottom() + 1).min(body.bottom());
    Rect { y, height: body.bottom() - y, ..body }
}
