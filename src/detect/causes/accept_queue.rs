//! Connections are not taken from the accept queue.

use std::time::Duration;

use super::{Found, Harm, Row, View};
use crate::detect::evidence::Acceptor;
use crate::detect::identity::RuleId;
use crate::detect::verdict::{Cause, Kind, Severity};
use crate::fmt;

/// A ping is answered this long after the one before, as a rule.
const ANSWERED: Duration = Duration::from_millis(2500);
/// A queue that nothing is taken from for so long.
const UNTOUCHED: Duration = Duration::from_secs(5);

pub(super) const ROW: Row = Row {
    meaning: (Kind::Overloaded, Cause::AcceptQueue),
    needs: "the accept queue is over its limit, or half of it for 3 s, or nothing is taken from it for 5 s while old connections are answered",
    explains: &[
        Cause::RefusingNew,
        Cause::NoAnswer,
        Cause::AfterOutage,
        Cause::NoJitter,
        Cause::Unknown,
        Cause::ClientsLeft,
    ],
    against: "descriptors are out, the process is stopped or does not answer at all (then that leads)",
    says: "ACCEPT QUEUE of :8080 gateway full, 512 of 511, dropping 1 204/s; nothing accepted for 12s",
    step: "is the process too busy to accept? lag, CPU, a limit of its own (maxconn), then the backlog",
    find,
};

fn find(view: &View<'_>) -> Option<Found> {
    let now = view.now();
    let acceptor = view.memory.map(|m| &m.acceptor);
    let untouched = acceptor.and_then(|a| a.untouched_for(now)).filter(|d| *d >= UNTOUCHED);
    let waiting = acceptor.map_or(0, Acceptor::waiting);
    let alert = view.alert(RuleId::AcceptQueue);
    // Old ones have to be answered, or it is the whole process that stands still.
    let answers = |t: &crate::model::TargetSnapshot| {
        view.probe(t).and_then(|p| p.silent_for(now)).is_some_and(|silent| silent < ANSWERED)
    };
    let held = view.targets.iter().any(|t| t.accepted > 0 && answers(t));
    let stuck = untouched.filter(|_| waiting >= 2 && held);
    let full = view.listeners.iter().any(|l| l.fullest_queue.is_some_and(|share| share > 1.0));
    let none = untouched
        .map_or(String::new(), |lasted| format!("; nothing accepted for {}", fmt::span(lasted)));
    let (severity, since, what) = match (alert, stuck) {
        (Some(alert), _) => (alert.now, alert.since, alert.sentence.clone()),
        (None, _) if full && untouched.is_some() => (
            Severity::Critical,
            view.ago(untouched?),
            format!("accept queue of {} full, {} wait", view.label(), fmt::count(waiting)),
        ),
        (None, Some(lasted)) => (
            Severity::Critical,
            view.ago(lasted),
            format!("accept queue of {}: {} wait", view.label(), fmt::count(waiting)),
        ),
        (None, None) => return None,
    };
    let harm = if full || stuck.is_some() { Harm::Refused } else { Harm::Near };
    Some(Found {
        severity,
        harm,
        since,
        sentence: format!("{what}{none}"),
        brief: format!("accept queue {}", fmt::count(waiting)),
        confidence: 0.85,
        settle: None,
        meaning: None,
    })
}
