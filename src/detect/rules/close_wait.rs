//! Connections that the client has closed and the process has not.

use std::time::Duration;

use super::{Check, Doc, Facts, Finding, Measure, Param, Rule, RuleId, Unit};
use crate::detect::steps;
use crate::detect::verdict::{Cause, Kind, Severity};
use crate::fmt;
use crate::model::ServiceSnapshot;
use crate::units::float;

/// At least so many.
const LEAST: Param = Param {
    rule: RuleId::CloseWait,
    key: "least",
    default: 50.0,
    unit: Unit::Number,
    help: "connections in CLOSE_WAIT",
};
/// At least this share of the open ones.
const SHARE: Param = Param {
    rule: RuleId::CloseWait,
    key: "share",
    default: 0.05,
    unit: Unit::Share,
    help: "of the open connections",
};
/// They have to grow in this share of the last two minutes.
const RISING: f64 = 0.8;

/// `close_wait`: a leak. Each keeps its descriptor until the process closes it,
/// which it has forgotten.
pub(super) static RULE: Rule = Rule {
    id: RuleId::CloseWait,
    doc: Doc {
        fires: "50 connections or 5 % of the open ones in CLOSE_WAIT, growing in 80 % of the last two minutes",
        says: ":8080 gateway leaks: 312 connections in CLOSE_WAIT and growing, closed by the client, not by the process",
        step: "find where the application forgets to close; each one holds a descriptor",
        measure: Measure::Count,
    },
    params: &[LEAST, SHARE],
    checks: &[Check::Service(check)],
    // Two minutes of growth have passed already.
    holds: |_, _, _| Duration::ZERO,
    meaning: |_, _| (Kind::Filling, Cause::TimeToFull),
    steps: steps::limits::close_wait,
    needs_closes: false,
};

fn check(facts: &Facts<'_>, service: &ServiceSnapshot) -> Finding {
    let listener = &service.whole;
    let Some(waiting) = listener.states.map(|s| s.close_wait) else {
        return Finding::NotEnoughData;
    };
    let open = float(listener.open.unwrap_or(0));
    let least = facts.number(&LEAST).max(facts.number(&SHARE) * open);
    if float(waiting) < least * 0.8 {
        return Finding::Clear;
    }
    let signal = facts.signals.port(listener.address);
    match signal.and_then(crate::detect::signals::PortSignal::leaking_steps) {
        None => Finding::NotEnoughData,
        Some(rising) if float(waiting) < least || rising < RISING => Finding::Between,
        Some(_) => Finding::Firing {
            severity: Severity::Warning,
            sentence: format!(
                "{} leaks: {} connections in CLOSE_WAIT and growing, closed by the client, \
                 not by the process",
                listener.label(),
                fmt::count(waiting)
            ),
            brief: format!("{} in CLOSE_WAIT", fmt::count(waiting)).into(),
            value: float(waiting),
        },
    }
}
