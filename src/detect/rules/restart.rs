//! Workers ended together and others took their place.

use std::time::Duration;

use super::{Brief, Check, Doc, Facts, Finding, Measure, Rule, RuleId, turned_away};
use crate::detect::losses::{LossKind, kind_of, said_so, together};
use crate::detect::steps;
use crate::detect::verdict::{Cause, Kind, Severity};
use crate::fmt;
use crate::model::{Exit, ServiceSnapshot};
use crate::units::float;

/// It is told of this long after the last worker ended.
const TOLD: Duration = Duration::from_secs(30);

/// `restart` of a listener's workers; that of a probed server is told by what it
/// says, see `turned_away`.
pub(super) static RULE: Rule = Rule {
    id: RuleId::Restart,
    doc: Doc {
        fires: "at least 2 workers of a listener end within 5 s, at least 1 starts within 10 s, and no OOM kill; or a probed server says so (1012, 1001): 3 of the last 5 attempts, or the long-lived probe",
        says: ":8080 gunicorn restarts: 3 workers gone within 1 s, replaced; 60 connections closed",
        step: "a deploy? clients are to come back within 1-5 s at random",
        measure: Measure::Count,
    },
    params: &[],
    checks: &[Check::Service(check), Check::Target(turned_away::restart)],
    holds: |_, _, _| Duration::ZERO,
    meaning: |_, _| (Kind::Restarting, Cause::Planned),
    steps: steps::ended::restarted,
    needs_closes: false,
};

fn check(facts: &Facts<'_>, service: &ServiceSnapshot) -> Finding {
    let listener = &service.whole;
    let snapshot = facts.snapshot;
    let lately = |e: &&Exit| {
        service.listens_at(e.address)
            && snapshot.at.mono.saturating_sub(e.at.mono) < TOLD
            && kind_of(snapshot, e, facts.thresholds, facts.signals) == LossKind::Restarted
    };
    let Some(last) = snapshot.exits.iter().rev().find(lately) else { return Finding::Clear };
    let group = together(snapshot, last);
    let first = group.iter().map(|e| e.at.mono).min().unwrap_or(last.at.mono);
    let within = last.at.mono.saturating_sub(first).max(Duration::from_secs(1));
    let closed = group.iter().map(|e| e.lost).sum::<Option<u64>>();
    let closed = closed.map_or_else(|| "-".to_owned(), fmt::count);
    let workers = match group.len() {
        1 => "1 process gone".to_owned(),
        n => format!("{n} workers gone within {} s", within.as_secs_f64().ceil()),
    };
    let replaced = match (said_so(snapshot, last), group.iter().any(|e| e.replaced_by.is_some())) {
        (true, _) => " (announced: close 1012)",
        (false, true) => ", replaced",
        (false, false) => "",
    };
    Finding::Firing {
        severity: Severity::Warning,
        sentence: format!(
            "{} restarts: {workers}{replaced}; {closed} connections closed",
            listener.label()
        ),
        brief: Brief::placed(format!("{} restarts", listener.port())),
        value: float(group.len() as u64).into(),
    }
}
