//! Clients back off, but all together.

use std::time::Duration;

use super::herd::place;
use super::{Card, Finding, Measure, Rule, RuleId, Sort, Subject, Tuning};
use crate::detect::arrivals::TICK;
use crate::detect::verdict::{Cause, Kind, Severity};
use crate::detect::waves::Rhythm;
use crate::fmt;
use crate::units::float;

/// `waves`: without jitter the herd stays in phase and comes again and again.
#[derive(Debug)]
pub(super) struct WavesRule;

impl Rule for WavesRule {
    fn id(&self) -> RuleId {
        RuleId::Waves
    }

    fn sort(&self) -> Sort {
        Sort::Host
    }

    fn card(&self) -> Card {
        Card {
            fires: "within an incident 4 waves at equal gaps, or 3 at doubling gaps, that carry 70 % of what arrives",
            says: "clients of :8080 back off without jitter: 4 waves 15 s apart, the next in 0:08",
            step: "give the clients full jitter: wait a random time from 0 to the backoff",
            measure: Measure::Count,
        }
    }

    fn meaning(&self, _: &Subject<'_>) -> (Kind, Cause) {
        (Kind::Herd, Cause::NoJitter)
    }

    fn holds(&self, _: Severity, _: &Tuning) -> Duration {
        Duration::ZERO
    }

    fn check(&self, subject: &Subject<'_>) -> Finding {
        let signals = subject.signals;
        if !(subject.thresholds.whole_host || signals.is_ours(subject.snapshot)) {
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
                place(subject),
                train.waves,
                fmt::count(train.largest),
                fmt::span(ahead),
            ),
            brief: format!("waves, next {}", fmt::span(ahead)).into(),
            value: float(train.largest),
        }
    }
}
