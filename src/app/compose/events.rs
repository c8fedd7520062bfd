//! What happened, newest first: alerts raised and over, and the user's marks.

use chrono::{DateTime, Local};

use super::super::frame::EventRow;
use super::super::state::App;
use super::scene::Scene;
use crate::detect::{Alert, AlertState, Judge, Severity};
use crate::fmt;
use crate::sample::LogLine;

/// The events of a moment and the marks up to it.
pub(super) fn events(app: &App, scene: Scene<'_>) -> Vec<EventRow> {
    with_marks(app, scene, of_alerts(scene.judge))
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

/// What an event is and where: `capacity 71 % :8080`; said once, `:8080 restarts`.
fn place(alert: &Alert) -> String {
    let scope = match alert.scope.rsplit_once(':') {
        Some((_, port)) => format!(":{port}"),
        None if alert.scope.starts_with("probe ") => alert.scope.clone(),
        None => return alert.raised.clone(),
    };
    // `probe 1` is two words; `:80` is none in `:8080`.
    let padded = format!("{} ", alert.raised);
    if padded.contains(&format!("{scope} ")) {
        return alert.raised.clone();
    }
    format!("{} {scope}", alert.raised)
}

/// Raised and resolved alerts, newest first.
fn of_alerts(judge: &Judge) -> Vec<EventRow> {
    let local = |at: DateTime<chrono::Utc>| at.with_timezone(&Local);
    let mut events: Vec<EventRow> = Vec::new();
    for alert in judge.ledger().alerts() {
        let letter = letter(alert);
        if let (AlertState::Resolved, Some(until)) = (alert.state, alert.until) {
            let lasted = (until - alert.since).to_std().unwrap_or_default();
            events.push(EventRow {
                at: local(until),
                letter,
                severity: Severity::Ok,
                text: format!("over after {}: {}", fmt::span(lasted), place(alert)),
                errors: Vec::new(),
                sentence: format!("over after {}: {}", fmt::span(lasted), alert.sentence),
            });
        }
        events.push(EventRow {
            at: local(alert.since),
            letter,
            severity: alert.severity,
            text: place(alert),
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::detect::{Cause, Kind};

    #[test]
    fn an_event_says_once_where_it_was() {
        let of = |scope: &str, raised: &str| {
            let (scope, raised) = (scope.to_owned(), raised.to_owned());
            place(&Alert {
                id: 1,
                rule: "restart",
                scope,
                meaning: (Kind::Restarting, Cause::Planned),
                now: Severity::Warning,
                severity: Severity::Warning,
                state: AlertState::Firing,
                current: true,
                sentence: String::new(),
                brief: String::new(),
                raised,
                since: DateTime::default(),
                until: None,
                value: 0.0,
                peak: 0.0,
                errors: Vec::new(),
            })
        };
        assert_eq!(of("0.0.0.0:80", "capacity 71 %"), "capacity 71 % :80");
        assert_eq!(of("0.0.0.0:80", ":80 restarts"), ":80 restarts");
        assert_eq!(of("0.0.0.0:80", "after :8080 restarts"), "after :8080 restarts :80");
        assert_eq!(of("probe 1", "close 1013"), "close 1013 probe 1");
        assert_eq!(of("probe 1", "probe 12 refused"), "probe 12 refused probe 1");
        assert_eq!(of("host", "HERD ×7"), "HERD ×7");
    }
}
