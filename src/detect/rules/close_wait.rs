//! Connections that the client has closed and the process has not.

use std::time::Duration;

use super::{Card, Finding, Measure, Param, Rule, RuleId, Sort, Subject, Tuning, Unit};
use crate::detect::verdict::{Cause, Kind, Severity};
use crate::fmt;
use crate::units::float;

/// At least so many.
const LEAST: Param = Param {
    rule: "close_wait",
    key: "least",
    default: 50.0,
    unit: Unit::Number,
    help: "connections in CLOSE_WAIT",
};
/// At least this share of the open ones.
const SHARE: Param = Param {
    rule: "close_wait",
    key: "share",
    default: 0.05,
    unit: Unit::Share,
    help: "of the open connections",
};
/// They have to grow in this share of the last two minutes.
const RISING: f64 = 0.8;

/// `close_wait`: a leak. Each keeps its descriptor until the process closes it,
/// which it has forgotten.
#[derive(Debug)]
pub(super) struct CloseWait;

impl Rule for CloseWait {
    fn id(&self) -> RuleId {
        RuleId::CloseWait
    }

    fn sort(&self) -> Sort {
        Sort::Listener
    }

    fn card(&self) -> Card {
        Card {
            fires: "50 connections or 5 % of the open ones in CLOSE_WAIT, growing in 80 % of the last two minutes",
            says: ":8080 gateway leaks: 312 connections in CLOSE_WAIT and growing, closed by the client, not by the process",
            step: "find where the application forgets to close; each one holds a descriptor",
            measure: Measure::Count,
        }
    }

    fn params(&self) -> &'static [Param] {
        &[LEAST, SHARE]
    }

    fn meaning(&self, _: &Subject<'_>) -> (Kind, Cause) {
        (Kind::Filling, Cause::TimeToFull)
    }

    fn holds(&self, _: Severity, _: &Tuning) -> Duration {
        // Two minutes of growth have passed already.
        Duration::ZERO
    }

    fn check(&self, subject: &Subject<'_>) -> Finding {
        let Some(listener) = subject.listener() else { return Finding::NotEnoughData };
        let Some(waiting) = listener.states.map(|s| s.close_wait) else {
            return Finding::NotEnoughData;
        };
        let open = float(listener.open.unwrap_or(0));
        let least = subject.number(&LEAST).max(subject.number(&SHARE) * open);
        if float(waiting) < least * 0.8 {
            return Finding::Clear;
        }
        let signal = subject.signals.port(listener.address);
        match signal.and_then(super::super::signals::PortSignal::leaking_steps) {
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
}
