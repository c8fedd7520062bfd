//! What the runbook would do next.
//!
//! Pure like the rest of the judgement: an alert or the verdict in, steps out.
//! Called by `app` and `output`; nothing here runs anything.

#[cfg(test)]
mod tests;

use std::net::SocketAddr;

use super::alert::Alert;
use super::causes::CAUSES;
use super::identity::Scope;
use super::judgement::Judgement;
pub use super::steps::Step;
use super::steps::{Case, herd, limits, say};
use super::verdict::{Cause, Kind, Severity, Verdict};
use crate::model::Snapshot;

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

impl Advice {
    /// What stands beside the verdict: the step that raises the limit which is reached,
    /// where one does; the sentence has said how full it is. Else the first.
    #[must_use]
    pub fn lead(&self) -> Option<&Step> {
        self.steps.iter().find(|step| step.raises.is_some()).or(self.steps.first())
    }
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
        // Of a cause that no alert speaks of, the step of its row.
        (kind, reason) if kind != Kind::Ok => {
            let row = CAUSES.iter().find(|row| row.meaning == (kind, reason));
            row.map(|row| say(row.step)).into_iter().collect()
        }
        _ => vec![
            say("nothing to do: no rule fires"),
            case.run("what is watched for, and from which levels", "herdtop check --list-rules"),
        ],
    }
}
