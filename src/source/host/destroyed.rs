//! The event lane's feed: every TCP socket of the namespace that dies.
//!
//! The kernel multicasts one message per freed full socket to the groups
//! `SKNLGRP_INET_TCP_DESTROY` and `…INET6…` (`net/core/sock_diag.c`), to any
//! user. This is what sees connections that live shorter than any polling
//! interval, such as those refused with 1013.

use std::collections::HashMap;
use std::io;
use std::net::{IpAddr, SocketAddr};
use std::sync::{Arc, PoisonError, RwLock};
use std::time::Duration;

use super::destroy_socket::{DestroySocket, lost};
use super::diag;
use super::direction::is_outgoing;
use super::endings::{EndingTally, Lived};
use super::seen::{Sighting, WalkMemory};
use super::space_saving::Passing;
use crate::sample::{Destroyed, Lifetime};

/// One event is 380 bytes today; room for what later kernels add.
const EVENT_BYTES: usize = 8 * 1024;
/// The joined socket and the sums since the last take.
#[derive(Debug)]
pub(super) struct DestroyFeed {
    socket: DestroySocket,
    message: Vec<u8>,
    roomy: bool,
    /// Deaths of connections that the last walk saw, that one before it did and it
    /// not any more, and that none has seen.
    standing: HashMap<SocketAddr, u64>,
    late: HashMap<SocketAddr, u64>,
    unseen: HashMap<SocketAddr, u64>,
    peerless: Vec<(SocketAddr, u64)>,
    /// Died while a walk was under way: known once it has ended.
    waiting: Vec<Death>,
    overruns: u64,
    endings: EndingTally,
    /// Who came and went before a walk saw them, since they were last told.
    passing: Passing,
    /// When they were, and the moment of the last drain.
    passing_told: Duration,
    drained: Duration,
    memory: Arc<RwLock<WalkMemory>>,
}

/// Who came is told so often: of a shorter time everybody came once.
const PASSING_EVERY: Duration = Duration::from_secs(1);

/// One death.
#[derive(Debug, Clone, Copy)]
struct Death {
    local: SocketAddr,
    cookie: u64,
    /// None of one that this side aborted: the kernel has cleared it.
    peer: Option<IpAddr>,
}

impl DestroyFeed {
    /// Joins the groups of the current network namespace for these local ports;
    /// needs no privilege.
    ///
    /// # Errors
    /// When the kernel lacks the groups (before 4.2) or a sandbox refuses.
    pub(super) fn open(ports: &[u16]) -> io::Result<Self> {
        let (socket, roomy) = DestroySocket::open(ports)?;
        Ok(Self {
            socket,
            message: Vec::with_capacity(EVENT_BYTES),
            roomy,
            standing: HashMap::new(),
            late: HashMap::new(),
            unseen: HashMap::new(),
            peerless: Vec::new(),
            waiting: Vec::new(),
            overruns: 0,
            endings: EndingTally::new(),
            passing: Passing::default(),
            passing_told: Duration::ZERO,
            drained: Duration::ZERO,
            memory: Arc::default(),
        })
    }

    /// What the walks have seen, by which the dead are told apart.
    pub(super) fn memory(&self) -> Arc<RwLock<WalkMemory>> {
        Arc::clone(&self.memory)
    }

    /// Whether the buffer holds a burst, so that draining it now and then will
    /// do. With the small one (160 events by default) it must be drained as
    /// events come: at 100 ms, 2 387 of 80 922 were left.
    #[must_use]
    pub(super) const fn is_roomy(&self) -> bool {
        self.roomy
    }

    /// The socket, to wait on without holding the sums.
    #[must_use]
    pub(super) fn socket(&self) -> DestroySocket {
        self.socket.clone()
    }

    /// Takes in everything that is queued at this monotonic time.
    ///
    /// # Errors
    /// When the socket broke; lost events are counted, not an error.
    pub(super) fn drain(&mut self, now: Duration) -> io::Result<()> {
        self.endings.begin(now);
        self.passing.begin();
        self.drained = now;
        self.settle();
        loop {
            self.message.clear();
            match self.socket.recv(&mut self.message) {
                Ok(_) => self.take_in(now),
                Err(error) if error.kind() == io::ErrorKind::WouldBlock => return Ok(()),
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(error) if lost(&error) => self.overruns += 1,
                Err(error) => return Err(error),
            }
        }
    }

