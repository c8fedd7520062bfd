//! Who came: attempts by client, those with the most.

use std::net::IpAddr;

use serde::{Deserialize, Serialize};

use super::Network;

/// Connections that came to a local address, each once: with the walk that saw it first,
/// or with its death where none did. Those that a listed client has are its least: where
/// many come, of each second only the ones with the most are told.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Attempts {
    /// All of them, also those whose client is not known: the kernel clears the address
    /// of a connection that the server resets at once.
    #[serde(default)]
    pub total: u64,
    /// By address, the most first.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub addresses: Vec<(IpAddr, u64)>,
    /// By network, the most first.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub networks: Vec<(Network, u64)>,
}

impl Attempts {
    /// Clients of each kind that are told at once.
    pub const MOST: usize = 32;
}
