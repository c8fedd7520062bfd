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
    /// How, where the kernel told.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub how: Option<ExitStatus>,
}

/// How a process ended, by the status its parent gets (`wait(2)`).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct ExitStatus {
    /// What it gave `exit(3)`; 0 where a signal ended it.
    pub code: u8,
    /// The signal that ended it.
    pub signal: Option<u8>,
    /// A signal that dumps core did; whether a file was written is not told.
    pub core_dump: bool,
}

impl ExitStatus {
    /// From a wait status.
    #[must_use]
    pub const fn of(status: u32) -> Self {
        let [low, code, ..] = status.to_le_bytes();
        let signal = low & 0x7f;
        Self {
            code: if signal == 0 { code } else { 0 },
            signal: if signal == 0 { None } else { Some(signal) },
            core_dump: low & 0x80 != 0,
        }
    }
}
