//! The status document field by field: the published schema is made from these
//! types, with what is said of each.

mod namespaces;
mod outgoing;
mod services;

use chrono::{DateTime, Utc};
use schemars::JsonSchema;
use serde::Serialize;

pub(super) use self::namespaces::{NamespaceEntry, NamespacePort};
pub(super) use self::outgoing::{OutgoingEntry, OutgoingOthers};
pub(super) use self::services::{
    AttemptsEntry, Client, ClientCount, EndingEntry, LimitEntry, Listener, OthersEntry, Process,
    Queue, Service, SilentEntry, SlowEntry,
};
use super::deploy::DeployEntry;
use super::fleet::FleetEntry;
use super::verdict::VerdictEntry;
use super::{logs, probes, schema};
use crate::detect::{AlertState, Severity};
use crate::units::PerSecond;

/// What `herdtop check --json` prints once and `herdtop stream` once per interval.
/// Names carry their units; null is no reading, its reason stands in `sampling.denied`.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(extend("$id" = "urn:herdtop:status:1"), title = "herdtop status document")]
pub(super) struct Document<'a> {
    /// Name and version of this document.
    #[schemars(extend("const" = "herdtop.status/1"))]
    pub(super) schema: &'static str,
    /// The moment of the figures, UTC.
    pub(super) at: DateTime<Utc>,
    /// The host the figures are of.
    pub(super) host: Host<'a>,
    /// What is happening, in one line; each kind has its causes.
    #[schemars(schema_with = "schema::verdict")]
    pub(super) verdict: VerdictEntry<'a>,
    /// Sums over the watched listeners.
    pub(super) totals: Totals,
    /// One entry per address and port, `SO_REUSEPORT` summed, the busiest first.
    pub(super) listeners: Vec<Listener<'a>>,
    /// The listeners that are not listed one by one, summed; null where all are.
    pub(super) listeners_others: Option<OthersEntry>,
    /// Services, the busiest first: a port over all its addresses, where one program
    /// listens at them.
    pub(super) services: Vec<Service<'a>>,
    /// Who listens in other network namespaces, as far as this user may look into them.
    #[schemars(length(max = 32))]
    pub(super) namespaces: Vec<NamespaceEntry<'a>>,
    /// Connections opened from this host, by destination: the busiest eight, those that
    /// are not answered first.
    #[schemars(length(max = 8))]
    pub(super) outgoing: Vec<OutgoingEntry<'a>>,
    /// Those to all other destinations, summed.
    pub(super) outgoing_others: OutgoingOthers,
    /// The processes behind the listeners.
    pub(super) processes: Vec<Process<'a>>,
    /// Limits of the service in focus, the binding one first.
    pub(super) limits: Vec<LimitEntry<'a>>,
    /// Until the binding limit is reached at this growth; null when nothing grows.
    #[schemars(range(min = 0.0))]
    pub(super) seconds_to_full: Option<f64>,
    /// Herds since the start.
    pub(super) herds: Vec<HerdEntry>,
    /// Close codes on the wire, of open connections: what was in a Close frame, 1005
    /// and 1006 where there was no code or no frame. Failed handshakes have none.
    pub(super) closes: Vec<probes::Close>,
    /// The same ends as a browser would report them, where every failed handshake is
    /// 1006.
    pub(super) closes_browser: Vec<probes::BrowserClose>,
    /// The targets of the probes, in the order given.
    pub(super) probes: Vec<probes::Probe<'a>>,
    /// What the application says of itself (--metrics-url); null without, or without a
    /// reading.
    pub(super) application: Option<probes::ApplicationEntry<'a>>,
    /// What the application's log told (--log, herdtop logs); null without one.
    pub(super) log: Option<logs::LogEntry<'a>>,
    /// Every alert raised since the start, the last 200.
    #[schemars(length(max = 200))]
    pub(super) alerts: Vec<AlertEntry<'a>>,
    /// What a deploy did to clients (check --during); null without one.
    pub(super) deploy: Option<DeployEntry<'a>>,
    /// Many hosts together (check --prometheus); then the other figures are their sums.
    /// Null without.
    pub(super) fleet: Option<FleetEntry<'a>>,
    /// How the figures came about and what they cost.
    pub(super) sampling: SamplingEntry<'a>,
}

/// The host the figures are of.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(inline)]
pub(super) struct Host<'a> {
    /// Its name.
    pub(super) name: &'a str,
    /// Release of its kernel.
    pub(super) kernel: &'a str,
}

