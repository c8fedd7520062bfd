//! What the model has to know beforehand.

use std::collections::{BTreeMap, BTreeSet};
use std::net::SocketAddr;
use std::time::Duration;

use serde::{Deserialize, Serialize};

use super::identity::Netns;

/// What the model has to know beforehand.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct ModelConfig {
    /// Ports named by `--port`: shown even when nobody listens.
    pub ports: BTreeSet<u16>,
    /// Nothing was named: every listener is watched.
    pub everything: bool,
    /// `--capacity PORT=N`.
    pub capacities: BTreeMap<u16, u64>,
    /// `--capacity ADDR:PORT=N`: for the service that listens at this address.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub capacities_at: BTreeMap<SocketAddr, u64>,
    /// `--capacity N`: for the only `--port`, else the focused service.
    pub capacity: Option<u64>,
    /// Bytes of a memory page.
    pub page_bytes: u64,
    /// `--interval`.
    pub interval: Duration,
    /// `--ping-period`: at which interval every client is heard.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub ping_period: Option<Duration>,
    /// Only probes were asked for: no socket is watched, and that is no fault.
    pub only_probes: bool,
    /// The network namespace that is looked at.
    #[serde(skip_serializing_if = "Netns::is_unknown")]
    pub netns: Netns,
}

impl ModelConfig {
    /// Whether a host can have had it: one that was read from a file is asked.
    #[must_use]
    pub fn is_credible(&self) -> bool {
        const LARGEST_PAGE: u64 = 1 << 30;
        let intervals = Duration::from_millis(1)..=Duration::from_hours(24);
        self.page_bytes <= LARGEST_PAGE && intervals.contains(&self.interval)
    }
}
