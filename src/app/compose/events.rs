//! What happened, newest first: alerts raised and over, and the user's marks.

use std::cmp::Reverse;
use std::sync::Arc;

use chrono::{DateTime, Utc};

use super::super::frame::EventRow;
use super::super::state::{App, Listed};
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
    events.extend(noted(app, scene).map(|(_, at, note)| EventRow::Marked { at, note }));
    // A stable sort: of what happened at one time the alerts come first.
    events.sort_by_key(|event| Reverse(event.at()));
    events
}

/// What the user has noted up to this moment, when, and the row it is in the list.
pub(super) fn noted(
    app: &App,
    scene: Scene<'_>,
) -> impl Iterator<Item = (Listed, DateTime<Utc>, String)> {
    let timeline = scene.model.timeline();
    let now = timeline.second(scene.snapshot.at.mono);
    let marks = app.time.marks.iter().enumerate().filter(move |(_, mark)| mark.second <= now);
    marks.filter_map(|(at, mark)| {
        let note = if mark.note.is_empty() { "marked" } else { &mark.note };
        let row = Listed::Mark(at, mark.second);
        Some((row, timeline.wall(mark.second)?, note.to_owned()))
    })
}
