//! The kernel killed for memory.

use std::time::Duration;

use super::phase::{Phase, brief, harmful, sentence};
use super::{ATTEMPTS, CUTS, Found, Harm, RETURNS, Row, View};
use crate::detect::identity::RuleId;
use crate::detect::verdict::{Cause, Kind, Severity};

/// A kill whose process is not known is told of this long.
const TOLD: Duration = Duration::from_mins(1);

pub(super) const ROW: Row = Row {
    meaning: (Kind::Crashing, Cause::Oom),
    needs: "a process behind the port ended within a second of a kill for memory, or one was killed in its cgroup",
    explains: &[ATTEMPTS, CUTS, RETURNS, &[Cause::WorkerLost, Cause::Memory]],
    against: "it was certainly in another service's cgroup; clients are back",
    says: "OUT OF MEMORY  pid 4312 gunicorn, 65 connections lost at 14:09:31; pid 4390 took its place; 98 % of 303 back",
    step: "dmesg -T | grep -i oom names the process and what it used",
    find,
};

fn find(view: &View<'_>) -> Option<Found> {
    let ends = harmful(view);
    let killed = ends.last().is_some_and(|e| e.oom);
    if killed {
        let back = |p: &Phase| p.loss.is_some_and(|l| l.returned.is_some());
        let phase = Phase::of(view, &ends).filter(|p| !(p.whole && back(p)))?;
        let past = phase.harm == Harm::Past;
        return Some(Found {
            severity: if past { Severity::Warning } else { Severity::Critical },
            harm: phase.harm,
            since: ends.first()?.at.wall,
            sentence: sentence("OUT OF MEMORY", view, &ends, &phase),
            brief: format!("{}, memory", brief(&ends)),
            until: ends.last().map(|e| e.at.wall),
            confidence: 0.85,
            ..Found::default()
        });
    }
    let alert = view.alert(RuleId::OomKill)?;
    let lately = view.ago(TOLD) < alert.since;
    (alert.now == Severity::Critical && lately).then(|| Found {
        severity: alert.now,
        harm: Harm::Near,
        since: alert.since,
        sentence: alert.sentence.clone(),
        brief: alert.brief.clone(),
        confidence: 0.7,
        ..Found::default()
    })
}
