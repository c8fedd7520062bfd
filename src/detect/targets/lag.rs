//! The server's event loop answers late: a ping takes longer than the path.

use std::time::Duration;

use crate::detect::rules::Finding;
use crate::detect::verdict::{Cause, Kind, Severity};
use crate::fmt;
use crate::model::TargetSnapshot;

pub(super) const ID: &str = "lag";
pub(super) const MEANING: (Kind, Cause) = (Kind::Stalled, Cause::EventLoop);
/// One garbage collection is no saturated loop.
pub(super) const HOLDS: Duration = Duration::from_secs(10);
/// At so many times the warning level it is critical.
const CRITICAL: u32 = 5;
/// Cleared this far below.
const CLEARS: f64 = 0.8;

pub(super) fn check(target: &TargetSnapshot, warn: Duration) -> Finding {
    let Some(lag) = target.lag else { return Finding::NotEnoughData };
    if lag < warn.mul_f64(CLEARS) {
        return Finding::Clear;
    }
    if lag < warn {
        return Finding::Between;
    }
    let path = target.tcp_round_trip.map_or_else(|| "-".to_owned(), fmt::elapsed);
    let p50 = target.ping_p50.map_or_else(|| "-".to_owned(), fmt::elapsed);
    Finding::Firing {
        severity: if lag >= warn * CRITICAL { Severity::Critical } else { Severity::Warning },
        sentence: format!(
            "the event loop behind {} lags {} (pings p50 {p50}, TCP {path}): saturated over {}",
            target.label(),
            fmt::elapsed(lag),
            fmt::elapsed(warn),
        ),
        brief: format!("lag {}", fmt::elapsed(lag)),
        value: lag.as_secs_f64() * 1e3,
    }
}
