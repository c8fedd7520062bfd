//! One to three lines: a status bar, a sliver of a pane.

use ratatui::layout::Rect;

use super::pen::Pen;
use super::{banner, footer, gauge, mini, words};
use crate::app::Frame;
use crate::fmt;
use crate::model::LimitKind;

/// Verdict; numbers; gauge. What does not fit is left out from below.
pub(super) fn draw(pen: &mut Pen<'_>, area: Rect, frame: &Frame) {
    let line = |y| Rect { y: area.y + y, height: 1, ..area };
    if area.height > 1 {
        numbers(pen, line(1), frame);
    }
    if area.height > 2
        && let Ok(limit) = &frame.gauge
    {
        gauge::bar(pen, line(2), limit);
    }
    if frame.input.is_some() {
        footer::draw(pen, line(0), frame);
    } else {
        banner::strip(pen, line(0), frame);
    }
}

/// Columns from which on the second line has room for a port of five digits.
const PORT: u16 = 32;

/// `57.0k 87 % 4.81k/s       :8443`, the share where there is a capacity.
fn numbers(pen: &mut Pen<'_>, area: Rect, frame: &Frame) {
    let hero = &frame.hero;
    let open = words::value(hero.open, hero.estimated, fmt::tight);
    // Of connections alone: a share of descriptors is no share of what stands beside it.
    let share = frame.gauge.as_ref().ok().filter(|gauge| gauge.limit.kind == LimitKind::Capacity);
    let share =
        share.map_or_else(String::new, |gauge| format!(" {}", fmt::percent(gauge.limit.ratio())));
    let per_second = |rate| format!("{}/s", fmt::rate_tight(rate));
    let opened = words::value(hero.opened, hero.estimated, per_second);
    let text = format!("{open}{share} {opened}");
    let mut right = area.right();
    if area.width >= PORT {
        let port = mini::port(frame);
        right = pen.put_right(right, area.y, port, pen.theme().text.muted).saturating_sub(1);
    }
    pen.put_upto(area.x, area.y, right, &text, pen.theme().text.body);
}
