//! Processes that ended without being asked to.

use std::time::Duration;

use super::phase::{Phase, brief, harmful, is_planned, sentence};
use super::{Found, Harm, Row, View};
use crate::close::Class;
use crate::detect::evidence::End;
use crate::detect::identity::RuleId;
use crate::detect::verdict::{Cause, Kind, Severity};

/// A probe that was cut off so close to it tells of it.
const NEAR: Duration = Duration::from_secs(3);

pub(super) const ROW: Row = Row {
    meaning: (Kind::Crashing, Cause::WorkerLost),
    needs: "a process behind the port ended with connections, before they were closed (killed or broken down), or without a word of a restart",
    explains: &[
        Cause::AfterOutage,
        Cause::NoJitter,
        Cause::Unknown,
        Cause::ClientsLeft,
        Cause::IdleTimeout,
        Cause::HerdHealing,
    ],
    against: "its connections were closed first, or close 1012 or 1001 was received (a restart); clients are back, or are rejected",
    says: "WORKER LOST  pid 4312 gunicorn, 104 connections lost at 14:09:31; pid 4390 took its place; 61 % of 304 back",
    step: "dmesg -T | grep -i oom, then the last error lines of the application's log",
    find,
};

fn find(view: &View<'_>) -> Option<Found> {
    let ends = harmful(view);
    let Some(&last) = ends.last() else { return missing(view) };
    if is_planned(view, view.chain()) || last.oom {
        return None;
    }
    // Where nobody was left there was an outage, and its end is told of instead.
    let back = |p: &Phase| p.loss.is_some_and(|l| l.returned.is_some());
    let phase = Phase::of(view, &ends).filter(|p| !(p.whole && back(p)))?;
    let uncertain = phase.whole && !is_certain(view, last);
    let severity = match phase.harm {
        Harm::Past => Severity::Warning,
        _ if uncertain => Severity::Warning,
        _ => Severity::Critical,
    };
    Some(Found {
        severity,
        harm: phase.harm,
        since: ends.first()?.at.wall,
        sentence: sentence("WORKER LOST", view, &ends, &phase),
        brief: brief(&ends),
        confidence: if uncertain { 0.6 } else { 0.9 },
        settle: uncertain.then_some(
            "a crash, or a restart that told nobody: a URL to probe, or root, would tell",
        ),
        meaning: None,
    })
}

/// One that held nothing, and that nobody replaces.
fn missing(view: &View<'_>) -> Option<Found> {
    let alert = view.alert(RuleId::WorkerLost).filter(|a| a.value < 1.0)?;
    Some(Found {
        severity: alert.now,
        harm: Harm::Near,
        since: alert.since,
        sentence: alert.sentence.clone(),
        brief: alert.brief.clone(),
        confidence: 0.8,
        settle: None,
        meaning: None,
    })
}

/// Whether more than the end of the process says that nobody meant it to end.
fn is_certain(view: &View<'_>, last: &End) -> bool {
    last.how.is_some() || view.was_told(Class::Crash, last.at.mono, NEAR)
}
