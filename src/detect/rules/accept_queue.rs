//! Connections the process does not accept.

use super::{Check, Doc, Facts, Finding, Measure, Param, Rule, RuleId, SETTLE, Unit};
use crate::detect::steps;
use crate::detect::verdict::{Cause, Kind, Severity};
use crate::fmt;
use crate::model::ServiceSnapshot;

/// Warn from half the backlog on ...
const WARN: Param = Param {
    rule: RuleId::AcceptQueue,
    key: "warn",
    default: 0.5,
    unit: Unit::Share,
    help: "share of the backlog that warns",
};
/// ... if it lasts: a burst fills half a queue for a moment ...
const HOLD: Param = Param {
    rule: RuleId::AcceptQueue,
    key: "hold",
    default: 3.0,
    unit: Unit::Seconds,
    help: "how long it has to be so to warn",
};
/// ... and clear 20 % below that.
const CLEAR: f64 = 0.8;

/// `accept_queue`: the process is too busy to call `accept(2)`. A full queue
/// holds one more than the backlog (`sk_acceptq_is_full`), and then the kernel
/// drops SYNs: clients see a connect timeout, not a refusal.
pub(super) static RULE: Rule = Rule {
    id: RuleId::AcceptQueue,
    doc: Doc {
        fires: "half the backlog for 3 s; critical when it is over the backlog for 1 s",
        says: "accept queue of :8080 full, 512 of 511, dropping 1 204/s",
        step: "is the process too busy to accept? lag, CPU, then the backlog",
        measure: Measure::Share,
    },
    params: &[WARN, HOLD],
    checks: &[Check::Service(check)],
    // Over the limit clients are being lost.
    holds: |_, severity, tuning| {
        if severity == Severity::Critical { SETTLE } else { tuning.seconds(&HOLD) }
    },
    meaning: |_, _| (Kind::Overloaded, Cause::AcceptQueue),
    steps: steps::limits::accept_queue,
    needs_closes: false,
};

fn check(facts: &Facts<'_>, service: &ServiceSnapshot) -> Finding {
    let listener = &service.whole;
    let Some(share) = listener.fullest_queue else {
        return if listener.is_present() { Finding::NotEnoughData } else { Finding::Clear };
    };
    let warn = facts.number(&WARN);
    let severity = match share {
        s if s > 1.0 => Severity::Critical,
        s if s >= warn => Severity::Warning,
        s if s >= warn * CLEAR => return Finding::Between,
        _ => return Finding::Clear,
    };
    let used = listener.accept_queue.unwrap_or(0);
    let limit = listener.backlog.unwrap_or(0);
    let full = if severity == Severity::Critical { "full, " } else { "" };
    let dropping = match listener.drops {
        Some(drops) if drops.0 > 0.0 => format!(", dropping {}/s", fmt::rate(drops)),
        _ => String::new(),
    };
    Finding::Firing {
        severity,
        sentence: format!(
            "accept queue of {} {full}{} of {}{dropping}",
            listener.label(),
            fmt::count(used),
            fmt::count(limit),
        ),
        brief: format!("accept queue {used}/{limit}").into(),
        value: share,
    }
}
