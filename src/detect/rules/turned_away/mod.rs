//! Attempts fail: for which reason, and is it worth an alert.

mod attempts;

use std::time::Duration;

use super::{Check, Doc, Facts, Finding, Measure, Rule, RuleId, Subject, Tuning};
use crate::close::{Class, Outcome};
use crate::detect::steps;
use crate::detect::verdict::{Cause, Kind, Severity};
use crate::model::{Attempt, Snapshot, TargetSnapshot};
use crate::units::float;
use attempts::{brief, class, is_silent, main_class, odd_one_out, settled};
pub(in crate::detect) use attempts::{held, is_accepted, is_ours, words};

/// Judged are the last five attempts: three failures of five are no accident.
const LAST: usize = 5;
const ENOUGH: usize = 3;
/// A held connection that was cut is spoken of for this long.
const FRESH_LOSS: Duration = Duration::from_secs(30);

/// One reason for failures.
#[derive(Debug)]
struct Trouble {
    class: Class,
    severity: Severity,
    /// What the target does to clients.
    verb: &'static str,
    /// What the operator does next.
    next: &'static str,
}

const REFUSING: Trouble = Trouble {
    class: Class::Overload,
    severity: Severity::Critical,
    verb: "rejects new clients",
    next: "check limits, descriptors, accept queue and lag there",
};
const DOWN: Trouble = Trouble {
    class: Class::Down,
    severity: Severity::Critical,
    verb: "does not take connections",
    next: "is the service running, on that port?",
};
const UPSTREAM: Trouble = Trouble {
    class: Class::Upstream,
    severity: Severity::Critical,
    verb: "is a proxy whose upstream does not answer",
    next: "look at the server behind it",
};
const RESTART: Trouble = Trouble {
    class: Class::Restart,
    severity: Severity::Warning,
    verb: "restarts",
    next: "a deploy? clients are to come back within 1-5 s at random",
};
const CRASH: Trouble = Trouble {
    class: Class::Crash,
    severity: Severity::Critical,
    verb: "drops clients",
    next: "look for tracebacks and OOM kills there",
};
const MISCONFIGURED: Trouble = Trouble {
    class: Class::Misconfigured,
    severity: Severity::Critical,
    verb: "does not serve this client",
    next: "that does not heal by itself",
};

/// Of each of them.
const FIRES: &str =
    "3 of the last 5 probes of a target fail for this reason, or it never accepted one";

/// `refusing_new`: those who are in stay, new ones are turned away.
pub(super) static REFUSING_NEW_RULE: Rule = Rule {
    id: RuleId::RefusingNew,
    doc: Doc {
        fires: FIRES,
        says: "ws://app/ws rejects new clients: close 1013 'Try Again Later' (4 of the last 5 attempts, long-lived probe open for 3m20s)",
        step: REFUSING.next,
        measure: Measure::Count,
    },
    params: &[],
    checks: &[Check::Target(|facts, target| REFUSING.check(facts, target))],
    holds: lasted,
    meaning: refusing_or_silent,
    steps: steps::told::refusing,
    needs_closes: false,
};

/// Who never answers turns nobody away.
fn refusing_or_silent(_: &Facts<'_>, subject: Subject<'_>) -> (Kind, Cause) {
    match subject {
        Subject::Target(target) if is_silent(target) => (Kind::Stalled, Cause::NoAnswer),
        _ => (Kind::Overloaded, Cause::RefusingNew),
    }
}

/// `upstream`: a proxy speaks for a server that does not.
pub(super) static UPSTREAM_RULE: Rule = Rule {
    id: RuleId::Upstream,
    doc: Doc {
        fires: FIRES,
        says: "ws://app/ws is a proxy whose upstream does not answer: HTTP 502 (5 of the last 5 attempts)",
        step: UPSTREAM.next,
        measure: Measure::Count,
    },
    params: &[],
    checks: &[Check::Target(|facts, target| UPSTREAM.check(facts, target))],
    holds: lasted,
    meaning: |_, _| (Kind::Down, Cause::Upstream),
    steps: steps::told::upstream,
    needs_closes: false,
};

/// `crash`: clients are cut off.
pub(super) static CRASH_RULE: Rule = Rule {
    id: RuleId::Crash,
    doc: Doc {
        fires: FIRES,
        says: "ws://app/ws drops clients: FIN without a Close frame (3 of the last 5 attempts)",
        step: CRASH.next,
        measure: Measure::Count,
    },
    params: &[],
    checks: &[Check::Target(|facts, target| CRASH.check(facts, target))],
    holds: lasted,
    meaning: |_, _| (Kind::Crashing, Cause::CrashLoop),
    steps: steps::ended::crashed,
    needs_closes: false,
};