    fn take_in(&mut self, now: Duration) {
        let memory = Arc::clone(&self.memory);
        let memory = memory.read().unwrap_or_else(PoisonError::into_inner);
        let seen = &memory.seen;
        let message = std::mem::take(&mut self.message);
        for message in diag::messages(&message).flatten() {
            let Some((header, attributes)) = diag::socket(message.payload()) else { continue };
            let (local, cookie) = (diag::local(&header), diag::cookie(&header));
            // What this host opened itself was nobody's client.
            if memory.opened_here.holds(cookie) || is_outgoing(header.state, attributes) {
                continue;
            }
            let peer = (header.socket_id.destination_port != 0).then(|| diag::peer(&header).ip());
            let death = Death { local, cookie, peer };
            let sighting = seen.sighting(cookie);
            if seen.is_walking() {
                self.waiting.push(death);
            } else {
                self.count(death, sighting);
            }
            if peer.is_some() {
                let fresh = seen.has_walked().then_some(sighting == Sighting::Never);
                let (life, age) = match fresh {
                    Some(true) => (Lifetime::Short, None),
                    Some(false) => {
                        (memory.ages.of(cookie, now).into(), memory.ages.known(cookie, now))
                    }
                    None => (Lifetime::Unknown, None),
                };
                let age = age.and_then(|age| u32::try_from(age.as_secs()).ok());
                self.endings.add(&header, attributes, Lived { fresh, life, age });
            }
        }
        self.message = message;
    }

    /// Counts those that died during a walk, once it is over.
    fn settle(&mut self) {
        if self.waiting.is_empty() {
            return;
        }
        let memory = Arc::clone(&self.memory);
        let seen = &memory.read().unwrap_or_else(PoisonError::into_inner).seen;
        if !seen.is_walking() {
            for death in std::mem::take(&mut self.waiting) {
                self.count(death, seen.sighting(death.cookie));
            }
        }
    }

    fn count(&mut self, Death { local, cookie, peer }: Death, sighting: Sighting) {
        let deaths = match sighting {
            Sighting::Never if peer.is_none() => return self.peerless.push((local, cookie)),
            Sighting::Last => &mut self.standing,
            Sighting::Before => &mut self.late,
            Sighting::Never => {
                self.passing.add(local, peer);
                &mut self.unseen
            }
        };
        *deaths.entry(local).or_default() += 1;
        // What a walk has seen was a connection and no listening socket.
        if peer.is_none() {
            self.endings.add_aborted(local);
        }
    }

    /// Whether anything was taken in since the last take.
    #[must_use]
    pub(super) fn is_empty(&self) -> bool {
        let deaths = [&self.standing, &self.late, &self.unseen];
        deaths.iter().all(|sums| sums.is_empty()) && self.peerless.is_empty() && self.overruns == 0
    }

    /// The sums so far, starting over.
    #[must_use]
    pub(super) fn take(&mut self) -> Destroyed {
        let standing = std::mem::take(&mut self.standing);
        self.told(standing)
    }

    /// The same without those whose connections the walk that has just ended saw:
    /// they stand in its count and belong to the time after it.
    #[must_use]
    pub(super) fn take_past(&mut self) -> Destroyed {
        self.told(HashMap::new())
    }

    fn told(&mut self, mut closed: HashMap<SocketAddr, u64>) -> Destroyed {
        let sorted = |sums: HashMap<SocketAddr, u64>| {
            let mut sums: Vec<_> = sums.into_iter().collect();
            sums.sort_unstable();
            sums
        };
        let (late, unseen) = (std::mem::take(&mut self.late), std::mem::take(&mut self.unseen));
        for (&local, more) in late.iter().chain(&unseen) {
            *closed.entry(local).or_default() += more;
        }
        let (endings, shapes) = self.endings.take();
        let is_due = self.drained.saturating_sub(self.passing_told) >= PASSING_EVERY;
        let came = if is_due {
            self.passing_told = self.drained;
            self.passing.take()
        } else {
            Vec::new()
        };
        Destroyed {
            closed: sorted(closed),
            late: sorted(late),
            unseen: sorted(unseen),
            peerless: std::mem::take(&mut self.peerless),
            overruns: std::mem::take(&mut self.overruns),
            stepped_aside: false,
            unheard: false,
            came,
            endings,
            shapes,
        }
    }
}

#[cfg(test)]
mod tests {
    use std::io::Read;
    use std::net::{TcpListener, TcpStream};
    use std::time::Instant;

    use super::super::diag::Diag;
    use super::super::sockets::{self, Families};
    use super::super::walk_sums::Ports;
    use super::*;
    use crate::sample::WalkScope;

