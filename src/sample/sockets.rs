//! Listening sockets, counted connections, and sockets that died.

use std::net::{IpAddr, SocketAddr};
use std::time::Duration;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{Attempts, EndingShapes, Endings, Network, Queues};

/// One socket in `LISTEN`. A `SO_REUSEPORT` group is several of these with the
/// same address.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Listener {
    /// The address it is bound to; `[::]` may take IPv4 clients as well.
    pub local: SocketAddr,
    /// Connections completed by the kernel and not yet accepted. Full means
    /// *more* than `backlog`: the kernel admits one over (`sk_acceptq_is_full`).
    pub accept_queue: u32,
    /// The limit given to `listen(2)`, cut to `net.core.somaxconn`. Absent
    /// where only `/proc/net/tcp` is readable, which does not tell it.
    pub backlog: Option<u32>,
    /// Connections this socket dropped since it was opened
    /// (`SK_MEMINFO_DROPS`); absent on `/proc/net/tcp`.
    pub drops: Option<u32>,
    /// Inode, the key to the owning process.
    pub inode: u64,
    /// The kernel's identity of the socket; 0 where unknown.
    pub cookie: u64,
}

/// Which sockets a walk looked at.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum WalkScope {
    /// One port, filtered in the kernel; nothing is known of other ports.
    OnePort(u16),
    /// Every socket of the namespace.
    Everything,
}

/// One walk over the connections, added up while reading.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Walk {
    /// What the walk covered.
    pub scope: WalkScope,
    /// Whether this came from `sock_diag` (else `/proc/net/tcp`).
    pub by_sock_diag: bool,
    /// Connections by local address, watched ports only.
    pub groups: Vec<Group>,
    /// Sockets opened from here, by destination; the busiest ones, and those that do not
    /// answer.
    pub outgoing: Vec<Outgoing>,
    /// Those to all other destinations; none where outgoing ones were not looked at.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub outgoing_rest: Option<OutgoingRest>,
    /// CPU time the walk took us.
    pub cpu: Duration,
    /// Wall time the walk took.
    pub took: Duration,
    /// Until the next walk, by the budget.
    pub period: Duration,
}

/// Connections that share a local address.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Group {
    /// Local address and port; IPv4 clients of a `[::]` listener come as
    /// `::ffff:a.b.c.d`.
    pub local: SocketAddr,
    /// How many in each state.
    pub states: States,
    /// Of these, completed but not yet accepted by the process (inode 0).
    pub unaccepted: u64,
    /// Of these, seen by neither of the two walks before; absent where sockets have
    /// no cookie to know them by (`/proc/net/tcp`, recordings of before).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub fresh: Option<u64>,
    /// Client networks and their open connections, busiest first.
    pub networks: Vec<(Network, u64)>,
    /// Open connections of the networks that did not make the list.
    pub other_networks: u64,
    /// Client addresses and their open connections, busiest first; empty in recordings of
    /// before they were told apart.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub addresses: Vec<(IpAddr, u64)>,
    /// Open connections of the addresses that did not make the list.
    #[serde(default)]
    pub other_addresses: u64,
    /// Who came since the last walk and is still there; absent where sockets have no
    /// cookie, at the first walk and in recordings of before.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub came: Option<Attempts>,
    /// What waits in the queues of the open ones; absent in recordings of before.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub queues: Option<Queues>,
    /// How long the established ones have been open.
    pub ages: Ages,
    /// Connections from the busiest single address of this very host: each
    /// holds one ephemeral port towards this listener.
    pub from_this_host: u64,
}

/// Connections per TCP state, full sockets only but for `syn_recv`.
///
/// `TIME_WAIT` is no full socket and is never walked; the host-wide number is
/// in [`super::Counters::time_wait`].
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, JsonSchema, Serialize, Deserialize)]
#[schemars(inline)]
pub struct States {
    /// `ESTABLISHED`.
    pub established: u64,
    /// Handshake under way (request sockets); not open yet.
    pub syn_recv: u64,
    /// The client has closed, the process has not.
    pub close_wait: u64,
    /// We have closed and wait for the acknowledgement.
    pub fin_wait1: u64,
    /// Ours is acknowledged, the client has not closed.
    pub fin_wait2: u64,
    /// Both have closed, last acknowledgement missing.
    pub last_ack: u64,
    /// Both closed at the same time.
    pub closing: u64,
}

impl States {
    /// Every full socket: the `live` of *opened = change in live + destroyed*.
    #[must_use]
    pub const fn live(&self) -> u64 {
        self.established
            + self.close_wait
            + self.fin_wait1
            + self.fin_wait2
            + self.last_ack
            + self.closing
    }

    /// Adds one socket by the kernel's state number (`net/tcp_states.h`).
    pub const fn add(&mut self, state: u8) {
        match state {
            1 => self.established += 1,
            3 | 12 => self.syn_recv += 1,
            4 => self.fin_wait1 += 1,
            5 => self.fin_wait2 += 1,
            8 => self.close_wait += 1,
            9 => self.last_ack += 1,
            11 => self.closing += 1,
            _ => {}
        }
    }

