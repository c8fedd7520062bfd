//! The targets of the probes: rows, failures, handshakes over time.

use std::cmp::Reverse;
use std::time::Duration;

use chrono::{DateTime, TimeDelta, Utc};

use super::super::filter::List;
use super::super::frame::{
    Chart, Failure, HandshakePoint, Handshakes, Probes, Seen, TableName, TargetRow, View,
};
use super::super::state::App;
use super::scene::Scene;
use crate::close::Outcome;
use crate::detect::{Scope, Severity};
use crate::model::{Attempt, Snapshot, TargetSnapshot};
use crate::units::Ratio;

/// The targets as they are to be drawn; `chart` gives the window.
pub(super) fn probes(app: &App, scene: Scene<'_>, chart: &Chart) -> Probes {
    let snapshot = scene.snapshot;
    let all = shown(app, scene);
    let rows: Vec<TargetRow> = all.iter().map(|target| row(scene, target)).collect();
    let severity = rows.iter().map(|row| row.severity).max().unwrap_or(Severity::Ok);
    let chosen = |id| all.iter().position(|target| target.id == id);
    let selected = app.chosen_target.and_then(chosen);
    let shown = selected.map_or(all.clone(), |at| vec![all[at]]);
    let attempts = || shown.iter().flat_map(|target| &target.strip);
    let worst = worst(scene).and_then(chosen);
    Probes {
        worst,
        handshake_p99: worst.and_then(|at| all[at].handshake_p99),
        failing: worst.and_then(|at| Seen::let_in(&all[at].strip)).map(|ok| Ratio(1.0 - ok.0)),
        rows,
        selected,
        severity,
        failures: failures(attempts()),
        attempts: attempts().count() as u64,
        total: snapshot.targets.len(),
        filter: filter(app).to_owned(),
        load: snapshot.prober,
        handshakes: handshakes(snapshot, &shown, chart),
    }
}

/// The targets that the filter shows, in the order that was chosen, else as they were
/// given.
pub(super) fn shown<'s>(app: &App, scene: Scene<'s>) -> Vec<&'s TargetSnapshot> {
    let filter = List::Targets.filter(filter(app));
    let shows = |target: &&TargetSnapshot| filter.shows(&row(scene, target));
    let mut all: Vec<&TargetSnapshot> = scene.snapshot.targets.iter().filter(shows).collect();
    let Some((by, reversed)) = app.columns.of(TableName::Probes).sort else { return all };
    let ok = |t: &TargetSnapshot| Seen::let_in(&t.strip).map_or(2.0, |ok| ok.0);
    // The worst first.
    all.sort_by(|a, b| match by {
        "ping" => b.ping_p50.cmp(&a.ping_p50),
        "lag" => b.lag.cmp(&a.lag),
        "p99" => b.handshake_p99.cmp(&a.handshake_p99),
        "ok" => ok(a).total_cmp(&ok(b)),
        "lost" => b.lost.cmp(&a.lost),
        _ => a.label().cmp(&b.label()),
    });
    if reversed {
        all.reverse();
    }
    all
}

/// Beside the incident there is none: the list of that screen is another.
fn filter(app: &App) -> &str {
    if app.in_front() == View::Probes { app.filter_of(List::Targets) } else { "" }
}

/// The worst of the targets: by how bad it is, how often it fails and how slow it is;
/// of equals the first.
pub(super) fn worst(scene: Scene<'_>) -> Option<u32> {
    let failed = |target: &TargetSnapshot| {
        let failed = Seen::let_in(&target.strip).map_or(0.0, |ok| (1.0 - ok.0) * 1e6);
        crate::units::whole(failed)
    };
    let key = |target: &&TargetSnapshot| {
        (severity(scene, target), failed(target), target.handshake_p99, Reverse(target.id))
    };
    scene.snapshot.targets.iter().max_by_key(key).map(|target| target.id)
}

/// One row of the table.
pub(super) fn row(scene: Scene<'_>, target: &TargetSnapshot) -> TargetRow {
    TargetRow { target: target.clone(), severity: severity(scene, target) }
}

/// The worst alert about a target. Before an alert has had the patience to
/// fire, a failed last attempt is worth a look.
fn severity(scene: Scene<'_>, target: &TargetSnapshot) -> Severity {
    let scope = Scope::Target(target.id);
    let firing = scene.judgement.firing().filter(|alert| alert.scope == scope);
    let alerts = firing.map(|alert| alert.now).max();
    let last = target.strip.last().map_or(Severity::Unknown, |attempt| match Seen::of(attempt) {
        Seen::Accepted | Seen::Slow => Severity::Ok,
        Seen::Failed => Severity::Warning,
        Seen::Ours => Severity::Unknown,
    });
    alerts.map_or(last, |alert| alert.max(last))
}

/// The failures by name, each in the words of its latest.
fn failures<'a>(attempts: impl Iterator<Item = &'a Attempt>) -> Vec<Failure> {
    let mut found: Vec<(String, Duration, Failure)> = Vec::new();
    for attempt in attempts.filter(|attempt| attempt.outcome != Outcome::OpenOk) {
        let name = match attempt.outcome.wire_code() {
            // 1013 and 1008 are two different answers.
            Some(code) => format!("{} {code}", attempt.outcome.name()),
            None => attempt.outcome.name().into_owned(),
        };
        let words = attempt.outcome.words();
        if let Some((_, at, failure)) = found.iter_mut().find(|(known, ..)| *known == name) {
            failure.count += 1;
            if attempt.at >= *at {
                *at = attempt.at;
                failure.words = words;
            }
        } else {
            found.push((name, attempt.at, Failure { words, count: 1 }));
        }
    }
    let mut failures: Vec<Failure> = found.into_iter().map(|(.., failure)| failure).collect();
    failures.sort_by_key(|failure| Reverse(failure.count));
    failures
}

/// The handshakes of these targets over the window of the chart.
pub(super) fn handshakes(
    snapshot: &Snapshot,
    targets: &[&TargetSnapshot],
    chart: &Chart,
) -> Handshakes {
    let scope = match targets {
        [one] => one.label(),
        many => format!("worst of {} targets", many.len()),
    };
    let attempts = targets
        .iter()
        .enumerate()
        .flat_map(|(target, of)| of.strip.iter().map(move |attempt| (target, attempt)));
    let points = attempts.map(|(target, attempt)| HandshakePoint {
        target,
        at: wall(snapshot, attempt.at),
        took: attempt.handshake,
        failed: Seen::of(attempt) == Seen::Failed,
    });
    Handshakes {
        scope,
        window: chart.window,
        end: chart.end,
        points: points.collect(),
        marks: chart.marks.clone(),
    }
}

/// Wall time of a moment, by the clock of the snapshot.
pub(super) fn wall(snapshot: &Snapshot, at: Duration) -> DateTime<Utc> {
    let ago = TimeDelta::from_std(snapshot.at.mono.saturating_sub(at)).unwrap_or_default();
    snapshot.at.wall - ago
}
