//! What the runbook would do next, with the pid, port and unit at hand.
//!
//! Pure like the rest of the judgement: an alert or the verdict in, steps out.
//! Called by `app`; nothing here runs anything. One file for each group of
//! rules; `names` fills commands in, and is what keeps hostile names out of
//! them.

pub(super) mod ended;
pub(super) mod herd;
pub(super) mod limits;
mod names;
mod ramp;
#[cfg(test)]
mod tests;
pub(super) mod told;

use std::net::SocketAddr;

use self::names::Names;
use super::identity::Scope;
use super::judgement::Judgement;
use super::ledger::Alert;
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
pub(super) struct Case<'a> {
    judgement: &'a Judgement,
    snapshot: &'a Snapshot,
    listener: Option<&'a ListenerSnapshot>,
    target: Option<&'a TargetSnapshot>,
    names: Names,
}

/// What to do about the verdict: about the alert it speaks of first, or about
/// what goes on without one.
#[must_use]
pub fn of_verdict(judgement: &Judgement, snapshot: &Snapshot, focus: Option<SocketAddr>) -> Advice {
    let verdict = &judgement.verdict;
    let steps = match judgement.leading() {
        Some(alert) => of_alert(judgement, snapshot, alert, focus).steps,
        None => calm(&Case::new(judgement, snapshot, &Scope::Host, focus), verdict),
    };
    Advice { about: verdict.sentence.clone(), severity: verdict.severity, steps }
}

/// The command that raises the tightest limit of this listener, where it is raised by
/// one and all that stands in it is known.
#[must_use]
pub fn remedy(judgement: &Judgement, snapshot: &Snapshot, listener: SocketAddr) -> Option<String> {
    let scope = Scope::Service(snapshot.service_of(listener));
    let case = Case::new(judgement, snapshot, &scope, None);
    let limit = case.listener?.binding()?;
    limits::raise(&case, limit)?.command.filter(|_| limits::is_known(&case, limit))
}

/// What to do about an alert, an old one too.
#[must_use]
pub fn of_alert(
    judgement: &Judgement,
    snapshot: &Snapshot,
    alert: &Alert,
    focus: Option<SocketAddr>,
) -> Advice {
    let case = Case::new(judgement, snapshot, &alert.scope, focus);
    let steps = (alert.rule.rule().steps)(&case);
    Advice { about: alert.sentence.clone(), severity: alert.now, steps }
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
        judgement: &'a Judgement,
        snapshot: &'a Snapshot,
        scope: &Scope,
        focus: Option<SocketAddr>,
    ) -> Self {
        let target = snapshot.targets.iter().find(|t| Scope::Target(t.id) == *scope);
        let of_host = || judgement.primary.map(|service| service.socket()).or(focus);
        let address = match scope {
            Scope::Service(service) => Some(service.socket()),
            Scope::Listener(listener) => Some(listener.address),
            Scope::Exit(exit) => Some(exit.service.socket()),
            Scope::Target(_) => target.and_then(|target| names::local(target, snapshot)),
            // Whose a code is, is known where there is but one.
            Scope::Code(..) => match snapshot.listeners.as_slice() {
                [only] => Some(only.address),
                _ => None,
            },
            Scope::Host => of_host(),
        };
        let listener = address.and_then(|address| snapshot.listener(address));
        let names = Names::of(snapshot, listener, target, scope);
        Self { judgement, snapshot, listener, target, names }
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
