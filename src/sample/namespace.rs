//! Who listens in other network namespaces.

use std::net::SocketAddr;

use serde::{Deserialize, Serialize};

/// One namespace that has listeners.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct NamespaceReading {
    /// Inode number of the namespace, which names it while it lives.
    pub inode: u64,
    /// A process in it: what `--netns` takes.
    pub pid: u32,
    /// Its name, clean.
    pub name: String,
    /// Its cgroup.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cgroup: Option<String>,
    /// Its listeners, the busiest first, and no more than are told.
    pub listeners: Vec<NamespaceListener>,
}

/// A port of another namespace, over all of its sockets.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct NamespaceListener {
    /// Its first address.
    pub local: SocketAddr,
    /// Established connections of its port.
    pub established: u64,
    /// Waiting to be accepted.
    pub accept_queue: u64,
    /// How many may.
    pub backlog: u64,
}
