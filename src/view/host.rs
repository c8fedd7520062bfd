//! What the host counts over all of its ports, beside the charts.

use ratatui::layout::Rect;

use super::connections::{cells, cells_rows, title};
use super::pen::Pen;
use super::words;
use crate::app::{Frame, HostFacts};
use crate::fmt;
use crate::units::Ratio;

/// How many figures there are.
const FIGURES: u16 = 8;

pub(super) fn draw(pen: &mut Pen<'_>, area: Rect, frame: &Frame) {
    title(pen, area, "HOST", " all ports, waits of 10 s");
    let figures = figures(&frame.host).map(|(name, value)| (name, value, true));
    cells(pen, area, &figures);
}

/// Rows that it needs in so many columns, the title among them.
pub(super) fn rows(width: u16) -> u16 {
    cells_rows(width, FIGURES)
}

/// From the most telling to the least: a SYN or an ACK that was dropped has no other place.
fn figures(host: &HostFacts) -> [(&'static str, String); 8] {
    let rate = |value| words::value(value, false, fmt::rate);
    let wait = |of: fn(&crate::sample::Pressure) -> f64| {
        words::value(host.pressure, false, |p| fmt::percent(Ratio(of(&p) / 100.0)))
    };
    [
        ("overflows/s", rate(host.overflows)),
        ("drops/s", rate(host.drops)),
        ("TIME_WAIT", words::value(host.time_wait, false, fmt::tight)),
        ("OOM kills", words::value(host.oom_kills, false, fmt::count)),
        ("CPU wait", wait(|p| p.cpu)),
        ("memory wait", wait(|p| p.memory)),
        ("I/O wait", wait(|p| p.io)),
        ("ESTAB", words::value(host.established, false, fmt::tight)),
    ]
}
