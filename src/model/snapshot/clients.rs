//! What is known of clients one by one, at one moment.

use std::time::Duration;

use serde::{Deserialize, Serialize};

use crate::model::endings::Estimate;
use crate::sample::{Attempts, SlowClient};
use crate::units::{Ratio, float};

/// Who came to a service, by what the kernel tells.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AttemptsSnapshot {
    /// In the last minute.
    pub minute: Attempts,
    /// In the last ten seconds.
    pub now: Attempts,
}

/// What a look at single connections says of a service.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct SampledSnapshot {
    /// When it was made.
    pub at: Duration,
    /// How many connections were looked at, of so many that were open.
    pub looked_at: u64,
    /// Open at that time.
    pub open: u64,
    /// Clients that do not keep up with what they are sent.
    pub slow: Estimate,
    /// Bytes that were never sent to these.
    pub unsent: Estimate,
    /// Memory that the kernel holds for all connections, bytes.
    pub memory: f64,
    /// The slowest that were seen.
    pub slowest: Vec<SlowClient>,
    /// Who is silent; none where no ping period is known.
    pub silence: Option<SilentClients>,
}

/// Connections whose client has been silent for longer than three ping periods.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct SilentClients {
    /// The ping period.
    pub period: Duration,
    /// It was given by `--ping-period`, else it was seen in the data.
    pub is_given: bool,
    /// Connections looked at whose client talks, or all where the period was given.
    pub of: u64,
    /// Silent, of all that are open.
    pub silent: Estimate,
    /// Open at that time.
    pub open: u64,
}

impl SilentClients {
    /// What three periods are.
    #[must_use]
    pub fn after(&self) -> Duration {
        self.period * 3
    }

    /// The part of the open connections that is silent.
    #[must_use]
    pub fn share(&self) -> Ratio {
        Ratio((self.silent.count / float(self.open.max(1))).min(1.0))
    }
}
