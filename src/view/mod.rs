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
//!  banner      the verdict in one sentence; full width only when something is wrong
//!
//!  heroes      full in, open, opened, closed, probe: three rows tall
//!
//!  gauge       the binding limit, alert levels drawn in
//!  limits      the other limits and the accept queue, worst first
//!
//!  chart ......................   codes       what ended connections (place kept)
//!    opened up, closed down,  .   probes      what clients see (place kept)
//!    events as letters,       .   events      what happened, letters as on the chart
//!    clock under it           .
//!                             .
//!  listeners ..................
//!    one row a listener       .
//!  footer      what is missing or estimated; what the keys do
//! ```
//!
//! From 72x20 the same without header, big digits, codes and probes; from 30x7
//! `mini`; below that `strip`, down to a single cell. `help` lies over any of
//! them, `details` replaces them.

mod axis;
mod banner;
mod bigdigits;
mod buckets;
mod chart;
mod codes;
mod details;
mod events;
mod footer;
mod gauge;
mod header;
mod help;
mod heroes;
mod layout;
mod limits;
mod listeners;
mod mini;
mod pen;
mod probes;
mod severity;
mod spark;
mod strip;
mod words;

#[cfg(test)]
mod fixtures;
#[cfg(test)]
mod tests;

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use self::layout::{Places, Step};
use self::pen::Pen;
use crate::app::{Frame, Overlay};
use crate::theme::{Glyphs, Theme};

/// What things look like at the moment.
#[derive(Debug, Clone, PartialEq)]
pub struct Look {
    /// The styles.
    pub theme: Theme,
    /// The characters.
    pub glyphs: Glyphs,
}

/// Draws the frame into `area` and nowhere else. Any size will do: what does
/// not fit is left out, the verdict last.
pub fn draw(frame: &Frame, look: &Look, area: Rect, buf: &mut Buffer) {
    let area = area.intersection(buf.area);
    if area.is_empty() {
        return;
    }
    let mut pen = Pen::new(look, area, buf);
    pen.clear(area);
    match &frame.overlay {
        Overlay::None => screen(&mut pen, area, frame),
        Overlay::Help(groups) => {
            screen(&mut pen, area, frame);
            help::draw(&mut pen, area, groups);
        }
        Overlay::Details(listener) => details::draw(&mut pen, area, frame, listener),
    }
}

fn screen(pen: &mut Pen<'_>, area: Rect, frame: &Frame) {
    match layout::step(area) {
        Step::Full => full(pen, &layout::full(area), frame),
        Step::Standard => standard(pen, &layout::standard(area), frame),
        Step::Mini => mini::draw(pen, area, frame),
        Step::Strip => strip::draw(pen, area, frame),
    }
}

fn full(pen: &mut Pen<'_>, places: &Places, frame: &Frame) {
    header::draw(pen, places.header, frame);
    banner::draw(pen, places.banner, frame, false);
    heroes::big(pen, places.heroes, frame);
    gauge::titled(pen, places.capacity, frame);
    let also = Rect { y: places.capacity.y + 2, height: 1, ..places.capacity };
    limits::also(pen, also, frame);
    chart::titled(pen, places.chart, &frame.chart, "CONNECTIONS/s", frame);
    codes::draw(pen, places.codes);
    probes::draw(pen, places.probes);
    events::draw(pen, places.events, frame);
    listeners::full(pen, places.listeners, frame);
    footer::note(pen, places.note, frame);
    footer::draw(pen, places.footer, frame);
}

fn standard(pen: &mut Pen<'_>, places: &Places, frame: &Frame) {
    banner::draw(pen, places.banner, frame, true);
    footer::note(pen, places.note, frame);
    heroes::small(pen, places.heroes, frame);
    let bar = Rect { height: 1, ..places.capacity };
    match &frame.gauge {
        Ok(gauge) => gauge::bar(pen, bar, gauge),
        Err(why) => gauge::absent(pen, bar, why),
    }
    limits::short(pen, Rect { y: bar.y + 1, ..bar }, frame);
    chart::titled(pen, places.chart, &frame.chart, "CONNECTIONS/s", frame);
    listeners::short(pen, places.listeners, frame);
    events::draw(pen, places.events, frame);
    footer::draw(pen, places.footer, frame);
}
