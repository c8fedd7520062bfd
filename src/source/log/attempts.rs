//! How often each address and network has tried, in bounded memory.

use std::collections::HashMap;
use std::hash::Hash;
use std::net::IpAddr;

use foldhash::fast::RandomState;

use super::clients::Network;
use crate::sample::{LogClient, LogClients};

/// Addresses counted by themselves: 2 MB. Those that come after are counted by
/// network only.
const ADDRESSES: usize = 65_536;
const NETWORKS: usize = 16_384;
/// Those that are told.
const LISTED: usize = 10;

/// Attempts by address and network.
#[derive(Debug, Clone, Default)]
pub(super) struct Attempts {
    addresses: Counts,
    networks: Counts,
    /// Attempts whose line names an address.
    known: u64,
    /// Attempts from more addresses than are counted.
    beyond: u64,
}

/// How often each has tried. Each connect is counted twice: addresses of either kind are
/// kept as numbers, with a hash of its own seed in each run, which takes a fifth of what
/// the library's does.
#[derive(Debug, Clone, Default)]
struct Counts {
    v4: HashMap<u32, u32, RandomState>,
    v6: HashMap<u128, u32, RandomState>,
}

impl Counts {
    /// Counts one, unless it is a new one and there are so many already; whether it did.
    fn add(&mut self, address: IpAddr, times: u32, most: usize) -> bool {
        let room = self.v4.len() + self.v6.len() < most;
        match address {
            IpAddr::V4(v4) => count(&mut self.v4, v4.into(), times, room),
            IpAddr::V6(v6) => count(&mut self.v6, v6.into(), times, room),
        }
    }

    fn iter(&self) -> impl Iterator<Item = (IpAddr, u32)> {
        let v4 = self.v4.iter().map(|(v4, times)| (IpAddr::V4((*v4).into()), *times));
        v4.chain(self.v6.iter().map(|(v6, times)| (IpAddr::V6((*v6).into()), *times)))
    }
}

fn count<K: Hash + Eq>(
    of: &mut HashMap<K, u32, RandomState>,
    key: K,
    times: u32,
    room: bool,
) -> bool {
    match of.get_mut(&key) {
        Some(count) => *count = count.saturating_add(times),
        None if room => drop(of.insert(key, times)),
        None => return false,
    }
    true
}

/// The network of an address: /24, or /64.
pub(super) fn network(address: IpAddr) -> Network {
    Network::around(address, if address.is_ipv4() { 24 } else { 64 })
}

impl Attempts {
    pub(super) fn add(&mut self, address: IpAddr) {
        self.known += 1;
        self.beyond += u64::from(!self.addresses.add(address, 1, ADDRESSES));
        self.networks.add(network(address).base(), 1, NETWORKS);
    }

    /// Those of another log as well.
    pub(super) fn merge(&mut self, other: &Self) {
        for (address, times) in other.addresses.iter() {
            let counted = self.addresses.add(address, times, ADDRESSES);
            self.beyond += if counted { 0 } else { times.into() };
        }
        for (base, times) in other.networks.iter() {
            self.networks.add(base, times, NETWORKS);
        }
        self.known += other.known;
        self.beyond += other.beyond;
    }

    /// Those with the most; none where no line named an address.
    pub(super) fn summary(&self) -> Option<LogClients> {
        (self.known > 0).then(|| LogClients {
            attempts: self.known,
            addresses: top(&self.addresses, |address| address.to_string()),
            networks: top(&self.networks, |base| network(base).to_string()),
            beyond: self.beyond,
        })
    }
}

fn top(all: &Counts, name: impl Fn(IpAddr) -> String) -> Vec<LogClient> {
    let mut all: Vec<(IpAddr, u32)> = all.iter().collect();
    all.sort_unstable_by_key(|(address, count)| (std::cmp::Reverse(*count), *address));
    let listed = all.into_iter().take(LISTED);
    listed
        .map(|(address, count)| LogClient { name: name(address), attempts: count.into() })
        .collect()
}
