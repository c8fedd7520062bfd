//! The server's event loop answers late: a ping takes longer than the path.

use std::time::Duration;

use super::{Check, Doc, Facts, Finding, Measure, Param, Rule, RuleId, Unit};
use crate::detect::steps;
use crate::detect::thresholds::Thresholds;
use crate::detect::verdict::{Cause, Kind, Severity};
use crate::fmt;
use crate::model::TargetSnapshot;

/// One garbage collection is no saturated loop.
const HOLD: Param = Param {
    rule: RuleId::Lag,
    key: "hold",
    default: 10.0,
    unit: Unit::Seconds,
    help: "how long it has to be over --lag-warn",
};
/// At so many times the warning level it is critical.
const CRITICAL: Param = Param {
    rule: RuleId::Lag,
    key: "critical",
    default: 5.0,
    unit: Unit::Number,
    help: "times --lag-warn that are critical",
};
/// Cleared this far below.
const CLEARS: f64 = 0.8;

/// `lag`: p99 of the pings less the least TCP round trip of the same socket.
pub(super) static RULE: Rule = Rule {
    id: RuleId::Lag,
    doc: Doc {
        fires: "p99 of the pings less the TCP round trip over --lag-warn 100 ms for 10 s; critical at 5 times it",
        says: "the event loop behind ws://app/ws lags 699 ms (pings p50 3 ms, TCP 1 ms): saturated over 100 ms",
        step: "measure the event loop's lag in the application; over 100 ms it is saturated",
        measure: Measure::Millis,
    },
    params: &[HOLD, CRITICAL],
    checks: &[Check::Target(check)],
    holds: |_, _, tuning| tuning.seconds(&HOLD),
    meaning: |_, _| (Kind::Stalled, Cause::EventLoop),
    steps: steps::told::lag,
    needs_closes: false,
};

/// How late an answer is that is critical.
pub(in crate::detect) fn critical(thresholds: &Thresholds) -> Duration {
    let seconds = thresholds.lag_warn.as_secs_f64() * thresholds.tuning.get(&CRITICAL);
    Duration::try_from_secs_f64(seconds).unwrap_or(Duration::MAX)
}

fn check(facts: &Facts<'_>, target: &TargetSnapshot) -> Finding {
    let warn = facts.thresholds.lag_warn;
    let Some(lag) = target.lag else { return Finding::NotEnoughData };
    if lag < warn.mul_f64(CLEARS) {
        return Finding::Clear;
    }
    if lag < warn {
        return Finding::Between;
    }
    let critical = lag >= critical(facts.thresholds);
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
        value: (lag.as_secs_f64() * 1e3).into(),
    }
}
