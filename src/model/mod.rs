//! What the samples mean: rates, states, capacity, history.
//!
//! Pure: values in, values out, no clock, no file. `run` hands every sample to
//! [`Model::absorb`] and asks for a [`Snapshot`] each interval; `detect`, `app`
//! and `output` read that.

mod absorb;
mod account;
mod application;
mod attempts;
mod capacity;
mod churn;
mod codes;
mod config;
mod configured;
mod connect_attempts;
mod container;
mod counters;
mod derive;
mod endings;
mod exit;
mod exits;
mod flow;
mod growth;
mod history;
mod identity;
mod limit;
mod listener;
mod listener_figures;
mod listening;
mod log;
mod log_clients;
mod oom;
mod others;
mod outgoing;
mod peak;
mod prices;
mod probe_snapshot;
mod probing;
mod processes;
mod quiet;
mod quota;
mod recent_rate;
mod router;
mod sampled;
mod sampling;
mod seconds;
mod service;
mod services;
mod serving;
mod shapes;
mod slope;
mod snapshot;
mod spread;
mod target;
#[cfg(test)]
mod tests;
mod timeline;
mod trend;
mod unseen_listener;
mod worker_walks;
mod workers;

use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::net::SocketAddr;
use std::time::Duration;

pub use application::ApplicationSnapshot;
pub use config::ModelConfig;
pub use configured::BACKLOG;
pub use connect_attempts::{ConnectAttemptCounter, ConnectAttempts};
pub use container::{container, container_name};
pub use endings::{Estimate, closed_by_server};
pub use exit::{Exit, Loss, REPLACED_WITHIN};
pub use growth::Forecast;
pub use history::{Bucket, Connections, History, HostHistory, LogHistory, Series, Track};
pub use identity::{ListenerId, Netns, ServiceId};
pub use limit::{Limit, LimitKind, LimitUnit, Resource};
pub use log::{LogRate, LogSnapshot};
pub use log_clients::{Origin, RecentClients};
pub use oom::OomKill;
pub use probe_snapshot::{
    Attempt, CodeSnapshot, CodeSource, Codes, Held, ProberSnapshot, TargetSnapshot,
};
pub use processes::ProcessState;
pub use quota::{Throttled, Throttling};
pub(crate) use router::route;
pub use snapshot::{
    AttemptsSnapshot, EndingSnapshot, HostRates, LabelSource, ListenerSnapshot, Others,
    OutgoingSnapshot, Presence, SampledSnapshot, Sampling, ServiceSnapshot, SilentClients,
    Snapshot,
};
pub use spread::Spread;
pub use target::SLOW;
pub use timeline::Timeline;
pub use trend::Direction;
pub use unseen_listener::why_unseen;

use crate::sample::{
    ConfiguredLimit, ConnectionList, Counters, HostReading, NamespaceReading, OwnCost, Owners,
    Reading, Stamp, UnseenListener,
};
use counters::CounterGrowth;
use flow::LastWalk;
use history::Second;
use listener::ListenerState;
use oom::Oom;
use outgoing::OutgoingState;
use probing::Probing;
use processes::Processes;
use quota::Quotas;
use service::Services;
use workers::Workers;

/// Everything known so far.
#[expect(clippy::struct_excessive_bools, reason = "each is a fact of its own")]
#[derive(Debug, Clone, Default)]
pub struct Model {
    config: ModelConfig,
    timeline: Timeline,
    history: History,
    /// Boxed: the places of a node that are empty would be a third of ten thousand.
    listeners: BTreeMap<SocketAddr, Box<ListenerState>>,
    /// The same by port.
    ports: router::Ports,
    services: Services,
    /// Who listens, or who is behind it, is another since they were grouped.
    regroup: bool,
    /// The services that are shown one by one.
    listed: BTreeSet<SocketAddr>,
    /// Where something happens or is open, see [`quiet`].
    awake: BTreeSet<SocketAddr>,
    /// The sum of all others at the last walk.
    asleep: Others,
    /// Listeners that have a part in what the host accepts.
    takers: Vec<SocketAddr>,
    processes: Processes,
    workers: Workers,
    oom: Oom,
    quotas: Quotas,
    /// What was named and cannot be seen listening.
    unseen: Vec<UnseenListener>,
    /// Who listens in other network namespaces.
    namespaces: Vec<NamespaceReading>,
    /// What the listeners were told to admit.
    configured: Vec<ConfiguredLimit>,
    host: Option<HostReading>,
    counters: Option<(Duration, Counters)>,
    connect_attempts: ConnectAttemptCounter,
    /// Readings at derivations, back to the last that is a second old.
    counters_at_derive: VecDeque<(Duration, Counters)>,
    /// `ListenOverflows` and `ListenDrops` since the first reading.
    overflows: CounterGrowth,
    dropped: CounterGrowth,
    derived: Option<Duration>,
    /// Something came, went or began to listen since then.
    moved: bool,
    outgoing: OutgoingState,
    owners: Owners,
    last_walk: Option<LastWalk>,
    first_walk: Option<Duration>,
    /// A listener has come back since the last walk.
    returned: bool,
    /// Up to when what the host accepted was put to accounts.
    accepted_to: Duration,
    /// When deaths were last told, also that there were none.
    told_deaths: Option<Duration>,
    deaths_lost: flow::DeathsLost,
    /// Accepted a second by whom we do not watch, while every death was told.
    elsewhere: Option<f64>,
    /// `PassiveOpens` at the last walk and at the first.
    passive_at_walk: Option<u64>,
    passive_at_first: Option<u64>,
    own: VecDeque<(Duration, OwnCost)>,
    events_lost: u64,
    stepped_aside: bool,
    denied: BTreeMap<&'static str, String>,
    probing: Probing,
    application: application::ApplicationState,
    log: log::LogState,
    /// Cookies of listening sockets: a listener that closes is one death of no
    /// connection.
    cookies: BTreeSet<u64>,
    /// Single connections as they were read last: nothing is derived from them.
    connections: Option<(Stamp, Reading<ConnectionList>)>,
}

