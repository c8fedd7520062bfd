//! The sums of one walk over the connections.

use std::collections::HashMap;
use std::net::{IpAddr, SocketAddr};
use std::time::Duration;

use netlink_packet_sock_diag::inet::{InetResponseHeader, Timer};

use super::ages::AgeWalk;
use super::diag;
use super::direction::is_outgoing;
use super::opened_here::OpenedHere;
use super::outgoing_sums::{Destination, OutgoingSums};
use super::seen::Sightings;
use super::space_saving::Clients;
use super::table_entry::Connection;
use super::walk_clients::WalkClients;
use crate::sample::{Ages, Group, OutgoingRest, Queues, States};

/// More addresses of this host than this are not told apart.
const MAX_NEIGHBOURS: usize = 4096;
/// `TCP_ESTABLISHED` of `net/tcp_states.h`.
const ESTABLISHED: u8 = 1;

/// What a walk found.
#[derive(Debug)]
pub(super) struct Counted {
    pub(super) groups: Vec<Group>,
    pub(super) outgoing: Vec<Destination>,
    /// To all other destinations; none where outgoing ones were not looked at.
    pub(super) outgoing_rest: Option<OutgoingRest>,
    /// Inodes of the established connections of shared ports.
    pub(super) inodes: Vec<u64>,
}

/// Which connections are counted.
#[derive(Debug, Clone, Copy)]
pub(super) struct Ports<'a> {
    /// All of these ports, sorted: each socket of the host is looked up here ...
    pub(super) watched: &'a [u16],
    /// ... and of these the inodes are kept: several processes share them.
    pub(super) shared: &'a [u16],
    /// Whoever listens here, sorted: what came in on one of these was not opened from
    /// here.
    pub(super) listening: &'a [u16],
}

/// The sums of one walk.
pub(super) struct WalkSums<'walk> {
    ports: Ports<'walk>,
    ages: AgeWalk<'walk>,
    groups: Vec<Sum>,
    /// Where the sum of each local address is in them.
    places: HashMap<SocketAddr, usize>,
    last: usize,
    outgoing: OutgoingSums,
    inodes: Vec<u64>,
    sightings: Sightings,
    /// Known to have been opened here, and those of this walk.
    known_here: &'walk OpenedHere,
    opened_here: Vec<u32>,
    sockets: usize,
}

/// The finished sums: what was found, and what the next walk has to know of it.
pub(super) struct Walked {
    pub(super) counted: Counted,
    pub(super) highest: HashMap<u64, u64>,
    pub(super) sightings: Sightings,
    pub(super) opened_here: Vec<u32>,
    /// How many sockets were looked at.
    pub(super) sockets: usize,
}

struct Sum {
    local: SocketAddr,
    shared: bool,
    states: States,
    unaccepted: u64,
    clients: WalkClients,
    /// Of those that came since the walk before.
    came: Clients,
    queues: Queues,
    ages: Ages,
    neighbours: HashMap<IpAddr, u64>,
}

impl<'walk> WalkSums<'walk> {
    pub(super) fn new(
        ports: Ports<'walk>,
        ages: AgeWalk<'walk>,
        known_here: &'walk OpenedHere,
    ) -> Self {
        Self {
            ports,
            ages,
            groups: Vec::new(),
            places: HashMap::new(),
            last: 0,
            outgoing: OutgoingSums::default(),
            inodes: Vec::new(),
            sightings: Sightings::default(),
            known_here,
            opened_here: Vec::new(),
            sockets: 0,
        }
    }

    /// Adds one socket as `sock_diag` tells it.
    pub(super) fn add(&mut self, header: &InetResponseHeader, attributes: &[u8]) {
        // FIN_WAIT2 minisockets come along with the full ones.
        if header.timer == Some(Timer::TimeWait) {
            return;
        }
        self.sockets += 1;
        let cookie = diag::cookie(header);
        let entry = Connection::of(header);
        if self.is_watched(&entry)
            && (self.known_here.holds(cookie)
                || self.known_here.asks() && is_outgoing(header.state, attributes))
        {
            self.opened_here.push(diag::low(cookie));
            return self.outgoing.add(&entry);
        }
        self.add_entry(&entry);
    }

    fn is_watched(&self, entry: &Connection) -> bool {
        self.ports.watched.binary_search(&entry.local.port()).is_ok()
    }

