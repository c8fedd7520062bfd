//! One limit of the capacity list.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::units::Ratio;

/// One row a kind: its variant, its name on screen and in sentences, its name in the
/// status document, and what runs out with it.
macro_rules! kinds {
    ($($(#[doc = $doc:literal])+ $kind:ident, $name:literal, $key:literal, $resource:ident;)+) => {
        /// What kind of resource runs out.
        #[derive(
            Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, JsonSchema, Serialize,
            Deserialize,
        )]
        #[schemars(inline, rename_all = "snake_case")]
        pub enum LimitKind {
            $($(#[doc = $doc])+ $kind,)+
        }

        impl LimitKind {
            /// All of them.
            pub const ALL: &[Self] = &[$(Self::$kind),+];

            /// The name on screen and in sentences.
            #[must_use]
            pub const fn name(self) -> &'static str {
                match self {
                    $(Self::$kind => $name,)+
                }
            }

            /// The name in the status document.
            #[must_use]
            pub const fn key(self) -> &'static str {
                match self {
                    $(Self::$kind => $key,)+
                }
            }

            /// What runs out with it.
            #[must_use]
            pub const fn resource(self) -> Resource {
                match self {
                    $(Self::$kind => Resource::$resource,)+
                }
            }
        }
    };
}

kinds! {
    /// `--capacity`: what the operator says the service admits.
    Capacity, "capacity", "capacity", Connections;
    /// `RLIMIT_NOFILE` of the processes behind the listener.
    Descriptors, "open files", "descriptors", Descriptors;
    /// Memory of the cgroup.
    CgroupMemory, "cgroup memory", "cgroup_memory", Memory;
    /// Memory of the host.
    HostMemory, "host memory", "host_memory", Memory;
    /// `nf_conntrack_max`.
    Conntrack, "conntrack", "conntrack", Connections;
    /// `fs.file-max`.
    FileMax, "file handles", "file_max", Descriptors;
    /// `net.ipv4.tcp_mem`.
    TcpMemory, "tcp memory", "tcp_memory", Memory;
    /// `pids.max` of the cgroup.
    Pids, "tasks", "pids", Connections;
    /// `ip_local_port_range` towards one destination.
    EphemeralPorts, "ephemeral ports", "ephemeral_ports", Connections;
    /// The accept queue and the SYN queue, both of the backlog: a flow limit, never
    /// the binding one.
    AcceptQueue, "accept queue", "accept_queue", Queue;
}

impl LimitKind {
    /// The kind of such a name in the status document.
    #[must_use]
    pub fn of_key(key: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|kind| kind.key() == key)
    }

    /// How its numbers are to be written.
    #[must_use]
    pub const fn unit(self) -> LimitUnit {
        match self.resource() {
            Resource::Memory => LimitUnit::Bytes,
            Resource::Connections | Resource::Descriptors | Resource::Queue => LimitUnit::Count,
        }
    }
}

/// What runs out with a limit: which rule warns of it, what is done about it, and the
/// cause that it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Resource {
    /// Connections, or something that each takes a share of.
    Connections,
    /// Open files.
    Descriptors,
    /// Memory.
    Memory,
    /// Places to wait in: a flow limit with levels of its own.
    Queue,
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
