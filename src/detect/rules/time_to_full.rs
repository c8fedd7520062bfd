//! When the binding limit will be reached.

use super::{Check, Doc, Facts, Finding, Measure, Param, Rule, RuleId, SETTLE, Unit};
use crate::detect::steps;
use crate::detect::verdict::{Cause, Kind, Severity};
use crate::fmt;
use crate::model::ServiceSnapshot;

/// Critical below five minutes, by either window.
const CRITICAL: Param = Param {
    rule: RuleId::TimeToFull,
    key: "critical",
    default: 300.0,
    unit: Unit::Seconds,
    help: "critical below this",
};
/// Warning below half an hour, by the long window only: the short one is right
/// in most minutes and wrong in too many.
const WARNING: Param = Param {
    rule: RuleId::TimeToFull,
    key: "warning",
    default: 1800.0,
    unit: Unit::Seconds,
    help: "warning below this, by the growth of five minutes",
};
/// Clears 20 % above its level.
const CLEAR: f64 = 1.2;

/// `time_to_full`: real growth towards the limit that binds.
pub(super) static RULE: Rule = Rule {
    id: RuleId::TimeToFull,
    doc: Doc {
        fires: "growth that is real fills the limit within 30 min; critical within 5 min",
        says: ":8080 gateway: capacity full in 4m10s at this growth (3m40s to 4m50s), 81 % used",
        step: "shed load or add room before it is full",
        measure: Measure::SecondsLeft,
    },
    params: &[CRITICAL, WARNING],
    checks: &[Check::Service(check)],
    holds: |_, _, _| SETTLE,
    meaning: |_, _| (Kind::Filling, Cause::TimeToFull),
    steps: steps::limits::binding,
    needs_closes: false,
};

fn check(facts: &Facts<'_>, service: &ServiceSnapshot) -> Finding {
    let listener = &service.whole;
    let (Some(limit), Some(forecast)) = (listener.binding(), listener.forecast) else {
        return Finding::Clear;
    };
    // What is full is told by its own rule.
    if limit.headroom == Some(0) {
        return Finding::Clear;
    }
    // A nearly empty limit that fills in minutes is a start-up, not an
    // incident: an idle service that got its first clients.
    if limit.ratio().0 < facts.thresholds.warn.0 / 2.0 {
        return Finding::Clear;
    }
    let tuning = &facts.thresholds.tuning;
    let severity = match forecast.full_in {
        t if t < tuning.seconds(&CRITICAL) => Severity::Critical,
        t if t < tuning.seconds(&WARNING) && !forecast.short => Severity::Warning,
        t if t < tuning.seconds(&WARNING).mul_f64(CLEAR) => return Finding::Between,
        _ => return Finding::Clear,
    };
    let at = format!("{} full in {}", limit.kind.name(), fmt::span(forecast.full_in));
    let range = fmt::range(forecast.soonest, forecast.latest);
    Finding::Firing {
        severity,
        sentence: format!(
            "{}: {at} at this growth ({range}), {} used",
            listener.label(),
            fmt::percent(limit.ratio()),
        ),
        brief: format!("full in {}", fmt::span(forecast.full_in)).into(),
        value: (-forecast.full_in.as_secs_f64()).into(),
    }
}
