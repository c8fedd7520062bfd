//! A process behind a listener has ended, or has lost all its connections.

#[cfg(test)]
mod story;
#[cfg(test)]
mod tests;

use std::time::Duration;

use super::{Brief, Check, Doc, Facts, Finding, Measure, Rule, RuleId, Subject};
use crate::detect::losses::{LossKind, kind_of};
use crate::detect::steps;
use crate::detect::verdict::{Cause, Kind, Severity};
use crate::fmt;
use crate::model::{Exit, Loss, Snapshot};
use crate::units::float;

/// A loss that was made good is told of this long.
const TOLD: Duration = Duration::from_mins(1);

/// A herd that begins this soon after a loss is of the clients that were lost:
/// even the tenth try of an exponential backoff without jitter is not later.
const FOLLOWS_WITHIN: Duration = Duration::from_secs(30);
/// The herd's onset is as exact as a tick, and may be noted before the loss.
const SLACK: Duration = Duration::from_secs(1);

/// `worker_lost`: one alert for each.
pub(super) static RULE: Rule = Rule {
    id: RuleId::WorkerLost,
    doc: Doc {
        fires: "a process behind a listener ends with connections, or closes at least 10 and 90 % of them at once; not in a restart of two or more",
        says: "worker 4312 (gunicorn) gone, OOM kill suspected: 1 204 connections lost in 1 s; pid 4390 took its place; herd of 1 180 followed 1.2 s later",
        step: "dmesg -T | grep -i oom, then the last error lines of the application's log",
        measure: Measure::Count,
    },
    params: &[],
    checks: &[Check::Exit(check)],
    // What tells a restart from a loss has been waited for already.
    holds: |_, _, _| Duration::ZERO,
    meaning,
    steps: steps::ended::crashed,
    needs_closes: true,
};

fn meaning(facts: &Facts<'_>, subject: Subject<'_>) -> (Kind, Cause) {
    let Subject::Exit(exit) = subject else { return (Kind::Unknown, Cause::Unknown) };
    match exit {
        e if e.oom => (Kind::Crashing, Cause::Oom),
        e if e.loss == Loss::Gone && !is_served(facts.snapshot, e) => (Kind::Down, Cause::Refused),
        _ => (Kind::Crashing, Cause::WorkerLost),
    }
}

fn check(facts: &Facts<'_>, exit: &Exit) -> Finding {
    let snapshot = facts.snapshot;
    let age = snapshot.at.mono.saturating_sub(exit.at.mono);
    let made_good = exit.replaced_by.is_some() || exit.loss != Loss::Gone;
    if made_good && age >= TOLD {
        return Finding::Clear;
    }
    let severity = match kind_of(snapshot, exit, facts.thresholds, facts.signals) {
        LossKind::Pending => return Finding::Between,
        LossKind::Harmless | LossKind::Restarted => return Finding::Clear,
        LossKind::Missing => Severity::Warning,
        LossKind::Lost => Severity::Critical,
    };
    Finding::Firing {
        severity,
        sentence: format!(
            "{}: {}{}{}",
            who(exit),
            what(exit),
            then(snapshot, exit),
            herd(facts, exit)
        ),
        brief: match exit.pid {
            Some(pid) if exit.loss == Loss::Gone => format!("worker {pid} gone").into(),
            Some(pid) => format!("worker {pid} closed all").into(),
            None => Brief::placed(format!(":{} lost {}", exit.address.port(), lost(exit))),
        },
        value: float(exit.lost.unwrap_or(0)).into(),
    }
}

/// Whether anybody listens there still.
fn is_served(snapshot: &Snapshot, exit: &Exit) -> bool {
    snapshot.service_at(exit.address).is_some_and(|service| service.whole.is_present())
}

fn who(exit: &Exit) -> String {
    let suspected = if exit.oom { ", OOM kill suspected" } else { "" };
    match (exit.pid, exit.loss) {
        (Some(pid), Loss::Gone) => format!("worker {pid} ({}) gone{suspected}", exit.name),
        (Some(pid), _) => format!("worker {pid} ({}) lives on without its clients", exit.name),
        (None, _) => format!("a worker of :{} lost?", exit.address.port()),
    }
}

fn lost(exit: &Exit) -> String {
    exit.lost.map_or_else(|| "-".to_owned(), fmt::count)
}

fn what(exit: &Exit) -> String {
    match (exit.loss, exit.lost, exit.connections_before) {
        (Loss::Gone, Some(0), _) => "it held no connection".to_owned(),
        (Loss::Gone, Some(1), _) => "1 connection lost".to_owned(),
        (Loss::Gone, Some(_), _) => format!("{} connections lost in 1 s", lost(exit)),
        (Loss::Gone, None, _) => match exit.descriptors_before {
            Some(open) => {
                format!(
                    "its connections could not be counted, it had {} open files",
                    fmt::count(open)
                )
            }
            None => "its connections could not be counted".to_owned(),
        },
        (Loss::ClosedAll | Loss::Dropped, _, before) => {
            let before = before.map_or_else(|| "-".to_owned(), fmt::count);
            format!("{} of {before} connections closed at once", lost(exit))
        }
    }
}

/// The herd of the clients it lost.
fn herd(facts: &Facts<'_>, exit: &Exit) -> String {
    let elsewhere = facts
        .signals
        .primary()
        .is_some_and(|name| name != facts.snapshot.service_of(exit.address).socket());
    if exit.lost == Some(0) || elsewhere {
        return String::new();
    }
    let at = exit.at.mono;
    let of = |began: Duration| began + SLACK >= at && began <= at + FOLLOWS_WITHIN;
    let herds = facts.signals.arrivals.herds();
    herds.iter().find(|herd| of(herd.began())).map_or_else(String::new, |herd| {
        format!(
            "; herd of {} followed {:.1} s later",
            fmt::count(herd.total),
            herd.began().saturating_sub(at).as_secs_f64()
        )
    })
}

/// What came after it.
fn then(snapshot: &Snapshot, exit: &Exit) -> String {
    let port = exit.address.port();
    match (exit.loss, exit.replaced_by) {
        (Loss::Dropped, _) => "; whose they were is hidden without root".to_owned(),
        (Loss::ClosedAll, _) => String::new(),
        (Loss::Gone, Some(new)) => format!("; pid {new} took its place"),
        (Loss::Gone, None) if !is_served(snapshot, exit) => {
            format!("; no process listening on :{port} any more")
        }
        (Loss::Gone, None) => match exit.others_left {
            0 => String::new(),
            1 => format!("; one process is left on :{port}"),
            n => format!("; {n} processes are left on :{port}"),
        },
    }
}
