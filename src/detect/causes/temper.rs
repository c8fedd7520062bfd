//! How bad an alert is told, given what explains it.
//!
//! An alert that is a symptom of a known cause is no second page, and one that the
//! cause contradicts is none at all: the rhythm of a server that dies every five
//! seconds is not its clients'.

use super::explain::Explained;
use super::{Explanation, Harm};
use crate::detect::alert::Alert;
use crate::detect::identity::{ExitId, RuleId, Scope};
use crate::detect::told::Told;
use crate::detect::verdict::{Cause, Kind, Severity};

impl Explanation<'_> {
    /// How bad an alert may be told, given what explains it.
    pub(in crate::detect) fn temper(&self, alert: &Alert) -> Told {
        of(self, alert)
    }
}

/// From this on a cause speaks for its symptoms.
const SURE: f64 = 0.65;

/// What becomes of this one.
fn of(explanation: &Explanation<'_>, alert: &Alert) -> Told {
    let views = explanation.views.iter().enumerate();
    let about: Vec<usize> = views.filter(|(_, v)| v.is_about(alert)).map(|(at, _)| at).collect();
    let of_it = || explanation.found.iter().filter(|e| about.contains(&e.view));
    if of_it().any(|e| !e.is_symptom && contradicts(e.meaning(), alert.rule)) {
        return Told::Not;
    }
    // A worker whose end nobody saw, and whose clients had a Close frame, was not lost.
    if let Scope::Exit(ExitId { pid: None, at, .. }) = alert.scope
        && about.iter().any(|view| explanation.views[*view].said_goodbye(at) == Some(true))
    {
        return Told::Not;
    }
    // p99 of some sixty answers is the slowest of them: one collection of garbage.
    if alert.rule == RuleId::Lag && of_it().all(|e| !explains_lag(e.meaning().1)) {
        return Told::Not;
    }
    let placeless = matches!(alert.scope, Scope::Host | Scope::Code(..));
    // A cause that is a guess, and that no alert tells of, silences nobody.
    let counts = |e: &&Explained| {
        !e.is_symptom && (e.found.confidence >= SURE || explanation.alert_of(e).is_some())
    };
    let mut anywhere =
        explanation.found.iter().filter(counts).filter(|e| e.found.harm > Harm::Past);
    let elsewhere = placeless && anywhere.any(|e| e.row.explains(alert.meaning.1));
    let symptom = elsewhere || of_it().filter(counts).any(|e| e.row.explains(alert.meaning.1));
    let led = of_it().filter(|e| e.meaning() == alert.meaning).map(|e| e.found.severity).max();
    match (symptom, led) {
        (true, _) => Told::AtMost(Severity::Warning),
        (false, Some(severity)) if severity < Severity::Critical => Told::AtMost(Severity::Warning),
        // Its clients are back: it is told of as news.
        (false, None) if alert.rule == RuleId::WorkerLost => Told::AtMost(Severity::Warning),
        _ => Told::AsItIs,
    }
}

/// Whether a loop that answers late is known of, or follows from this.
fn explains_lag(cause: Cause) -> bool {
    cause == Cause::EventLoop
        || super::CAUSES.iter().any(|row| row.meaning.1 == cause && row.explains(Cause::EventLoop))
}

/// Whether what was found says that a rule is wrong about it.
fn contradicts((kind, cause): (Kind, Cause), rule: RuleId) -> bool {
    match rule {
        RuleId::Waves | RuleId::NoBackoff => matches!(
            cause,
            Cause::CrashLoop
                | Cause::AcceptQueue
                | Cause::AcceptorStuck
                | Cause::Descriptors
                | Cause::Stopped
                | Cause::NoAnswer
        ),
        RuleId::WorkerLost => kind == Kind::Restarting,
        RuleId::Restart => kind == Kind::Crashing,
        _ => false,
    }
}
