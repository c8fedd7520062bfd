//! The list of alerts, and how loud they may be.

use chrono::{DateTime, Local, Utc};

use super::super::frame::{AlertList, AlertRow, Silence};
use super::super::state::{App, Rows};
use super::events::{error_lines, letter};
use super::scene::Scene;
use crate::detect::{Alert, Measure};

/// The list as it is to be drawn; `rows` knows them.
pub(super) fn list(app: &App, scene: Scene<'_>, rows: &Rows) -> AlertList {
    let alerts = scene.judgement.alerts();
    let selected = rows.alert_at(app.chosen_alert).unwrap_or(0);
    AlertList { rows: alerts.map(|alert| row(app, scene, alert)).collect(), selected }
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
        // Of what its rule does not see at this moment there is no value of now.
        now: (firing && alert.current).then(|| measure.write(alert.value)).flatten(),
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
