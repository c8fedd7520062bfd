//! How often each address and network has tried, in bounded memory.

use std::collections::HashMap;
use std::net::IpAddr;

use super::clients::Network;
use crate::sample::{LogClient, LogClients};

/// Addresses counted by themselves: 4 MB. Those that come after are counted by
/// network only.
const ADDRESSES: usize = 65_536;
const NETWORKS: usize = 16_384;
/// Those that are told.
const LISTED: usize = 10;

/// Attempts by address and network.
#[derive(Debug, Clone, Default)]
pub(super) struct Attempts {
    addresses: HashMap<IpAddr, u64>,
    networks: HashMap<IpAddr, u64>,
    /// Attempts whose line names an address.
    known: u64,
    /// Attempts from more addresses than are counted.
    beyond: u64,
}

/// The network of an address: /24, or /64.
pub(super) fn network(address: IpAddr) -> Network {
    Network::around(address, if address.is_ipv4() { 24 } else { 64 })
}

impl Attempts {
    pub(super) fn add(&mut self, address: IpAddr) {
        self.count(address, 1);
    }

    fn count(&mut self, address: IpAddr, times: u64) {
        self.known += times;
        let full = self.addresses.len() >= ADDRESSES;
        match self.addresses.get_mut(&address) {
            Some(count) => *count += times,
            None if !full => drop(self.addresses.insert(address, times)),
            None => self.beyond += times,
        }
        self.count_network(network(address).base(), times);
    }

    fn count_network(&mut self, base: IpAddr, times: u64) {
        let full = self.networks.len() >= NETWORKS;
        match self.networks.get_mut(&base) {
            Some(count) => *count += times,
            None if !full => drop(self.networks.insert(base, times)),
            None => {}
        }
    }

    /// Those of another log as well.
    pub(super) fn merge(&mut self, other: &Self) {
        for (address, times) in &other.addresses {
            let full = self.addresses.len() >= ADDRESSES;
            match self.addresses.get_mut(address) {
                Some(count) => *count += times,
                None if !full => drop(self.addresses.insert(*address, *times)),
                None => self.beyond += times,
            }
        }
        for (base, times) in &other.networks {
            self.count_network(*base, *times);
        }
        self.known += other.known;
        self.beyond += other.beyond;
    }

    /// Those with the most; none where no line named an address.
    pub(super) fn summary(&self) -> Option<LogClients> {
        (self.known > 0).then(|| LogClients {
            attempts: self.known,
            addresses: top(&self.addresses, ToString::to_string),
            networks: top(&self.networks, |base| network(*base).to_string()),
            beyond: self.beyond,
        })
    }
}

fn top(all: &HashMap<IpAddr, u64>, name: impl Fn(&IpAddr) -> String) -> Vec<LogClient> {
    let mut all: Vec<(&IpAddr, &u64)> = all.iter().collect();
    all.sort_unstable_by_key(|(address, count)| (std::cmp::Reverse(**count), **address));
    let listed = all.into_iter().take(LISTED);
    listed.map(|(address, count)| LogClient { name: name(address), attempts: *count }).collect()
}
