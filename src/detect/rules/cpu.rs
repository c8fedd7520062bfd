//! A thread or the CPU quota is used up.

use std::time::Duration;

use super::{Check, Doc, Facts, Finding, Measure, Param, Rule, RuleId, Subject, Unit};
use crate::detect::steps;
use crate::detect::verdict::{Cause, Kind, Severity};
use crate::fmt;
use crate::model::{ListenerSnapshot, ProcessState, ServiceSnapshot, Snapshot};
use crate::units::Ratio;

/// Of one core.
pub(in crate::detect) const THREAD: Param = Param {
    rule: RuleId::Cpu,
    key: "thread",
    default: 0.95,
    unit: Unit::Share,
    help: "of a core, used by one thread for 10 s",
};
/// Of the last ten seconds.
const THROTTLED: Param = Param {
    rule: RuleId::Cpu,
    key: "throttled",
    default: 0.8,
    unit: Unit::Share,
    help: "of the last 10 s in which the CPU quota held it back",
};
/// A thread clears this far below, a quota at this part of its level.
const BELOW: f64 = 0.05;
const CLEARS: f64 = 0.8;

/// `cpu`: an event loop is one thread, and full at one core of however many.
pub(super) static RULE: Rule = Rule {
    id: RuleId::Cpu,
    doc: Doc {
        fires: "one thread of a process uses 95 % of a core for 10 s, or its cgroup's CPU quota held it back in 80 % of 10 s",
        says: "a thread of pid 2143 gateway uses 99 % of a core for 10 s: an event loop that is full",
        step: "measure the event loop's lag; more workers, or a larger CPU quota",
        measure: Measure::Share,
    },
    params: &[THREAD, THROTTLED],
    checks: &[Check::Service(check)],
    // Both figures are of the last ten seconds.
    holds: |_, _, _| Duration::ZERO,
    meaning,
    steps: steps::limits::cpu,
    needs_closes: false,
};

fn meaning(facts: &Facts<'_>, subject: Subject<'_>) -> (Kind, Cause) {
    let busy = |service: &ServiceSnapshot| {
        most(facts.snapshot, &service.whole, |p| p.busy_for_10s.map(|share| share.0))
            .is_some_and(|(_, share)| share >= facts.number(&THREAD))
    };
    let full = matches!(subject, Subject::Service(service) if busy(service));
    (Kind::Overloaded, if full { Cause::Cpu } else { Cause::CpuThrottled })
}

fn check(facts: &Facts<'_>, service: &ServiceSnapshot) -> Finding {
    let listener = &service.whole;
    let (thread, quota) = (facts.number(&THREAD), facts.number(&THROTTLED));
    let busiest = most(facts.snapshot, listener, |p| p.busy_for_10s.map(|share| share.0));
    let held_back = most(facts.snapshot, listener, |p| p.throttled.map(|t| t.readings.0));
    let (used, back) = (busiest.map_or(0.0, |(_, s)| s), held_back.map_or(0.0, |(_, s)| s));
    let (sentence, brief, value) = match (busiest, held_back) {
        (Some((process, share)), _) if share >= thread => (
            format!(
                "a thread of pid {} {} uses {} of a core for 10 s: an event loop that is full",
                process.pid,
                process.name,
                fmt::percent(Ratio(share))
            ),
            format!("thread at {}", fmt::percent(Ratio(share))),
            share,
        ),
        (_, Some((process, share))) if share >= quota => {
            (quota_sentence(process), "CPU quota used up".to_owned(), share)
        }
        _ if used >= thread - BELOW || back >= quota * CLEARS => return Finding::Between,
        _ => return Finding::Clear,
    };
    Finding::Firing {
        severity: Severity::Warning,
        sentence,
        brief: brief.into(),
        value: value.into(),
    }
}

fn quota_sentence(process: &ProcessState) -> String {
    let of = process.cgroup.as_deref().unwrap_or("its cgroup");
    let periods = process.throttled.and_then(|t| t.periods);
    let periods =
        periods.map_or(String::new(), |share| format!(", {} of its periods", fmt::percent(share)));
    format!(
        "the CPU quota of {of} holds pid {} {} back for 10 s{periods}",
        process.pid, process.name
    )
}

/// The living process behind the listener that has most of it.
fn most<'a>(
    snapshot: &'a Snapshot,
    listener: &ListenerSnapshot,
    of: impl Fn(&ProcessState) -> Option<f64>,
) -> Option<(&'a ProcessState, f64)> {
    let behind = snapshot.processes.iter().filter(|p| listener.pids.contains(&p.pid));
    let alive = behind.filter(|p| p.gone_since.is_none());
    alive.filter_map(|p| Some((p, of(p)?))).max_by(|a, b| a.1.total_cmp(&b.1))
}