/// Sums over the watched listeners.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(inline)]
pub(super) struct Totals {
    /// Established connections, those in the accept queue included.
    pub(super) established: Option<u64>,
    /// Established connections of users: who comes through a proxy of this host to a
    /// service of this host is counted once.
    pub(super) users: Option<u64>,
    /// Opened per second: check: mean over the run, else over the last interval.
    #[schemars(range(min = 0.0))]
    pub(super) opened_per_s: Option<f64>,
    /// Closed per second: check: mean over the run, else over the last interval.
    #[schemars(range(min = 0.0))]
    pub(super) closed_per_s: Option<f64>,
    /// Opened since counting began.
    pub(super) opened_total: Option<u64>,
    /// Closed since counting began.
    pub(super) closed_total: Option<u64>,
    /// `TIME_WAIT` of the whole network namespace.
    pub(super) time_wait: Option<u64>,
    /// Handshakes under way.
    pub(super) syn_recv: Option<u64>,
    /// Closed by the client, not by the process.
    pub(super) close_wait: Option<u64>,
    /// `ListenOverflows` of the namespace, retries of a SYN again: check: mean over the
    /// run, else over the last five seconds.
    pub(super) listen_overflows_per_s: Option<PerSecond>,
    /// `ListenDrops` of the namespace, retries of a SYN again: check: mean over the run,
    /// else over the last five seconds.
    pub(super) listen_drops_per_s: Option<PerSecond>,
}

/// Many clients that connected at once.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(inline)]
pub(super) struct HerdEntry {
    /// When it began.
    pub(super) onset: DateTime<Utc>,
    /// When it was over; null while it lasts.
    pub(super) end: Option<DateTime<Utc>>,
    /// Connections opened in it.
    pub(super) total: u64,
    /// Its highest second.
    pub(super) peak_per_s: u64,
    /// The usual rate before it.
    #[schemars(range(min = 0.0))]
    pub(super) baseline_per_s: f64,
    /// How the clients spread their attempts.
    #[schemars(extend("enum" = ["fixed", "exponential", "none"]))]
    pub(super) kind: &'static str,
    /// Period of its waves; null when there are none.
    #[schemars(range(min = 0.0), extend("exclusiveMinimum" = 0))]
    pub(super) period_s: Option<f64>,
}

/// One alert.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(inline)]
pub(super) struct AlertEntry<'a> {
    /// Unique within the run.
    pub(super) id: u64,
    /// Which rule.
    #[schemars(schema_with = "schema::rule")]
    pub(super) rule: &'static str,
    pub(super) severity: Severity,
    /// Whether it is still so.
    pub(super) state: AlertState,
    /// What is wrong, with number and limit.
    #[schemars(length(min = 1))]
    pub(super) sentence: &'a str,
    /// When it was raised.
    pub(super) since: DateTime<Utc>,
    /// When it was over; null while it is firing.
    pub(super) until: Option<DateTime<Utc>>,
    /// Highest value of the rule; for `time_to_full` seconds, negated.
    pub(super) peak: f64,
    /// Beside a crash and a storm of 1011: the last error lines of the application's
    /// log, at most three.
    #[schemars(length(max = 3))]
    pub(super) log_errors: Vec<logs::LineEntry<'a>>,
}

/// How the figures came about and what they cost.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(inline)]
pub(super) struct SamplingEntry<'a> {
    /// Where the sockets are read from; null before the first walk.
    #[schemars(schema_with = "schema::socket_source")]
    pub(super) sockets: Option<&'static str>,
    /// Period of the walks over every connection.
    #[schemars(range(min = 0.0), extend("exclusiveMinimum" = 0))]
    pub(super) interval_s: Option<f64>,
    /// CPU time of the last walk.
    #[schemars(range(min = 0.0))]
    pub(super) dump_ms: Option<f64>,
    /// Our own load, share of one core: check: over the run, else lately.
    #[schemars(range(min = 0.0))]
    pub(super) cpu_ratio: Option<f64>,
    /// Our own resident memory.
    pub(super) rss_bytes: Option<u64>,
    /// Close events and samples that were lost, at the least.
    pub(super) events_lost: u64,
    /// What could not be read, with the reason and what would help.
    #[schemars(inner(length(min = 1)))]
    pub(super) denied: Vec<&'a str>,
}
