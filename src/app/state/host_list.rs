//! The hosts of a fleet as they were handed in, and what was asked for of them.

use std::sync::Arc;

use super::super::frame::{HostSort, HostsPage};

/// The hosts, as they were handed in, and what was asked for of them.
#[derive(Debug, Default)]
pub(in crate::app) struct Hosts {
    pub(in crate::app) page: Arc<HostsPage>,
    /// The selected one.
    pub(in crate::app) chosen: Option<String>,
    /// The one whose screens are looked at.
    pub(in crate::app) open: Option<String>,
    pub(in crate::app) sort: HostSort,
    pub(in crate::app) reversed: bool,
}
