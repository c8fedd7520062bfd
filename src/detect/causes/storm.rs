//! Many connections end with the same code, by the log, or new ones break down.

use super::{Found, Harm, Row, View};
use crate::detect::identity::RuleId;
use crate::detect::ledger::Alert;
use crate::detect::verdict::{Cause, Kind, Severity};

pub(super) const ROW: Row = Row {
    meaning: (Kind::Crashing, Cause::CrashLoop),
    needs: "one close code 5 times a second over 10 s and 5 times its mean, by the log; or 3 of the last 5 probes end without a Close frame or with 1011",
    explains: &[],
    against: "a process ended, or a limit is full (then that leads)",
    says: "close 1011 internal error 875/s, 20x the mean of 5 min (log)",
    step: "read the code: herdtop explain CODE",
    find,
};

fn find(view: &View<'_>) -> Option<Found> {
    let storm = |a: &&Alert| {
        a.rule == RuleId::CloseStorm || (a.rule == RuleId::Crash && a.now == Severity::Critical)
    };
    let alert = view.alerts().filter(storm).max_by_key(|a| a.now)?;
    Some(Found {
        severity: alert.now,
        harm: if alert.now == Severity::Critical { Harm::Refused } else { Harm::Near },
        since: alert.since,
        sentence: alert.sentence.clone(),
        brief: alert.brief.clone(),
        confidence: 0.75,
        meaning: Some(alert.meaning),
        ..Found::default()
    })
}
