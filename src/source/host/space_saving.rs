//! Who comes the most, in a few counters: Space-Saving (Metwally, Agrawal and El Abbadi,
//! 2005). Who has more than one in so many of all is among them, whatever else comes; a
//! counter that changed hands says so by its error.

use std::collections::HashMap;
use std::net::{IpAddr, SocketAddr};

use crate::sample::{Attempts, Network};

/// Counters of each kind. More cost more for each that comes; who has one in a hundred
/// of a second's attempts is worth a name.
const COUNTERS: usize = 64;
/// Local addresses whose clients are told apart.
const MOST_ADDRESSES: usize = 256;
/// Of so many that come between two drains each is counted, of those beyond one in
/// [`EVERY`] for as many: two look-ups each were a hundredth of a core at 20 000 a second.
const ALL: u64 = 128;
const EVERY: u32 = 16;

/// The counters of one kind of client: whose, how many, and how many of these may be
/// another's.
#[derive(Debug)]
struct SpaceSaving<T>(Vec<(T, u64, u64)>);

impl<T: Copy + Ord> SpaceSaving<T> {
    fn add(&mut self, client: T, more: u64) {
        if let Some(known) = self.0.iter_mut().find(|(known, ..)| *known == client) {
            known.1 += more;
        } else if self.0.len() < COUNTERS {
            self.0.push((client, more, 0));
        } else if let Some(least) = self.0.iter_mut().min_by_key(|(_, count, _)| *count) {
            *least = (client, least.1 + more, least.1);
        }
    }

    /// What each has at the least, the most first.
    fn most(self) -> Vec<(T, u64)> {
        let sure = |(client, count, error): (T, u64, u64)| (client, count - error);
        let mut all: Vec<(T, u64)> = self.0.into_iter().map(sure).collect();
        all.sort_unstable_by_key(|&(client, sure)| (std::cmp::Reverse(sure), client));
        all.truncate(Attempts::MOST);
        all
    }
}

/// Who came to one local address.
#[derive(Debug)]
pub(super) struct Clients {
    total: u64,
    addresses: SpaceSaving<IpAddr>,
    networks: SpaceSaving<Network>,
}

impl Default for Clients {
    fn default() -> Self {
        Self { total: 0, addresses: SpaceSaving(Vec::new()), networks: SpaceSaving(Vec::new()) }
    }
}

impl Clients {
    /// Adds attempts of this client; none where it is not known.
    pub(super) fn add(&mut self, client: Option<IpAddr>, more: u64) {
        self.total += more;
        if let Some(client) = client.map(|ip| ip.to_canonical()) {
            self.addresses.add(client, more);
            self.networks.add(Network::of(client), more);
        }
    }

    pub(super) fn finish(self) -> Attempts {
        Attempts {
            total: self.total,
            addresses: self.addresses.most(),
            networks: self.networks.most(),
        }
    }
}

/// Who came and went before a walk saw them, by local address.
#[derive(Debug, Default)]
pub(super) struct Passing {
    clients: HashMap<SocketAddr, Clients>,
    /// Since the last drain.
    drained: u64,
    dice: u32,
}

impl Passing {
    /// The events that were queued follow.
    pub(super) const fn begin(&mut self) {
        self.drained = 0;
    }

    pub(super) fn add(&mut self, local: SocketAddr, client: Option<IpAddr>) {
        self.drained += 1;
        let weight = if self.drained <= ALL { 1 } else { self.thrown() };
        if weight == 0 {
            return;
        }
        if self.clients.len() < MOST_ADDRESSES || self.clients.contains_key(&local) {
            self.clients.entry(local).or_default().add(client, weight);
        }
    }

    /// For how many this one counts: chosen by chance, since clients may come in turns
    /// (xorshift, Marsaglia 2003).
    const fn thrown(&mut self) -> u64 {
        let mut dice = if self.dice == 0 { 0x9e37_79b9 } else { self.dice };
        dice ^= dice << 13;
        dice ^= dice >> 17;
        dice ^= dice << 5;
        self.dice = dice;
        if dice.is_multiple_of(EVERY) { EVERY as u64 } else { 0 }
    }

    /// Those so far, starting over.
    pub(super) fn take(&mut self) -> Vec<(SocketAddr, Attempts)> {
        let mut all: Vec<_> = self.clients.drain().map(|(at, who)| (at, who.finish())).collect();
        all.sort_unstable_by_key(|(at, _)| *at);
        all
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ip(n: u32) -> IpAddr {
        IpAddr::V4(n.into())
    }

    #[test]
    fn who_has_one_in_twenty_is_named_whoever_else_comes() {
        let mut clients = Clients::default();
        for n in 0..20_000 {
            clients.add(Some(if n % 20 == 0 { ip(0x0a04_0709) } else { ip(0x0b00_0000 + n) }), 1);
        }
        let told = clients.finish();
        assert_eq!((told.total, told.addresses.len()), (20_000, Attempts::MOST));
        let (most, count) = told.addresses[0];
        assert_eq!(most, ip(0x0a04_0709));
        assert!((900..=1_000).contains(&count), "{count} of 1 000");
        assert!(told.addresses[1].1 < 100, "nobody else has many: {:?}", told.addresses[1]);
    }

    #[test]
    fn a_flood_is_counted_by_its_part_and_a_few_exactly() {
        let local = ([10, 0, 0, 1], 80).into();
        let mut passing = Passing::default();
        let mut told = Attempts::default();
        for n in 0..200_u32 {
            passing.begin();
            // Two networks, three in four from the first, in turns.
            (0..2_000_u32).for_each(|m| {
                let network = if m % 4 == 3 { 0x0a00_0100 } else { 0x0a00_0000 };
                passing.add(local, Some(ip(network + (n * 7 + m) % 250)));
            });
            let (_, more) = passing.take().remove(0);
            told.total += more.total;
            for (network, count) in more.networks {
                match told.networks.iter_mut().find(|(known, _)| *known == network) {
                    Some((_, known)) => *known += count,
                    None => told.networks.push((network, count)),
                }
            }
        }
        let share = |n: u64| crate::units::float(n) / 400_000.0;
        assert!((0.95..1.05).contains(&share(told.total)), "{}", told.total);
        let first = told.networks.iter().find(|(n, _)| *n == Network(ip(0x0a00_0000)));
        assert!((0.70..0.80).contains(&share(first.unwrap().1)), "{told:?}");
        passing.begin();
        (0..100).for_each(|_| passing.add(local, None));
        let (_, few) = passing.take().remove(0);
        assert_eq!((few.total, few.addresses.len()), (100, 0));
    }
}
