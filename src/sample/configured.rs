//! What the processes behind a port were told to admit.

use serde::{Deserialize, Serialize};

use super::Server;

/// The limit of one port in the settings of whoever listens there.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ConfiguredLimit {
    /// Which port.
    pub port: u16,
    /// The processes that hold its listening sockets.
    pub pids: Vec<u32>,
    /// Which program they are.
    pub server: Server,
    /// How many connections of clients all of them admit together; none where that was
    /// not found.
    pub limit: Option<u64>,
    /// Over it only plain requests are turned away, `WebSockets` pass.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub plain_http: bool,
    /// Where it was found, `nginx.conf:12`; else why it was not. Clean.
    pub source: String,
}
