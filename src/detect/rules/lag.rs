//! The server's event loop answers late: a ping takes longer than the path.

use std::time::Duration;

use super::{Card, Finding, Measure, Param, Rule, RuleId, Sort, Subject, Tuning, Unit};
use crate::detect::verdict::{Cause, Kind, Severity};
use crate::fmt;

/// One garbage collection is no saturated loop.
const HOLD: Param = Param {
    rule: "lag",
    key: "hold",
    default: 10.0,
    unit: Unit::Seconds,
    help: "how long it has to be over --lag-warn",
};
/// At so many times the warning level it is critical.
const CRITICAL: Param = Param {
    rule: "lag",
    key: "critical",
    default: 5.0,
    unit: Unit::Number,
    help: "times --lag-warn that are critical",
};
/// Cleared this far below.
const CLEARS: f64 = 0.8;

/// `lag`: p99 of the pings less the least TCP round trip of the same socket.
#[derive(Debug)]
pub(super) struct Lag;

impl Rule for Lag {
    fn id(&self) -> RuleId {
        RuleId::Lag
    }

    fn sort(&self) -> Sort {
        Sort::Target
    }

    fn card(&self) -> Card {
        Card {
            fires: "p99 of the pings less the TCP round trip over --lag-warn 100 ms for 10 s; critical at 5 times it",
            says: "the event loop behind ws://app/ws lags 699 ms (pings p50 3 ms, TCP 1 ms): saturated over 100 ms",
            step: "measure the event loop's lag in the application; over 100 ms it is saturated",
            measure: Measure::Millis,
        }
    }

    fn params(&self) -> &'static [Param] {
        &[HOLD, CRITICAL]
    }

    fn meaning(&self, _: &Subject<'_>) -> (Kind, Cause) {
        (Kind::Stalled, Cause::EventLoop)
    }

    fn holds(&self, _: Severity, tuning: &Tuning) -> Duration {
        tuning.seconds(&HOLD)
    }

    fn check(&self, subject: &Subject<'_>) -> Finding {
        let warn = subject.thresholds.lag_warn;
        let Some((target, lag)) = subject.target().and_then(|t| Some((t, t.lag?))) else {
            return Finding::NotEnoughData;
        };
        if lag < warn.mul_f64(CLEARS) {
            return Finding::Clear;
        }
        if lag < warn {
            return Finding::Between;
        }
        let critical = lag >= warn.mul_f64(subject.number(&CRITICAL));
        let shown = |took: Option<Duration>| took.map_or_else(|| "-".to_owned(), fmt::elapsed);
        Finding::Firing {
            severity: if critical { Severity::Critical } else { Severity::Warning },
            sentence: format!(
                "the event loop behind {} lags {} (pings p50 {}, TCP {}): saturated over {}",
                target.label(),
                fmt::elapsed(lag),
                shown(target.ping_p50),
                shown(target.tcp_round_trip),
                fmt::elapsed(warn),
            ),
            brief: format!("lag {}", fmt::elapsed(lag)).into(),
            value: lag.as_secs_f64() * 1e3,
        }
    }
}
