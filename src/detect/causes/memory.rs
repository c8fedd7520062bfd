//! Memory runs out.

use std::time::Duration;

use super::{Found, Harm, Row, View};
use crate::detect::evidence::Filling;
use crate::detect::identity::RuleId;
use crate::detect::verdict::{Cause, Kind, Severity};
use crate::fmt;
use crate::model::{LimitKind, Resource};
use crate::units::{Bytes, Ratio, float};

/// Sooner than this it leads.
const SOON: Duration = Duration::from_mins(2);
/// From this share of the limit on.
const LEAST: f64 = 0.4;

/// Of what it grows by, this part in the kernel's own buffers says that clients do not
/// read.
const UNREAD: f64 = 0.25;

pub(super) const SLOW: Row = Row {
    meaning: (Kind::Overloaded, Cause::SlowConsumers),
    needs: "memory grows so that it is full within two minutes, and a quarter of that growth is in the buffers of TCP",
    explains: &[&[Cause::Memory, Cause::TimeToFull]],
    against: "the buffers of TCP stay as they are (a leak, or more connections)",
    says: "SLOW CONSUMERS  memory of /system.slice/ws.service full in 1m20s (1m05s to 1m50s), 412 of 512 MiB; TCP buffers grew by 61 MiB",
    step: "who does not read? drop clients whose send queue grows: ss -tm 'sport = :PORT'",
    find: slow,
};

pub(super) const ROW: Row = Row {
    meaning: (Kind::Overloaded, Cause::Memory),
    needs: "memory of cgroup, host or TCP at the warning share, or growing so that it is full within two minutes",
    explains: &[&[Cause::TimeToFull]],
    against: "the growth is not real (within its own range)",
    says: "MEMORY of /system.slice/ws.service full in 1m20s (1m05s to 1m50s), 412 of 512 MiB",
    step: "check memory before the kernel kills: slow consumers, a leak, or too many connections",
    find,
};

/// The memory that is full first, if soon.
fn soon(view: &View<'_>) -> Option<Filling> {
    let filling = view.memory.map(|m| m.slopes.filling(SOON)).unwrap_or_default();
    let all = filling.into_iter().filter(|f| f.kind.resource() == Resource::Memory);
    all.filter(|f| float(f.used) >= LEAST * float(f.limit)).min_by_key(|f| f.full_in)
}

/// `/system.slice/ws.service full in 1m20s (1m05s to 1m50s), 80 % used, 412 of 512 MiB`.
fn words(soon: &Filling) -> String {
    let range = fmt::range(soon.soonest, soon.latest);
    format!(
        "{} full in {} ({range}), {} used, {}",
        soon.scope,
        fmt::span(soon.full_in),
        fmt::percent(Ratio(float(soon.used) / float(soon.limit.max(1)))),
        fmt::bytes_of(Bytes(soon.used), Bytes(soon.limit)),
    )
}

fn find(view: &View<'_>) -> Option<Found> {
    let alert = view.alert(RuleId::Memory);
    if let Some(soon) = soon(view) {
        return Some(filling(view, &soon));
    }
    let alert = alert?;
    Some(Found {
        severity: alert.now,
        harm: Harm::Near,
        since: alert.since,
        sentence: alert.sentence.clone(),
        brief: alert.brief.clone(),
        confidence: 0.9,
        ..Found::default()
    })
}

/// It is full soon.
fn filling(view: &View<'_>, soon: &Filling) -> Found {
    Found {
        severity: Severity::Critical,
        harm: Harm::Near,
        since: view.alert(RuleId::Memory).map_or(view.snapshot.at.wall, |a| a.since),
        sentence: format!("MEMORY of {}", words(soon)),
        brief: format!("memory full in {}", fmt::span(soon.full_in)),
        confidence: 0.8,
        ..Found::default()
    }
}

/// The same, where it is known what fills it.
fn slow(view: &View<'_>) -> Option<Found> {
    let soon = soon(view)?;
    let unread = match soon.kind {
        LimitKind::TcpMemory => soon.grown,
        _ => view.memory?.slopes.grown(LimitKind::TcpMemory),
    };
    if float(unread) < UNREAD * float(soon.grown) {
        return None;
    }
    Some(Found {
        sentence: format!(
            "SLOW CONSUMERS  memory of {}; TCP buffers grew by {}",
            words(&soon),
            fmt::bytes(Bytes(unread))
        ),
        brief: format!("slow consumers, full in {}", fmt::span(soon.full_in)),
        ..filling(view, &soon)
    })
}
