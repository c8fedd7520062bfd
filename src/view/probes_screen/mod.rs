//! "Probes & codes": what clients are told, over the whole screen.
//!
//! ```text
//!  header, banner
//!
//!  targets     one line each: medians of the phases, p99, the last outcomes
//!  facts       how attempts failed; what was agreed, held, spent
//!
//!  chart ......................   codes       what ended connections
//!                             .               and what a browser would show
//!  rates ......................   events    both where it is tall
//!  reading     what the worst code says
//!  footer
//! ```
//!
//! A pane has one line a target, the chart, the codes in a line.

pub(super) mod codes;
pub(super) mod targets;

use ratatui::layout::Rect;

use super::banner::Corner;
use super::layout::{self, LayoutStep};
use super::pen::Pen;
use super::{banner, chart, events, footer, handshake, header, probe_facts as facts, probes};
use crate::app::Frame;

pub(super) fn draw(pen: &mut Pen<'_>, area: Rect, frame: &Frame) {
    let places = layout::probes_screen(area, frame.probes.rows.len());
    let step = layout::step(area);
    if matches!(step, LayoutStep::Mini | LayoutStep::Strip) {
        return pane(pen, &places, frame);
    }
    if step == LayoutStep::Full {
        header::draw(pen, places.header, frame);
    }
    banner::draw(pen, places.banner, frame, Corner::at(step));
    targets::draw(pen, places.targets, frame);
    facts::draw(pen, places.facts, &frame.probes);
    if !frame.probes.rows.is_empty() {
        handshake::titled(pen, places.chart, &frame.probes.handshakes, frame);
        if !places.rates.is_empty() {
            chart::heading(pen, places.rates, &frame.chart, "CONNECTIONS/s");
            chart::under_heading(pen, places.rates, &frame.chart, frame, handshake::GUTTER);
        }
    }
    if !places.events.is_empty() {
        events::draw(pen, places.events, frame);
    }
    codes::draw(pen, places.codes, frame);
    codes::reading(pen, places.reading, frame);
    footer::note(pen, places.note, frame);
    footer::draw(pen, places.footer, frame);
}

fn pane(pen: &mut Pen<'_>, places: &layout::ProbesScreen, frame: &Frame) {
    banner::brief(pen, places.banner, frame);
    if frame.probes.rows.is_empty() {
        let place = Rect {
            y: places.banner.y,
            height: places.chart.bottom() - places.banner.y,
            ..places.targets
        };
        return super::codes::placeholder(pen, place, super::words::NO_TARGETS);
    }
    let visible = targets::window(frame, places.targets.height);
    let shown = frame.probes.rows.iter().enumerate().skip(visible.start).take(visible.len());
    for (y, (index, row)) in (places.targets.y..).zip(shown) {
        let line = Rect { y, height: 1, ..places.targets };
        if frame.probes.selected == Some(index) {
            // A pane has no margin.
            targets::chosen(pen, line, line.x + 1);
        }
        probes::line(pen, line, row);
    }
    handshake::plain(pen, places.chart, &frame.probes.handshakes, frame);
    let pieces = super::codes::brief(pen, &frame.codes, places.codes.width);
    pen.pieces(places.codes.x, places.codes.y, places.codes.right(), &pieces);
    facts::failures(pen, places.facts, &frame.probes, false);
    super::codes::browser(pen, places.reading, &frame.codes);
}
