//! A thread that is full, or a quota that holds back.

use super::{Found, Harm, Row, View, event_loop};
use crate::detect::identity::RuleId;
use crate::detect::verdict::{Cause, Kind, Severity};
use crate::fmt;
use crate::units::{Ratio, float};

pub(super) const THROTTLED: Row = Row {
    meaning: (Kind::Overloaded, Cause::CpuThrottled),
    needs: "the CPU quota of its cgroup held the process back in 80 % of the last 10 s",
    explains: &[&[
        Cause::EventLoop,
        Cause::Cpu,
        Cause::AcceptQueue,
        Cause::NoAnswer,
        Cause::Unknown,
        Cause::RefusingNew,
    ]],
    against: "it is not held back",
    says: "the CPU quota of /app.slice holds pid 2143 gateway back for 10 s, 87 % of its periods; event-loop lag 743 ms",
    step: "a larger CPU quota, or less work: the lag is its symptom",
    find: throttled,
};

pub(super) const ROW: Row = Row {
    meaning: (Kind::Overloaded, Cause::Cpu),
    needs: "one thread of the process uses 95 % of a core for 10 s",
    explains: &[&[Cause::EventLoop, Cause::AcceptQueue, Cause::Unknown]],
    against: "it is held back by a quota (then that leads)",
    says: "a thread of pid 2143 gateway uses 99 % of a core for 10 s: an event loop that is full",
    step: "measure the event loop's lag; more workers",
    find: busy,
};

/// The alert, and whether it is of the quota.
fn find(view: &View<'_>, of_quota: bool) -> Option<Found> {
    let alert = view.alert(RuleId::Cpu)?;
    if (alert.meaning.1 == Cause::CpuThrottled) != of_quota {
        return None;
    }
    let lag = event_loop::lag(view);
    let slow = lag.as_ref().map_or(String::new(), |lag| format!("; {}", lag.words()));
    let severity = lag.map_or(alert.now, |lag| alert.now.max(lag.severity()));
    Some(Found {
        severity,
        harm: if severity == Severity::Critical { Harm::Lost } else { Harm::Near },
        since: alert.since,
        sentence: format!("{}{slow}", alert.sentence),
        brief: alert.brief.clone(),
        confidence: 0.9,
        ..Found::default()
    })
}

fn throttled(view: &View<'_>) -> Option<Found> {
    find(view, true).or_else(|| just_now(view))
}

/// A run of some seconds does not know ten of them: a loop that lags while the quota
/// holds it back in most of its periods lags for that.
fn just_now(view: &View<'_>) -> Option<Found> {
    const HALF: f64 = 0.5;
    let lag = event_loop::lag(view)?;
    let held = |p: &crate::model::ProcessState| {
        let now = p.throttled_now?;
        let share = match now.periods {
            Some(periods) => float(now.throttled) / float(periods.max(1)),
            None => now.held?.as_secs_f64() / now.over.as_secs_f64().max(0.1),
        };
        (now.throttled > 0 && share >= HALF).then_some((p.pid, share))
    };
    let (pid, share) = view.processes().find_map(held)?;
    Some(Found {
        severity: lag.severity(),
        harm: Harm::Near,
        since: view.snapshot.at.wall,
        sentence: format!(
            "CPU QUOTA holds pid {pid} back in {} of its periods; {}",
            fmt::percent(Ratio(share)),
            lag.words()
        ),
        brief: "CPU quota used up".to_owned(),
        confidence: 0.8,
        ..Found::default()
    })
}

fn busy(view: &View<'_>) -> Option<Found> {
    find(view, false)
}
