//! What happened, newest first; the letters mark the chart.

use ratatui::layout::Rect;

use super::pen::{Pen, columns};
use super::{codes, severity, words};
use crate::app::{EventRow, Frame};
use crate::fmt;

/// Columns from which on an event is a sentence.
const SENTENCES: u16 = 50;

pub(super) fn draw(pen: &mut Pen<'_>, area: Rect, frame: &Frame) {
    let muted = pen.theme().text.muted;
    let title = [(" letters mark the chart".into(), muted)];
    pen.title(Rect { height: 1, ..area }, "EVENTS", &title);
    if frame.events.is_empty() {
        codes::placeholder(pen, area, words::NO_EVENTS);
    }
    let mut y = area.y + 1;
    for event in &frame.events {
        if y >= area.bottom() {
            break;
        }
        y += line(pen, Rect { y, height: area.bottom() - y, ..area }, event);
    }
}

/// One event; gives the rows it takes. A wide panel has the whole sentence, in two
/// rows at the most.
fn line(pen: &mut Pen<'_>, area: Rect, event: &EventRow) -> u16 {
    let theme = pen.theme();
    // Seconds are dear in a narrow panel.
    let at = if area.width < 36 { fmt::clock_short(&event.at) } else { fmt::clock(&event.at) };
    let x = pen.put(area.x, area.y, &at, theme.text.muted) + 1;
    let letter = event.letter.to_string();
    let x = pen.put(x, area.y, &letter, severity::banner(theme, event.severity)) + 1;
    let room = usize::from(area.right().saturating_sub(x));
    if area.width < SENTENCES {
        pen.put_upto(x, area.y, area.right(), &event.text, theme.text.body);
        return 1;
    }
    let mut lines = words::wrap(&event.sentence, room);
    if let Some(rest) = lines.get(1..).filter(|rest| rest.len() > 1) {
        // What does not fit two rows is cut at the end of the second.
        let rest = rest.join(" ");
        lines.truncate(1);
        lines.push(rest);
    }
    for (y, line) in (area.y..area.bottom()).zip(&lines) {
        pen.put_upto(x, y, area.right(), line, theme.text.body);
    }
    columns(lines.len()).max(1)
}
