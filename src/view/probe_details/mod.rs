//! One target of the probes in detail; fills the screen. Called by
//! `view::draw` only.
//!
//! ```text
//! header, banner
//! TARGET             OUTCOMES
//! HANDSHAKE                       goes first
//! ```
//!
//! With less width the outcomes lie under the facts.

mod blocks;

use ratatui::layout::Rect;

use super::banner::Corner;
use super::layout::{banner_rows, part};
use super::pen::Pen;
use super::{banner, footer, handshake};
use crate::app::{Frame, TargetDetails};
use crate::fmt;

/// Columns from which two blocks stand side by side.
const TWO: u16 = 72;
/// Rows of the facts with their heading, and the least of a chart.
const FACTS: u16 = 15;
const CHART: u16 = 6;

pub(super) fn draw(pen: &mut Pen<'_>, area: Rect, frame: &Frame, target: &TargetDetails) {
    let (w, h) = (area.width, area.height);
    if w < 24 || h < 5 {
        banner::strip(pen, part(area, 0, 0, w, 1), frame);
        blocks::facts(pen, part(area, 0, 1, w, h.saturating_sub(1)), frame, target);
        return;
    }
    let line = |y| part(area, 1, y, w - 2, 1);
    header(pen, line(0), frame, target);
    banner::draw(pen, part(area, 0, 1, w, banner_rows(area)), frame, Corner::Nothing);
    footer::draw(pen, line(h - 1), frame);
    let (gap, top, room) = body(area);
    let chart = chart_height(gap, room);
    let blocks_h = room - chart;
    let (left, right) = if w >= TWO {
        let left = (w - 2) * 11 / 20;
        let right = part(area, 3 + left, top, w - 4 - left, blocks_h);
        (part(area, 1, top, left, blocks_h), right)
    } else {
        let facts = blocks_h.min(FACTS);
        let under = part(area, 1, top + facts, w - 2, blocks_h - facts);
        (part(area, 1, top, w - 2, facts), under)
    };
    blocks::facts(&mut pen.within(left), left, frame, target);
    blocks::outcomes(&mut pen.within(right), right, target);
    if chart > 0 {
        let place = part(area, 1, top + blocks_h, w - 2, chart);
        handshake::titled(&mut pen.within(place), place, &target.handshakes, frame);
    }
}

/// Blank rows between bands, the first row of the body, its rows.
fn body(area: Rect) -> (u16, u16, u16) {
    let gap = u16::from(area.height >= 27);
    let top = (2 + gap).max(1 + banner_rows(area));
    (gap, top, area.height - 1 - gap - top)
}

fn chart_height(gap: u16, room: u16) -> u16 {
    if room >= FACTS + CHART { room - FACTS - gap } else { 0 }
}

/// Where the chart lies; none where there is no room for it.
pub(super) fn chart_place(area: Rect) -> Option<Rect> {
    if area.width < 24 || area.height < 5 {
        return None;
    }
    let (gap, top, room) = body(area);
    let chart = chart_height(gap, room);
    let place = part(area, 1, top + room - chart, area.width - 2, chart);
    (chart > 0).then_some(place)
}

/// `herdtop ▸ wss://edge-07/ws   attempts 812  accepted 503     14:05:23`.
fn header(pen: &mut Pen<'_>, area: Rect, frame: &Frame, target: &TargetDetails) {
    let theme = pen.theme();
    let (x, right) = banner::page_title(pen, area, frame);
    let room = usize::from(right.saturating_sub(x));
    let label = target.row.target.label();
    let label = super::words::url(&label, room);
    let mut x = pen.put_upto(x, area.y, right, &label, theme.text.strong) + 3;
    let (attempts, accepted) = (target.row.target.attempts, target.row.target.accepted);
    for (name, count) in [("attempts", attempts), ("accepted", accepted)] {
        let fact = format!("{name} {}", fmt::count(count));
        if x + pen.width(&fact) > right {
            break;
        }
        x = pen.put_upto(x, area.y, right, &fact, theme.text.muted) + 2;
    }
}
