//! Memory runs out.

use std::time::Duration;

use super::{Found, Harm, Row, View};
use crate::detect::clients::{least, slow_clients};
use crate::detect::evidence::Filling;
use crate::detect::identity::RuleId;
use crate::detect::verdict::{Cause, Kind, Severity};
use crate::fmt;
use crate::model::{Limit, LimitKind, Resource, SampledSnapshot};
use crate::units::{Bytes, Ratio, float};

/// Sooner than this it leads.
const SOON: Duration = Duration::from_mins(2);
/// From this share of the limit on.
const LEAST: f64 = 0.4;

/// Of what it grows by, this part in the kernel's own buffers says that clients do not
/// read.
const UNREAD: f64 = 0.25;

/// So many of the connections are more than the few that any network has.
const MANY: f64 = 0.05;
/// Unsent, of a limit; and at the least.
const OF_LIMIT: f64 = 0.1;
const MUCH: f64 = 16.0 * 1_048_576.0;
/// Growth of half a minute, of what is unsent: buffers that are full grow no more.
const GROWS: f64 = 0.05;

pub(super) const SLOW: Row = Row {
    meaning: (Kind::Overloaded, Cause::SlowConsumers),
    needs: "memory grows so that it is full within two minutes, and a quarter of that growth is in the buffers of TCP, or clients that do not read are 5 % of the connections; or what is unsent to such clients is a tenth of a memory limit, and memory grows",
    explains: &[&[Cause::Memory, Cause::TimeToFull]],
    against: "the buffers of TCP stay as they are, and clients read (a leak, or more connections)",
    says: "SLOW CONSUMERS  memory of /system.slice/ws.service full in 1m20s (1m05s to 1m50s), 412 of 512 MiB; 41 clients hold 310 MiB unsent, the most 10.0.3.7:40112 with 4.0 MiB",
    step: "drop clients whose send queue grows, and stop queueing for them (bufferedAmount): ss -tm 'sport = :PORT'",
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
    let clients = view.whole().and_then(|whole| whole.sampled.as_ref());
    let Some(soon) = soon(view) else { return much_unsent(view, clients?) };
    let unread = match soon.kind {
        LimitKind::TcpMemory => soon.grown,
        _ => view.memory?.slopes.grown(LimitKind::TcpMemory),
    };
    let many = |c: &SampledSnapshot| least(c.slow) >= MANY * float(c.open.max(1));
    let clients = clients.filter(|c| c.slow.count > 0.0);
    if float(unread) < UNREAD * float(soon.grown) && !clients.is_some_and(many) {
        return None;
    }
    let who = clients.and_then(slow_clients);
    let who = who.unwrap_or_else(|| format!("TCP buffers grew by {}", fmt::bytes(Bytes(unread))));
    Some(Found {
        sentence: format!("SLOW CONSUMERS  memory of {}; {who}", words(&soon)),
        brief: format!("slow consumers, full in {}", fmt::span(soon.full_in)),
        ..filling(view, &soon)
    })
}

/// Nothing is full soon, but what waits for clients that do not read is much of what there
/// is, and it grows.
fn much_unsent(view: &View<'_>, clients: &SampledSnapshot) -> Option<Found> {
    let unsent = least(clients.unsent);
    let is_memory = |limit: &&Limit| limit.kind.resource() == Resource::Memory;
    let limits = || view.limits().iter().filter(is_memory);
    let smallest = limits().map(|limit| limit.limit).min()?;
    let slopes = &view.memory?.slopes;
    let grows = limits().any(|limit| float(slopes.grown(limit.kind)) >= GROWS * unsent);
    if unsent < MUCH || unsent < OF_LIMIT * float(smallest) || !grows {
        return None;
    }
    Some(Found {
        severity: Severity::Warning,
        harm: Harm::Near,
        since: view.ago(view.now().saturating_sub(clients.at)),
        sentence: format!("SLOW CONSUMERS {}  {}", view.label(), slow_clients(clients)?),
        brief: "slow consumers".to_owned(),
        confidence: 0.7,
        ..Found::default()
    })
}
