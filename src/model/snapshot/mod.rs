//! What the model says at one moment; frozen, plain values.

mod clients;
mod ending;
mod listener;
mod others;
mod outgoing;
mod sampling;

use std::net::SocketAddr;
use std::time::Duration;

use serde::{Deserialize, Serialize};

use super::application::ApplicationSnapshot;
use super::exit::Exit;
use super::identity::{Netns, ServiceId};
use super::log::LogSnapshot;
use super::oom::OomKill;
use super::probe_snapshot::{Codes, ProberSnapshot, TargetSnapshot};
use super::processes::ProcessState;
use crate::sample::{Counters, HostReading, NamespaceReading, OutgoingRest, Stamp, UnseenListener};
use crate::units::PerSecond;
pub use clients::{AttemptsSnapshot, SampledSnapshot, SilentClients};
pub(in crate::model) use ending::IDLE_CUT;
pub use ending::{EndingSnapshot, LabelSource};
pub use listener::{ListenerSnapshot, Presence, ServiceSnapshot};
pub(in crate::model) use listener::{add_clients, join, join_rates};
pub use others::Others;
pub use outgoing::OutgoingSnapshot;
pub use sampling::Sampling;

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
    pub unseen: Vec<UnseenListener>,
    /// Who listens in other network namespaces.
    #[serde(default)]
    pub namespaces: Vec<NamespaceReading>,
    /// Connections opened from here, by destination: the busiest, and who does not answer.
    #[serde(default)]
    pub outgoing: Vec<OutgoingSnapshot>,
    /// Those to all other destinations.
    #[serde(default)]
    pub outgoing_rest: OutgoingRest,
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

    /// Why a capacity that was given is held against no service, as it stands among what
    /// is not known: several could be meant, or nobody listens there.
    #[must_use]
    pub fn unplaced_capacity(&self) -> Option<&str> {
        let denied = self.sampling.denied.iter().map(String::as_str);
        denied.into_iter().find(|why| why.starts_with(Self::UNPLACED))
    }

    /// The same beside a limit, where it is plain that it is about the capacity.
    #[must_use]
    pub fn which_capacity(&self) -> Option<&str> {
        self.unplaced_capacity()?.strip_prefix(Self::UNPLACED)
    }

    /// How that begins.
    pub(super) const UNPLACED: &str = "capacity: ";

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
            namespaces: Vec::new(),
            outgoing: Vec::new(),
            outgoing_rest: OutgoingRest::default(),
            sampling: Sampling::default(),
        }
    }

    /// Established connections of those who use what is watched: who comes through a proxy
    /// of this host has one to it and one from it, and is counted once.
    #[must_use]
    pub fn users(&self) -> Option<u64> {
        let open = self.services.iter().filter_map(|service| service.whole.open);
        let open = open.fold(0, u64::saturating_add);
        let twice = self.services.iter().filter_map(|service| service.behind);
        let twice = twice.fold(0, |sum: u64, (_, through)| sum.saturating_add(through));
        let others = self.others.as_ref().and_then(|others| others.open).unwrap_or(0);
        self.ready.then(|| open.saturating_sub(twice).saturating_add(others))
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
