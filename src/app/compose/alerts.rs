//! The list of alerts, and how loud they may be.

use std::cmp::Reverse;
use std::sync::Arc;

use super::super::filter::List;
use super::super::frame::{AlertList, AlertRow, ListedRow, Silence, TableName};
use super::super::state::{App, Listed, Rows};
use super::events::noted;
use super::scene::Scene;
use crate::detect::Alert;

/// The list as it is to be drawn; `rows` knows them.
pub(super) fn list(app: &App, scene: Scene<'_>, rows: &mut Rows) -> AlertList {
    let alerts = scene.judgement.alerts.iter();
    let alerts =
        alerts.map(|alert| (Listed::Alert(alert.id), ListedRow::Alert(row(app, scene, alert))));
    let marks = noted(app, scene).map(|(row, at, note)| (row, ListedRow::Mark { at, note }));
    let mut all: Vec<(Listed, ListedRow)> = marks.chain(alerts).collect();
    all.sort_by_key(|(_, row)| Reverse(row.at()));
    let total = all.len();
    let typed = app.filter_of(List::Timeline);
    let filter = List::Timeline.filter(typed);
    all.retain(|(_, row)| filter.shows(row));
    sort(app, &mut all);
    let (listed, shown) = all.into_iter().unzip();
    rows.listed = listed;
    let selected = rows.listed_at(app.chosen_alert).unwrap_or(0);
    AlertList { rows: shown, selected, total, filter: typed.to_owned() }
}

/// In the order that was chosen, else the newest first; marks come last.
fn sort(app: &App, all: &mut [(Listed, ListedRow)]) {
    let Some((by, reversed)) = app.columns.of(TableName::Alerts).sort else { return };
    match by {
        "for" => all.sort_by_key(|(_, row)| Reverse(row.alert().map(|row| row.lasted))),
        "sev" => all.sort_by_key(|(_, row)| Reverse(row.alert().map(AlertRow::severity))),
        _ => {}
    }
    if reversed {
        all.reverse();
    }
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
