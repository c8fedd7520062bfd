//! Processes that ended without being asked to.

use std::time::Duration;

use super::phase::{
    BEGUN, Phase, SAID_SO, WAITED, back, brief, harmful, is_planned, is_untold, sentence,
};
use super::{ATTEMPTS, CUTS, Found, Harm, RETURNS, Row, View};
use crate::close::Class;
use crate::detect::evidence::End;
use crate::detect::identity::RuleId;
use crate::detect::verdict::{Cause, Kind, Severity};
use crate::fmt;

/// Once they come back, the end of a process that is hidden is told of so long.
const BRIEFLY: Duration = Duration::from_secs(10);
/// What would settle it.
const DOUBT: &str = "a crash, or an unannounced restart: a URL to probe, or root, would tell";
/// A probe that was cut off so close to it tells of it.
const NEAR: Duration = Duration::from_secs(3);

pub(super) const ROW: Row = Row {
    meaning: (Kind::Crashing, Cause::WorkerLost),
    needs: "a process behind the port ended with connections, before they were closed (killed or broken down), or without a word of a restart",
    explains: &[ATTEMPTS, CUTS, RETURNS],
    against: "its connections were closed first, or close 1012 or 1001 was received (a restart); clients are back, or are rejected",
    says: "WORKER LOST  pid 4312 gunicorn, 104 connections lost at 14:09:31; pid 4390 took its place; 61 % of 304 back",
    step: "dmesg -T | grep -i oom, then the last error lines of the application's log",
    find,
};

fn find(view: &View<'_>) -> Option<Found> {
    let ends = harmful(view);
    let Some(&last) = ends.last() else { return missing(view).or_else(|| unseen(view)) };
    if is_planned(view, view.chain()) || last.oom {
        return None;
    }
    let untold = is_untold(view, view.chain());
    // Where nobody was left there was an outage, and its end is told of instead.
    let is_back = |p: &Phase| p.loss.is_some_and(|l| l.returned.is_some());
    let phase = Phase::of(view, &ends).filter(|p| !(p.whole && is_back(p)))?;
    let uncertain = (phase.whole && !is_certain(view, last)) || untold;
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
        confidence: match (untold, uncertain) {
            (true, _) => 0.45,
            (false, true) => 0.6,
            (false, false) => 0.9,
        },
        rivals: if untold { &[(Kind::Restarting, Cause::Planned)] } else { &[] },
        until: Some(last.at.wall),
        settle: uncertain.then_some(DOUBT),
        ..Found::default()
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
        ..Found::default()
    })
}

/// Where its processes are not ours to see: its clients were lost, and its listener
/// with them.
fn unseen(view: &View<'_>) -> Option<Found> {
    let memory = view.memory?;
    let loss = view.loss().filter(|l| l.mass && memory.presence.changed_near(l.at.mono, NEAR))?;
    let near = |e: &End| e.at.mono.abs_diff(loss.at.mono) <= NEAR;
    let told = view.was_told(Class::Restart, loss.at.mono, SAID_SO);
    let goodbye = view.said_goodbye(loss.at.mono);
    if told || goodbye == Some(true) || view.chain().iter().any(near) {
        return None;
    }
    let present = view.is_present();
    let age = view.now().saturating_sub(loss.at.mono);
    let harm = match loss.returned {
        // All are back: that is told of instead.
        Some(_) => return None,
        None if present && age > WAITED => return None,
        None if present && loss.back() >= BEGUN && age < BRIEFLY => Harm::Past,
        None if present && loss.back() >= BEGUN => return None,
        None => Harm::Lost,
    };
    let certain = view.was_told(Class::Crash, loss.at.mono, NEAR);
    let clock = fmt::clock(&loss.at.wall.with_timezone(&view.zone()));
    let then = if present { "another took its place" } else { "no process listening" };
    Some(Found {
        severity: match harm {
            Harm::Lost if certain => Severity::Critical,
            _ => Severity::Warning,
        },
        harm,
        since: loss.at.wall,
        sentence: format!(
            "WORKER LOST {}  {} connections lost at {clock} with its listener; {then}{}",
            view.label(),
            fmt::count(loss.closed.max(loss.fell()).min(loss.before)),
            back(Some(*loss)),
        ),
        brief: "its process ended".to_owned(),
        confidence: match (certain, goodbye) {
            (true, _) => 0.8,
            (false, Some(_)) => 0.6,
            (false, None) => 0.45,
        },
        rivals: &[(Kind::Restarting, Cause::Planned)],
        settle: (!certain).then_some(DOUBT),
        ..Found::default()
    })
}

/// Whether more than the end of the process says that nobody meant it to end.
fn is_certain(view: &View<'_>, last: &End) -> bool {
    last.how.is_some() || view.was_told(Class::Crash, last.at.mono, NEAR)
}
