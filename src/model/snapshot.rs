//! What the model says at one moment; frozen, plain values.

use std::net::SocketAddr;
use std::time::Duration;

use serde::{Deserialize, Serialize};

use super::application::ApplicationSnapshot;
use super::exits::Exit;
use super::growth::Forecast;
use super::identity::{Netns, ServiceId};
use super::limit::Limit;
use super::log::LogSnapshot;
use super::oom::OomKill;
use super::others::Others;
use super::processes::ProcessState;
use super::told::{Codes, ProberSnapshot, TargetSnapshot};
use super::trend::Direction;
use crate::sample::{Ages, Counters, Endings, HostReading, Network, Stamp, States, Unseen};
use crate::units::{PerSecond, Ratio, float};

/// Everything derived at one moment.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Snapshot {
    /// When.
    pub at: Stamp,
    /// The network namespace it is of.
    pub netns: Netns,
    /// Whether the first walk has been made.
    pub ready: bool,
    /// Whether sockets are watched at all, or only probes were asked for.
    pub watches_sockets: bool,
    /// How long connections have been counted: since the first walk.
    pub counted_for: Option<Duration>,
    /// The services, busiest first: what is judged and looked at.
    pub services: Vec<ServiceSnapshot>,
    /// The addresses they listen at, busiest first.
    pub listeners: Vec<ListenerSnapshot>,
    /// The sum of those that are not among them; none where all are.
    #[serde(default)]
    pub others: Option<Others>,
    /// Processes behind them, the lately ended too.
    pub processes: Vec<ProcessState>,
    /// Workers lost in the last minutes, oldest first.
    pub exits: Vec<Exit>,
    /// Kills for memory in the last minutes, oldest first.
    pub oom_kills: Vec<OomKill>,
    /// Host readings.
    pub host: Option<HostReading>,
    /// Counters of the namespace, as last read.
    pub counters: Option<Counters>,
    /// Rates of the namespace's counters over the last interval.
    pub rates: HostRates,
    /// The application's own count beside the kernel's; none without a reading.
    pub application: Option<ApplicationSnapshot>,
    /// What the application's log told; none where none is read.
    pub log: Option<LogSnapshot>,
    /// The targets of the probes, in the order given.
    pub targets: Vec<TargetSnapshot>,
    /// Close codes seen.
    pub codes: Codes,
    /// The prober's load; none without targets.
    pub prober: Option<ProberSnapshot>,
    /// What was named and cannot be seen listening.
    #[serde(default)]
    pub unseen: Vec<Unseen>,
    /// How the figures came about.
    pub sampling: Sampling,
}

/// A rate needs two counts, and its second between them.
const FIRST_SECOND: Duration = Duration::from_secs(1);

impl Snapshot {
    /// Whether there is no figure of a whole second yet: nothing can be said of a
    /// listener then, not even that all is well.
    #[must_use]
    pub fn is_measuring(&self, listener: Option<&ListenerSnapshot>) -> bool {
        let first = self.counted_for.is_none_or(|counted| counted < FIRST_SECOND);
        let unknown = listener.is_none_or(|listener| listener.opened.is_none());
        self.watches_sockets && (!self.ready || first && unknown)
    }

    /// A moment of which nothing is known.
    #[must_use]
    pub fn nothing(at: Stamp) -> Self {
        Self {
            at,
            netns: Netns::default(),
            ready: false,
            watches_sockets: true,
            counted_for: None,
            services: Vec::new(),
            listeners: Vec::new(),
            others: None,
            processes: Vec::new(),
            exits: Vec::new(),
            oom_kills: Vec::new(),
            host: None,
            counters: None,
            rates: HostRates::default(),
            application: None,
            log: None,
            targets: Vec::new(),
            codes: Codes::default(),
            prober: None,
            unseen: Vec::new(),
            sampling: Sampling::default(),
        }
    }

    /// The service that listens at this address.
    #[must_use]
    pub fn service_at(&self, address: SocketAddr) -> Option<&ServiceSnapshot> {
        self.services.iter().find(|service| service.listens_at(address))
    }

