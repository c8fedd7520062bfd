//! Single connections of a listener, read while somebody looks at them.

use std::cmp::Ordering;
use std::fmt;
use std::net::{IpAddr, SocketAddr};
use std::sync::Arc;
use std::time::Duration;

use serde::{Deserialize, Serialize};

use super::{Lifetime, Network};

/// No more rows than this cross from outside, however many connections there are:
/// nobody reads further, and a server holds 100 000.
pub const MOST_CONNECTIONS: usize = 1000;

/// One connection as the kernel tells it. What is absent was not told.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct OpenConnection {
    /// Local address and port.
    pub local: SocketAddr,
    /// The far end; IPv4 clients of a `[::]` listener come as `::ffff:a.b.c.d`.
    pub peer: SocketAddr,
    /// State number of `net/tcp_states.h`.
    pub state: u8,
    /// Inode; 0 while no process has accepted it.
    pub inode: u64,
    /// How long it has been open.
    pub age: ConnectionAge,
    /// Bytes that came from the peer (`tcpi_bytes_received`).
    pub received: Option<u64>,
    /// Bytes sent to it, each counted once (`tcpi_bytes_sent - tcpi_bytes_retrans`; before
    /// Linux 4.19 those it acknowledged).
    pub sent: Option<u64>,
    /// Since data went either way the last time; absent where none ever did.
    pub idle: Option<Duration>,
    /// Bytes written and not yet acknowledged by the peer (`idiag_wqueue`).
    pub send_queue: u32,
    /// Bytes received and not yet read by the process (`idiag_rqueue`).
    pub receive_queue: u32,
    /// Segments sent again over its life (`tcpi_total_retrans`).
    pub retransmits: Option<u32>,
    /// Kernel memory of its buffers, bytes (`INET_DIAG_SKMEMINFO`).
    pub memory: Option<u64>,
    /// The process that holds it; absent where it was not looked up, or not found.
    pub worker: Option<u32>,
}

impl OpenConnection {
    /// Its TCP state, as `ss` and `/proc/net/tcp` have it.
    #[must_use]
    pub const fn state_name(&self) -> &'static str {
        match self.state {
            1 => "ESTABLISHED",
            2 => "SYN_SENT",
            3 | 12 => "SYN_RECV",
            4 => "FIN_WAIT1",
            5 => "FIN_WAIT2",
            6 => "TIME_WAIT",
            8 => "CLOSE_WAIT",
            9 => "LAST_ACK",
            11 => "CLOSING",
            _ => "CLOSED",
        }
    }
}

/// How old a connection is, as far as it can be known: the kernel tells no creation time.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ConnectionAge {
    /// Data never went one of the two ways: that clock of the kernel still runs from the
    /// handshake.
    Exactly(Duration),
    /// It came between two socket scans.
    About(Duration),
    /// It was there before the first of them.
    AtLeast(Duration),
}

impl ConnectionAge {
    /// The figure alone.
    #[must_use]
    pub const fn figure(self) -> Duration {
        match self {
            Self::Exactly(age) | Self::About(age) | Self::AtLeast(age) => age,
        }
    }
}

impl From<ConnectionAge> for Lifetime {
    fn from(age: ConnectionAge) -> Self {
        match (age, age.figure().as_secs()) {
            (_, 300..) => Self::Over5m,
            (ConnectionAge::AtLeast(_), _) => Self::Unknown,
            (_, 30..) => Self::Under5m,
            (_, _) => Self::Under30s,
        }
    }
}

/// What connections are put in order by.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ConnectionOrder {
    /// Bytes not yet acknowledged.
    #[default]
    SendQueue,
    /// Segments sent again.
    Retransmits,
    /// Bytes sent.
    Sent,
    /// Bytes received.
    Received,
    /// Since data went last.
    Idle,
    /// How old.
    Age,
    /// Address and port of the peer.
    Peer,
    /// TCP state.
    State,
    /// Process.
    Worker,
}

impl ConnectionOrder {
    /// The order of two connections: numbers largest first, names as they are spelt. What
    /// is not known comes last; of equals first what keeps the most unread, then what has
    /// moved the most.
    #[must_use]
    pub fn compare(self, a: &OpenConnection, b: &OpenConnection) -> Ordering {
        let order = match self {
            Self::SendQueue => b.send_queue.cmp(&a.send_queue),
            Self::Retransmits => b.retransmits.cmp(&a.retransmits),
            Self::Sent => b.sent.cmp(&a.sent),
            Self::Received => b.received.cmp(&a.received),
            Self::Idle => b.idle.cmp(&a.idle),
            Self::Age => b.age.figure().cmp(&a.age.figure()),
            Self::Peer => Ordering::Equal,
            Self::State => a.state.cmp(&b.state),
            Self::Worker => (a.worker.is_none(), a.worker).cmp(&(b.worker.is_none(), b.worker)),
        };
        let busy = |c: &OpenConnection| (c.send_queue, c.sent, c.received);
        let rest = || busy(b).cmp(&busy(a));
        let by_name = |c: &OpenConnection| (c.peer.ip().to_canonical(), c.peer.port(), c.local);
        let order = if self == Self::Peer { order } else { order.then_with(rest) };
        order.then_with(|| by_name(a).cmp(&by_name(b)))
    }
}

