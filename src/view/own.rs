//! What herdtop itself costs the host, and what it has lost.

use super::pen::{Pen, Piece};
use crate::app::{Frame, OwnLoad};
use crate::fmt;

/// `self 0.3 % 6.1 MiB  socket scan every 1 s  rec 1.2 MiB 0.02 %  probes 36/min`, shorter and
/// shorter.
pub(super) fn cost(pen: &Pen<'_>, frame: &Frame) -> [Vec<Piece<'static>>; 3] {
    let theme = pen.theme();
    let Some(load) = frame.header.own else { return [Vec::new(), Vec::new(), Vec::new()] };
    let cost = format!("self {} {}", fmt::percent_fine(load.cpu), fmt::bytes(load.rss));
    let walks = format!("{cost}  socket scan every {}", fmt::period(load.walk_period));
    let probes = frame.probes.load.map_or_else(String::new, |load| {
        format!("  probes {}/min", fmt::count(load.attempts_last_minute))
    });
    let recorded = frame.header.recorded.map_or_else(String::new, |recorded| {
        format!("  rec {} {}", fmt::bytes(recorded.bytes), fmt::percent_fine(recorded.cpu))
    });
    let walks = format!("{walks}{recorded}");
    [format!("{walks}{probes}"), walks, cost].map(|text| vec![(text.into(), theme.text.muted)])
}

/// `at least 12 events lost`: the kernel tells that it lost some, not how many.
pub(super) fn lost(pen: &Pen<'_>, load: Option<OwnLoad>) -> Vec<Piece<'static>> {
    let count = load.map_or(0, |load| load.events_lost);
    let text = format!("at least {} events lost", fmt::count(count));
    if count > 0 { vec![(text.into(), pen.theme().severity.warn)] } else { Vec::new() }
}
