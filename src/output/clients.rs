//! What the document says of single clients.

use super::document::{AttemptsEntry, ClientCount, SilentEntry, SlowEntry};
use crate::model::{SampledSnapshot, SilentClients};
use crate::sample::Attempts;
use crate::units::whole;

/// Who came.
pub(super) fn attempts(told: &Attempts) -> AttemptsEntry {
    AttemptsEntry {
        last_minute: told.total,
        addresses: counts(&told.addresses),
        networks: counts(&told.networks),
    }
}

fn counts<T: ToString>(all: &[(T, u64)]) -> Vec<ClientCount> {
    let one =
        |(client, count): &(T, u64)| ClientCount { client: client.to_string(), count: *count };
    all.iter().map(one).collect()
}

/// Whose clients do not read.
pub(super) fn slow(told: &SampledSnapshot) -> SlowEntry {
    let slowest: Vec<_> = told.slowest.iter().map(|one| (one.peer, one.unsent)).collect();
    SlowEntry {
        looked_at: told.looked_at,
        open: told.open,
        clients: whole(told.slow.count),
        clients_off_by: whole(told.slow.off_by),
        unsent_bytes: whole(told.unsent.count),
        unsent_off_by: whole(told.unsent.off_by),
        kernel_bytes: whole(told.memory),
        slowest: counts(&slowest),
    }
}

/// Who is silent.
pub(super) fn silent(told: &SilentClients) -> SilentEntry {
    SilentEntry {
        connections: whole(told.silent.count),
        off_by: whole(told.silent.off_by),
        share: told.share().0,
        ping_period_s: told.period.as_secs_f64(),
        period_given: told.is_given,
    }
}
