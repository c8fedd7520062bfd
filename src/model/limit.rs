//! One limit of the capacity list.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::units::Ratio;

/// What kind of resource runs out.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, JsonSchema, Serialize, Deserialize,
)]
#[schemars(inline, rename_all = "snake_case")]
pub enum LimitKind {
    /// `--capacity`: what the operator says the service admits.
    Capacity,
    /// `RLIMIT_NOFILE` of the processes behind the listener.
    Descriptors,
    /// Memory of the cgroup.
    CgroupMemory,
    /// Memory of the host.
    HostMemory,
    /// `nf_conntrack_max`.
    Conntrack,
    /// `fs.file-max`.
    FileMax,
    /// `net.ipv4.tcp_mem`.
    TcpMemory,
    /// `pids.max` of the cgroup.
    Pids,
    /// `ip_local_port_range` towards one destination.
    EphemeralPorts,
    /// The accept queue and the SYN queue, both of the backlog: a flow limit, never
    /// the binding one.
    AcceptQueue,
}

impl LimitKind {
    /// The name on screen and in sentences.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Capacity => "capacity",
            Self::Descriptors => "open files",
            Self::CgroupMemory => "cgroup memory",
            Self::HostMemory => "host memory",
            Self::Conntrack => "conntrack",
            Self::FileMax => "file handles",
            Self::TcpMemory => "tcp memory",
            Self::Pids => "tasks",
            Self::EphemeralPorts => "ephemeral ports",
            Self::AcceptQueue => "accept queue",
        }
    }

    /// The name in the status document.
    #[must_use]
    pub const fn key(self) -> &'static str {
        match self {
            Self::Capacity => "capacity",
            Self::Descriptors => "descriptors",
            Self::CgroupMemory => "cgroup_memory",
            Self::HostMemory => "host_memory",
            Self::Conntrack => "conntrack",
            Self::FileMax => "file_max",
            Self::TcpMemory => "tcp_memory",
            Self::Pids => "pids",
            Self::EphemeralPorts => "ephemeral_ports",
            Self::AcceptQueue => "accept_queue",
        }
    }

    /// How its numbers are to be written.
    #[must_use]
    pub const fn unit(self) -> LimitUnit {
        match self {
            Self::CgroupMemory | Self::HostMemory | Self::TcpMemory => LimitUnit::Bytes,
            _ => LimitUnit::Count,
        }
    }
}

/// The unit of `used` and `limit`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LimitUnit {
    /// Plain numbers.
    Count,
    /// Bytes.
    Bytes,
}

/// How full one resource is and how many connections still fit.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Limit {
    /// Which resource.
    pub kind: LimitKind,
    /// Whose: `:8080`, `pid 2143 gateway`, `/system.slice/ws.service`, `host`.
    pub scope: String,
    /// In use, never more than shown by the source.
    pub used: u64,
    /// The limit.
    pub limit: u64,
    /// How many more connections fit; none while a connection's price is not
    /// known or where the limit does not count connections.
    pub headroom: Option<u64>,
    /// Whether this is the one with the least headroom, so the gauge.
    pub binding: bool,
}

impl Limit {
    /// Share used; over 1 where more is used than the limit, as by a process that holds
    /// descriptors from before its limit was lowered, or a capacity that the service
    /// does not keep to. What stands beside it is `used of limit`: 100 % would be a lie.
    #[must_use]
    pub fn ratio(&self) -> Ratio {
        Ratio::of(self.used, self.limit).unwrap_or(Ratio(1.0))
    }
}
