//! When the binding limit will be reached.

use std::time::Duration;

use super::{Finding, Rule, SETTLE, Subject};
use crate::detect::verdict::{Cause, Kind, Severity};
use crate::fmt;

/// Critical below five minutes, by either window.
const CRITICAL: Duration = Duration::from_mins(5);
/// Warning below half an hour, by the long window only: the short one is right
/// in most minutes and wrong in too many.
const WARNING: Duration = Duration::from_mins(30);
/// Clears 20 % above its level.
const CLEAR: Duration = Duration::from_mins(36);

/// `time_to_full`: real growth towards the limit that binds.
#[derive(Debug)]
pub(super) struct TimeToFull;

impl Rule for TimeToFull {
    fn id(&self) -> &'static str {
        "time_to_full"
    }

    fn meaning(&self) -> (Kind, Cause) {
        (Kind::Filling, Cause::TimeToFull)
    }

    fn holds(&self, _: Severity) -> Duration {
        SETTLE
    }

    fn check(&self, subject: &Subject<'_>) -> Finding {
        let (Some(limit), Some(forecast)) = (subject.listener.binding(), subject.listener.forecast)
        else {
            return Finding::Clear;
        };
        // What is full is told by its own rule.
        if limit.headroom == Some(0) {
            return Finding::Clear;
        }
        // A nearly empty limit that fills in minutes is a start-up, not an
        // incident: an idle service that got its first clients.
        if limit.ratio().0 < subject.thresholds.warn.0 / 2.0 {
            return Finding::Clear;
        }
        let severity = match forecast.full_in {
            t if t < CRITICAL => Severity::Critical,
            t if t < WARNING && !forecast.short => Severity::Warning,
            t if t < CLEAR => return Finding::Between,
            _ => return Finding::Clear,
        };
        let at = format!("{} full in {}", limit.kind.name(), fmt::span(forecast.full_in));
        let range = forecast.latest.map_or_else(
            || format!("at the earliest {}", fmt::span(forecast.soonest)),
            |latest| format!("{} to {}", fmt::span(forecast.soonest), fmt::span(latest)),
        );
        Finding::Firing {
            severity,
            sentence: format!(
                "{}: {at} at this growth ({range}), {} used",
                subject.listener.label(),
                fmt::percent(limit.ratio()),
            ),
            brief: format!("full in {}", fmt::span(forecast.full_in)),
            value: -forecast.full_in.as_secs_f64(),
        }
    }
}