    /// Adds one socket, wherever it was read from.
    pub(super) fn add_entry(&mut self, entry: &Connection) {
        if !self.is_watched(entry) {
            if self.ports.listening.binary_search(&entry.local.port()).is_err() {
                self.outgoing.add(entry);
            }
            return;
        }
        let at = self.group(entry.local);
        self.last = at;
        let sum = &mut self.groups[at];
        let open_before = sum.states.live();
        sum.states.add(entry.state);
        if sum.states.live() == open_before {
            return;
        }
        let open = entry.state == ESTABLISHED;
        sum.unaccepted += u64::from(entry.inode == 0 && open);
        if sum.shared && entry.inode != 0 && open {
            self.inodes.push(entry.inode);
        }
        sum.add_neighbour(entry.remote.ip());
        // The ages have to see the others too; their age is nobody's.
        let mut others = Ages::default();
        let ages = if open { &mut sum.ages } else { &mut others };
        match entry.cookie {
            Some(cookie) => {
                if self.ages.add(cookie, ages) {
                    sum.came.add(Some(entry.remote.ip()), 1);
                }
                self.sightings.add(cookie, at);
            }
            None => ages.before_watch += 1,
        }
        if open {
            sum.clients.add(entry.remote.ip());
            sum.queues.send.add(entry.send_queue.into());
            sum.queues.receive.add(entry.receive_queue.into());
        }
    }

    /// The sum of this local address; usually the same as the last one.
    fn group(&mut self, local: SocketAddr) -> usize {
        if self.groups.get(self.last).is_some_and(|g| g.local == local) {
            return self.last;
        }
        *self.places.entry(local).or_insert_with(|| {
            self.groups.push(Sum::new(local, self.ports.shared.contains(&local.port())));
            self.groups.len() - 1
        })
    }

    pub(super) fn finish(self) -> Walked {
        let (watched_for, highest) = self.ages.finish();
        let groups = self.groups.into_iter().map(|sum| sum.finish(watched_for)).collect();
        let (outgoing, rest) = self.outgoing.finish();
        let counted = Counted { groups, outgoing, outgoing_rest: Some(rest), inodes: self.inodes };
        let (sightings, opened_here) = (self.sightings, self.opened_here);
        Walked { counted, highest, sightings, opened_here, sockets: self.sockets }
    }
}

impl Sum {
    fn new(local: SocketAddr, shared: bool) -> Self {
        Self {
            local,
            shared,
            states: States::default(),
            unaccepted: 0,
            clients: WalkClients::default(),
            came: Clients::default(),
            queues: Queues::default(),
            ages: Ages::default(),
            neighbours: HashMap::new(),
        }
    }

    /// One that holds a port here, whatever its state.
    fn add_neighbour(&mut self, client: IpAddr) {
        // A client on this host comes from a loopback address or from the very
        // address it connects to.
        let client = client.to_canonical();
        if (client.is_loopback() || client == self.local.ip().to_canonical())
            && (self.neighbours.len() < MAX_NEIGHBOURS || self.neighbours.contains_key(&client))
        {
            *self.neighbours.entry(client).or_default() += 1;
        }
    }

    fn finish(self, watched_for: Duration) -> Group {
        let ((networks, other_networks), (addresses, other_addresses)) = self.clients.finish();
        let came = self.came.finish();
        Group {
            local: self.local,
            states: self.states,
            unaccepted: self.unaccepted,
            fresh: None,
            networks,
            other_networks,
            addresses,
            other_addresses,
            came: (came.total > 0).then_some(came),
            queues: Some(self.queues),
            ages: Ages { watched_for, ..self.ages },
            from_this_host: self.neighbours.into_values().max().unwrap_or(0),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::ages::ConnectionAges;
    use super::*;
    use crate::sample::Network;

    #[test]
    fn clients_and_ages_are_those_of_the_open_ones() {
        let ages = ConnectionAges::default();
        let ports = Ports { watched: &[80], shared: &[], listening: &[80] };
        let none = OpenedHere::default();
        let mut sums = WalkSums::new(ports, ages.walk(Duration::ZERO), &none);
        let client = |host: u8| SocketAddr::from(([10, 0, host, 1], 40_000));
        for (host, state, inode) in [(1, 1, 7), (1, 1, 0), (2, 8, 9), (3, 3, 0), (2, 5, 0)] {
            sums.add_entry(&Connection {
                local: ([10, 0, 9, 9], 80).into(),
                remote: client(host),
                state,
                inode,
                cookie: Some(u64::from(state) * 10 + inode),
                send_queue: 100 * u32::from(host),
                receive_queue: 0,
                asked_again: false,
            });
        }
        let counted = sums.finish().counted;
        let group = &counted.groups[0];
        let states = (group.states.established, group.states.close_wait, group.states.syn_recv);
        assert_eq!((states, group.states.live(), group.unaccepted), ((2, 1, 1), 4, 1));
        assert_eq!(group.networks, [(Network::of(client(1).ip()), 2)]);
        assert_eq!(group.addresses, [(client(1).ip(), 2)]);
        let queues = group.queues.unwrap();
        assert_eq!((queues.send.classes, queues.send.bytes), ([0, 2, 0, 0, 0], 200));
        assert_eq!(queues.receive.waiting(), 0);
        assert_eq!(group.ages.before_watch, 2);
    }
}
