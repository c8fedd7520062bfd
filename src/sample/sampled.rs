//! Connections looked at one by one, a part of all at a time.
//!
//! `tcp_info` of each of 100 000 connections would be 28 MB a walk. So the kernel is asked
//! for a slice of the client ports alone, another with each walk.

use std::net::SocketAddr;
use std::time::Duration;

use serde::{Deserialize, Serialize};

use super::endings::{add_class, two_digits};

/// What one slice showed.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct SampledWalk {
    /// Of so many slices this is one; of 1 all connections were looked at.
    pub slices: u32,
    /// CPU time it took us.
    pub cpu: Duration,
    /// Until the next one at the earliest.
    pub period: Duration,
    /// Established connections by local address, watched ports only.
    pub groups: Vec<SampledGroup>,
}

/// Connections of a slice that share a local address.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SampledGroup {
    /// Local address and port.
    pub local: SocketAddr,
    /// Established ones in the slice.
    pub found: u64,
    /// Of these, so many do not keep up: bytes wait that the receive window of the client
    /// does not admit, and have for half of the time in which there was anything to send.
    #[serde(default)]
    pub slow: u64,
    /// Bytes that wait for these and have never been sent.
    #[serde(default)]
    pub unsent: u64,
    /// The squares of that, KiB by KiB: how far an estimate of the sum may be off.
    #[serde(default)]
    pub unsent_squares: u64,
    /// Memory that the kernel holds for all that were found, bytes.
    #[serde(default)]
    pub memory: u64,
    /// Those with the most unsent.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub slowest: Vec<SlowClient>,
    /// Since the last byte received, milliseconds of two significant digits, and how many:
    /// of connections on which the client has gone on talking after its handshake ...
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub talking: Vec<(u32, u64)>,
    /// ... and of all others.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub mute: Vec<(u32, u64)>,
}

/// A client that does not read what it is sent.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct SlowClient {
    /// Its address and port.
    pub peer: SocketAddr,
    /// Never sent, bytes.
    pub unsent: u64,
}

impl SampledGroup {
    /// Clients that are named.
    pub const NAMED: usize = 3;

    /// How many of a list, whatever a file says.
    #[must_use]
    pub fn count(list: &[(u32, u64)], is: impl Fn(u32) -> bool) -> u64 {
        let those = list.iter().filter(|(class, _)| is(*class));
        those.fold(0, |sum, (_, n)| sum.saturating_add(*n))
    }

    /// None found yet.
    #[must_use]
    pub const fn none(local: SocketAddr) -> Self {
        Self {
            local,
            found: 0,
            slow: 0,
            unsent: 0,
            unsent_squares: 0,
            memory: 0,
            slowest: Vec::new(),
            talking: Vec::new(),
            mute: Vec::new(),
        }
    }

    /// Adds a client that does not keep up.
    pub fn add_slow(&mut self, client: SlowClient) {
        self.slow += 1;
        self.unsent = self.unsent.saturating_add(client.unsent);
        let kib = client.unsent >> 10;
        self.unsent_squares = self.unsent_squares.saturating_add(kib.saturating_mul(kib));
        self.add_named(client);
    }

    fn add_named(&mut self, client: SlowClient) {
        let at = self.slowest.partition_point(|known| known.unsent >= client.unsent);
        self.slowest.insert(at, client);
        self.slowest.truncate(Self::NAMED);
    }

    /// Adds a connection by how long ago its client was heard.
    pub fn add_heard(&mut self, ago_ms: u32, talks: bool) {
        let list = if talks { &mut self.talking } else { &mut self.mute };
        add_class(list, two_digits(ago_ms), 1);
    }

    /// Adds those of another address of the same service.
    pub fn add(&mut self, other: &Self) {
        for (sum, more) in [
            (&mut self.found, other.found),
            (&mut self.slow, other.slow),
            (&mut self.unsent, other.unsent),
            (&mut self.unsent_squares, other.unsent_squares),
            (&mut self.memory, other.memory),
        ] {
            *sum = sum.saturating_add(more);
        }
        other.slowest.iter().for_each(|client| self.add_named(*client));
        for (list, more) in [(&mut self.talking, &other.talking), (&mut self.mute, &other.mute)] {
            for &(class, n) in more {
                add_class(list, class, n);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_slowest_are_named_and_all_are_summed() {
        let at = |port| SocketAddr::from(([10, 0, 0, 1], port));
        let mut group = SampledGroup::none(at(80));
        for (port, kib) in [(1, 9), (2, 400), (3, 30), (4, 1), (5, 50)] {
            group.add_slow(SlowClient { peer: at(port), unsent: kib << 10 });
        }
        let named: Vec<u16> = group.slowest.iter().map(|client| client.peer.port()).collect();
        assert_eq!((group.slow, group.unsent >> 10, named), (5, 490, vec![2, 5, 3]));
        let before = group.clone();
        group.add(&before);
        assert_eq!((group.slow, group.slowest.len()), (10, 3));
    }
}