    /// Its name; of one that is not listed that by the address alone.
    #[must_use]
    pub fn service_of(&self, address: SocketAddr) -> ServiceId {
        let known = self.service_at(address).map(|service| service.id);
        known.unwrap_or_else(|| ServiceId::new(self.netns, address))
    }

    /// The figures of the service in focus, which is named by one of its addresses.
    #[must_use]
    pub fn focused(&self, focus: Option<SocketAddr>) -> Option<&ListenerSnapshot> {
        self.service_at(focus?).map(|service| &service.whole)
    }

    /// The listener of this address.
    #[must_use]
    pub fn listener(&self, address: SocketAddr) -> Option<&ListenerSnapshot> {
        self.listeners.iter().find(|l| l.address == address)
    }
}

/// Rates of namespace-wide counters; none = no two readings, or a counter that
/// went backwards.
#[derive(Debug, Clone, Copy, Default, PartialEq, Serialize, Deserialize)]
pub struct HostRates {
    /// `PassiveOpens`.
    pub accepted: Option<PerSecond>,
    /// `ListenOverflows` over the last five seconds; SYN retries count again.
    pub listen_overflows: Option<PerSecond>,
    /// `ListenDrops`, likewise.
    pub listen_drops: Option<PerSecond>,
    /// `ListenOverflows` since the first reading.
    pub listen_overflows_mean: Option<PerSecond>,
    /// `ListenDrops`, likewise.
    pub listen_drops_mean: Option<PerSecond>,
}

/// Whether somebody listens on an address.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum Presence {
    /// Now.
    Listening,
    /// Not any more.
    Gone,
    /// Not since we started; its port was named.
    Never,
}

/// One listener at one moment.
#[expect(clippy::struct_excessive_bools, reason = "a snapshot: each is a fact of its own")]
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ListenerSnapshot {
    /// Address and port.
    pub address: SocketAddr,
    /// Whether somebody listens there.
    pub presence: Presence,
    /// Pids behind it.
    pub pids: Vec<u32>,
    /// Name of a process that accepts there, else of one that holds the listener, clean.
    pub process: Option<String>,
    /// A process is there but not ours to see.
    pub hidden: bool,
    /// Established connections, those in the accept queue included: what `ss` counts
    /// as ESTAB. What the client has closed is in `states`.
    pub open: Option<u64>,
    /// `open` and the rates are estimates: between two walks, or because nobody tells
    /// which connections end.
    pub estimated: bool,
    /// Whether anything tells what was opened and closed; else the totals are only what
    /// the walks saw.
    pub flow_known: bool,
    /// Connections by TCP state at the last walk.
    pub states: Option<States>,
    /// Opened per second in the last interval.
    pub opened: Option<PerSecond>,
    /// Closed per second in the last interval.
    pub closed: Option<PerSecond>,
    /// Opened since the first walk.
    pub opened_total: u64,
    /// Closed since the first walk.
    pub closed_total: u64,
    /// Highest second since the start.
    pub peak_opened: Option<PerSecond>,
    /// Waiting to be accepted, summed over the group.
    pub accept_queue: Option<u64>,
    /// Backlog, summed over the group.
    pub backlog: Option<u64>,
    /// Share of the fullest queue of the group; full is above 1.
    pub fullest_queue: Option<f64>,
    /// The highest that share was since the start.
    pub worst_queue: Option<f64>,
    /// Dropped by this listener per second, over the last five.
    pub drops: Option<PerSecond>,
    /// The same since the first reading.
    pub drops_mean: Option<PerSecond>,
    /// Dropped since the first reading; none where no socket told it
    /// (`/proc/net/tcp`).
    pub drops_total: Option<u64>,
    /// How its connections ended since the last derivation.
    pub endings: Endings,
    /// Its limits, the binding one first.
    pub limits: Vec<Limit>,
    /// Until the binding limit is reached, if the growth is real.
    pub forecast: Option<Forecast>,
    /// Client networks and open connections, busiest first.
    pub networks: Vec<(Network, u64)>,
    /// Open connections of networks not named.
    pub other_networks: u64,
    /// Ages of the connections.
    pub ages: Option<Ages>,
    /// When the last walk was made.
    pub walked: Option<Duration>,
    /// The first address of its service, which names it.
    pub service: SocketAddr,
    /// Another service listens on this port too, at other addresses.
    pub shares_port: bool,
}