    /// The sum, state by state.
    #[must_use]
    pub const fn plus(self, other: &Self) -> Self {
        Self {
            established: self.established + other.established,
            syn_recv: self.syn_recv + other.syn_recv,
            close_wait: self.close_wait + other.close_wait,
            fin_wait1: self.fin_wait1 + other.fin_wait1,
            fin_wait2: self.fin_wait2 + other.fin_wait2,
            last_ack: self.last_ack + other.last_ack,
            closing: self.closing + other.closing,
        }
    }
}

/// Upper bounds of the age classes, seconds; the last class is open.
pub const AGE_BOUNDS: [u64; 4] = [1, 5, 30, 300];

/// Connections by age, as far as our own walks saw them arrive.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Ages {
    /// Below 1 s, 5 s, 30 s, 300 s, and above.
    pub classes: [u64; 5],
    /// Open since before the first walk: at least as old as our watch.
    pub before_watch: u64,
    /// How long our watch has lasted, so how old those are at the least.
    pub watched_for: Duration,
}

impl Ages {
    /// The sum, class by class; the watch is the same for both.
    #[must_use]
    pub fn plus(mut self, other: Self) -> Self {
        self.before_watch += other.before_watch;
        for (class, more) in self.classes.iter_mut().zip(other.classes) {
            *class += more;
        }
        self
    }
}

/// Connections opened from this host towards one destination.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Outgoing {
    /// Where they go.
    pub destination: SocketAddr,
    /// How many are open from the busiest local address: each holds one
    /// ephemeral port of `net.ipv4.ip_local_port_range`.
    pub open: u64,
    /// How many in each state, from all addresses.
    #[serde(default)]
    pub states: OutgoingStates,
    /// The destination is this very host.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub here: bool,
    /// Processes behind listeners that hold some of them, as far as they were looked up.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub pids: Vec<u32>,
}

impl Outgoing {
    /// None so far.
    #[must_use]
    pub fn to(destination: SocketAddr) -> Self {
        let (states, pids) = (OutgoingStates::default(), Vec::new());
        Self { destination, open: 0, states, here: false, pids }
    }
}

/// Connections opened from this host, by what has become of them.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct OutgoingStates {
    /// `ESTABLISHED`.
    #[serde(default)]
    pub established: u64,
    /// `SYN_SENT`: not answered yet.
    #[serde(default)]
    pub syn_sent: u64,
    /// Of these, asked at least twice, so for a second or longer; where the timers are
    /// told.
    #[serde(default)]
    pub unanswered: u64,
    /// In any other state, most of them on their way to the end.
    #[serde(default)]
    pub closing: u64,
}

impl OutgoingStates {
    /// The sum, state by state.
    #[must_use]
    pub const fn plus(self, other: Self) -> Self {
        Self {
            established: self.established.saturating_add(other.established),
            syn_sent: self.syn_sent.saturating_add(other.syn_sent),
            unanswered: self.unanswered.saturating_add(other.unanswered),
            closing: self.closing.saturating_add(other.closing),
        }
    }

    /// All of them.
    #[must_use]
    pub const fn all(self) -> u64 {
        self.established.saturating_add(self.syn_sent).saturating_add(self.closing)
    }
}

/// Connections to the destinations that are not named.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct OutgoingRest {
    /// How many destinations, at the least.
    pub destinations: u64,
    /// How many connections in each state.
    pub states: OutgoingStates,
}

/// Sockets that died since the last sample, from the destroy groups of
/// `sock_diag` (`SKNLGRP_INET_TCP_DESTROY`).
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Destroyed {
    /// Deaths by local address.
    pub closed: Vec<(SocketAddr, u64)>,
    /// Of `closed`, those that the walk before the last one saw and the last one
    /// not any more: they had died before it.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub late: Vec<(SocketAddr, u64)>,
    /// Of `closed`, those that no walk had seen: opened since.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub unseen: Vec<(SocketAddr, u64)>,
    /// Deaths without a peer that no walk had seen: a connection aborted by the
    /// server (the kernel has already cleared the peer), or the listening socket
    /// itself, which the model knows by its cookie.
    pub peerless: Vec<(SocketAddr, u64)>,
    /// How often the kernel said events were lost (`ENOBUFS`). The number of
    /// events lost is unknown.
    pub overruns: u64,
    /// Not listening to the events at the moment, to save CPU.
    pub stepped_aside: bool,
    /// Nobody listened to the events before this one: between the end of a ring and the
    /// first event of whoever goes on from there.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub unheard: bool,
    /// Who had come, of those that no walk had seen, by local address; told once a second.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub came: Vec<(SocketAddr, Attempts)>,
    /// How they ended, by local address.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub endings: Vec<Endings>,
    /// The same, those together that are alike.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub shapes: Vec<EndingShapes>,
}
