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

use super::layout::{self, part};
use super::pen::Pen;
use super::{banner, chart, footer, open};
use crate::app::{Details, Frame};
use crate::fmt;

/// Columns from which two blocks stand side by side.
const TWO: u16 = 72;

pub(super) fn draw(pen: &mut Pen<'_>, area: Rect, frame: &Frame, details: &Details) {
    let (w, h) = (area.width, area.height);
    if w < 24 || h < 5 {
        banner::strip(pen, part(area, 0, 0, w, 1), frame);
        limits::draw(pen, part(area, 0, 1, w, h.saturating_sub(1)), details);
        return;
    }
    let line = |y| part(area, 1, y, w - 2, 1);
    header(pen, line(0), frame, details);
    banner::draw(pen, part(area, 0, 1, w, 1), frame, false);
    footer::draw(pen, line(h - 1), frame);
    let (gap, last) = if h >= 27 { (1, 1) } else { (0, 0) };
    let top = 2 + gap;
    let room = h - 1 - last - top;
    let left = if w >= TWO { (w - 2) * 11 / 20 } else { w - 2 };
    let right = (w - 2).saturating_sub(left + 2);
    if is_large(area) {
        return columns(pen, part(area, 1, top, w - 2, room), frame, details);
    }
    let mut y = top;
    for (band, height) in bands(room).into_iter().enumerate() {
        let block = height - gap.min(height);
        pair(
            pen,
            band,
            frame,
            details,
            [part(area, 1, y, left, block), part(area, 3 + left, y, right, block)],
        );
        y += height;
    }
}

/// Whether every block has room.
const fn is_large(area: Rect) -> bool {
    area.width >= layout::WIDE && area.height >= layout::ADVISED
}

/// Two columns of blocks, each as tall as it needs, the charts and the clients with
/// the rest.
fn columns(pen: &mut Pen<'_>, area: Rect, frame: &Frame, details: &Details) {
    let (w, h) = (area.width, area.height);
    let left = w * 11 / 20;
    let right = |y, height| part(area, left + 2, y, w - left - 2, height);
    limits::draw(&mut pen.within(part(area, 0, 0, left, 11)), part(area, 0, 0, left, 11), details);
    let rates = (h - 12) * 11 / 20;
    let filling = part(area, 0, 13 + rates, left, h - 13 - rates);
    chart::titled(pen, part(area, 0, 12, left, rates), &details.chart, "OPENED/s", frame);
    open::panel(pen, filling, &open::of_details(details), frame, 0);
    let (process, states, ages) = (right(0, 8), right(9, 7), right(17, 7));
    let clients = right(25, h.saturating_sub(25));
    blocks::process(&mut pen.within(process), process, details, frame);
    blocks::states(&mut pen.within(states), states, details);
    blocks::ages(&mut pen.within(ages), ages, details);
    blocks::clients(&mut pen.within(clients), clients, details);
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
        1 => chart::titled(pen, left, &details.chart, "OPENED/s", frame),
        _ => blocks::ages(pen, left, details),
    };
    let draw_right = |pen: &mut Pen<'_>| match band {
        0 => blocks::process(pen, right, details, frame),
        1 => blocks::states(pen, right, details),
        _ => blocks::clients(pen, right, details),
    };
    if !left.is_empty() {
        draw_left(&mut pen.within(left));
    }
    if right.width >= 20 && !right.is_empty() {
        draw_right(&mut pen.within(right));
    }
}

/// `herdtop ▸ 0.0.0.0:8080   opened 5.1M  closed 5.0M  peak 5 429/s     14:05:23`.
fn header(pen: &mut Pen<'_>, area: Rect, frame: &Frame, details: &Details) {
    let theme = pen.theme();
    let clock = fmt::clock(&frame.header.clock);
    let mut right = pen.put_right(area.right(), area.y, &clock, theme.text.strong);
    if let Some(word) = banner::stopped(frame) {
        let quiet = theme.severity.info_banner;
        right = pen.put_right(right.saturating_sub(2), area.y, &format!(" {word} "), quiet);
    }
    let right = right.saturating_sub(2);
    let x = pen.put_upto(area.x, area.y, right, "herdtop", theme.ui.accent);
    let x = pen.put_upto(x, area.y, right, " ▸ ", theme.text.muted);
    let address = super::words::address(&details.address, usize::from(right.saturating_sub(x)));
    let mut x = pen.put_upto(x, area.y, right, &address, theme.text.strong) + 3;
    let mut facts = Vec::new();
    if let Some((opened, closed, peak)) = details.totals {
        facts.push(format!("opened {}", fmt::short(opened)));
        facts.push(format!("closed {}", fmt::short(closed)));
        facts.push(format!("peak {}/s", fmt::rate(crate::units::PerSecond(peak))));
    }
    if let Some(age) = details.dump_age {
        facts.push(format!("counted {} ago", fmt::span(age)));
    }
    for fact in facts {
        if x + pen.width(&fact) > right {
            break;
        }
        x = pen.put_upto(x, area.y, right, &fact, theme.text.muted) + 2;
    }
}
