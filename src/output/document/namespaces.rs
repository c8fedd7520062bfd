//! What the document says of listeners in other network namespaces.

use schemars::JsonSchema;
use serde::Serialize;

use super::Queue;

/// A network namespace that has listeners and is not the one that is watched.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(inline)]
pub(in crate::output) struct NamespaceEntry<'a> {
    /// Its inode number, as lsns -t net shows it; null where it was not told.
    pub(in crate::output) netns: Option<u64>,
    /// A process in it: --netns PID looks into it.
    #[schemars(range(min = 1, max = 4_194_304))]
    pub(in crate::output) pid: u32,
    /// Name of that process, free of control characters.
    pub(in crate::output) name: &'a str,
    /// Its container, pod or unit by its cgroup; null where nobody named it.
    pub(in crate::output) container: Option<String>,
    /// Its ports, the busiest first, at most 16.
    #[schemars(length(min = 1, max = 16))]
    pub(in crate::output) listeners: Vec<NamespacePort>,
}

/// A port somebody listens on there.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(inline)]
pub(in crate::output) struct NamespacePort {
    /// Address and port; of several the first.
    #[schemars(length(min = 3))]
    pub(in crate::output) address: String,
    /// Established connections of the port.
    pub(in crate::output) established: u64,
    /// Waiting to be accepted.
    pub(in crate::output) accept_queue: Queue,
}
