//! One moment with all that the screen shows of it, packed and unpacked.

use std::sync::Arc;

use serde::{Deserialize, Serialize};

use crate::detect::{Alert, Judgement, Moment, Severity, Verdict};
use crate::model::{ListenerSnapshot, ServiceSnapshot, Snapshot, Timeline};
use crate::sample::Stamp;

/// Listeners kept of a moment, the busiest: a host may have thousands.
const LISTENERS: usize = 64;

/// Close codes kept of a moment, the most frequent: a hostile server sends a new
/// one each time, and sixty of them are 19 KB.
const CODES: usize = 24;

/// Shapes of endings kept of each service.
const ENDINGS: usize = 6;

/// How it is kept. Of the alerts only those that fired then: the others are known
/// later too, and two hundred of them each second would be most of what is kept.
#[derive(Debug, Serialize, Deserialize)]
struct Kept {
    snapshot: Snapshot,
    judgement: Judgement,
    /// Number of the newest alert by then.
    newest: u64,
}

/// A moment as bytes; none if it cannot be written, which does not happen to
/// plain values.
pub(super) fn pack(moment: &Moment) -> Option<Vec<u8>> {
    let mut snapshot = moment.snapshot.clone();
    snapshot.listeners.truncate(LISTENERS);
    snapshot.codes.wire.truncate(CODES);
    snapshot.services.truncate(LISTENERS);
    snapshot.services.iter_mut().for_each(|service| service.whole.shapes.truncate(ENDINGS));
    let Snapshot { listeners, processes, .. } = &mut snapshot;
    processes.retain(|p| listeners.iter().any(|l| l.pids.contains(&p.pid)));
    // The one listener of a service is the service's figures once more.
    let alone = |s: &ServiceSnapshot| s.addresses.len() == 1;
    let is_kept = |l: &ListenerSnapshot| {
        snapshot.services.iter().any(|s| alone(s) && s.whole.address == l.address)
    };
    let others = snapshot.listeners.iter().filter(|l| !is_kept(l)).cloned().collect();
    snapshot.listeners = others;
    let mut judgement = moment.judgement.clone();
    let newest = judgement.alerts().map(|alert| alert.id).max().unwrap_or(0);
    judgement.alerts.retain(|alert| alert.is_firing());
    postcard::to_stdvec(&Kept { snapshot, judgement, newest }).ok()
}

/// The moment of these bytes; `latest` knows the alerts that were over by then.
pub(super) fn unpack(bytes: &[u8], latest: &Judgement) -> Option<Moment> {
    let Kept { mut snapshot, mut judgement, newest } = postcard::from_bytes(bytes).ok()?;
    let alone = snapshot.services.iter().filter(|s| s.addresses.len() == 1);
    // What only a service knows is none of its listener.
    let own = |s: &ServiceSnapshot| ListenerSnapshot {
        shapes: Vec::new(),
        accepted: None,
        ..s.whole.clone()
    };
    let alone: Vec<ListenerSnapshot> = alone.map(own).collect();
    snapshot.listeners.extend(alone);
    snapshot.listeners.sort_by_key(ListenerSnapshot::busy);
    let fired = |alert: &Alert| judgement.alert(alert.id).is_some();
    let over = |alert: &&Arc<Alert>| !alert.is_firing() && alert.id <= newest && !fired(alert);
    let over: Vec<Arc<Alert>> = latest.alerts.iter().filter(over).cloned().collect();
    judgement.alerts.extend(over);
    judgement.alerts.sort_unstable_by_key(|alert| std::cmp::Reverse(alert.id));
    Some(Moment { snapshot, judgement, missing: false })
}

/// A second of which no tables were kept. The chart may know more.
pub(super) fn missing(second: u64, timeline: &Timeline, latest: &Snapshot) -> Moment {
    let ago = timeline.second(latest.at.mono).saturating_sub(second);
    let mono = latest.at.mono.saturating_sub(std::time::Duration::from_secs(ago));
    let at = Stamp { mono, wall: timeline.wall(second).unwrap_or(latest.at.wall) };
    let verdict = Verdict {
        severity: Severity::Unknown,
        sentence: "nothing is kept of this moment but the chart: herdtop or the host stood \
                   still, or it is over two days ago"
            .to_owned(),
        brief: "nothing kept".to_owned(),
        ..Verdict::waiting(at.wall)
    };
    let snapshot = Snapshot {
        at,
        ready: true,
        watches_sockets: latest.watches_sockets,
        ..Snapshot::nothing(at)
    };
    Moment { snapshot, judgement: Judgement::of(verdict), missing: true }
}
