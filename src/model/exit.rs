//! One lost worker, as it is shown.

use std::net::SocketAddr;
use std::time::Duration;

use serde::{Deserialize, Serialize};

use crate::sample::{ExitStatus, Stamp};

/// A process that starts within this of the other's end takes its place.
pub const REPLACED_WITHIN: Duration = Duration::from_secs(10);

/// How a worker was lost.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum Loss {
    /// The process has ended.
    Gone,
    /// It lives, and all its connections closed at once.
    ClosedAll,
    /// A large part of a listener's connections closed at once, and its processes
    /// are not ours to see.
    Dropped,
}

/// One lost worker.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Exit {
    /// How.
    pub loss: Loss,
    /// Its pid; none where processes are hidden from us.
    pub pid: Option<u32>,
    /// Its start in clock ticks since boot; with `pid` the identity.
    pub start_ticks: u64,
    /// Its name, clean; empty where processes are hidden from us.
    pub name: String,
    /// The listener it was behind.
    pub address: SocketAddr,
    /// When.
    pub at: Stamp,
    /// Connections it held in the seconds before; none where they could not be
    /// counted.
    pub connections_before: Option<u64>,
    /// How many of them are over.
    pub lost: Option<u64>,
    /// Descriptors it had open: an estimate where connections are not known.
    pub descriptors_before: Option<u64>,
    /// With which status it ended; none while it lives, and where the kernel does
    /// not tell (see `sampling.denied`).
    pub how: Option<ExitStatus>,
    /// A counter of OOM kills moved within a second of its end. Which process was
    /// meant it does not tell, so this is suspicion.
    pub oom: bool,
    /// The process that took its place, started within ten seconds of its end.
    pub replaced_by: Option<u32>,
    /// Other processes that are behind the listener now.
    pub others_left: usize,
    /// Processes that were behind the listener before, itself included.
    pub workers_before: usize,
}
