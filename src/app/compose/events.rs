//! What happened, newest first: alerts raised and over, and the user's marks.

use chrono::{DateTime, Local};

use super::super::frame::EventRow;
use super::super::state::App;
use super::scene::Scene;
use crate::detect::{Alert, AlertState, Judgement, Severity};
use crate::fmt;
use crate::sample::LogLine;

/// The events of a moment and the marks up to it.
pub(super) fn events(app: &App, scene: Scene<'_>) -> Vec<EventRow> {
    with_marks(app, scene, of_alerts(scene.judgement))
}

/// Letters run from A to Z and start over.
pub(super) fn letter(alert: &Alert) -> char {
    let at = u8::try_from((alert.id - 1) % 26).unwrap_or(0);
    char::from(b'A' + at)
}

/// What the log said when it began: `14:02:11 KeyError: 'room'`.
pub(super) fn error_lines(alert: &Alert) -> Vec<String> {
    let words = |line: &LogLine| {
        let clock = fmt::clock(&line.at.with_timezone(&Local));
        format!("{clock} {}", line.text)
    };
    alert.errors.iter().map(words).collect()
}

/// Raised and resolved alerts, newest first.
fn of_alerts(judgement: &Judgement) -> Vec<EventRow> {
    let local = |at: DateTime<chrono::Utc>| at.with_timezone(&Local);
    let mut events: Vec<EventRow> = Vec::new();
    for alert in judgement.alerts() {
        let letter = letter(alert);
        if let (AlertState::Resolved, Some(until)) = (alert.state, alert.until) {
            let lasted = fmt::span(alert.lasted(until));
            events.push(EventRow {
                at: local(until),
                letter,
                severity: Severity::Ok,
                text: alert.over(until),
                errors: Vec::new(),
                sentence: format!("resolved after {lasted}: {}", alert.sentence),
            });
        }
        events.push(EventRow {
            at: local(alert.since),
            letter,
            severity: alert.severity,
            text: alert.raised.clone(),
            errors: if alert.until.is_none() { error_lines(alert) } else { Vec::new() },
            sentence: alert.sentence.clone(),
        });
    }
    events.sort_by_key(|event| std::cmp::Reverse(event.at));
    events
}

/// The marks up to it among them.
fn with_marks(app: &App, scene: Scene<'_>, mut events: Vec<EventRow>) -> Vec<EventRow> {
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
    events.sort_by_key(|event| std::cmp::Reverse(event.at));
    events
}
