//! One panel over the whole body; header, verdict and keys stay where they are.

use ratatui::layout::Rect;

use super::banner::Corner;
use super::layout::{self, LayoutStep};
use super::panels::{self, Form};
use super::pen::Pen;
use super::{
    banner, footer, handshake, header, listeners, probe_facts, probes_screen, side, timeline,
};
use crate::app::{Frame, Panel};

pub(super) fn draw(pen: &mut Pen<'_>, area: Rect, frame: &Frame) {
    let Some(panel) = frame.panes.zoomed() else { return };
    let places = layout::alone(area);
    match layout::step(area) {
        LayoutStep::Full => {
            header::draw(pen, places.header, frame);
            banner::draw(pen, places.banner, frame, Corner::Nothing);
        }
        LayoutStep::Standard => {
            banner::draw(pen, places.banner, frame, Corner::ClockAndHost);
        }
        LayoutStep::Mini | LayoutStep::Strip => banner::brief(pen, places.banner, frame),
    }
    let place = panels::zoomed(area, panel);
    let below = below(places.body, place.area);
    match panel {
        Panel::Chart => timeline::large(pen, place.area, frame),
        Panel::Handshakes => {
            handshake::titled(pen, place.area, &frame.probes.handshakes, frame);
        }
        Panel::Codes => probes_screen::codes::draw(pen, place.area, frame),
        Panel::Probes => {
            probes_screen::targets::draw(pen, place.area, frame);
            probe_facts::draw(pen, below, &frame.probes);
        }
        Panel::Listeners if place.form == Form::Headed => listeners::full(pen, place.area, frame),
        Panel::Listeners => listeners::short(pen, place.area, frame),
        Panel::Events
        | Panel::States
        | Panel::Queues
        | Panel::Clients
        | Panel::Addresses
        | Panel::Workers
        | Panel::Ages
        | Panel::Host
        | Panel::Next => side::draw(pen, panel, place.area, frame),
        Panel::Alerts => {
            timeline::alerts::titled(pen, place.area, frame);
            timeline::alerts::reading(pen, below, frame);
        }
    }
    if !places.note.is_empty() {
        footer::note(pen, places.note, frame);
    }
    footer::draw(pen, places.footer, frame);
    panels::mark(pen, area, frame);
}

/// What it leaves of the body, below a blank line.
fn below(body: Rect, place: Rect) -> Rect {
    let y = (place.bottom() + 1).min(body.bottom());
    Rect { y, height: body.bottom() - y, ..body }
}
