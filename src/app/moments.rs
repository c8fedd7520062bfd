//! What a frame of the past needs beside its figures: reach, events, marks.

use chrono::Local;

use super::frame::{EventRow, Frame};
use super::scene::{Scene, letter};
use super::state::App;
use super::time::Raised;
use crate::detect::{Alert, AlertState, Severity};
use crate::fmt;
use crate::order;

/// Remembers how far back one can go and where something happened, for the keys.
pub(super) fn look(app: &mut App, live: Scene<'_>) {
    let timeline = live.model.timeline();
    let newest = timeline.second(live.snapshot.at.mono);
    app.time.newest = newest;
    app.time.timeline = timeline.clone();
    app.time.oldest = live.model.history().oldest().unwrap_or(newest).min(newest);
    let alerts = live.judgement.alerts();
    let raised = |alert: &Alert| Raised {
        letter: letter(alert),
        id: alert.id,
        since: alert.since,
        until: alert.until,
    };
    app.time.raised = live.judgement.alerts().map(raised).collect();
    let over = |until: Option<_>| until.and_then(|until| timeline.at(until));
    let mut events: Vec<u64> = alerts
        .flat_map(|alert| {
            let until = alert.until.filter(|_| alert.state == AlertState::Resolved);
            [timeline.at(alert.since), over(until)]
        })
        .flatten()
        .chain(app.time.marks.iter().map(|mark| mark.second))
        .collect();
    events.sort_unstable();
    events.dedup();
    app.time.events = events;
    app.time.shown_ago = app.time.ago(newest).map(fmt::ago);
}

/// The events of a moment and the marks up to it, newest first.
pub(super) fn with_marks(app: &App, scene: Scene<'_>, mut events: Vec<EventRow>) -> Vec<EventRow> {
    let timeline = scene.model.timeline();
    let now = timeline.second(scene.snapshot.at.mono);
    let marks = app.time.marks.iter().filter(|mark| mark.second <= now);
    events.extend(marks.filter_map(|mark| {
        let note = if mark.note.is_empty() { "marked" } else { mark.note.as_str() };
        Some(EventRow {
            at: timeline.wall(mark.second)?.with_timezone(&Local),
            letter: '*',
            severity: Severity::Ok,
            text: note.to_owned(),
            errors: Vec::new(),
            sentence: note.to_owned(),
        })
    }));
    order::by_key(&mut events, |event| std::cmp::Reverse(event.at));
    events
}

/// Where nothing was kept, nothing is said that would be an answer.
pub(super) fn nothing_kept(frame: &mut Frame) {
    const WHY: &str = "nothing is kept of this moment";
    WHY.clone_into(&mut frame.listeners.empty);
    frame.codes.empty = WHY;
    if frame.gauge.is_err() {
        frame.gauge = Err(WHY.to_owned());
    }
}
