//! Connections opened from this host, summed by destination.

use std::cmp::Reverse;
use std::collections::HashMap;
use std::collections::hash_map::Entry;
use std::net::{IpAddr, SocketAddr};

use super::table_entry::Connection;
use crate::sample::{Outgoing, OutgoingRest, OutgoingStates};

/// More destinations than this are not told apart.
const MOST: usize = 4096;
/// How many are named.
const NAMED: usize = 8;
/// Of each so many inodes are kept, to look up who opened it.
const INODES: usize = 2;
/// `TCP_ESTABLISHED` and `TCP_SYN_SENT` of `net/tcp_states.h`.
const ESTABLISHED: u8 = 1;
const SYN_SENT: u8 = 2;

/// One destination, and some of the sockets towards it.
#[derive(Debug, Clone)]
pub(super) struct Destination {
    pub(super) outgoing: Outgoing,
    pub(super) inodes: Vec<u64>,
}

/// The sums of one walk.
#[derive(Debug, Default)]
pub(super) struct OutgoingSums {
    by_ends: HashMap<(SocketAddr, IpAddr), EndsSum>,
    /// What did not find a place.
    beyond: OutgoingStates,
}

#[derive(Debug, Default)]
struct EndsSum {
    states: OutgoingStates,
    inodes: [u64; INODES],
}

impl OutgoingSums {
    /// Adds one that was opened here.
    pub(super) fn add(&mut self, entry: &Connection) {
        let full = self.by_ends.len() >= MOST;
        let sum = match self.by_ends.entry((entry.remote, entry.local.ip())) {
            Entry::Occupied(known) => known.into_mut(),
            Entry::Vacant(_) if full => return note(&mut self.beyond, entry),
            Entry::Vacant(new) => new.insert(EndsSum::default()),
        };
        note(&mut sum.states, entry);
        if let Some(place) = sum.inodes.iter_mut().find(|inode| **inode == 0) {
            *place = entry.inode;
        }
    }

    /// The destinations with the most, and what does not answer; the rest in one sum.
    pub(super) fn finish(self) -> (Vec<Destination>, OutgoingRest) {
        let mut by_destination: HashMap<SocketAddr, Destination> = HashMap::new();
        for ((destination, local), sum) in self.by_ends {
            let one = by_destination.entry(destination).or_insert_with(|| Destination {
                outgoing: Outgoing::to(destination),
                inodes: Vec::new(),
            });
            let outgoing = &mut one.outgoing;
            outgoing.open = outgoing.open.max(sum.states.all());
            outgoing.states = outgoing.states.plus(sum.states);
            let (here, local) = (destination.ip().to_canonical(), local.to_canonical());
            outgoing.here |= here.is_loopback() || here == local;
            one.inodes.extend(sum.inodes.iter().filter(|inode| **inode != 0));
            one.inodes.truncate(INODES);
        }
        let mut all: Vec<Destination> = by_destination.into_values().collect();
        // One that answers nobody has few of them, and is what one looks for.
        let weight = |o: &Outgoing| o.open.max(o.states.unanswered.saturating_mul(64));
        all.sort_unstable_by_key(|one| (Reverse(weight(&one.outgoing)), one.outgoing.destination));
        let others = all.split_off(all.len().min(NAMED));
        let states = others.iter().map(|one| one.outgoing.states);
        let rest = OutgoingRest {
            destinations: others.len() as u64,
            states: states.fold(self.beyond, OutgoingStates::plus),
        };
        (all, rest)
    }
}

fn note(states: &mut OutgoingStates, entry: &Connection) {
    match entry.state {
        ESTABLISHED => states.established += 1,
        SYN_SENT => {
            states.syn_sent += 1;
            states.unanswered += u64::from(entry.asked_again);
        }
        _ => states.closing += 1,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn entry(to: [u8; 4], from: [u8; 4], state: u8, inode: u64) -> Connection {
        Connection {
            local: (from, 40_000).into(),
            remote: (to, 5432).into(),
            state,
            inode,
            cookie: None,
            send_queue: 0,
            receive_queue: 0,
            asked_again: state == SYN_SENT && inode > 100,
        }
    }

    #[test]
    fn what_does_not_answer_is_named_before_what_has_many() {
        let mut sums = OutgoingSums::default();
        for host in 1..=20 {
            for inode in 1..=10 {
                sums.add(&entry([10, 0, 0, host], [10, 0, 9, 9], ESTABLISHED, inode));
            }
        }
        sums.add(&entry([10, 0, 0, 99], [10, 0, 9, 9], SYN_SENT, 101));
        sums.add(&entry([10, 0, 0, 99], [10, 0, 9, 9], SYN_SENT, 7));
        let (named, rest) = sums.finish();
        let first = &named[0].outgoing;
        assert_eq!(first.destination.ip(), IpAddr::from([10, 0, 0, 99]));
        assert_eq!((first.states.syn_sent, first.states.unanswered), (2, 1));
        assert_eq!(named[0].inodes, [101, 7]);
        assert_eq!((named.len(), rest.destinations, rest.states.established), (8, 13, 130));
    }

    #[test]
    fn ports_are_held_from_each_address_and_states_are_of_all() {
        let mut sums = OutgoingSums::default();
        for (from, state) in [(1, ESTABLISHED), (1, 8), (2, ESTABLISHED)] {
            sums.add(&entry([10, 0, 0, 1], [10, 0, 0, from], state, 0));
        }
        let (named, _) = sums.finish();
        let one = &named[0].outgoing;
        assert_eq!((one.open, one.states.established, one.states.closing), (2, 2, 1));
        assert!(one.here, "it is one of our own addresses");
    }
}
