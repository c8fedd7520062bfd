//! One listener in detail; fills the screen. Called by `view::draw` only.
//!
//! ```text
//! header, banner
//! LIMITS             PROCESS        goes last
//! OPENED/s           TCP STATES
//! CONNECTION AGE     CLIENTS        goes first
//! ```
//!
//! From 160x40 on two columns instead, with the open connections under OPENED/s:
//!
//! ```text
//! LIMITS             PROCESS
//! OPENED/s           TCP STATES
//!                    CONNECTION AGE
//! OPEN CONNECTIONS   CLIENTS
//! ```
//!
//! Three bands of two blocks. With less height the lowest band goes first, with
//! less width the right column; the limits are what one came for.

mod blocks;
mod limits;

use ratatui::layout::Rect;

use super::banner::Corner;
use super::layout::{self, banner_rows, part};
use super::pen::Pen;
use super::{banner, chart, footer, open};
use crate::app::{Details, Frame};
use crate::fmt;

/// Columns from which two blocks stand side by side.
const TWO: u16 = 72;
/// Columns of a second block.
const SECOND: u16 = 20;

pub(super) fn draw(pen: &mut Pen<'_>, area: Rect, frame: &Frame, details: &Details) {
    let (w, h) = (area.width, area.height);
    if w < 24 || h < 5 {
        banner::strip(pen, part(area, 0, 0, w, 1), frame);
        limits::draw(pen, part(area, 0, 1, w, h.saturating_sub(1)), details);
        return;
    }
    let line = |y| part(area, 1, y, w - 2, 1);
    header(pen, line(0), frame, details);
    banner::draw(pen, part(area, 0, 1, w, banner_rows(area)), frame, Corner::Nothing);
    footer::draw(pen, line(h - 1), frame);
    if is_large(area) {
        return large(pen, &large_places(area), frame, details);
    }
    let pairs = pairs(area);
    for (band, places) in pairs.into_iter().enumerate() {
        pair(pen, band, frame, details, places);
    }
    // What is being selected in has to be seen.
    if details.networks.selected.is_some() && !shows_clients(&pairs) {
        let lowest = pairs.iter().map(|[left, _]| *left).rfind(|left| !left.is_empty());
        let place = lowest.unwrap_or_default();
        pen.clear(place);
        blocks::clients(&mut pen.within(with_mark(place)), place, details);
    }
}

/// A block and the column at its left, where the mark of what is selected stands.
const fn with_mark(block: Rect) -> Rect {
    let x = block.x.saturating_sub(1);
    Rect { x, width: block.width + (block.x - x), ..block }
}

/// Whether the clients have a block.
const fn shows_clients(pairs: &[[Rect; 2]; 3]) -> bool {
    let [.., [_, right]] = pairs;
    right.width >= SECOND && !right.is_empty()
}

/// Where the two blocks of each band lie; the area is no smaller than 24x5.
fn pairs(area: Rect) -> [[Rect; 2]; 3] {
    let (w, h) = (area.width, area.height);
    let (gap, last) = if h >= 27 { (1, 1) } else { (0, 0) };
    // Below the title and the banner, which takes the blank row where there is one.
    let top = (2 + gap).max(1 + banner_rows(area));
    let room = h - 1 - last - top;
    let left = if w >= TWO { (w - 2) * 11 / 20 } else { w - 2 };
    let right = (w - 2).saturating_sub(left + 2);
    let mut y = top;
    bands(room).map(|height| {
        let block = height - gap.min(height);
        let places = [part(area, 1, y, left, block), part(area, 3 + left, y, right, block)];
        y += height;
        places
    })
}

/// Where the open connections lie under it; none where they have no panel.
pub(super) fn open_place(area: Rect) -> Option<Rect> {
    is_large(area).then(|| large_places(area).open)
}

/// Where the chart lies; none where there is no room for it.
pub(super) fn chart_place(area: Rect) -> Option<Rect> {
    let place = match (area.width, area.height) {
        (..24, _) | (_, ..5) => Rect::default(),
        _ if is_large(area) => large_places(area).chart,
        _ => pairs(area)[1][0],
    };
    (!place.is_empty()).then_some(place)
}

