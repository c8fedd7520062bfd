//! The list of alerts, and how loud they may be.

use std::time::Duration;

use chrono::{DateTime, Local, Utc};

use super::super::frame::{AlertList, AlertRow, Silence};
use super::super::state::{App, Listed, Rows};
use super::events::{MARK, error_lines, letter};
use super::scene::Scene;
use crate::detect::{Alert, Measure, Severity};

/// The list as it is to be drawn; `rows` knows them.
pub(super) fn list(app: &App, scene: Scene<'_>, rows: &mut Rows) -> AlertList {
    let alerts = scene.judgement.alerts();
    let alerts = alerts.map(|alert| (Listed::Alert(alert.id), row(app, scene, alert)));
    let mut all: Vec<(Listed, AlertRow)> = marks(app, scene).chain(alerts).collect();
    all.sort_by_key(|(_, row)| std::cmp::Reverse(row.since));
    let (listed, shown) = all.into_iter().unzip();
    rows.listed = listed;
    let selected = rows.listed_at(app.chosen_alert).unwrap_or(0);
    AlertList { rows: shown, selected }
}

/// What the user has noted up to this moment.
fn marks(app: &App, scene: Scene<'_>) -> impl Iterator<Item = (Listed, AlertRow)> {
    let timeline = scene.model.timeline();
    let now = timeline.second(scene.snapshot.at.mono);
    let marks = app.time.marks.iter().enumerate().filter(move |(_, mark)| mark.second <= now);
    marks.filter_map(|(at, mark)| {
        let since = timeline.wall(mark.second)?.with_timezone(&Local);
        let note = if mark.note.is_empty() { "marked" } else { &mark.note };
        let row = AlertRow {
            letter: MARK,
            since,
            lasted: Duration::ZERO,
            severity: Severity::Ok,
            firing: false,
            silence: Silence::Off,
            sentence: note.to_owned(),
            errors: Vec::new(),
            peak: None,
            now: None,
        };
        Some((Listed::Mark(at, mark.second), row))
    })
}

fn row(app: &App, scene: Scene<'_>, alert: &Alert) -> AlertRow {
    let local = |at: DateTime<Utc>| at.with_timezone(&Local);
    let firing = alert.is_firing();
    let measure = Measure::of(alert.rule);
    AlertRow {
        letter: letter(alert),
        since: local(alert.since),
        lasted: alert.lasted(scene.snapshot.at.wall),
        severity: if firing { alert.now } else { alert.severity },
        firing,
        silence: if firing { app.silences.of(alert, scene.snapshot.at.mono) } else { Silence::Off },
        sentence: alert.sentence.clone(),
        errors: error_lines(alert),
        peak: measure.write(alert.peak),
        now: firing.then(|| measure.write(alert.value)).flatten(),
    }
}

/// How loud the verdict may be: quiet where all that is as bad was seen.
pub(super) fn silence(app: &App, scene: Scene<'_>) -> Silence {
    let worst = scene.judgement.verdict.severity;
    let firing = scene.judgement.firing().filter(|a| a.now >= worst);
    let found: Vec<Silence> =
        firing.map(|alert| app.silences.of(alert, scene.snapshot.at.mono)).collect();
    let shortest = |a: Silence, b: Silence| match (a, b) {
        (Silence::Off, _) | (_, Silence::Off) => Silence::Off,
        (Silence::Muted(a), Silence::Muted(b)) => Silence::Muted(a.min(b)),
        (Silence::Muted(left), _) | (_, Silence::Muted(left)) => Silence::Muted(left),
        (Silence::Acknowledged, Silence::Acknowledged) => Silence::Acknowledged,
    };
    found.into_iter().reduce(shortest).unwrap_or_default()
}