    /// Opens and closes `count` connections, the server closing first.
    fn churn(listener: &TcpListener, count: usize) {
        let address = listener.local_addr().unwrap();
        for _ in 0..count {
            let mut client = TcpStream::connect(address).unwrap();
            drop(listener.accept().unwrap());
            assert_eq!(client.read(&mut [0]).unwrap(), 0);
        }
    }

    fn drain_until(feed: &mut DestroyFeed, wanted: u64) -> u64 {
        let deadline = Instant::now() + Duration::from_secs(10);
        let mut seen = 0;
        while seen < wanted && Instant::now() < deadline {
            feed.socket().wait(Duration::from_millis(100)).unwrap();
            feed.drain(Duration::ZERO).unwrap();
            seen += feed.take().closed.iter().map(|&(_, n)| n).sum::<u64>();
        }
        seen
    }

    #[test]
    fn connections_shorter_than_any_poll_are_seen_once_each() {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let mut feed = DestroyFeed::open(&[1, listener.local_addr().unwrap().port(), 2]).unwrap();
        churn(&listener, 200);
        assert_eq!(drain_until(&mut feed, 200), 200, "the clients' halves are filtered out");
    }

    /// A walk of this port, as the slow lane makes it; how many it saw first, which a
    /// first walk cannot tell.
    fn walk(feed: &DestroyFeed, port: u16) -> Option<u64> {
        let (watched, none) = ([port], []);
        let ports = Ports { watched: &watched, shared: &none, listening: &watched };
        let (scope, memory) = (WalkScope::OnePort(port), feed.memory());
        let mut diag = Diag::open().unwrap();
        let found =
            sockets::count(&mut diag, scope, ports, Families::BOTH, &memory, Duration::ZERO);
        found.unwrap().groups.iter().map(|group| group.fresh).sum()
    }

    /// Takes in so many deaths, and does not count them yet.
    fn hear(feed: &mut DestroyFeed, deaths: usize) {
        let deadline = Instant::now() + Duration::from_secs(10);
        let heard = |feed: &DestroyFeed| {
            let sums = [&feed.standing, &feed.late, &feed.unseen];
            let counted: u64 = sums.iter().flat_map(|sum| sum.values()).sum();
            usize::try_from(counted).unwrap() + feed.peerless.len() + feed.waiting.len()
        };
        while heard(feed) < deaths && Instant::now() < deadline {
            feed.socket().wait(Duration::from_millis(100)).unwrap();
            feed.drain(Duration::ZERO).unwrap();
        }
        assert_eq!(heard(feed), deaths);
    }

    /// Closed, of these late and unseen.
    fn sums(told: &Destroyed) -> [u64; 3] {
        [&told.closed, &told.late, &told.unseen].map(|list| list.iter().map(|&(_, n)| n).sum())
    }

    #[test]
    fn a_death_is_charged_to_the_walk_it_belongs_to_whenever_it_is_heard_of() {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let port = listener.local_addr().unwrap().port();
        let mut feed = DestroyFeed::open(&[port]).unwrap();
        let mut held: Vec<_> = (0..40)
            .map(|_| (TcpStream::connect(("127.0.0.1", port)).unwrap(), listener.accept().unwrap()))
            .collect();
        assert_eq!(walk(&feed, port), None);
        // Dead before the walk, heard of after it.
        held.truncate(30);
        assert_eq!(walk(&feed, port), Some(0));
        hear(&mut feed, 10);
        assert_eq!(sums(&feed.take_past()), [10, 10, 0]);
        // Seen by the walk, dead and heard of before it is told.
        held.truncate(20);
        hear(&mut feed, 10);
        assert_eq!(sums(&feed.take_past()), [0, 0, 0], "they stand in its count");
        assert_eq!(sums(&feed.take()), [10, 0, 0]);
        // Heard of while a walk is under way.
        feed.memory.write().unwrap().seen.begin();
        held.truncate(10);
        churn(&listener, 3);
        hear(&mut feed, 13);
        assert!(feed.is_empty(), "nobody knows yet");
        assert_eq!(walk(&feed, port), Some(0));
        feed.drain(Duration::ZERO).unwrap();
        assert_eq!(sums(&feed.take()), [13, 10, 3]);
    }

    #[test]
    fn other_ports_are_filtered_in_the_kernel() {
        let listener = TcpListener::bind("[::1]:0").unwrap();
        let watched = TcpListener::bind("[::1]:0").unwrap();
        let mut feed = DestroyFeed::open(&[watched.local_addr().unwrap().port()]).unwrap();
        churn(&listener, 50);
        churn(&watched, 1);
        assert_eq!(drain_until(&mut feed, 1), 1);
    }
}
