//! What the host itself counts.

use super::super::frame::HostFacts;
use crate::model::Snapshot;

/// All that is known of it.
pub(super) fn facts(snapshot: &Snapshot) -> HostFacts {
    let counters = snapshot.counters.as_ref();
    let host = snapshot.host.as_ref();
    let rates = &snapshot.rates;
    HostFacts {
        established: counters.and_then(|c| c.curr_estab),
        time_wait: counters.and_then(|c| c.time_wait),
        overflows: rates.listen_overflows,
        drops: rates.listen_drops,
        oom_kills: host.and_then(|h| h.oom_kills.seen().copied()),
        pressure: host.and_then(|h| h.pressure.seen().copied()),
        outgoing: snapshot.outgoing.clone(),
        outgoing_rest: snapshot.outgoing_rest,
        namespaces: snapshot.namespaces.clone(),
    }
}
