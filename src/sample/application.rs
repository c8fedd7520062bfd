//! What the application says of itself.

use std::time::Duration;

use serde::{Deserialize, Serialize};

/// One look at its metrics.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Application {
    /// Where from, without secrets.
    pub url: String,
    /// `nodejs_eventloop_lag_p99_seconds`, the worst of its workers.
    pub lag_p99: Option<Duration>,
    /// Open connections by the metric that was named, over all workers.
    pub connections: Option<u64>,
    /// What was asked for and is not there, in words.
    pub missing: Option<String>,
}
