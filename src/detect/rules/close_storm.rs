//! Many connections end with the same code.

use std::time::Duration;

use super::{Check, Doc, Facts, Finding, Measure, Param, Rule, RuleId, Subject, Unit};
use crate::close::{CloseCode, Names, registry};
use crate::detect::steps;
use crate::detect::verdict::{Cause, Kind, Severity};
use crate::fmt;
use crate::model::CodeSnapshot;
use crate::units::{PerSecond, float};

/// Closes per second.
const RATE: Param = Param {
    rule: RuleId::CloseStorm,
    key: "rate",
    default: 5.0,
    unit: Unit::Number,
    help: "closes per second with one code",
};
/// Times the mean of the five minutes before.
const FACTOR: Param = Param {
    rule: RuleId::CloseStorm,
    key: "factor",
    default: 5.0,
    unit: Unit::Number,
    help: "times the mean of the five minutes before",
};
/// Standard deviations above it.
const Z: f64 = 6.0;
/// What the rate is over, and the mean it is held against.
const LATELY: f64 = 10.0;
const BEFORE: f64 = 290.0;
/// What one step of a code's history covers, seconds.
const STEP: f64 = 10.0;
/// From so much history on an everyday code has a usual rate, seconds.
const ENOUGH: f64 = 60.0;

/// `close_storm`: by code, so that one's deploy is not the other's crash.
pub(super) static RULE: Rule = Rule {
    id: RuleId::CloseStorm,
    doc: Doc {
        fires: "one code 5 times a second over 10 s, 5 times its mean of 5 min and 6 deviations above it; critical for 1006, 1011 and 1013",
        says: "close 1013 try again later 875/s, 20× the mean of 5 min (log)",
        step: "read the code: herdtop explain CODE",
        measure: Measure::PerSecond,
    },
    params: &[RATE, FACTOR],
    checks: &[Check::Code(check)],
    // Ten seconds of it have passed already.
    holds: |_, _, _| Duration::ZERO,
    meaning,
    steps: steps::told::storm,
    needs_closes: true,
};

fn meaning(_: &Facts<'_>, subject: Subject<'_>) -> (Kind, Cause) {
    let Subject::Code(code) = subject else { return (Kind::Unknown, Cause::Unknown) };
    match code.code {
        CloseCode::TRY_AGAIN_LATER => (Kind::Overloaded, Cause::RefusingNew),
        CloseCode::SERVICE_RESTART | CloseCode::GOING_AWAY => (Kind::Restarting, Cause::Planned),
        CloseCode::BAD_GATEWAY => (Kind::Down, Cause::Upstream),
        CloseCode::ABNORMAL | CloseCode::INTERNAL_ERROR => (Kind::Crashing, Cause::CrashLoop),
        _ => (Kind::Misconfigured, Cause::Handshake),
    }
}

fn check(facts: &Facts<'_>, code: &CodeSnapshot) -> Finding {
    let rate = code.per_second.0;
    let lately = rate * LATELY;
    let watched = STEP * float(code.spark.iter().flatten().count() as u64);
    // A service whose clients leave 14 times a second does so in the first minute
    // of its log as well: that raised a warning at the beginning of each day. A
    // refusal has no usual rate: one that goes on already is told at once.
    let everyday = matches!(code.code.0, 1000 | 1001 | 1005);
    let before = if everyday { (watched - LATELY).min(BEFORE) } else { BEFORE };
    if everyday && watched < ENOUGH {
        return Finding::NotEnoughData;
    }
    let mean = (float(code.five_minutes) - lately).max(0.0) / before;
    let anscombe = |v: f64| (v + 3.0 / 8.0).sqrt();
    let z = 2.0 * (anscombe(lately) - anscombe(mean * LATELY));
    let (least, factor) = (facts.number(&RATE), facts.number(&FACTOR));
    if rate < least * 0.8 || rate < factor * mean * 0.8 {
        return Finding::Clear;
    }
    if rate < least || rate < factor * mean || z < Z {
        return Finding::Between;
    }
    let critical = matches!(
        code.code,
        CloseCode::ABNORMAL | CloseCode::INTERNAL_ERROR | CloseCode::TRY_AGAIN_LATER
    );
    let name = registry::name(code.code, &Names::default());
    let times = if mean > 0.1 { fmt::factor(rate / mean) } else { "new".to_owned() };
    Finding::Firing {
        severity: if critical { Severity::Critical } else { Severity::Warning },
        sentence: format!(
            "close {} {name} {}/s, {times} against the mean of 5 min ({})",
            code.code,
            fmt::rate(PerSecond(rate)),
            code.source.word(),
        ),
        brief: format!("close {} {}/s", code.code, fmt::rate(PerSecond(rate))).into(),
        value: rate.into(),
    }
}
