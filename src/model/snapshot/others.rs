//! What is said of the listeners that are not listed one by one.

use serde::{Deserialize, Serialize};

use crate::units::PerSecond;

/// The listeners that are not listed one by one, summed.
#[derive(Debug, Clone, Copy, Default, PartialEq, Serialize, Deserialize)]
pub struct Others {
    /// How many addresses.
    pub listeners: u64,
    /// Established connections; none before the first walk.
    pub open: Option<u64>,
    /// Opened per second in the last interval.
    pub opened: Option<PerSecond>,
    /// Closed per second in the last interval.
    pub closed: Option<PerSecond>,
    /// Opened since the first walk.
    pub opened_total: u64,
    /// Closed since the first walk.
    pub closed_total: u64,
    /// Waiting to be accepted.
    pub accept_queue: u64,
    /// Dropped since their first reading.
    pub drops_total: u64,
}
