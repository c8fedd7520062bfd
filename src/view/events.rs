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
    for (place, index) in places(area, &frame.events) {
        if let Some(event) = frame.events.get(index) {
            line(pen, place, event, frame);
        }
    }
}

/// Where each event lies that is seen, below the title.
pub(super) fn places(area: Rect, events: &[EventRow]) -> Vec<(Rect, usize)> {
    // Of what the log said beside an alert, a third of the rows at most.
    let mut room = usize::from(area.height.saturating_sub(1)) / 3;
    let mut y = area.y.saturating_add(1);
    let mut places = Vec::new();
    for (index, event) in events.iter().enumerate() {
        if y >= area.bottom() {
            break;
        }
        let said = event.errors().len().min(room);
        room -= said;
        let height = columns(lines(area.width, event).len() + said).clamp(1, area.bottom() - y);
        places.push((Rect { y, height, ..area }, index));
        y += height;
    }
    places
}

/// Columns of time and letter. Seconds are dear in a narrow panel.
const fn before(width: u16) -> u16 {
    if width < 36 { 5 + 3 } else { 8 + 3 }
}

/// What is said of an event: a wide panel has the whole sentence, in two rows at the
/// most.
fn lines(width: u16, event: &EventRow) -> Vec<String> {
    if width < SENTENCES {
        return vec![event.text().into_owned()];
    }
    let room = usize::from(width.saturating_sub(before(width)));
    let mut lines = crate::text::wrap(&event.sentence(), room);
    if let Some(rest) = lines.get(1..).filter(|rest| rest.len() > 1) {
        // What does not fit two rows is cut at the end of the second.
        let rest = rest.join(" ");
        lines.truncate(1);
        lines.push(rest);
    }
    lines
}

fn line(pen: &mut Pen<'_>, area: Rect, event: &EventRow, frame: &Frame) {
    let theme = pen.theme();
    let narrow = area.width < 36;
    let at = words::local(frame, event.at());
    let at = if narrow { fmt::clock_short(&at) } else { fmt::clock(&at) };
    let x = pen.put(area.x, area.y, &at, theme.text.muted) + 1;
    pen.put(x, area.y, &event.letter().to_string(), severity::banner(theme, event.severity()));
    let x = area.x + before(area.width);
    if let EventRow::Raised(alert) | EventRow::Resolved(alert, _) = event {
        let place = Rect { x, width: area.right().saturating_sub(x), ..area };
        pen.link(place, frame.links.of_rule(alert.rule));
    }
    let mut rows = area.y..area.bottom();
    for (line, y) in lines(area.width, event).into_iter().zip(rows.by_ref()) {
        pen.put_upto(x, y, area.right(), &line, theme.text.body);
    }
    // The newest that there is room for.
    let errors = event.errors();
    let newest = errors.iter().skip(errors.len().saturating_sub(rows.len()));
    for (error, y) in newest.zip(rows) {
        let error = words::logged(frame, error);
        pen.put_upto(area.x + 2, y, area.right(), &error, theme.text.muted);
    }
}
