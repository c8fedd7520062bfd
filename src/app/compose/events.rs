//! What happened, newest first: alerts raised and over, and the user's marks.

use std::cmp::Reverse;
use std::sync::Arc;

use super::super::frame::EventRow;
use super::super::state::App;
use super::scene::Scene;
use crate::detect::AlertState;

/// The events of a moment and the marks up to it.
pub(super) fn events(app: &App, scene: Scene<'_>) -> Vec<EventRow> {
    let mut events: Vec<EventRow> = Vec::new();
    for alert in &scene.judgement.alerts {
        if let (AlertState::Resolved, Some(until)) = (alert.state, alert.until) {
            events.push(EventRow::Resolved(Arc::clone(alert), until));
        }
        events.push(EventRow::Raised(Arc::clone(alert)));
    }
    events.sort_by_key(|event| Reverse(event.at()));
    let timeline = scene.model.timeline();
    let now = timeline.second(scene.snapshot.at.mono);
    let marks = app.time.marks.iter().filter(|mark| mark.second <= now);
    events.extend(marks.filter_map(|mark| {
        let note = if mark.note.is_empty() { "marked" } else { mark.note.as_str() };
        Some(EventRow::Marked { at: timeline.wall(mark.second)?, note: note.to_owned() })
    }));
    events.sort_by_key(|event| Reverse(event.at()));
    events
}
