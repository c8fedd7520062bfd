//! The list of alerts, and how loud they may be.

use chrono::{DateTime, Local, Utc};

use super::super::frame::{AlertList, AlertRow, Hush};
use super::super::state::{App, Rows};
use super::events::{error_lines, letter};
use super::scene::Scene;
use crate::detect::{Alert, AlertState, Measure};

/// The list as it is to be drawn; `rows` knows them.
pub(super) fn list(app: &App, scene: Scene<'_>, rows: &Rows) -> AlertList {
    let alerts = scene.judge.ledger().alerts();
    let selected = rows.alert_at(app.chosen_alert).unwrap_or(0);
    AlertList { rows: alerts.map(|alert| row(app, scene, alert)).collect(), selected }
}

fn row(app: &App, scene: Scene<'_>, alert: &Alert) -> AlertRow {
    let local = |at: DateTime<Utc>| at.with_timezone(&Local);
    let firing = alert.state == AlertState::Firing;
    let end = alert.until.unwrap_or(scene.snapshot.at.wall);
    let measure = Measure::of(alert.rule);
    AlertRow {
        letter: letter(alert),
        since: local(alert.since),
        lasted: (end - alert.since).to_std().unwrap_or_default(),
        severity: if firing { alert.now } else { alert.severity },
        firing,
        hush: if firing { app.hushed.of(alert, scene.snapshot.at.mono) } else { Hush::Loud },
        sentence: alert.sentence.clone(),
        errors: error_lines(alert),
        peak: measure.write(alert.peak),
        now: firing.then(|| measure.write(alert.value)).flatten(),
    }
}

/// How loud the verdict may be: quiet where all that is as bad was seen.
pub(super) fn hush(app: &App, scene: Scene<'_>) -> Hush {
    let Some(verdict) = scene.judge.verdict() else { return Hush::Loud };
    let firing = scene.judge.ledger().firing().filter(|a| a.now >= verdict.severity);
    let hushes: Vec<Hush> =
        firing.map(|alert| app.hushed.of(alert, scene.snapshot.at.mono)).collect();
    let shortest = |a: Hush, b: Hush| match (a, b) {
        (Hush::Loud, _) | (_, Hush::Loud) => Hush::Loud,
        (Hush::Muted(a), Hush::Muted(b)) => Hush::Muted(a.min(b)),
        (Hush::Muted(left), _) | (_, Hush::Muted(left)) => Hush::Muted(left),
        (Hush::Acknowledged, Hush::Acknowledged) => Hush::Acknowledged,
    };
    hushes.into_iter().reduce(shortest).unwrap_or_default()
}
