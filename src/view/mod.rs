//! A frozen frame as cells; one panel, one file.
//!
//! Called by `run` through `term` (and by tests) with whatever
//! [`app::Frame`](crate::app::Frame) and [`Look`] are in force. Nothing here
//! reads a clock, a file or the environment: same frame, same look, same size,
//! same cells. Panels may use `app::frame`, `theme`, `fmt`, `text`, `units` and
//! the plain words of `model`, `detect` and `sample`; none knows another panel's
//! place, which is `layout`'s alone.
//!
//! The full screen, from 106x30:
//!
//! ```text
//!  header      who is watched, what that costs, host, live or paused, time
//!  banner      the verdict in one sentence, under it its end and the next step;
//!              full width only when something is wrong
//!
//!  heroes      time to full, open, handshakes, closed, probe: three rows tall
//!
//!  gauge       the tightest limit, alert levels drawn in
//!  limits      the other limits and the accept queue, worst first
//!
//!  chart ......................   panels of the user's choice, by default
//!    handshakes up, closed    .   codes, probes   what clients receive, with a URL
//!    down, events as letters, .   states, clients, workers, ages
//!    clock under it           .                   of the listener in focus
//!                             .   next steps      from 160x40
//!  listeners ..................   events          letters as on the chart
//!    one row a listener       .
//!  status      what is missing or estimated; what herdtop costs
//!  footer      what the keys do
//! ```
//!
//! From 50 rows on the open connections have a chart of their own under the rates,
//! from 160x40 on the side panel says what to do next, and events are sentences.
//!
//! From 72x20 the same without header and big digits, with codes or events;
//! from 30x7 `mini`; below that `strip`, down to a single cell. The three other
//! screens, the listeners alone, `probes_screen` and `timeline`, have the same steps. `help` and
//! `reference` lie over any of them, `details`, `connection_page` and
//! `probe_details` replace them; `zoom`
//! gives one panel the whole body. What a place of the screen is, for the mouse,
//! `hits` reads from the same places as the drawing.
//!
//! `panels` lists what a screen has at some size: a panel that is not in it can
//! be neither brought to the front nor clicked.

mod advice;
mod axis;
mod banner;
mod bigdigits;
mod boxed;
mod buckets;
mod chart;
mod codes;
mod connection_page;
mod connections;
mod details;
mod endings;
mod events;
mod footer;
mod gauge;
mod glossary;
mod handshake;
mod header;
mod help;
mod heroes;
mod hits;
mod host;
mod hosts;
mod incident;
mod layout;
mod levels;
mod limits;
mod listeners;
mod look;
mod mini;
mod open;
mod outcomes;
mod own;
mod palette;
mod panels;
mod pen;
mod probe_details;
mod probe_facts;
mod probes;
mod probes_screen;
mod queues;
mod reference;
mod settings;
mod severity;
mod side;
mod spark;
mod strip;
mod text_page;
mod timeline;
mod words;
mod workers;
mod zoom;

#[cfg(test)]
mod blank;
#[cfg(test)]
mod fixtures;
#[cfg(test)]
mod frames;
#[cfg(test)]
mod tests;

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

pub use self::hits::{dragged, drawn, hit};
use self::layout::LayoutStep;
pub use self::look::Look;
pub use self::pen::Link;
use self::pen::Pen;
use crate::app::{Frame, Overlay, View};

/// Draws the frame into `area` and nowhere else. Any size will do: what does
/// not fit is left out, the verdict last.
pub fn draw(frame: &Frame, look: &Look, area: Rect, buf: &mut Buffer) {
    drop(draw_linked(frame, look, area, buf));
}

/// The same, and which of its cells lead somewhere.
pub fn draw_linked(frame: &Frame, look: &Look, area: Rect, buf: &mut Buffer) -> Vec<Link> {
    let area = area.intersection(buf.area);
    let mut links = Vec::new();
    if !area.is_empty() {
        let mut pen = Pen::new(look, area, buf).linking(&mut links);
        whole(&mut pen, area, frame);
    }
    links
}

/// The screen, and what lies over it: its links are covered.
fn whole(pen: &mut Pen<'_>, area: Rect, frame: &Frame) {
    pen.clear(area);
    let screen = |pen: &mut Pen<'_>, area: Rect, frame: &Frame| {
        screen(pen, area, frame);
        if frame.overlay != Overlay::None {
            pen.unlink();
        }
    };
    match &frame.overlay {
        Overlay::None => screen(pen, area, frame),
        Overlay::Help(page) => {
            screen(pen, area, frame);
            help::draw(pen, area, page, &frame.keys, frame.panes.first.help);
        }
        Overlay::Palette(page) => {
            screen(pen, area, frame);
            palette::draw(pen, area, page);
        }
        Overlay::Page(page) => {
            screen(pen, area, frame);
            text_page::draw(pen, area, page, &frame.keys, frame.panes.first.help);
        }
        Overlay::Advice(advice) => {
            screen(pen, area, frame);
            advice::draw(pen, area, advice, frame);
        }
        Overlay::Settings(page) => {
            screen(pen, area, frame);
            settings::draw(pen, area, page, &frame.keys, frame.panes.first.settings);
        }
        Overlay::Codes(reference) => {
            screen(pen, area, frame);
            reference::draw(pen, area, reference, &frame.keys, frame.panes.first.codes);
        }
        Overlay::Connections(page) => connection_page::draw(pen, area, frame, page),
        Overlay::Details(listener) => details::draw(pen, area, frame, listener),
        Overlay::Target(target) => probe_details::draw(pen, area, frame, target),
    }
    typed_over(pen, area, frame);
}

/// The line being typed, where a box lies over the last one: what is typed is seen, and
/// what is wrong with it.
fn typed_over(pen: &mut Pen<'_>, area: Rect, frame: &Frame) {
    let line = layout::part(area, 1, area.height - 1, area.width.saturating_sub(2), 1);
    let covered = hits::box_over(frame, area).is_some_and(|place| place.bottom() == area.bottom());
    if frame.input.is_some() && covered && !line.is_empty() {
        pen.clear(Rect { x: area.x, width: area.width, ..line });
        footer::draw(pen, line, frame);
    }
}

/// Whatever lies over it is drawn afterwards.
fn screen(pen: &mut Pen<'_>, area: Rect, frame: &Frame) {
    match (layout::step(area), frame.view) {
        (LayoutStep::Strip, _) => strip::draw(pen, area, frame),
        _ if frame.panes.zoomed().is_some() => zoom::draw(pen, area, frame),
        (_, View::Listeners) => listeners::alone(pen, area, frame),
        (_, View::Probes) => probes_screen::draw(pen, area, frame),
        (_, View::Timeline) => timeline::draw(pen, area, frame),
        (_, View::Hosts) => hosts::draw(pen, area, frame),
        (LayoutStep::Full, View::Incident) => {
            incident::full(pen, &layout::full(area, &side::content(frame, area)), frame);
        }
        (LayoutStep::Standard, View::Incident) => {
            let places = layout::standard(area, &side::content(frame, area));
            incident::standard(pen, &places, frame);
        }
        (LayoutStep::Mini, View::Incident) => mini::draw(pen, area, frame),
    }
    panels::mark(pen, area, frame);
}
