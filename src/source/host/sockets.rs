//! The slow lane: counts the connections by one walk over the socket table.
//!
//! Adds up while the kernel answers and keeps no socket. What a walk costs is
//! the kernel's own work (cache misses of its hash table), about 0.8 µs a
//! connection; its period follows from that, see `lanes`.

use std::collections::HashMap;
use std::io;
use std::net::{IpAddr, SocketAddr};
use std::sync::{PoisonError, RwLock, RwLockWriteGuard};
use std::time::Duration;

use netlink_packet_sock_diag::inet::{InetResponseHeader, StateFlags, Timer};

use super::ages::AgeWalk;
use super::diag::{self, Diag, Family, Query};
use super::seen::{Book, Sightings};
use crate::sample::{Ages, Group, Network, Outgoing, States, WalkScope};

/// More client networks than this on one listener are counted together.
const MAX_NETWORKS: usize = 4096;
/// How many client networks are named.
const NAMED_NETWORKS: usize = 24;
/// More destinations of outgoing connections than this are not told apart.
const MAX_DESTINATIONS: usize = 4096;
/// How many destinations are named.
const NAMED_DESTINATIONS: usize = 8;

/// `TCP_ESTABLISHED` of `net/tcp_states.h`.
const ESTABLISHED: u8 = 1;

/// Which families a walk can skip because they have no socket at all.
#[derive(Debug, Clone, Copy)]
pub(super) struct Families {
    /// IPv4 sockets exist, or it is not known.
    pub(super) v4: bool,
    /// IPv6 sockets exist, or it is not known.
    pub(super) v6: bool,
}

impl Families {
    /// Both, where nothing is known yet.
    pub(super) const BOTH: Self = Self { v4: true, v6: true };
}

/// What a walk found.
#[derive(Debug)]
pub(super) struct Counted {
    pub(super) groups: Vec<Group>,
    pub(super) outgoing: Vec<Outgoing>,
    /// Inodes of the established connections of shared ports.
    pub(super) inodes: Vec<u64>,
}

/// Which connections are counted.
#[derive(Debug, Clone, Copy)]
pub(super) struct Ports<'a> {
    /// All of these ports ...
    pub(super) watched: &'a [u16],
    /// ... and of these the inodes are kept: several processes share them.
    pub(super) shared: &'a [u16],
}

/// All connections of `ports`, which must hold the port of a one-port scope.
///
/// # Errors
/// When the kernel refuses the query or an answer came truncated.
pub(super) fn count(
    diag: &mut Diag,
    scope: WalkScope,
    ports: Ports<'_>,
    families: Families,
    book: &RwLock<Book>,
    now: Duration,
) -> io::Result<Counted> {
    change(book).seen.begin();
    let walked = walk(diag, scope, ports, families, book, now);
    let Walked { mut counted, highest, sightings } =
        walked.inspect_err(|_| change(book).seen.give_up())?;
    let mut book = change(book);
    book.ages.close(now, highest);
    // A first walk cannot tell what is new. Where a screen opens behind what the ring
    // has kept, 32 connections known to it were opened a second time ("62, 32 closed").
    let tells = book.seen.has_walked();
    let fresh = book.seen.close(sightings, counted.groups.len());
    drop(book);
    for (group, fresh) in counted.groups.iter_mut().zip(fresh) {
        group.fresh = tells.then_some(fresh);
    }
    Ok(counted)
}

fn change(book: &RwLock<Book>) -> RwLockWriteGuard<'_, Book> {
    book.write().unwrap_or_else(PoisonError::into_inner)
}

fn walk(
    diag: &mut Diag,
    scope: WalkScope,
    ports: Ports<'_>,
    families: Families,
    book: &RwLock<Book>,
    now: Duration,
) -> io::Result<Walked> {
    let before = book.read().unwrap_or_else(PoisonError::into_inner);
    let mut tally = WalkSums::new(ports, before.ages.walk(now));
    for (family, wanted) in [(Family::V4, families.v4), (Family::V6, families.v6)] {
        if wanted {
            let local_port = match scope {
                WalkScope::OnePort(port) => Some(port),
                WalkScope::Everything => None,
            };
            let query = Query { family, states: open_states(), local_port, meminfo: false };
            diag.walk(&query, |header, _| tally.add(header))?;
        }
    }
    Ok(tally.finish())
}

