//! Many connections end with the same code, by the log, or new ones break down.

use std::time::Duration;

use super::{Found, Harm, Row, View};
use crate::close::{Class, Outcome};
use crate::detect::alert::Alert;
use crate::detect::identity::RuleId;
use crate::detect::verdict::{Cause, Kind, Severity};

/// What the rate of a code is over.
const LATELY: Duration = Duration::from_secs(10);
/// Those who are told 1013 come because of it, but for so long.
const BEGINS: Duration = Duration::from_secs(8);
/// Attempts that were cut off are a loop; fewer are a question.
const AGAIN: f64 = 3.0;
const UNSURE: f64 = 0.4;
/// What is cut off until then was cut off by the end of a process.
const WITH_IT: Duration = Duration::from_secs(2);

pub(super) const ROW: Row = Row {
    meaning: (Kind::Crashing, Cause::CrashLoop),
    needs: "one close code 5 times a second over 10 s and 5 times its mean, by the log; or 3 of the last 5 probes end without a Close frame or with 1011",
    explains: &[],
    against: "a process ended, or a limit is full (then that leads)",
    says: "close 1011 internal error 875/s, 20× the mean of 5 min (log)",
    step: "read the code: herdtop explain CODE",
    find,
};

fn find(view: &View<'_>) -> Option<Found> {
    let storm = |a: &&Alert| {
        a.rule == RuleId::CloseStorm || (a.rule == RuleId::Crash && a.now == Severity::Critical)
    };
    // Its rate is over ten seconds: what it says is of before the loss.
    let ago = |long: Duration| view.now().saturating_sub(long);
    let lost = view.had_event(ago(LATELY), view.now());
    let began = view.had_turn(ago(BEGINS), view.now());
    // One that was cut off is no loop: it may have been the end of a process.
    let cut = |outcome: &Outcome| matches!(outcome, Outcome::EofNoClose | Outcome::RstNoClose);
    let failed = || view.targets.iter().flat_map(|t| &t.strip).map(|a| &a.outcome);
    let cuts = failed().filter(|outcome| outcome.class() == Class::Crash).all(cut);
    // Where its processes are seen to live it was none.
    let lives = view.chain().is_empty() && !view.is_hidden() && view.processes().next().is_some();
    let once = |a: &Alert| cuts && a.rule == RuleId::Crash && a.value < AGAIN && !lives;
    // Those that the end of a process cut off are told of with it.
    let ended = view.chain().last().map(|end| end.at.mono + WITH_IT);
    let anew =
        |at: Duration| view.attempts_since(at).iter().any(|a| a.outcome.class() == Class::Crash);
    let with_it = |a: &&Alert| a.rule == RuleId::Crash && cuts && ended.is_some_and(|at| !anew(at));
    let is_stale = |a: &Alert| match (a.rule, a.meaning.1) {
        (RuleId::CloseStorm, Cause::RefusingNew) => began,
        (RuleId::CloseStorm, _) => lost,
        _ => false,
    };
    let stale = |a: &&Alert| !is_stale(a);
    let alerts = view.alerts().filter(stale).filter(storm).filter(|a| !with_it(a));
    let alert = alerts.max_by_key(|a| a.now)?;
    Some(Found {
        severity: alert.now,
        harm: if alert.now == Severity::Critical { Harm::Refused } else { Harm::Near },
        since: alert.since,
        sentence: alert.sentence.clone(),
        brief: alert.brief.clone(),
        confidence: if once(alert) { UNSURE } else { 0.75 },
        rivals: if once(alert) { &[(Kind::Crashing, Cause::WorkerLost)] } else { &[] },
        settle: once(alert).then_some("are the next ones cut off too? measure for longer"),
        meaning: Some(alert.meaning),
        ..Found::default()
    })
}
