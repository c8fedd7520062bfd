//! The processes behind the listeners.

use std::time::Duration;

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use super::Reading;

/// One process that holds a watched listener, read from `/proc/PID`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ProcessReading {
    /// Process id.
    pub pid: u32,
    /// Start time in clock ticks since boot: with `pid` the identity, since
    /// pids are reused.
    pub start_ticks: u64,
    /// Start as wall time.
    pub started: Option<DateTime<Utc>>,
    /// `comm`: hostile text, at most 15 bytes.
    pub name: String,
    /// `cmdline`, arguments joined by spaces: hostile text.
    pub command: String,
    /// Real user id.
    pub uid: Reading<u32>,
    /// What it is doing at this moment (`stat`).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub state: Option<RunState>,
    /// Resident memory, bytes (`statm`).
    pub rss: Reading<u64>,
    /// CPU time used so far by all threads, seconds (`stat` utime + stime).
    pub cpu_seconds: Reading<f64>,
    /// Threads.
    pub threads: Reading<u64>,
    /// The thread that used most CPU time since the reading before. Read only
    /// while the process as a whole uses most of a core.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub busiest_thread: Option<BusiestThread>,
    /// Open descriptors (size of `/proc/PID/fd`, else counted).
    pub fds: Reading<u64>,
    /// `RLIMIT_NOFILE`, soft; `None` inside = unlimited.
    pub fd_soft: Reading<Option<u64>>,
    /// `RLIMIT_NOFILE`, hard; `None` inside = unlimited.
    pub fd_hard: Reading<Option<u64>>,
    /// Path of its cgroup, the key into [`super::HostReading::cgroups`].
    pub cgroup: Option<String>,
}

/// Field 3 of `/proc/PID/stat`, that of the first thread.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RunState {
    /// `R`: runs or waits for a CPU.
    Running,
    /// `S`: waits for something; where an idle event loop is.
    Sleeping,
    /// `D`: waits in the kernel and cannot be interrupted, mostly for a disk.
    Blocked,
    /// `T`: stopped by a signal (SIGSTOP, SIGTSTP).
    Stopped,
    /// `t`: held by a debugger.
    Traced,
    /// Any other letter.
    #[serde(other)]
    Other,
}

/// What one thread used between two readings of its process.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct BusiestThread {
    /// Thread id.
    pub tid: u32,
    /// CPU time it used, seconds, in clock ticks of 10 ms.
    pub cpu_seconds: f64,
    /// Over this time.
    pub over: Duration,
}

/// Which processes hold which listening socket.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Owners {
    /// Inode of the listening socket and the pids that hold it.
    pub pids: Vec<(u64, Vec<u32>)>,
    /// Inodes for which no process was found, because other users' processes
    /// may not be looked into.
    pub hidden: Vec<u64>,
    /// Why they are hidden and what helps; empty when none is.
    pub why: String,
}