/// Every full socket, and the handshakes under way: free in the same walk.
fn open_states() -> StateFlags {
    StateFlags::ESTABLISHED
        | StateFlags::SYN_RECV
        | StateFlags::FIN_WAIT1
        | StateFlags::FIN_WAIT2
        | StateFlags::CLOSE_WAIT
        | StateFlags::LAST_ACK
        | StateFlags::CLOSING
}

/// The sums of one walk.
pub(super) struct WalkSums<'walk> {
    ports: Ports<'walk>,
    ages: AgeWalk<'walk>,
    groups: Vec<Sum>,
    last: usize,
    outgoing: HashMap<(SocketAddr, IpAddr), u64>,
    inodes: Vec<u64>,
    sightings: Sightings,
}

/// A finished tally: what was found, and what the next walk has to know of it.
pub(super) struct Walked {
    pub(super) counted: Counted,
    highest: HashMap<u64, u64>,
    sightings: Sightings,
}

struct Sum {
    local: SocketAddr,
    shared: bool,
    states: States,
    unaccepted: u64,
    networks: HashMap<Network, u64>,
    other_networks: u64,
    ages: Ages,
    neighbours: HashMap<IpAddr, u64>,
}

impl<'walk> WalkSums<'walk> {
    pub(super) fn new(ports: Ports<'walk>, ages: AgeWalk<'walk>) -> Self {
        Self {
            ports,
            ages,
            groups: Vec::new(),
            last: 0,
            outgoing: HashMap::new(),
            inodes: Vec::new(),
            sightings: Sightings::default(),
        }
    }

    fn add(&mut self, header: &InetResponseHeader) {
        // FIN_WAIT2 minisockets come along with the full ones.
        if header.timer == Some(Timer::TimeWait) {
            return;
        }
        let entry = Connection {
            local: diag::local(header),
            remote: diag::peer(header),
            state: header.state,
            inode: u64::from(header.inode),
            cookie: Some(diag::cookie(header)),
        };
        self.add_entry(&entry);
    }

    /// Adds one socket, wherever it was read from.
    pub(super) fn add_entry(&mut self, entry: &Connection) {
        if !self.ports.watched.contains(&entry.local.port()) {
            self.add_outgoing(entry);
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
        // The book has to see the others too; their age is nobody's.
        let mut others = Ages::default();
        let ages = if open { &mut sum.ages } else { &mut others };
        match entry.cookie {
            Some(cookie) => {
                self.ages.add(cookie, ages);
                self.sightings.add(cookie, at);
            }
            None => ages.before_watch += 1,
        }
        if open {
            sum.add_client(entry.remote.ip());
        }
    }

    /// The sum of this local address; usually the same as the last one.
    fn group(&mut self, local: SocketAddr) -> usize {
        if self.groups.get(self.last).is_some_and(|g| g.local == local) {
            return self.last;
        }
        if let Some(at) = self.groups.iter().position(|g| g.local == local) {
            return at;
        }
        self.groups.push(Sum::new(local, self.ports.shared.contains(&local.port())));
        self.groups.len() - 1
    }

    fn add_outgoing(&mut self, entry: &Connection) {
        let key = (entry.remote, entry.local.ip());
        if self.outgoing.len() < MAX_DESTINATIONS || self.outgoing.contains_key(&key) {
            *self.outgoing.entry(key).or_default() += 1;
        }
    }

    pub(super) fn finish(self) -> Walked {
        let (watched_for, highest) = self.ages.finish();
        let groups = self.groups.into_iter().map(|sum| sum.finish(watched_for)).collect();
        let mut busiest: HashMap<SocketAddr, u64> = HashMap::new();
        for ((destination, _), open) in self.outgoing {
            let most = busiest.entry(destination).or_default();
            *most = open.max(*most);
        }
        let mut outgoing: Vec<_> =
            busiest.into_iter().map(|(destination, open)| Outgoing { destination, open }).collect();
        outgoing.sort_unstable_by_key(|o| (std::cmp::Reverse(o.open), o.destination));
        outgoing.truncate(NAMED_DESTINATIONS);
        let counted = Counted { groups, outgoing, inodes: self.inodes };
        Walked { counted, highest, sightings: self.sightings }
    }
}

/// One connection as either source gives it.
pub(super) struct Connection {
    pub(super) local: SocketAddr,
    pub(super) remote: SocketAddr,
    /// State number of `net/tcp_states.h`.
    pub(super) state: u8,
    pub(super) inode: u64,
    /// Absent on `/proc/net/tcp`.
    pub(super) cookie: Option<u64>,
}

impl Sum {
    fn new(local: SocketAddr, shared: bool) -> Self {
        Self {
            local,
            shared,
            states: States::default(),
            unaccepted: 0,
            networks: HashMap::new(),
            other_networks: 0,
            ages: Ages::default(),
            neighbours: HashMap::new(),
        }
    }