/// `misconfigured`: it does not heal by itself.
pub(super) static MISCONFIGURED_RULE: Rule = Rule {
    id: RuleId::Misconfigured,
    doc: Doc {
        fires: FIRES,
        says: "ws://app/ws does not serve this client: HTTP 401 (5 of the last 5 attempts)",
        step: MISCONFIGURED.next,
        measure: Measure::Count,
    },
    params: &[],
    checks: &[Check::Target(|facts, target| MISCONFIGURED.check(facts, target))],
    holds: lasted,
    meaning: refused_for,
    steps: steps::told::misconfigured,
    needs_closes: false,
};

/// `down` of a target of the probes.
pub(super) fn down(facts: &Facts<'_>, target: &TargetSnapshot) -> Finding {
    DOWN.check(facts, target)
}

/// `restart` of a target of the probes.
pub(super) fn restart(facts: &Facts<'_>, target: &TargetSnapshot) -> Finding {
    RESTART.check(facts, target)
}

/// A certificate of the client that is missed has a name of its own.
fn refused_for(_: &Facts<'_>, subject: Subject<'_>) -> (Kind, Cause) {
    let last = match subject {
        Subject::Target(target) => target.last_failure.as_ref(),
        _ => None,
    };
    match last {
        Some((outcome, _)) if outcome.wants_client_certificate() => {
            (Kind::Misconfigured, Cause::TlsClientCert)
        }
        _ => (Kind::Misconfigured, Cause::Handshake),
    }
}

/// Three failures of five have lasted already.
const fn lasted(_: Subject<'_>, _: Severity, _: &Tuning) -> Duration {
    Duration::ZERO
}

impl Trouble {
    fn check(&self, facts: &Facts<'_>, target: &TargetSnapshot) -> Finding {
        let snapshot = facts.snapshot;
        let last: Vec<&Attempt> = target.strip.iter().rev().take(LAST).collect();
        if last.is_empty() {
            return Finding::NotEnoughData;
        }
        let failed: Vec<&Attempt> = last.iter().copied().filter(|a| !is_accepted(a)).collect();
        // What was gone is back with the first client that gets in; what is full
        // lets one in now and then.
        let back = is_accepted(last[0])
            && matches!(self.class, Class::Down | Class::Restart | Class::Upstream);
        let shut =
            (failed.len() >= ENOUGH && !back) || (target.accepted == 0 && !is_accepted(last[0]));
        if shut && main_class(target, &failed) == Some(self.class) {
            return self.firing(self.sentence(snapshot, target, &failed, last.len()), &failed);
        }
        // A server that says it restarts does, whatever new clients are told.
        if (!shut || self.class == Class::Restart)
            && let Some(outcome) = self.loss(snapshot, target)
        {
            let ended = target.last_loss.as_ref().map_or(Duration::ZERO, |(_, at)| *at);
            let let_in = is_accepted(last[0]) && last[0].at >= ended;
            let others = if shut || !let_in { "" } else { "; new ones are accepted" };
            return Finding::Firing {
                severity: Severity::Warning,
                sentence: format!(
                    "{} ended the long-lived probe: {}{others}; {}",
                    target.label(),
                    outcome.words(),
                    self.next
                ),
                brief: brief(outcome).into(),
                value: 1.0.into(),
            };
        }
        // Raised, and some of the last attempts still fail.
        if failed.is_empty() { Finding::Clear } else { Finding::Between }
    }

    fn firing(&self, sentence: String, failed: &[&Attempt]) -> Finding {
        Finding::Firing {
            severity: self.severity,
            sentence,
            brief: failed.first().map(|a| brief(&a.outcome)).unwrap_or_default().into(),
            value: float(failed.len() as u64).into(),
        }
    }

    fn sentence(
        &self,
        snapshot: &Snapshot,
        target: &TargetSnapshot,
        failed: &[&Attempt],
        of: usize,
    ) -> String {
        let Some(latest) = failed.iter().find(|a| settled(class(a, target)) == self.class) else {
            return String::new();
        };
        let words = words(snapshot, target, &latest.outcome);
        if odd_one_out(snapshot, target).is_some() {
            return format!("{words}; {}", self.next);
        }
        let held = held(target);
        let count = match of {
            1 => "the first attempt".to_owned(),
            _ => format!("{} of the last {of} attempts", failed.len()),
        };
        let verb = match self.class {
            Class::Overload if is_silent(target) => "does not answer",
            _ => self.verb,
        };
        format!("{} {verb}: {words} ({count}{held}); {}", target.label(), self.next)
    }

    /// A held connection that was lost lately for this reason. A probe that is
    /// let in again says that it was one connection, not all.
    fn loss<'a>(&self, snapshot: &Snapshot, target: &'a TargetSnapshot) -> Option<&'a Outcome> {
        let (outcome, at) = target.last_loss.as_ref()?;
        let lately = snapshot.at.mono.saturating_sub(*at) < FRESH_LOSS;
        (lately && outcome.class() == self.class).then_some(outcome)
    }
}
