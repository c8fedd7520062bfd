//! Memory, limits and pressure of the host and of the watched cgroups.

use std::time::Duration;

use serde::{Deserialize, Serialize};

use super::Reading;

/// How much of a limit is used. A limit of `u64::MAX` is none.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Usage {
    /// In use now.
    pub used: u64,
    /// The limit; `max` and anything from 2^62 up is read as none.
    pub limit: Option<u64>,
}

/// Host-wide readings, each on its own: one that is missing hides no other.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct HostReading {
    /// Memory, bytes: used = `MemTotal` less `MemAvailable`.
    pub memory: Reading<Usage>,
    /// Open file handles of the host (`/proc/sys/fs/file-nr`).
    pub file_handles: Reading<Usage>,
    /// Tracked connections (`nf_conntrack_count`, `nf_conntrack_max`); absent
    /// without the module.
    pub conntrack: Reading<Usage>,
    /// Upper bound of memory for TCP, pages (`net.ipv4.tcp_mem[2]`); what is
    /// used is in [`super::Counters::tcp_mem_pages`].
    pub tcp_mem_limit_pages: Reading<u64>,
    /// Local ports for outgoing connections (`ip_local_port_range`), both ends
    /// included.
    pub ephemeral_ports: Reading<(u16, u16)>,
    /// Of these, how many are kept for others (`ip_local_reserved_ports`).
    #[serde(default)]
    pub reserved_ports: u16,
    /// Upper bound of every backlog (`net.core.somaxconn`).
    pub somaxconn: Reading<u64>,
    /// Tasks of the host and `kernel.threads-max`/`pid_max`, the smaller.
    pub tasks: Reading<Usage>,
    /// Pressure stall information (`/proc/pressure`).
    pub pressure: Reading<Pressure>,
    /// OOM kills of the host since boot (`/proc/vmstat` `oom_kill`).
    pub oom_kills: Reading<u64>,
    /// The cgroups of the watched processes.
    pub cgroups: Vec<Cgroup>,
}

impl HostReading {
    /// How many local ports a connection towards one destination may have; none where that
    /// was not read.
    #[must_use]
    pub fn ephemeral(&self) -> Option<u64> {
        let &(low, high) = self.ephemeral_ports.seen()?;
        let all = u64::from(high.saturating_sub(low)) + 1;
        Some(all.saturating_sub(self.reserved_ports.into()))
    }

    /// Nothing was there to be read.
    #[must_use]
    pub const fn nothing() -> Self {
        Self {
            memory: Reading::Absent,
            file_handles: Reading::Absent,
            conntrack: Reading::Absent,
            tcp_mem_limit_pages: Reading::Absent,
            ephemeral_ports: Reading::Absent,
            reserved_ports: 0,
            somaxconn: Reading::Absent,
            tasks: Reading::Absent,
            pressure: Reading::Absent,
            oom_kills: Reading::Absent,
            cgroups: Vec::new(),
        }
    }
}

/// Share of the last 10 s in which some task waited, in percent.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Pressure {
    /// Waited for a CPU.
    pub cpu: f64,
    /// Waited for memory.
    pub memory: f64,
    /// Waited for I/O.
    pub io: f64,
}

/// Which cgroup interface was read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum CgroupVersion {
    /// The legacy hierarchies, one per controller.
    V1,
    /// The unified hierarchy.
    V2,
}

/// One cgroup. Limits are the tightest of it and its ancestors.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Cgroup {
    /// Path below the mount, as `/proc/PID/cgroup` gives it.
    pub path: String,
    /// Which interface it was read by.
    pub version: CgroupVersion,
    /// Memory, bytes: current less `inactive_file` (v1: usage less
    /// `total_inactive_file`) of the cgroup whose limit is the tightest.
    pub memory: Reading<Usage>,
    /// Tasks and `pids.max` of the cgroup whose limit is the tightest.
    pub pids: Reading<Usage>,
    /// OOM kills so far (`memory.events` `oom_kill`, v1 `memory.oom_control`).
    pub oom_kills: Reading<u64>,
    /// CPU quota in cores, the tightest; `None` inside = no quota.
    pub cpu_quota: Reading<Option<f64>>,
    /// Periods in which it was throttled, so far (`cpu.stat` `nr_throttled`).
    pub throttled: Reading<u64>,
    /// Scheduling periods in which it wanted to run, so far (`nr_periods`).
    #[serde(default = "absent")]
    pub periods: Reading<u64>,
    /// For how long its tasks were kept from running by the quota, so far
    /// (`throttled_usec`; v1: `throttled_time`).
    #[serde(default = "absent")]
    pub throttled_for: Reading<Duration>,
}

impl Cgroup {
    /// A cgroup of which nothing was there to be read.
    #[must_use]
    pub const fn nothing(path: String, version: CgroupVersion) -> Self {
        Self {
            path,
            version,
            memory: Reading::Absent,
            pids: Reading::Absent,
            oom_kills: Reading::Absent,
            cpu_quota: Reading::Absent,
            throttled: Reading::Absent,
            periods: Reading::Absent,
            throttled_for: Reading::Absent,
        }
    }
}

/// What recordings of before that field have.
const fn absent<T>() -> Reading<T> {
    Reading::Absent
}
