//! What the document says of connections opened from this host.

use schemars::JsonSchema;
use serde::Serialize;

use super::Queue;

/// The connections towards one destination.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(inline)]
pub(in crate::output) struct OutgoingEntry<'a> {
    /// Address and port.
    #[schemars(length(min = 3))]
    pub(in crate::output) destination: String,
    /// Name of a process that opened some of them, free of control characters; null where
    /// it is behind no watched listener, or was not found.
    pub(in crate::output) process: Option<&'a str>,
    /// Processes behind watched listeners that opened some of them.
    #[schemars(inner(range(min = 1, max = 4_194_304)), extend("uniqueItems" = true))]
    pub(in crate::output) pids: &'a [u32],
    /// The id of the service of this host that listens there; null where it is another
    /// host, or nobody.
    pub(in crate::output) service: Option<String>,
    /// Established.
    pub(in crate::output) established: u64,
    /// Not answered yet.
    pub(in crate::output) syn_sent: u64,
    /// Of these, asked at least twice, so for a second or longer.
    pub(in crate::output) unanswered: u64,
    /// In any other state, most of them on their way to the end.
    pub(in crate::output) closing: u64,
    /// Ephemeral ports they hold of the busiest local address, and how many there are
    /// towards one destination.
    pub(in crate::output) ports: Queue,
}

/// The connections to all other destinations.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(inline)]
pub(in crate::output) struct OutgoingOthers {
    /// How many destinations, at the least.
    pub(in crate::output) destinations: u64,
    /// Established.
    pub(in crate::output) established: u64,
    /// Not answered yet.
    pub(in crate::output) syn_sent: u64,
    /// In any other state.
    pub(in crate::output) closing: u64,
}
