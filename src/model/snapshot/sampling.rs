//! How the figures of a moment came about.

use std::time::Duration;

use serde::{Deserialize, Serialize};

use crate::units::Ratio;

/// How the figures came about and what they cost.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub struct Sampling {
    /// `sock_diag` or `/proc/net/tcp`; none before the first walk.
    pub by_sock_diag: Option<bool>,
    /// Period of the walks.
    pub period: Option<Duration>,
    /// CPU time of the last walk.
    pub walk_cpu: Option<Duration>,
    /// CPU of all our threads since the program started, share of a core.
    pub cpu_since_start: Option<Ratio>,
    /// The same over the last ten seconds.
    pub cpu_lately: Option<Ratio>,
    /// Our resident memory, bytes.
    pub rss: Option<u64>,
    /// Events and samples that were lost, at the least.
    pub events_lost: u64,
    /// The event lane has stepped aside.
    pub stepped_aside: bool,
    /// What was refused, each with its reason and remedy.
    pub denied: Vec<String>,
    /// Opened by our account and `PassiveOpens` since the first walk, where
    /// every listener is watched and so both count the same.
    pub crosscheck: Option<(u64, u64)>,
}
