//! Connections with the local end of a client's that this host opened itself.
//!
//! `tcp_info` tells them (`direction`), at a fifth more of a walk's cost. So it is asked
//! for where there are few sockets, else by the first walk and now and then; in between
//! those that are known are left out by their cookie.

use netlink_packet_sock_diag::inet::ExtensionFlags;

use super::diag::low;

/// Of so many sockets it costs 0.2 ms.
const FEW: usize = 1_000;
/// Of more, each walk of so many asks: the new ones count as clients until then.
const EVERY: u32 = 16;

/// Their cookies, sorted, 4 bytes each, see [`super::seen`].
#[derive(Debug, Default)]
pub(super) struct OpenedHere {
    /// Of the last walk, and of the one before: one that died meanwhile is told of later.
    last: Vec<u32>,
    before: Vec<u32>,
    /// Walks since one asked.
    unasked: u32,
    many: bool,
}

impl OpenedHere {
    /// Whether this one is known to be one.
    pub(super) fn holds(&self, cookie: u64) -> bool {
        let is_in = |all: &[u32]| !all.is_empty() && all.binary_search(&low(cookie)).is_ok();
        is_in(&self.last) || is_in(&self.before)
    }

    /// What the next walk asks of each socket.
    pub(super) fn wanted(&self) -> ExtensionFlags {
        if self.asks() { ExtensionFlags::INFO } else { ExtensionFlags::empty() }
    }

    /// Whether it asks for `tcp_info`.
    pub(super) const fn asks(&self) -> bool {
        !self.many || self.unasked + 1 >= EVERY
    }

    /// Takes a walk in that went through so many sockets.
    pub(super) fn close(&mut self, mut found: Vec<u32>, sockets: usize) {
        self.unasked = if self.asks() { 0 } else { self.unasked + 1 };
        self.many = sockets > FEW;
        found.sort_unstable();
        self.before = std::mem::replace(&mut self.last, found);
    }
}

#[cfg(test)]
mod tests {
    use std::net::{SocketAddr, TcpListener, TcpStream};
    use std::time::{Duration, Instant};

    use socket2::{Domain, Socket, Type};

    use super::super::destroyed::DestroyFeed;
    use super::super::diag::Diag;
    use super::super::sockets::{self, Families};
    use super::super::walk_sums::Ports;
    use super::*;
    use crate::sample::WalkScope;

    #[test]
    fn few_are_always_asked_for_and_many_now_and_then() {
        let mut here = OpenedHere::default();
        let mut asked = Vec::new();
        for walk in 0..40 {
            asked.extend((here.wanted() == ExtensionFlags::INFO).then_some(walk));
            here.close(Vec::new(), if walk < 2 { FEW } else { FEW + 1 });
        }
        assert_eq!(asked, [0, 1, 2, 18, 34]);
    }

    #[test]
    fn a_cookie_is_known_for_two_walks() {
        let mut here = OpenedHere::default();
        here.close(vec![9, 4], 2);
        assert!(here.holds(4) && here.holds(9) && !here.holds(5));
        here.close(vec![9], 1);
        assert!(here.holds(4), "its death may be told yet");
        here.close(vec![], 0);
        assert!(!here.holds(4) && here.holds(9));
    }

    /// A socket of this address that shares it with others.
    fn sharing(at: SocketAddr) -> Socket {
        let socket = Socket::new(Domain::IPV4, Type::STREAM, None).unwrap();
        socket.set_reuse_address(true).unwrap();
        socket.set_reuse_port(true).unwrap();
        socket.bind(&at.into()).unwrap();
        socket
    }

    /// Open on this port, by a walk.
    fn open(feed: &DestroyFeed, port: u16) -> u64 {
        let (watched, none) = ([port], []);
        let ports = Ports { watched: &watched, shared: &none, listening: &watched };
        let (scope, memory) = (WalkScope::OnePort(port), feed.memory());
        let mut diag = Diag::open().unwrap();
        let found =
            sockets::count(&mut diag, scope, ports, Families::BOTH, &memory, Duration::ZERO);
        found.unwrap().groups.iter().map(|group| group.states.established).sum()
    }

    #[test]
    fn who_connects_out_from_the_port_it_listens_on_is_nobodys_client() {
        let listening = sharing(([127, 0, 0, 1], 0).into());
        listening.listen(64).unwrap();
        let listener = TcpListener::from(listening);
        let at = listener.local_addr().unwrap();
        let mut feed = DestroyFeed::open(&[at.port()]).unwrap();
        assert_eq!(open(&feed, at.port()), 0);
        // To another address each: one pair of ends is one connection.
        let out = |n: u8| {
            let to = TcpListener::bind((std::net::Ipv4Addr::new(127, 0, 1, n), 0)).unwrap();
            let socket = sharing(at);
            socket.connect(&to.local_addr().unwrap().into()).unwrap();
            (socket, to.accept().unwrap())
        };
        let outgoing: Vec<_> = (1..=25).map(out).collect();
        let client = || (TcpStream::connect(at).unwrap(), listener.accept().unwrap());
        let clients: Vec<_> = (0..3).map(|_| client()).collect();
        assert_eq!(open(&feed, at.port()), 3);
        drop(outgoing);
        drop(clients);
        let deadline = Instant::now() + Duration::from_secs(10);
        let mut closed = 0;
        while closed < 3 && Instant::now() < deadline {
            feed.socket().wait(Duration::from_millis(100)).unwrap();
            feed.drain(Duration::ZERO).unwrap();
            closed += feed.take().closed.iter().map(|&(_, n)| n).sum::<u64>();
        }
        assert_eq!(closed, 3, "the others died before them");
        assert_eq!(open(&feed, at.port()), 0);
    }
}
