//! One listener in detail.

use std::net::IpAddr;
use std::time::Duration;

use super::chart::Chart;
use super::connections::NetworkList;
use super::numbers::{AcceptQueue, LimitRow};
use crate::model::{ProcessState, SampledSnapshot};
use crate::sample::{Ages, LogClients, Network, Pressure, Queues, States};

/// What the connections of a listener are, and which processes hold them.
#[derive(Debug, Clone, PartialEq)]
pub struct Breakdown {
    /// The processes behind it, the living first.
    pub processes: Vec<ProcessState>,
    /// Why a process may be missing.
    pub process_note: Option<String>,
    /// Connections per TCP state; none before the first walk.
    pub states: Option<States>,
    /// Client networks and their open connections, busiest first.
    pub networks: Vec<(Network, u64)>,
    /// Open connections of networks not listed.
    pub other_networks: u64,
    /// Client addresses and their open connections, busiest first.
    pub addresses: Vec<(IpAddr, u64)>,
    /// Open connections of addresses not listed.
    pub other_addresses: u64,
    /// Attempts of the last minute by address, the most first.
    pub attempts: Vec<(IpAddr, u64)>,
    /// What its connections say, looked at one by one.
    pub sampled: Option<SampledSnapshot>,
    /// What waits in the queues of the open ones; none where no walk told.
    pub queues: Option<Queues>,
    /// How old the connections are.
    pub ages: Option<Ages>,
    /// How long ago networks and ages were counted, where the open connections were
    /// carried on since: they add up to those of then.
    pub counted_ago: Option<Duration>,
}

/// One listener in detail.
#[derive(Debug, Clone, PartialEq)]
pub struct Details {
    /// `0.0.0.0:8080`.
    pub address: String,
    /// All limits of this listener, the binding one first.
    pub limits: Vec<LimitRow>,
    /// The accept queue.
    pub accept_queue: Option<AcceptQueue>,
    /// `net.core.somaxconn`.
    pub somaxconn: Option<u64>,
    /// Share of the last 10 s in which tasks of the host waited, percent; none
    /// where the kernel does not tell.
    pub pressure: Option<Pressure>,
    /// How the binding limit can be raised, with the real pid, if we know.
    pub remedy: Option<String>,
    /// Its connections and the processes behind it.
    pub breakdown: Breakdown,
    /// Its client networks, as a list one can go down from.
    pub networks: NetworkList,
    /// Who has tried, as far as a log beside the sockets names addresses.
    pub attempts: Option<LogClients>,
    /// When the walk behind these figures was taken.
    pub walk_age: Option<Duration>,
    /// Opened per second of this listener.
    pub chart: Chart,
    /// Totals and peak since the start: opened, closed, peak per second.
    pub totals: Option<(u64, u64, f64)>,
}
