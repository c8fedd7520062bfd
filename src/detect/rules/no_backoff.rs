//! Clients try again at once, and go on doing so.

use std::time::Duration;

use super::{Check, Doc, Facts, Finding, Measure, Param, Rule, RuleId, Unit};
use crate::detect::steps;
use crate::detect::verdict::{Cause, Kind, Severity};
use crate::fmt;
use crate::units::{PerSecond, float};

/// A client that tries again sooner than this on average does not back off.
const SOONEST: Param = Param {
    rule: RuleId::NoBackoff,
    key: "retry",
    default: 5.0,
    unit: Unit::Seconds,
    help: "mean time between the tries of a client below which it does not back off",
};
/// How long it has to be so.
const HOLD: Param = Param {
    rule: RuleId::NoBackoff,
    key: "hold",
    default: 20.0,
    unit: Unit::Seconds,
    help: "how long it has to be so",
};
/// At least so many clients, and this share of those before.
const LEAST: f64 = 20.0;
const SHARE: f64 = 0.02;

/// `no_backoff`: a fixed interval that lost its phase leaves no waves, only a
/// rate that is too high for the clients that are missing.
pub(super) static RULE: Rule = Rule {
    id: RuleId::NoBackoff,
    doc: Doc {
        fires: "after a mass drop the missing clients try again every 5 s or sooner, for 20 s",
        says: "3 000 clients retry every 1.6 s: they do not back off",
        step: "back off exponentially in the client, and reset only once the link was stable",
        measure: Measure::PerSecond,
    },
    params: &[SOONEST, HOLD],
    checks: &[Check::Host(check)],
    holds: |_, _, tuning| tuning.seconds(&HOLD),
    meaning: |_, _| (Kind::Herd, Cause::NoBackoff),
    steps: steps::herd::no_jitter,
    needs_closes: false,
};

fn check(facts: &Facts<'_>) -> Finding {
    let signals = facts.signals;
    let Some(outage) = signals.outage().filter(|o| o.recovered.is_none()) else {
        return Finding::Clear;
    };
    let missing = float(outage.missing());
    // Those who got in and stayed do not try again. Both are over the last ten seconds.
    let since = facts.snapshot.at.mono.saturating_sub(outage.since.mono);
    let part = (since.as_secs_f64() / 10.0).min(1.0);
    let tried = signals.arrivals.tries_per_second() - part * outage.rate.0.max(0.0);
    let above = tried - signals.arrivals.baseline().unwrap_or(0.0);
    // Below the usual rate nobody retries, whatever is missing.
    if above <= 0.0 || missing <= LEAST.max(SHARE * float(outage.before)) {
        return Finding::Clear;
    }
    let retry = missing / above;
    let soonest = facts.number(&SOONEST);
    if retry >= soonest * 1.2 {
        return Finding::Clear;
    }
    if retry >= soonest {
        return Finding::Between;
    }
    let every = fmt::elapsed(Duration::from_secs_f64(retry));
    Finding::Firing {
        severity: Severity::Warning,
        sentence: format!(
            "{} clients retry every {every}: they do not back off ({}/s)",
            fmt::count(outage.missing()),
            fmt::rate(PerSecond(above)),
        ),
        brief: format!("retry every {every}").into(),
        value: above,
    }
}
