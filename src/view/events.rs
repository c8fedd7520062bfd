//! What happened, newest first; the letters mark the chart.

use ratatui::layout::Rect;

use super::pen::Pen;
use super::{codes, severity, words};
use crate::app::{EventRow, Frame};
use crate::fmt;

pub(super) fn draw(pen: &mut Pen<'_>, area: Rect, frame: &Frame) {
    let muted = pen.theme().text.muted;
    let title = [(" letters mark the chart".into(), muted)];
    pen.title(Rect { height: 1, ..area }, "EVENTS", &title);
    if frame.events.is_empty() {
        codes::placeholder(pen, area, words::NO_EVENTS);
    }
    // Of what the log said beside an alert, a third of the rows at most.
    let mut room = usize::from(area.height.saturating_sub(1)) / 3;
    let mut rows = area.y + 1..area.bottom();
    for event in &frame.events {
        let Some(y) = rows.next() else { return };
        line(pen, Rect { y, height: 1, ..area }, event);
        let newest = event.errors.iter().skip(event.errors.len().saturating_sub(room));
        for (y, error) in rows.by_ref().take(room.min(event.errors.len())).zip(newest) {
            pen.put_upto(area.x + 2, y, area.right(), error, pen.theme().text.muted);
        }
        room = room.saturating_sub(event.errors.len());
    }
}

fn line(pen: &mut Pen<'_>, area: Rect, event: &EventRow) {
    let theme = pen.theme();
    // Seconds are dear in a narrow panel.
    let at = if area.width < 36 { fmt::clock_short(&event.at) } else { fmt::clock(&event.at) };
    let x = pen.put(area.x, area.y, &at, theme.text.muted) + 1;
    let letter = event.letter.to_string();
    let x = pen.put(x, area.y, &letter, severity::banner(theme, event.severity)) + 1;
    pen.put_upto(x, area.y, area.right(), &event.text, theme.text.body);
}
