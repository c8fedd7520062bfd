//! What crosses from outside to inside, and nothing else does.
//!
//! A [`Sample`] holds raw counters and events with the time they were taken;
//! no rate, no judgement. Sources make them, the model consumes them, a
//! recording is a stream of them. Everything here is plain data with serde. One thing
//! goes the other way: which single connections are wanted ([`ConnectionQuery`]).

mod application;
mod attempts;
mod configured;
mod connection;
mod counters;
mod endings;
#[cfg(test)]
pub(crate) mod fixtures;
mod host;
mod log;
mod metrics;
mod namespace;
mod network;
mod probe;
mod process;
mod queues;
mod reading;
mod sampled;
mod server;
mod shape;
mod sockets;
mod unseen_listener;
mod workers;

use std::time::Duration;

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

pub use application::Application;
pub use attempts::Attempts;
pub use configured::ConfiguredLimit;
pub use connection::{
    ConnectionAge, ConnectionList, ConnectionOrder, ConnectionQuery, ConnectionScope,
    MOST_CONNECTIONS, OpenConnection, Test,
};
pub use counters::Counters;
pub use endings::Endings;
pub use host::{Cgroup, CgroupVersion, HostReading, Pressure, Usage};
pub use log::{
    LogClient, LogClients, LogCode, LogField, LogHerdClients, LogLine, LogMatches, LogReading,
    LogSource, OF_ACCESS,
};
pub use metrics::{MetricSeries, QueryAnswer};
pub use namespace::{NamespaceListener, NamespaceReading};
pub use network::Network;
pub use probe::{Lane, Phases, ProbeEnd, ProbeEvent, ProbeFact, ProbeLoad};
pub use process::{BusiestThread, Owners, ProcessReading, RunState};
pub use queues::{QUEUE_BOUNDS, Queued, Queues};
pub use reading::Reading;
pub use sampled::{SampledGroup, SampledWalk, SlowClient};
pub use server::Server;
pub use shape::{EndSign, EndingShape, EndingShapes, Lifetime};
pub use sockets::{
    AGE_BOUNDS, Ages, Destroyed, Group, Listener, Outgoing, OutgoingRest, OutgoingStates, States,
    Walk, WalkScope,
};
pub use unseen_listener::UnseenListener;
pub use workers::{Ended, ExitStatus, Worker};

/// The fast lane's period, and so the step of arrivals, of the herd detector and of a
/// log's counts. At 200 ms waves of clients are still told apart, at 500 ms those of one
/// second are lost.
pub const TICK: Duration = Duration::from_millis(100);

/// One moment on both clocks.
///
/// Rates are made from `mono`, which neither jumps nor goes back; `wall` is
/// what people read. Both are taken together, so a step of the wall clock
/// between two samples shows as a difference of the two intervals.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Stamp {
    /// Since the source started.
    pub mono: Duration,
    /// Wall time, UTC.
    pub wall: DateTime<Utc>,
}

impl Stamp {
    /// The moment `by` later, on both clocks.
    #[must_use]
    pub fn plus(self, by: Duration) -> Self {
        let step = chrono::TimeDelta::from_std(by).unwrap_or(chrono::TimeDelta::MAX);
        Self {
            mono: self.mono.saturating_add(by),
            wall: self.wall.checked_add_signed(step).unwrap_or(self.wall),
        }
    }
}

/// What was read since the last sample of the same source.
///
/// `None` = not taken this time (the lanes have different periods). A reading
/// that was tried and failed is a [`Reading::Denied`] with its reason.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Sample {
    /// When the readings were taken.
    pub at: Stamp,
    /// Fast lane: netns-wide counters.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub counters: Option<Reading<Counters>>,
    /// Fast lane: every listening socket of the watched ports.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub listeners: Option<Reading<Vec<Listener>>>,
    /// Slow lane: the connections, counted by listener.
    /// Recordings call it `dump`, as version 1 did.
    #[serde(rename = "dump", default, skip_serializing_if = "Option::is_none")]
    pub walk: Option<Reading<Walk>>,
    /// Slow lane: some of the connections, looked at one by one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sampled: Option<Reading<SampledWalk>>,
    /// Event lane: sockets that died since the last sample.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub destroyed: Option<Reading<Destroyed>>,
    /// Interval lane: the processes that own the watched listeners.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub processes: Option<Vec<ProcessReading>>,
    /// Which process holds which listening socket; sent when it changed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub owners: Option<Reading<Owners>>,
    /// Slow lane: who holds the connections of listeners that are shared.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub workers: Option<Vec<Worker>>,
    /// Processes behind listeners that ended since the last sample.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub ended: Vec<Ended>,
    /// Exit lane: whether the kernel tells how processes end; sent once.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub exit_statuses: Option<Reading<()>>,
    /// Interval lane: memory, limits and pressure of host and cgroups.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub host: Option<HostReading>,
    /// Interval lane: what we ourselves cost.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub own: Option<OwnCost>,
    /// With the first counters: how long they have counted at most, since they
    /// belong to a network namespace whose age the kernel does not tell.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub host_age: Option<Duration>,
    /// What the application says of itself.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub application: Option<Reading<Application>>,
    /// What the application's log told.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub log: Option<Reading<LogReading>>,
    /// What the probes saw since the last sample.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub probes: Vec<ProbeEvent>,
    /// Connections of the probes that are over, each with its socket.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub probe_ends: Vec<ProbeEnd>,
    /// What the prober has cost so far.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub probe_load: Option<ProbeLoad>,
    /// Interval lane: what was named and cannot be seen listening; told when it
    /// changed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub unseen: Option<Vec<UnseenListener>>,
    /// Who listens in other network namespaces; told when it changed, and now and then.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub namespaces: Option<Reading<Vec<NamespaceReading>>>,
    /// What the listeners were told to admit; told when it changed, and now and then.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub configured: Option<Vec<ConfiguredLimit>>,
    /// Single connections, while somebody looks at them; never in a recording.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub connections: Option<Reading<ConnectionList>>,
}

impl Sample {
    /// A sample of that moment with nothing read yet.
    #[must_use]
    pub fn at(at: Stamp) -> Self {
        Self {
            at,
            counters: None,
            listeners: None,
            walk: None,
            sampled: None,
            destroyed: None,
            processes: None,
            owners: None,
            workers: None,
            ended: Vec::new(),
            exit_statuses: None,
            host: None,
            own: None,
            host_age: None,
            application: None,
            log: None,
            probes: Vec::new(),
            probe_ends: Vec::new(),
            probe_load: None,
            unseen: None,
            namespaces: None,
            configured: None,
            connections: None,
        }
    }
}

/// Our own cost since the program started, as the kernel accounts it
/// (`clock_gettime(CLOCK_PROCESS_CPUTIME_ID)`, `/proc/self/statm`).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct OwnCost {
    /// CPU time of all our threads.
    pub cpu: Duration,
    /// Resident memory, bytes.
    pub rss: u64,
    /// Samples dropped because the inside did not keep up.
    pub samples_lost: u64,
}