impl ListenerSnapshot {
    /// A listener of which nothing is known but its address.
    #[must_use]
    pub const fn nothing(address: SocketAddr) -> Self {
        Self {
            address,
            presence: Presence::Never,
            pids: Vec::new(),
            process: None,
            hidden: false,
            open: None,
            estimated: false,
            flow_known: true,
            states: None,
            opened: None,
            closed: None,
            opened_total: 0,
            closed_total: 0,
            peak_opened: None,
            accept_queue: None,
            backlog: None,
            fullest_queue: None,
            worst_queue: None,
            drops: None,
            drops_mean: None,
            drops_total: None,
            endings: Endings::none(address),
            limits: Vec::new(),
            forecast: None,
            networks: Vec::new(),
            other_networks: 0,
            ages: None,
            walked: None,
            service: address,
            shares_port: false,
        }
    }

    /// Its place where the busiest comes first.
    #[must_use]
    pub fn busy(&self) -> (std::cmp::Reverse<u64>, SocketAddr) {
        (std::cmp::Reverse(self.open.unwrap_or(0)), self.address)
    }

    /// Which way it goes: of a listener without a forecast.
    #[must_use]
    pub fn direction(&self) -> Direction {
        Direction::of(self.opened, self.closed)
    }

    /// The limit that binds.
    #[must_use]
    pub fn binding(&self) -> Option<&Limit> {
        self.limits.first().filter(|l| l.binding)
    }

    /// Share of the SYN queue: half-open connections at the last walk of the backlog,
    /// which is the limit of that queue too; full is 1.
    #[must_use]
    pub fn syn_queue(&self) -> Option<f64> {
        let half_open = self.states?.syn_recv;
        self.backlog.map(|backlog| float(half_open) / float(backlog.max(1)))
    }

    /// Whether it has as many half-open connections as it may.
    #[must_use]
    pub fn has_full_syn_queue(&self) -> bool {
        self.syn_queue().is_some_and(|share| share >= 1.0)
    }

    /// Whether somebody listens there now.
    #[must_use]
    pub const fn is_present(&self) -> bool {
        matches!(self.presence, Presence::Listening)
    }

    /// `:8080`; `127.0.0.1:8080` where another service listens on that port too.
    #[must_use]
    pub fn port(&self) -> String {
        if self.shares_port {
            self.address.to_string()
        } else {
            format!(":{}", self.address.port())
        }
    }

    /// `:8080 gateway`.
    #[must_use]
    pub fn label(&self) -> String {
        match &self.process {
            Some(name) => format!("{} {name}", self.port()),
            None => self.port(),
        }
    }
}

/// One service at one moment.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ServiceSnapshot {
    /// Which.
    pub id: ServiceId,
    /// Where it listens, the address it is named by first.
    pub addresses: Vec<SocketAddr>,
    /// Its figures over all of them, under that first address.
    pub whole: ListenerSnapshot,
}

impl ServiceSnapshot {
    /// Whether it listens at this address.
    #[must_use]
    pub fn listens_at(&self, address: SocketAddr) -> bool {
        self.addresses.contains(&address)
    }
}

/// How the figures came about and what they cost.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub struct Sampling {
    /// `sock_diag` or `/proc/net/tcp`; none before the first walk.
    pub by_sock_diag: Option<bool>,
    /// Period of the walks.
    pub period: Option<Duration>,
    /// CPU time of the last walk.
    pub walk_cpu: Option<Duration>,
    /// CPU of all our threads since the program started, share of a core.
    pub cpu_since_start: Option<Ratio>,
    /// The same over the last ten seconds.
    pub cpu_lately: Option<Ratio>,
    /// Our resident memory, bytes.
    pub rss: Option<u64>,
    /// Events and samples that were lost, at the least.
    pub events_lost: u64,
    /// The event lane has stepped aside.
    pub stepped_aside: bool,
    /// What was refused, each with its reason and remedy.
    pub denied: Vec<String>,
    /// Opened by our account and `PassiveOpens` since the first walk, where
    /// every listener is watched and so both count the same.
    pub crosscheck: Option<(u64, u64)>,
}
