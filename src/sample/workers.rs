//! What the processes behind a listener hold, and their end.

use serde::{Deserialize, Serialize};

use super::Reading;

/// One process behind a listener that several processes share, as of the walk
/// with which it was sent.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Worker {
    /// Process id.
    pub pid: u32,
    /// Its start, clock ticks since boot.
    pub start_ticks: u64,
    /// Established connections it holds. A connection that two processes hold
    /// counts for the one it was first found in.
    pub held: Reading<u64>,
    /// Of those it held at the walk before, how many are over.
    pub gone: u64,
    /// Whether every connection of this walk was looked for; else there may be
    /// more than `held`.
    pub whole: bool,
}

/// A process behind a listener that has ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Ended {
    /// Process id.
    pub pid: u32,
    /// Its start, clock ticks since boot: a pid is given out again.
    pub start_ticks: u64,
}
