//! One listener in detail.

use std::time::Duration;

use chrono::{DateTime, Local};

use super::chart::Chart;
use super::numbers::{AcceptQueue, LimitRow};
use crate::sample::{Ages, Pressure, States};
use crate::units::{Bytes, Ratio};

/// One listener in detail.
#[derive(Debug, Clone, PartialEq)]
pub struct Details {
    /// `0.0.0.0:8080`.
    pub address: String,
    /// All limits of this listener, the binding one first.
    pub limits: Vec<LimitRow>,
    /// The accept queue.
    pub accept_queue: Option<AcceptQueue>,
    /// `net.core.somaxconn`.
    pub somaxconn: Option<u64>,
    /// Share of the last 10 s in which tasks of the host waited, percent; none
    /// where the kernel does not tell.
    pub pressure: Option<Pressure>,
    /// How the binding limit can be raised, with the real pid, if we know.
    pub remedy: Option<String>,
    /// The processes behind it.
    pub processes: Vec<ProcessRow>,
    /// Why a process may be missing.
    pub process_note: Option<String>,
    /// Connections per TCP state; none before the first dump.
    pub states: Option<States>,
    /// Client networks and their open connections, busiest first.
    pub networks: Vec<(String, u64)>,
    /// Open connections of networks not listed.
    pub other_networks: u64,
    /// How old the connections are.
    pub ages: Option<Ages>,
    /// When the dump behind these figures was taken.
    pub dump_age: Option<Duration>,
    /// Opened per second of this listener.
    pub chart: Chart,
    /// Totals and peak since the start: opened, closed, peak per second.
    pub totals: Option<(u64, u64, f64)>,
}

/// One process behind a listener. `None` = no reading.
#[derive(Debug, Clone, PartialEq)]
pub struct ProcessRow {
    /// Process id.
    pub pid: u32,
    /// Name, clean.
    pub name: String,
    /// Command line, clean, cut.
    pub command: String,
    /// Start, wall time.
    pub started: Option<DateTime<Local>>,
    /// Share of one core over the last interval; 1.88 is nearly two cores.
    pub cpu: Option<Ratio>,
    /// Resident memory.
    pub rss: Option<Bytes>,
    /// Threads.
    pub threads: Option<u64>,
    /// Established connections it holds; none while that is not known.
    pub connections: Option<u64>,
    /// Descriptors in use.
    pub fds: Option<u64>,
    /// Soft limit.
    pub fd_soft: Option<u64>,
    /// Hard limit.
    pub fd_hard: Option<u64>,
    /// Ended while watched.
    pub gone: bool,
}