impl Model {
    /// The operator says otherwise how many connections a service admits, or how often
    /// it is derived.
    pub fn admit(&mut self, config: ModelConfig) {
        let ModelConfig { capacities, capacities_at, capacity, interval, .. } = config;
        // The application is asked as often as it was at the start.
        self.config.interval = self.config.interval.max(interval);
        self.config.capacities = capacities;
        self.config.capacities_at = capacities_at;
        self.config.capacity = capacity;
    }

    /// A model that has seen nothing.
    #[must_use]
    pub fn new(config: ModelConfig) -> Self {
        Self { config, ..Self::default() }
    }

    /// Takes in what was derived elsewhere, and seconds before it: opened, closed and open
    /// of each service, in order.
    pub fn recall(&mut self, snapshot: &Snapshot, past: &[(SocketAddr, PastSeconds)]) {
        self.timeline.observe(snapshot.at);
        let told: Vec<_> =
            past.iter().map(|(at, seconds)| (*at, seconds.iter().map(recalled))).collect();
        self.history.walked(&told);
        self.history.note(self.timeline.second(snapshot.at.mono), snapshot);
    }

    /// The network namespace that is looked at.
    #[must_use]
    pub const fn netns(&self) -> Netns {
        self.config.netns
    }

    /// The clock of the history.
    #[must_use]
    pub const fn timeline(&self) -> &Timeline {
        &self.timeline
    }

    /// What was: listeners up to the last walk, everything else up to now.
    #[must_use]
    pub const fn history(&self) -> &History {
        &self.history
    }

    /// Whether connections came or went since the last derivation, or who listens has
    /// changed: another picture is worth its while.
    #[must_use]
    pub const fn has_moved(&self) -> bool {
        self.moved
    }

    /// Single connections, as they were read last for whoever looked at them, and when.
    #[must_use]
    pub const fn connections(&self) -> Option<&(Stamp, Reading<ConnectionList>)> {
        self.connections.as_ref()
    }

    /// When the connections were last counted.
    #[must_use]
    pub fn walked(&self) -> Option<Duration> {
        self.last_walk.map(|walk| walk.at)
    }

    /// What is known of a second since the last walk of the service that listens at
    /// this address: opened and closed, over all its addresses.
    #[must_use]
    pub fn since_walk_of_service(&self, address: SocketAddr, second: u64) -> (f64, f64) {
        let each = self.services.at(address).iter().map(|one| self.since_walk(*one, second));
        each.fold((0.0, 0.0), |(opened, closed), (o, c)| (opened + o, closed + c))
    }

    /// The same of one of its addresses.
    #[must_use]
    pub fn since_walk(&self, address: SocketAddr, second: u64) -> (f64, f64) {
        let pending = self.listeners.get(&address).map_or(&[][..], |l| l.account.pending());
        let skipped = self.timeline.second(Duration::ZERO);
        let from = Duration::from_secs(second.saturating_sub(skipped));
        let within = |slot: &account::Slot| slot.part(from, from + Duration::from_secs(1));
        pending.iter().fold((0.0, 0.0), |(o, c), slot| {
            let part = within(slot);
            (slot.opened.mul_add(part, o), slot.closed.mul_add(part, c))
        })
    }
}

/// Opened, closed and open connections of a service by the second, in order, as they were
/// told elsewhere.
pub type PastSeconds = Vec<(u64, [f64; 3])>;

/// One second of a service as it was told elsewhere.
fn recalled((second, [opened, closed, open]): &(u64, [f64; 3])) -> (u64, Second) {
    (*second, Second { opened: *opened, measured: *opened, closed: *closed, open: *open })
}
