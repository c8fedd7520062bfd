//! Whose connections a walk counts: by client address and by client network.

use std::cmp::Reverse;
use std::collections::HashMap;
use std::net::IpAddr;

use crate::sample::Network;

/// More client addresses than this on one listener are counted by their network alone.
/// A walk meets connections in the order of a hash table: who has one in two hundred is
/// among the first thousands, so none that matters is missed.
const MAX_ADDRESSES: usize = 4096;
/// More client networks than this are counted together.
const MAX_NETWORKS: usize = 4096;
/// How many client addresses are named.
const NAMED_ADDRESSES: usize = 8;
/// How many client networks are named.
const NAMED_NETWORKS: usize = 24;

/// Open connections by client, while they are counted.
#[derive(Debug, Default)]
pub(super) struct WalkClients {
    addresses: HashMap<IpAddr, u64>,
    other_addresses: u64,
    /// Of the addresses that are not told apart.
    networks: HashMap<Network, u64>,
    other_networks: u64,
}

/// The busiest, and how many connections all others have.
pub(super) type Busiest<T> = (Vec<(T, u64)>, u64);

impl WalkClients {
    /// Adds one open connection. That is one look-up: the networks of the addresses are
    /// added up at the end.
    pub(super) fn add(&mut self, client: IpAddr) {
        let client = client.to_canonical();
        if self.addresses.len() < MAX_ADDRESSES {
            *self.addresses.entry(client).or_default() += 1;
        } else if let Some(open) = self.addresses.get_mut(&client) {
            *open += 1;
        } else {
            self.other_addresses += 1;
            self.add_network(Network::of(client));
        }
    }

    fn add_network(&mut self, network: Network) {
        if self.networks.len() < MAX_NETWORKS || self.networks.contains_key(&network) {
            *self.networks.entry(network).or_default() += 1;
        } else {
            self.other_networks += 1;
        }
    }

    /// The busiest networks and the busiest addresses.
    pub(super) fn finish(mut self) -> (Busiest<Network>, Busiest<IpAddr>) {
        for (client, open) in &self.addresses {
            *self.networks.entry(Network::of(*client)).or_default() += open;
        }
        (
            busiest(self.networks, self.other_networks, NAMED_NETWORKS),
            busiest(self.addresses, self.other_addresses, NAMED_ADDRESSES),
        )
    }
}

fn busiest<T: Ord + Copy>(counts: HashMap<T, u64>, others: u64, named: usize) -> Busiest<T> {
    let mut counts: Vec<_> = counts.into_iter().collect();
    counts.sort_unstable_by_key(|&(client, open)| (Reverse(open), client));
    let tail: u64 = counts.iter().skip(named).map(|&(_, open)| open).sum();
    counts.truncate(named);
    (counts, others + tail)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_busiest_are_named_and_nobody_is_lost_however_many_come() {
        let mut clients = WalkClients::default();
        let all: u64 = 20_000;
        for n in 0..all {
            let n = u32::try_from(n).expect("few");
            // Every fiftieth is of one address, the others are all different.
            let client = if n.is_multiple_of(50) { 0x0a00_0001 } else { 0x0b00_0000 + n };
            clients.add(IpAddr::V4(client.into()));
        }
        let ((networks, other_networks), (addresses, other_addresses)) = clients.finish();
        assert_eq!(addresses[0], ([10, 0, 0, 1].into(), all / 50));
        assert_eq!(networks[0], (Network::of([10, 0, 0, 1].into()), all / 50));
        assert_eq!((addresses.len(), networks.len()), (NAMED_ADDRESSES, NAMED_NETWORKS));
        let sum = |of: u64, others| of + others;
        assert_eq!(sum(addresses.iter().map(|(_, n)| n).sum(), other_addresses), all);
        assert_eq!(sum(networks.iter().map(|(_, n)| n).sum(), other_networks), all);
        // Nobody but the one has many: a network of 256 addresses, of which a fiftieth
        // is the one's.
        assert!(networks[1].1 <= 256 && addresses[1].1 == 1);
    }

    #[test]
    fn an_address_is_one_by_whichever_family_it_comes() {
        let mut clients = WalkClients::default();
        clients.add([10, 0, 0, 1].into());
        clients.add("::ffff:10.0.0.1".parse().expect("an address"));
        let (_, (addresses, others)) = clients.finish();
        assert_eq!((addresses.as_slice(), others), (&[([10, 0, 0, 1].into(), 2)][..], 0));
    }
}
