//! "Incident": everything about what is going on, on the two large screens.

use ratatui::layout::Rect;

use super::banner::Corner;
use super::layout::Places;
use super::pen::Pen;
use super::{
    banner, chart, codes, events, footer, gauge, header, heroes, limits, listeners, open, side,
};
use crate::app::Frame;

/// The full screen.
pub(super) fn full(pen: &mut Pen<'_>, places: &Places, frame: &Frame) {
    header::draw(pen, places.header, frame);
    banner::draw(pen, places.banner, frame, Corner::Nothing);
    heroes::big(pen, places.heroes, frame);
    gauge::titled(pen, places.capacity, frame);
    let (y, height) = (places.capacity.y + 2, places.capacity.height.saturating_sub(2));
    let also = Rect { y, height, ..places.capacity };
    limits::also(pen, also, frame);
    charts(pen, places, frame);
    for (panel, place) in &places.side {
        side::draw(pen, *panel, *place, frame);
    }
    listeners::full(pen, places.listeners, frame);
    footer::note(pen, places.note, frame);
    footer::draw(pen, places.footer, frame);
}

/// Connections per second, and under it how many are open where there is room.
fn charts(pen: &mut Pen<'_>, places: &Places, frame: &Frame) {
    let plot = Rect { width: places.chart.width - places.ahead, ..places.chart };
    chart::heading(pen, places.chart, &frame.chart, "CONNECTIONS/s");
    chart::under_heading(pen, plot, &frame.chart, frame, chart::GUTTER);
    if !places.open.is_empty() {
        open::panel(pen, places.open, &open::of_frame(frame), frame, places.ahead);
    }
}

/// 80x24: the same in short.
pub(super) fn standard(pen: &mut Pen<'_>, places: &Places, frame: &Frame) {
    banner::draw(pen, places.banner, frame, Corner::Clock);
    header::place(pen, places.host, frame);
    footer::note(pen, places.note, frame);
    heroes::small(pen, places.heroes, frame);
    let bar = Rect { height: 1, ..places.capacity };
    match &frame.gauge {
        Ok(gauge) => gauge::bar(pen, bar, gauge),
        Err(why) => gauge::absent(pen, bar, why),
    }
    limits::short(pen, Rect { y: bar.y + 1, ..bar }, frame);
    charts(pen, places, frame);
    listeners::short(pen, places.listeners, frame);
    if !places.codes.is_empty() {
        codes::draw(pen, places.codes, &frame.codes);
    }
    if !places.events.is_empty() {
        events::draw(pen, places.events, frame);
    }
    footer::draw(pen, places.footer, frame);
}
