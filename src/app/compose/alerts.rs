//! The list of alerts, and how loud they may be.

use std::sync::Arc;

use super::super::frame::{AlertList, AlertRow, Silence};
use super::super::state::{App, Rows};
use super::scene::Scene;
use crate::detect::Alert;

/// The list as it is to be drawn; `rows` knows them.
pub(super) fn list(app: &App, scene: Scene<'_>, rows: &Rows) -> AlertList {
    let selected = rows.alert_at(app.chosen_alert).unwrap_or(0);
    let alerts = &scene.judgement.alerts;
    AlertList { rows: alerts.iter().map(|alert| row(app, scene, alert)).collect(), selected }
}

fn row(app: &App, scene: Scene<'_>, alert: &Arc<Alert>) -> AlertRow {
    let at = scene.snapshot.at;
    let is_firing = alert.is_firing();
    AlertRow {
        lasted: alert.lasted(at.wall),
        silence: if is_firing { app.silences.of(alert, at.mono) } else { Silence::Off },
        alert: Arc::clone(alert),
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
