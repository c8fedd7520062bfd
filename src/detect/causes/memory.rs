//! Memory runs out.

use std::time::Duration;

use super::{Found, Harm, Row, View};
use crate::detect::identity::RuleId;
use crate::detect::verdict::{Cause, Kind, Severity};
use crate::fmt;
use crate::model::LimitKind;
use crate::units::{Bytes, Ratio, float};

/// Sooner than this it leads.
const SOON: Duration = Duration::from_mins(2);
/// From this share of the limit on.
const LEAST: f64 = 0.4;

pub(super) const ROW: Row = Row {
    meaning: (Kind::Overloaded, Cause::Memory),
    needs: "memory of cgroup, host or TCP at the warning share, or growing so that it is full within two minutes",
    explains: &[Cause::TimeToFull],
    against: "the growth is not real (within its own range)",
    says: "MEMORY of /system.slice/ws.service full in 1m20s (1m05s to 1m50s), 412 of 512 MiB",
    step: "check memory before the kernel kills: slow consumers, a leak, or too many connections",
    find,
};

fn find(view: &View<'_>) -> Option<Found> {
    let of_memory = |kind: LimitKind| RuleId::of_limit(kind) == RuleId::Memory;
    let filling = view.memory.map(|m| m.slopes.filling(SOON)).unwrap_or_default();
    let soon = filling
        .into_iter()
        .filter(|f| of_memory(f.kind) && float(f.used) >= LEAST * float(f.limit))
        .min_by_key(|f| f.full_in);
    let alert = view.alert(RuleId::Memory);
    if let Some(soon) = soon {
        let range = soon.latest.map_or_else(
            || format!("at the earliest {}", fmt::span(soon.soonest)),
            |latest| format!("{} to {}", fmt::span(soon.soonest), fmt::span(latest)),
        );
        return Some(Found {
            severity: Severity::Critical,
            harm: Harm::Near,
            since: alert.map_or(view.snapshot.at.wall, |a| a.since),
            sentence: format!(
                "MEMORY of {} full in {} ({range}), {} used, {}",
                soon.scope,
                fmt::span(soon.full_in),
                fmt::percent(Ratio(float(soon.used) / float(soon.limit.max(1)))),
                fmt::bytes_of(Bytes(soon.used), Bytes(soon.limit)),
            ),
            brief: format!("memory full in {}", fmt::span(soon.full_in)),
            confidence: 0.8,
            settle: None,
            meaning: None,
        });
    }
    let alert = alert?;
    Some(Found {
        severity: alert.now,
        harm: Harm::Near,
        since: alert.since,
        sentence: alert.sentence.clone(),
        brief: alert.brief.clone(),
        confidence: 0.9,
        settle: None,
        meaning: None,
    })
}
