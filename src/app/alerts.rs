//! The list of alerts, and how loud they may be.

use chrono::{DateTime, Local, Utc};

use super::frame::{AlertList, AlertRow, Hush};
use super::hush::Known;
use super::scene::{Scene, letter};
use super::state::App;
use crate::detect::{Alert, Measure};
use crate::fmt;
use crate::sample::LogLine;

/// The list as it is to be drawn; the app remembers its rows for the keys.
pub(super) fn list(app: &mut App, scene: Scene<'_>) -> AlertList {
    let alerts: Vec<&Alert> = scene.judgement.alerts().collect();
    app.alerts = alerts.iter().map(|alert| Known::of(alert)).collect();
    app.now = scene.snapshot.at.mono;
    let rows = alerts.iter().map(|alert| row(app, scene, alert)).collect();
    AlertList { rows, selected: app.alert_at().unwrap_or(0) }
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
        hush: if firing { app.hushed.of(alert, app.now) } else { Hush::Loud },
        sentence: alert.sentence.clone(),
        errors: error_lines(alert),
        peak: measure.write(alert.peak),
        now: firing.then(|| measure.write(alert.value)).flatten(),
    }
}

/// What the log said when it began: `14:02:11 KeyError: 'room'`.
pub(super) fn error_lines(alert: &Alert) -> Vec<String> {
    let words = |line: &LogLine| {
        let clock = fmt::clock(&line.at.with_timezone(&Local));
        format!("{clock} {}", line.text)
    };
    alert.errors.iter().map(words).collect()
}

/// How loud the verdict may be: quiet where all that is as bad was seen.
pub(super) fn hush(app: &App, scene: Scene<'_>) -> Hush {
    let worst = scene.judgement.verdict.severity;
    let firing = scene.judgement.firing().filter(|a| a.now >= worst);
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

impl App {
    /// The selected row: the chosen alert, else the newest that fires.
    pub(super) fn alert_at(&self) -> Option<usize> {
        let chosen = self.chosen_alert.and_then(|id| self.alerts.iter().position(|a| a.id == id));
        chosen.or_else(|| self.alerts.iter().position(|a| a.firing))
    }

    /// Whether the user has seen it, or will not hear of it for now.
    #[must_use]
    pub fn is_hushed(&self, alert: &Alert) -> bool {
        self.hushed.of(alert, self.now) != Hush::Loud
    }

    /// What `a` and `A` are about: the selected alert where the list is in front,
    /// else all that fire.
    pub(super) fn meant(&self) -> Vec<Known> {
        let firing = || self.alerts.iter().filter(|a| a.firing);
        let selected = self.alert_at().and_then(|at| self.alerts.get(at));
        match selected.filter(|a| a.firing && self.lists_alerts()) {
            Some(one) => vec![one.clone()],
            None => firing().cloned().collect(),
        }
    }
}
