//! One moment with all that the screen shows of it.

use serde::{Deserialize, Serialize};

use crate::detect::{Findings, Judge, Severity, Verdict};
use crate::model::{Snapshot, Timeline};
use crate::sample::Stamp;

/// Listeners kept of a moment, the busiest: a host may have thousands.
const LISTENERS: usize = 64;

/// Close codes kept of a moment, the most frequent: a hostile server sends a new
/// one each time, and sixty of them are 19 KB.
const CODES: usize = 24;

/// Figures and judgement of a moment that is over.
#[derive(Debug, Clone)]
pub struct Moment {
    /// The figures.
    pub snapshot: Snapshot,
    /// The judge as it was, to be looked at.
    pub judge: Judge,
    /// Nothing was kept of it but what the history knows.
    pub missing: bool,
}

/// How it is kept.
#[derive(Debug, Serialize, Deserialize)]
struct Kept {
    snapshot: Snapshot,
    findings: Findings,
}

/// A moment as bytes; none if it cannot be written, which does not happen to
/// plain values.
pub(super) fn pack(snapshot: &Snapshot, judge: &Judge) -> Option<Vec<u8>> {
    let mut snapshot = snapshot.clone();
    snapshot.listeners.truncate(LISTENERS);
    snapshot.codes.wire.truncate(CODES);
    let Snapshot { listeners, processes, .. } = &mut snapshot;
    processes.retain(|p| listeners.iter().any(|l| l.pids.contains(&p.pid)));
    postcard::to_stdvec(&Kept { snapshot, findings: judge.findings() }).ok()
}

/// The moment of these bytes; `now` knows the levels and what was over by then.
pub(super) fn unpack(bytes: &[u8], now: &Judge) -> Option<Moment> {
    let Kept { snapshot, findings } = postcard::from_bytes(bytes).ok()?;
    Some(Moment { snapshot, judge: now.recall(findings), missing: false })
}

impl Moment {
    /// A second of which no tables were kept. The chart may know more.
    pub(super) fn missing(
        second: u64,
        timeline: &Timeline,
        latest: &Snapshot,
        now: &Judge,
    ) -> Self {
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
        Self { snapshot, judge: now.blank(verdict), missing: true }
    }
}
