//! What the runbook would do next, with the pid, port and unit at hand.
//!
//! Pure like the rest of the judgement: an alert or the verdict in, steps out.
//! Called by `app`; nothing here runs anything. One file for each group of
//! rules; `names` fills commands in, and is what keeps hostile names out of
//! them.

mod ended;
mod herd;
mod limits;
mod names;
mod ramp;
#[cfg(test)]
mod tests;
mod told;

use std::net::SocketAddr;

use self::names::Names;
use super::judge::Judge;
use super::ledger::Alert;
use super::rules::RULES;
use super::verdict::{Cause, Kind, Severity, Verdict};
use crate::model::{ListenerSnapshot, Snapshot, TargetSnapshot};

pub use ramp::Ramp;

/// One thing to do.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Step {
    /// What it is for, or what to do where no command does it.
    pub what: String,
    /// A command for a POSIX shell; what is not known in it stays in capitals
    /// (`PID`, `PORT`, `UNIT`).
    pub command: Option<String>,
}

/// What to do about one thing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Advice {
    /// The sentence it is about.
    pub about: String,
    /// How bad that is.
    pub severity: Severity,
    /// What to do, first things first.
    pub steps: Vec<Step>,
}

/// What the steps are made from.
#[derive(Debug)]
struct Case<'a> {
    judge: &'a Judge,
    snapshot: &'a Snapshot,
    listener: Option<&'a ListenerSnapshot>,
    target: Option<&'a TargetSnapshot>,
    names: Names,
}

/// What to do about the verdict: about the alert it speaks of first, or about
/// what goes on without one.
#[must_use]
pub fn of_verdict(judge: &Judge, snapshot: &Snapshot, focus: Option<SocketAddr>) -> Advice {
    let waiting = || Verdict::waiting(snapshot.at.wall);
    let verdict = judge.verdict().cloned().unwrap_or_else(waiting);
    let steps = match alert_of(judge) {
        Some(alert) => of_alert(judge, snapshot, alert, focus).steps,
        None => calm(&Case::new(judge, snapshot, "host", focus), &verdict),
    };
    Advice { about: verdict.sentence, severity: verdict.severity, steps }
}

/// The alert that the verdict speaks of first; none where it goes without one.
#[must_use]
pub fn alert_of(judge: &Judge) -> Option<&Alert> {
    let verdict = judge.verdict()?;
    let meant = |a: &&Alert| a.meaning == (verdict.kind, verdict.cause);
    // The verdict begins with the words of its alert; of two alike, only one.
    let spoken = |a: &&Alert| verdict.sentence.starts_with(a.sentence.as_str());
    let firing = || judge.ledger().firing().filter(meant);
    firing().find(spoken).or_else(|| firing().next())
}

/// What to do about an alert, an old one too.
#[must_use]
pub fn of_alert(
    judge: &Judge,
    snapshot: &Snapshot,
    alert: &Alert,
    focus: Option<SocketAddr>,
) -> Advice {
    let case = Case::new(judge, snapshot, &alert.scope, focus);
    let steps = match alert.rule {
        "capacity" => limits::connections(&case),
        "fds" => limits::descriptors(&case),
        "memory" => limits::memory(&case),
        "time_to_full" => limits::binding(&case),
        "accept_queue" => limits::accept_queue(&case),
        "cpu" => limits::cpu(&case),
        "close_wait" => limits::close_wait(&case),
        "herd" => herd::herd(&case),
        "waves" | "no_backoff" => herd::no_jitter(&case),
        "refusing_new" => told::refusing(&case),
        "lag" => told::lag(&case),
        "upstream" => told::upstream(&case),
        "misconfigured" => told::misconfigured(&case),
        "close_storm" => told::storm(&case),
        "crash" | "worker_lost" => ended::crashed(&case),
        "oom_kill" => ended::killed(&case),
        "restart" => ended::restarted(&case),
        "down" => ended::down(&case),
        other => from_card(other),
    };
    Advice { about: alert.sentence.clone(), severity: alert.now, steps }
}

/// A rule without steps of its own has the one of its card.
fn from_card(id: &str) -> Vec<Step> {
    RULES.iter().filter(|r| r.id() == id).take(1).map(|r| say(r.card().step)).collect()
}

/// Where the verdict is not that of an alert.
fn calm(case: &Case<'_>, verdict: &Verdict) -> Vec<Step> {
    match (verdict.kind, verdict.cause) {
        (Kind::Recovering, _) => herd::healing(case),
        (_, Cause::NotEnoughData) if !case.snapshot.is_measuring(case.listener) => vec![
            case.run("see whether anybody listens, and who", "ss -ltnp 'sport = :PORT'"),
            case.run("what this user may see here, and how to see more", "herdtop doctor"),
        ],
        (_, Cause::NotEnoughData) => vec![say("wait for the first count: a second or two")],
        _ => vec![
            say("nothing to do: no rule fires"),
            case.run("what is watched for, and from which levels", "herdtop check --list-rules"),
        ],
    }
}

impl<'a> Case<'a> {
    fn new(
        judge: &'a Judge,
        snapshot: &'a Snapshot,
        scope: &str,
        focus: Option<SocketAddr>,
    ) -> Self {
        let target = snapshot.targets.iter().find(|t| t.scope() == scope);
        let of_host = || judge.signals().primary().or(focus);
        let address = match (scope.parse(), target) {
            (Ok(address), _) => Some(address),
            (_, Some(target)) => names::local(target, snapshot),
            // Whose a code is, is known where there is but one.
            (_, None) if scope.starts_with("code ") => match snapshot.listeners.as_slice() {
                [only] => Some(only.address),
                _ => None,
            },
            (_, None) => of_host(),
        };
        let listener = address.and_then(|address| snapshot.listener(address));
        let names = Names::of(snapshot, listener, target, scope);
        Self { judge, snapshot, listener, target, names }
    }

    /// A step with a command, its names filled in.
    fn run(&self, what: impl Into<String>, command: &str) -> Step {
        Step { what: what.into(), command: Some(self.names.fill(command)) }
    }
}

/// A step that is no command.
fn say(what: impl Into<String>) -> Step {
    Step { what: what.into(), command: None }
}
