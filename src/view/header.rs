//! The top line: what is watched, where, what it costs, what time it is.

use ratatui::layout::Rect;

use super::pen::{Pen, Piece};
use crate::app::{Frame, Header, Mode, OwnLoad};
use crate::fmt;

pub(super) fn draw(pen: &mut Pen<'_>, area: Rect, frame: &Frame) {
    let theme = pen.theme();
    let muted = theme.text.muted;
    let x = pen.put(area.x, area.y, "herdtop", theme.ui.accent);
    let x = pen.put(x + 2, area.y, "1 ", muted);
    let x = pen.put(x, area.y, "Incident", theme.ui.tab_active);
    let place = watched(&frame.header, &frame.hero.focus);

    let header = &frame.header;
    let clock = fmt::clock(&header.clock);
    let mut right = pen.put_right(area.right(), area.y, &clock, theme.text.strong);
    right = match header.mode {
        Mode::Live => pen.put_right(right - 3, area.y, "live", muted),
        Mode::Paused => pen.put_right(right - 3, area.y, " ‖ PAUSED ", theme.severity.info_banner),
    };
    let left = x + 3;
    right = right.saturating_sub(3);
    for group in [host(pen, header), lost(pen, header.own), own(pen, header.own)] {
        let width = pen.pieces_width(&group);
        // What is watched outranks what it costs to watch.
        let free = right.saturating_sub(left + pen.width(&place).min(30) + 2);
        if width > 0 && width <= free {
            pen.pieces(right - width, area.y, right, &group);
            right -= width + 3;
        }
    }
    pen.put_upto(left, area.y, right, &place, theme.text.body);
}

/// `all listeners ▸ :8080 gateway`: what is watched and whose numbers are big.
fn watched(header: &Header, focus: &str) -> String {
    match (header.watching.as_str(), focus) {
        (watching, "") => watching.to_owned(),
        (watching, focus) if focus.starts_with(watching) => focus.to_owned(),
        (watching, focus) => format!("{watching} ▸ {focus}"),
    }
}

fn host<'t>(pen: &Pen<'_>, header: &'t Header) -> Vec<Piece<'t>> {
    vec![(crate::text::cut(&header.host, 20), pen.theme().text.muted)]
}

/// `self 0.3 % 6.1 MiB  dump 1 s`.
fn own(pen: &Pen<'_>, load: Option<OwnLoad>) -> Vec<Piece<'static>> {
    let theme = pen.theme();
    let Some(load) = load else { return Vec::new() };
    let cost = format!(
        "self {} {}  dump {}",
        fmt::percent_fine(load.cpu),
        fmt::bytes(load.rss),
        fmt::period(load.dump_period),
    );
    vec![(cost.into(), theme.text.muted)]
}

/// `12 events lost`: then the rates are too low.
fn lost(pen: &Pen<'_>, load: Option<OwnLoad>) -> Vec<Piece<'static>> {
    let count = load.map_or(0, |load| load.events_lost);
    let text = format!("{} events lost", fmt::short(count));
    if count > 0 { vec![(text.into(), pen.theme().severity.warn)] } else { Vec::new() }
}