/// Whether every block has room.
const fn is_large(area: Rect) -> bool {
    area.width >= layout::WIDE && area.height >= layout::ADVISED
}

/// Where the blocks of the large screen lie.
struct Large {
    limits: Rect,
    chart: Rect,
    open: Rect,
    process: Rect,
    states: Rect,
    ages: Rect,
    clients: Rect,
}

/// Two columns, each block as tall as it needs, the charts and the clients with the
/// rest.
fn large_places(area: Rect) -> Large {
    let body = part(area, 1, 3, area.width - 2, area.height - 5);
    let (w, h) = (body.width, body.height);
    let wide = w * 11 / 20;
    let left = |y, height| part(body, 0, y, wide, height);
    let right = |y, height| part(body, wide + 2, y, w - wide - 2, height);
    let rates = (h - 12) * 11 / 20;
    Large {
        limits: left(0, 11),
        chart: left(12, rates),
        open: left(13 + rates, h - 13 - rates),
        process: right(0, 8),
        states: right(9, 7),
        ages: right(17, 7),
        clients: right(25, h - 25),
    }
}

fn large(pen: &mut Pen<'_>, places: &Large, frame: &Frame, details: &Details) {
    limits::draw(&mut pen.within(places.limits), places.limits, details);
    chart::titled(pen, places.chart, &details.chart, "HANDSHAKES/s", frame);
    open::panel(pen, places.open, &open::of_details(details), frame, 0);
    blocks::process(&mut pen.within(places.process), places.process, &details.breakdown, frame);
    blocks::states(&mut pen.within(places.states), places.states, &details.breakdown);
    blocks::ages(&mut pen.within(places.ages), places.ages, &details.breakdown);
    let clients = places.clients;
    blocks::clients(&mut pen.within(with_mark(clients)), clients, details);
}

/// Heights of the bands; none for those without room.
fn bands(room: u16) -> [u16; 3] {
    match room {
        24.. => [9, room - 17, 8],
        19.. => [7, room - 14, 7],
        13.. => [7, room - 7, 0],
        _ => [room, 0, 0],
    }
}

fn pair(pen: &mut Pen<'_>, band: usize, frame: &Frame, details: &Details, places: [Rect; 2]) {
    let [left, right] = places;
    let draw_left = |pen: &mut Pen<'_>| match band {
        0 => limits::draw(pen, left, details),
        1 => chart::titled(pen, left, &details.chart, "HANDSHAKES/s", frame),
        _ => blocks::ages(pen, left, &details.breakdown),
    };
    let draw_right = |pen: &mut Pen<'_>| match band {
        0 => blocks::process(pen, right, &details.breakdown, frame),
        1 => blocks::states(pen, right, &details.breakdown),
        _ => blocks::clients(pen, right, details),
    };
    if !left.is_empty() {
        draw_left(&mut pen.within(left));
    }
    if right.width >= SECOND && !right.is_empty() {
        draw_right(&mut pen.within(with_mark(right)));
    }
}

/// `herdtop ▸ 0.0.0.0:8080   handshakes 5.1M  closed 5.0M  peak 5 429/s     14:05:23`.
fn header(pen: &mut Pen<'_>, area: Rect, frame: &Frame, details: &Details) {
    let theme = pen.theme();
    let (x, right) = banner::page_title(pen, area, frame);
    let address = super::words::address(&details.address, usize::from(right.saturating_sub(x)));
    let mut x = pen.put_upto(x, area.y, right, &address, theme.text.strong) + 3;
    let mut facts = Vec::new();
    if let Some((opened, closed, peak)) = details.totals {
        facts.push(format!("handshakes {}", fmt::count(opened)));
        facts.push(format!("closed {}", fmt::count(closed)));
        facts.push(format!("peak {}/s", fmt::rate(crate::units::PerSecond(peak))));
    }
    if let Some(age) = details.walk_age {
        facts.push(format!("counted {} ago", fmt::span(age)));
    }
    for fact in facts {
        if x + pen.width(&fact) > right {
            break;
        }
        x = pen.put_upto(x, area.y, right, &fact, theme.text.muted) + 2;
    }
}
