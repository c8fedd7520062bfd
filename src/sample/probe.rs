//! What the probes saw.

use std::net::{IpAddr, SocketAddr};
use std::time::Duration;

use serde::{Deserialize, Serialize};

use super::Reading;
use crate::close::Outcome;

/// Which of a target's two connections.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Lane {
    /// Kept open and pinged.
    Held,
    /// Opened anew each time.
    Fresh,
}

/// How long each phase of an attempt took; none = not gone through.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Phases {
    /// Resolving the name; none for a literal address.
    pub dns: Option<Duration>,
    /// SYN to SYN-ACK.
    pub tcp: Option<Duration>,
    /// The TLS handshake; none for `ws://`.
    pub tls: Option<Duration>,
    /// Request to the end of the answer's headers.
    pub upgrade: Option<Duration>,
}

impl Phases {
    /// What a client waits for once it has the address: TCP, TLS and upgrade.
    #[must_use]
    pub fn handshake(&self) -> Option<Duration> {
        Some(self.tcp? + self.tls.unwrap_or_default() + self.upgrade?)
    }
}

/// One thing a probe saw; its time is the sample's.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ProbeEvent {
    /// Which target, by [`ProbeFact::Target`].
    pub target: u32,
    /// On which of its connections.
    pub lane: Lane,
    /// What.
    pub fact: ProbeFact,
}

/// A connection of a probe that is over, and which socket it was: where the server is
/// of this host, its side of it is among the closes.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ProbeEnd {
    /// Our address and port.
    pub local: SocketAddr,
    /// Whom it reached.
    pub peer: SocketAddr,
    /// Whether it had been open past its dwell.
    pub held: bool,
    /// How it ended.
    pub outcome: Outcome,
}

/// What a probe can see.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ProbeFact {
    /// The target is probed from now on.
    Target {
        /// Where, without user info and query: clean, no secret in it.
        url: String,
        /// With `--each-address`: the one this row is about.
        address: Option<IpAddr>,
        /// `--held 0` keeps none.
        holds: bool,
    },
    /// It is no longer probed.
    Gone,
    /// An attempt begins.
    Started,
    /// An attempt is over: past its dwell (`open_ok`), or failed.
    Ended {
        /// How long it took.
        phases: Phases,
        /// What became of it.
        outcome: Outcome,
        /// Whom it reached.
        peer: Option<SocketAddr>,
        /// `Sec-WebSocket-Extensions` and `-Protocol` of the answer, clean.
        agreed: Option<String>,
    },
    /// A held connection, once open past its dwell, has ended.
    Lost {
        /// How.
        outcome: Outcome,
        /// How long after its 101.
        age: Duration,
    },
    /// A ping came back on the held connection.
    Ping {
        /// Round trip through the server's event loop.
        round_trip: Duration,
        /// The kernel's least TCP round trip of that socket (`tcpi_min_rtt`).
        tcp: Reading<Duration>,
    },
    /// The peer sends more than is read of it, or no longer does.
    Flood {
        /// Whether it does.
        on: bool,
    },
    /// When the lane tries again, and by which policy.
    Next {
        /// From now.
        after: Duration,
        /// Why then, in words.
        why: String,
    },
}

/// What the prober costs the network, since its start.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct ProbeLoad {
    /// Attempts made.
    pub attempts: u64,
    /// Bytes sent on connections (without TCP/IP headers).
    pub sent: u64,
    /// Bytes received.
    pub received: u64,
}
