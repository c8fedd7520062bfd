//! What the probes are to do, from flags.

use std::collections::BTreeMap;
use std::net::IpAddr;
use std::sync::Arc;
use std::time::Duration;

use regex::Regex;

use super::address::Address;
use super::tls::TlsPlan;

/// Which addresses of a name are used.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Family {
    /// As the resolver orders them.
    Any,
    /// `-4`.
    V4,
    /// `-6`.
    V6,
}

/// Everything the prober has to know.
#[derive(Debug, Clone)]
pub struct Plan {
    /// Where to connect.
    pub targets: Vec<Address>,
    /// How.
    pub options: ProbeOptions,
}

impl Plan {
    /// The longest an attempt can take to be accepted or not.
    #[must_use]
    pub fn longest_attempt(&self) -> Duration {
        // The server may take two seconds to end TCP after a Close frame.
        self.options.timeout + self.options.dwell + Duration::from_secs(3)
    }
}

/// However short the dwell: between its 101 and its Close an overloaded server takes a
/// moment. With none at all three of five that were closed after 50 ms were accepted.
pub const LEAST_DWELL: Duration = Duration::from_millis(100);

/// How attempts are made; the same for all targets.
#[derive(Clone)]
pub struct ProbeOptions {
    /// From the start of an attempt to its 101, and for an answer or a pong.
    pub timeout: Duration,
    /// An attempt counts once it has been open for this long.
    pub dwell: Duration,
    /// Between fresh attempts while all is well.
    pub every: Duration,
    /// Whether a connection is held.
    pub holds: bool,
    /// Further request headers.
    pub headers: Vec<(String, String)>,
    /// `Sec-WebSocket-Protocol`.
    pub subprotocols: Vec<String>,
    /// `Origin`.
    pub origin: Option<String>,
    /// To be offered, and to be found in the answer.
    pub required_extension: Option<String>,
    /// Said once the connection is open.
    pub say: Option<Arc<str>>,
    /// What the first message has to match.
    pub expect: Option<Regex>,
    /// `HOST:PORT:ADDR`.
    pub overrides: BTreeMap<(String, u16), IpAddr>,
    /// Which addresses.
    pub family: Family,
    /// Every address of the name is a target of its own.
    pub each_address: bool,
    /// Certificates.
    pub tls: TlsPlan,
}

// Headers and what is said may be secret.
impl std::fmt::Debug for ProbeOptions {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("ProbeOptions")
            .field("timeout", &self.timeout)
            .field("dwell", &self.dwell)
            .field("every", &self.every)
            .field("holds", &self.holds)
            .finish_non_exhaustive()
    }
}