/// Which connections are meant.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct ConnectionScope {
    /// Where the service listens.
    pub listeners: Vec<SocketAddr>,
    /// Only from this client network.
    pub network: Option<Network>,
    /// Only from this address.
    pub address: Option<IpAddr>,
    /// Whether the open ones are counted by address instead of listed.
    pub by_address: bool,
}

impl ConnectionScope {
    /// Whether a client is meant. To the kernel every mapped IPv4 address is one of
    /// `::/48`.
    #[must_use]
    pub fn admits(&self, client: IpAddr) -> bool {
        self.network.is_none_or(|network| Network::of(client) == network)
            && self.address.is_none_or(|own| own.to_canonical() == client.to_canonical())
    }
}

/// A question that is asked of every connection while they are gone through.
#[derive(Clone)]
pub struct Test<T: ?Sized>(Arc<dyn Fn(&T) -> bool + Send + Sync>);

impl<T: ?Sized> Test<T> {
    /// By a function.
    pub fn new(test: impl Fn(&T) -> bool + Send + Sync + 'static) -> Self {
        Self(Arc::new(test))
    }

    /// The answer for one.
    pub fn holds(&self, one: &T) -> bool {
        (self.0)(one)
    }
}

impl<T: ?Sized> fmt::Debug for Test<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Test")
    }
}

/// What is asked for: the one thing that goes from the inside out.
#[derive(Debug, Clone)]
pub struct ConnectionQuery {
    /// Which connections.
    pub scope: ConnectionScope,
    /// The first of which order are wanted.
    pub order: ConnectionOrder,
    /// The last of it instead.
    pub reversed: bool,
    /// The filter as it was typed.
    pub filter: String,
    /// Processes behind the listeners.
    pub pids: Vec<u32>,
    /// Whether a connection with this local address is one of these listeners': several
    /// may share a port.
    pub belongs: Test<SocketAddr>,
    /// Whether it is to be shown.
    pub shows: Test<OpenConnection>,
}

/// Two questions are the same where the same rows answer them, and the same processes are
/// searched for who holds them: on a first look those are not known yet.
impl PartialEq for ConnectionQuery {
    fn eq(&self, other: &Self) -> bool {
        let order = (self.order, self.reversed) == (other.order, other.reversed);
        let rest = self.filter == other.filter && self.pids == other.pids;
        order && rest && self.scope == other.scope
    }
}

/// The answer.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ConnectionList {
    /// To what.
    pub scope: ConnectionScope,
    /// How many connections there are; in every full TCP state where they are listed, open
    /// ones where they are counted by address.
    pub all: u64,
    /// How many of them the filter shows.
    pub shown: u64,
    /// The first of these in the order that was asked for, [`MOST_CONNECTIONS`] at most.
    pub rows: Vec<OpenConnection>,
    /// Open connections by address, busiest first, so many at most.
    pub addresses: Vec<(IpAddr, u64)>,
    /// Open connections of addresses that are not among them.
    pub other_addresses: u64,
    /// Why it is not known of some which process holds them.
    pub worker_unknown: Option<String>,
    /// CPU time it took us.
    pub cpu: Duration,
    /// Until it is read again.
    pub period: Duration,
}

#[cfg(test)]
mod tests {
    use super::super::fixtures::connection;
    use super::*;

    #[test]
    fn a_mapped_client_is_of_its_ipv4_network_alone() {
        let in_network = |network: &str| ConnectionScope {
            network: Some(Network(network.parse().expect("an address"))),
            ..ConnectionScope::default()
        };
        let mapped: IpAddr = "::ffff:10.0.3.7".parse().expect("an address");
        assert!(in_network("10.0.3.0").admits(mapped) && !in_network("::").admits(mapped));
        assert!(in_network("::").admits("::1".parse().expect("an address")));
        let own = ConnectionScope { address: Some([10, 0, 3, 7].into()), ..in_network("10.0.3.0") };
        assert!(own.admits(mapped) && !own.admits([10, 0, 3, 8].into()));
    }

    #[test]
    fn numbers_come_largest_first_and_what_is_not_known_last() {
        let mut all: Vec<OpenConnection> = (1..=4).map(connection).collect();
        all[1].send_queue = 9;
        all[2].retransmits = None;
        all[3].worker = Some(7);
        let first = |order: ConnectionOrder| {
            let mut all = all.clone();
            all.sort_by(|a, b| order.compare(a, b));
            all.iter().map(|c| c.peer.port()).collect::<Vec<_>>()
        };
        assert_eq!(first(ConnectionOrder::SendQueue)[0], 40_002);
        assert_eq!(first(ConnectionOrder::Retransmits)[3], 40_003);
        assert_eq!(first(ConnectionOrder::Worker)[0], 40_004);
        assert_eq!(first(ConnectionOrder::Peer), [40_001, 40_002, 40_003, 40_004]);
        assert_eq!(first(ConnectionOrder::Sent)[0], 40_004, "most sent");
    }
}