    fn add_client(&mut self, client: IpAddr) {
        let network = Network::of(client);
        if self.networks.len() < MAX_NETWORKS || self.networks.contains_key(&network) {
            *self.networks.entry(network).or_default() += 1;
        } else {
            self.other_networks += 1;
        }
    }

    /// One that holds a port here, whatever its state.
    fn add_neighbour(&mut self, client: IpAddr) {
        // A client on this host comes from a loopback address or from the very
        // address it connects to.
        let client = client.to_canonical();
        if (client.is_loopback() || client == self.local.ip().to_canonical())
            && (self.neighbours.len() < MAX_NETWORKS || self.neighbours.contains_key(&client))
        {
            *self.neighbours.entry(client).or_default() += 1;
        }
    }

    fn finish(self, watched_for: Duration) -> Group {
        let mut networks: Vec<_> = self.networks.into_iter().collect();
        networks.sort_unstable_by_key(|&(network, open)| (std::cmp::Reverse(open), network));
        let tail: u64 = networks.iter().skip(NAMED_NETWORKS).map(|&(_, open)| open).sum();
        networks.truncate(NAMED_NETWORKS);
        Group {
            local: self.local,
            states: self.states,
            unaccepted: self.unaccepted,
            fresh: None,
            networks,
            other_networks: self.other_networks + tail,
            ages: Ages { watched_for, ..self.ages },
            from_this_host: self.neighbours.into_values().max().unwrap_or(0),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::ages::AgeBook;
    use super::*;

    #[test]
    fn clients_and_ages_are_those_of_the_open_ones() {
        let book = AgeBook::default();
        let ports = Ports { watched: &[80], shared: &[] };
        let mut tally = WalkSums::new(ports, book.walk(Duration::ZERO));
        let client = |host: u8| SocketAddr::from(([10, 0, host, 1], 40_000));
        for (host, state, inode) in [(1, 1, 7), (1, 1, 0), (2, 8, 9), (3, 3, 0), (2, 5, 0)] {
            tally.add_entry(&Connection {
                local: ([10, 0, 9, 9], 80).into(),
                remote: client(host),
                state,
                inode,
                cookie: Some(u64::from(state) * 10 + inode),
            });
        }
        let counted = tally.finish().counted;
        let group = &counted.groups[0];
        let states = (group.states.established, group.states.close_wait, group.states.syn_recv);
        assert_eq!((states, group.states.live(), group.unaccepted), ((2, 1, 1), 4, 1));
        assert_eq!(group.networks, [(Network::of(client(1).ip()), 2)]);
        assert_eq!(group.ages.before_watch, 2);
    }
}
