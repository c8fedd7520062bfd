//! What the host itself counts, over all of its ports.

use crate::model::OutgoingSnapshot;
use crate::sample::{NamespaceReading, OutgoingRest, Pressure};
use crate::units::PerSecond;

/// Gauges and rates of the network namespace and of the host; none = not read.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct HostFacts {
    /// Connections of both roles (`CurrEstab`).
    pub established: Option<u64>,
    /// Sockets in `TIME_WAIT`.
    pub time_wait: Option<u64>,
    /// Accept queues found full, per second.
    pub overflows: Option<PerSecond>,
    /// Dropped by listeners, per second.
    pub drops: Option<PerSecond>,
    /// OOM kills since boot.
    pub oom_kills: Option<u64>,
    /// Share of the last 10 s in which tasks waited, percent.
    pub pressure: Option<Pressure>,
    /// Connections opened from here, by destination.
    pub outgoing: Vec<OutgoingSnapshot>,
    /// Those to all other destinations.
    pub outgoing_rest: OutgoingRest,
    /// Who listens in other network namespaces.
    pub namespaces: Vec<NamespaceReading>,
}

impl HostFacts {
    /// Whether anything of it is known.
    #[must_use]
    pub fn is_known(&self) -> bool {
        *self != Self::default()
    }
}
