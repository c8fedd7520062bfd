//! Clients back off, but all together.

use std::time::Duration;

use super::herd::place;
use super::{Check, Doc, Facts, Finding, Measure, Rule, RuleId};
use crate::detect::steps;
use crate::detect::verdict::{Cause, Kind, Severity};
use crate::detect::waves::Rhythm;
use crate::fmt;
use crate::sample::TICK;
use crate::units::float;

/// `waves`: without jitter the herd stays in phase and comes again and again.
pub(super) static RULE: Rule = Rule {
    id: RuleId::Waves,
    doc: Doc {
        fires: "within an incident 4 waves at equal gaps, or 3 at doubling gaps, that carry 70 % of what arrives",
        says: "clients of :8080 back off without jitter: 4 waves 15 s apart, the next in 8s",
        step: "give the clients full jitter: wait a random time from 0 to the backoff",
        measure: Measure::Count,
    },
    params: &[],
    checks: &[Check::Host(check)],
    holds: |_, _, _| Duration::ZERO,
    meaning: |_, _| (Kind::Herd, Cause::NoJitter),
    steps: steps::herd::no_jitter,
    needs_closes: false,
};

fn check(facts: &Facts<'_>) -> Finding {
    let signals = facts.signals;
    if !(facts.thresholds.whole_host || signals.is_ours()) {
        return Finding::Clear;
    }
    let Some((train, ahead)) = signals.arrivals.train() else { return Finding::Clear };
    let gap = TICK.mul_f64(train.gap);
    let how = match train.rhythm {
        Rhythm::Fixed => format!("{} apart", fmt::elapsed(gap)),
        Rhythm::Exponential => format!("each gap twice the last, now {}", fmt::elapsed(gap)),
    };
    Finding::Firing {
        severity: Severity::Warning,
        sentence: format!(
            "clients {} back off without jitter: {} waves {how}, up to {} at once, the next in {}",
            place(facts),
            train.waves,
            fmt::count(train.largest),
            fmt::span(ahead),
        ),
        brief: format!("waves, next {}", fmt::span(ahead)).into(),
        value: float(train.largest).into(),
    }
}
