//! Open files run out.

use super::{ATTEMPTS, Found, Harm, Row, View};
use crate::detect::identity::RuleId;
use crate::detect::verdict::{Cause, Kind, Severity};
use crate::model::Resource;

pub(super) const ROW: Row = Row {
    meaning: (Kind::Overloaded, Cause::Descriptors),
    needs: "open files of a process, or of the host, at the warning share of their limit",
    explains: &[
        ATTEMPTS,
        &[
            Cause::AcceptorStuck,
            Cause::AcceptQueue,
            Cause::RefusingNew,
            Cause::NoAnswer,
            Cause::EventLoop,
            Cause::Cpu,
            Cause::TimeToFull,
            Cause::ClientsLeft,
        ],
    ],
    against: "there is room",
    says: "OPEN FILES of pid 2143 gateway 65 536 of 65 536: 100 %",
    step: "check the limit of open files and raise it",
    find,
};

fn find(view: &View<'_>) -> Option<Found> {
    let alert = view.raised(RuleId::Fds)?;
    let share = view.fullest(Resource::Descriptors);
    let full = share >= 0.99;
    // The alert eases later: a process that took another's place has room again.
    let critical = share >= view.scene.thresholds.crit.0;
    let severity = if critical { alert.now } else { alert.now.min(Severity::Warning) };
    Some(Found {
        severity,
        harm: if full { Harm::Refused } else { Harm::Near },
        since: alert.since,
        sentence: alert.sentence.clone(),
        brief: alert.brief.clone(),
        confidence: if severity == Severity::Critical { 0.95 } else { 0.8 },
        ..Found::default()
    })
}
