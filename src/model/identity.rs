//! What stays the same from one moment to the next: the network namespace, a
//! listener in it, a service.

use std::fmt;
use std::net::{IpAddr, SocketAddr};

use serde::{Deserialize, Serialize};

/// A network namespace: the inode number of its file, as `lsns -t net` shows it;
/// none where it was not told, as in old recordings.
#[derive(
    Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize,
)]
#[serde(transparent)]
pub struct Netns(pub Option<u64>);

impl Netns {
    /// Whether nothing was told of it.
    #[must_use]
    pub const fn is_unknown(&self) -> bool {
        self.0.is_none()
    }
}

/// One of the addresses of a service. The same address in another namespace is of
/// another service, and so another one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct ListenerId {
    /// Whose it is.
    pub service: ServiceId,
    /// Address and port.
    pub address: SocketAddr,
}

/// A port of one network namespace, over all the addresses at which one program
/// listens there. Where several programs hold different addresses of a port, each
/// is a service: so it is named by its first address too.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct ServiceId {
    /// Where it is.
    pub netns: Netns,
    /// Its port.
    pub port: u16,
    /// The first of its addresses.
    pub address: IpAddr,
}

impl ServiceId {
    /// The service that is named by this address.
    #[must_use]
    pub const fn new(netns: Netns, first: SocketAddr) -> Self {
        Self { netns, port: first.port(), address: first.ip() }
    }

    /// Its first address and port: what a recording of version 1 names it by.
    #[must_use]
    pub const fn socket(&self) -> SocketAddr {
        SocketAddr::new(self.address, self.port)
    }
}

impl fmt::Display for ListenerId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.address.fmt(f)
    }
}

impl fmt::Display for ServiceId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.socket().fmt(f)
    }
}
