//! Connections opened from this host at one moment.

use std::net::SocketAddr;
use std::time::Duration;

use serde::{Deserialize, Serialize};

use crate::model::identity::ServiceId;
use crate::sample::OutgoingStates;

/// The connections towards one destination.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct OutgoingSnapshot {
    /// Where they go.
    pub destination: SocketAddr,
    /// How many in each state.
    pub states: OutgoingStates,
    /// Ephemeral ports they hold of the busiest local address.
    pub ports: u64,
    /// How many of these ports there are; none where that was not read.
    pub ports_limit: Option<u64>,
    /// Processes that hold some of them, and the name of the first, clean.
    pub pids: Vec<u32>,
    /// Name of the first of them.
    pub process: Option<String>,
    /// The service of this host that listens there.
    pub service: Option<ServiceId>,
    /// For how long several of them have not been answered, from the first walk that
    /// found it so to the last.
    pub unanswered_for: Option<Duration>,
}
