//! What the document says of services: their listeners, processes and limits.

use schemars::JsonSchema;
use serde::Serialize;

use crate::model::{LabelSource, LimitKind};
use crate::sample::{Lifetime, States};
use crate::units::PerSecond;

/// One service.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(inline)]
pub(in crate::output) struct Service<'a> {
    /// Its first address and port: names it within the document.
    #[schemars(length(min = 3))]
    pub(in crate::output) id: String,
    /// Port.
    #[schemars(range(min = 1))]
    pub(in crate::output) port: u16,
    /// Name of the process with the lowest pid, free of control characters.
    pub(in crate::output) name: Option<&'a str>,
    /// Inode number of its network namespace, as lsns -t net shows it; null where it was
    /// not recorded.
    pub(in crate::output) netns: Option<u64>,
    /// Addresses and ports it listens at, those of its entries in listeners.
    #[schemars(length(min = 1))]
    pub(in crate::output) addresses: Vec<String>,
    /// The id of the service of this host through which most of its clients come, a proxy
    /// in front of it; null where there is none.
    pub(in crate::output) behind: Option<String>,
    /// Processes that hold the listening sockets; empty when not ours to see.
    #[schemars(inner(range(min = 1, max = 4_194_304)), extend("uniqueItems" = true))]
    pub(in crate::output) pids: &'a [u32],
    /// Established connections over all addresses.
    pub(in crate::output) established: Option<u64>,
    /// Whether established is an estimate between two walks.
    pub(in crate::output) estimated: bool,
    /// Opened per second: check: mean over the run, else over the last interval.
    #[schemars(range(min = 0.0))]
    pub(in crate::output) opened_per_s: Option<f64>,
    /// Closed per second: check: mean over the run, else over the last interval.
    #[schemars(range(min = 0.0))]
    pub(in crate::output) closed_per_s: Option<f64>,
    /// Opened since counting began.
    pub(in crate::output) opened_total: Option<u64>,
    /// Closed since counting began.
    pub(in crate::output) closed_total: Option<u64>,
    /// Where its program keeps the limit of its connections, and why that was not found;
    /// null where it was, or the program is not known.
    pub(in crate::output) limit_not_found: Option<String>,
    /// Of the handshakes of the last minute that sent a request, which part was accepted:
    /// not ended by the server at once. Null before the first, and where not every close
    /// is told.
    #[schemars(range(min = 0.0, max = 1.0))]
    pub(in crate::output) accepted_ratio: Option<f64>,
    /// How its connections ended, those together that are alike, the most of the last
    /// minute first.
    #[schemars(length(max = 33))]
    pub(in crate::output) endings: Vec<EndingEntry<'a>>,
    /// Who came in the last minute, by what the kernel tells: behind a proxy these are the
    /// proxies. Null where nobody did.
    pub(in crate::output) attempts: Option<AttemptsEntry>,
    /// Clients that do not read what they are sent; null until connections were looked at
    /// one by one.
    pub(in crate::output) slow_clients: Option<SlowEntry>,
    /// Connections whose client has been silent for over three ping periods; null where no
    /// period is known: most connections are not heard at one interval, and --ping-period
    /// says none.
    pub(in crate::output) silent: Option<SilentEntry>,
}

/// Attempts by client: of each it is what it had at the least.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(inline)]
pub(in crate::output) struct AttemptsEntry {
    /// Of all clients.
    pub(in crate::output) last_minute: u64,
    /// By address, the most first.
    pub(in crate::output) addresses: Vec<ClientCount>,
    /// By network (/24 of IPv4, /48 of IPv6), the most first.
    pub(in crate::output) networks: Vec<ClientCount>,
}

/// How many of something a client has.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(inline)]
pub(in crate::output) struct ClientCount {
    /// Address, network, or address and port.
    #[schemars(length(min = 2))]
    pub(in crate::output) client: String,
    /// Attempts, or bytes.
    pub(in crate::output) count: u64,
}

/// Where not all connections were looked at, the figures are those of all by the part that
/// was, and each is off by more than its `off_by` once in twenty times.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(inline)]
pub(in crate::output) struct SlowEntry {
    /// Connections that were looked at, of `open` ones.
    pub(in crate::output) looked_at: u64,
    /// Open at that time.
    pub(in crate::output) open: u64,
    /// Clients whose receive window has held data back for half of the time in which there
    /// was any to send, and does.
    pub(in crate::output) clients: u64,
    /// Of clients.
    pub(in crate::output) clients_off_by: u64,
    /// Bytes that wait for these and were never sent.
    pub(in crate::output) unsent_bytes: u64,
    /// Of unsent bytes.
    pub(in crate::output) unsent_off_by: u64,
    /// Memory that the kernel holds for all connections.
    pub(in crate::output) kernel_bytes: u64,
    /// Those with the most unsent bytes.
    #[schemars(length(max = 3))]
    pub(in crate::output) slowest: Vec<ClientCount>,
}

/// Connections that may be open on this side alone.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(inline)]
pub(in crate::output) struct SilentEntry {
    /// So many, by those that were looked at.
    pub(in crate::output) connections: u64,
    /// Off by more than this once in twenty times.
    pub(in crate::output) off_by: u64,
    /// Their part of the open ones.
    #[schemars(range(min = 0.0, max = 1.0))]
    pub(in crate::output) share: f64,
    /// The ping period.
    #[schemars(range(min = 0.0), extend("exclusiveMinimum" = 0))]
    pub(in crate::output) ping_period_s: f64,
    /// Given by --ping-period, else seen in the data.
    pub(in crate::output) period_given: bool,
}

/// Connections that ended alike: with the same sign after as long a life and a silence,
/// the brief ones with the same bytes sent.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(inline)]
pub(in crate::output) struct EndingEntry<'a> {
    /// What the kernel tells of it, in words.
    #[schemars(length(min = 1))]
    pub(in crate::output) shape: String,
    /// What it is: a close code, an outcome as in `outcomes`, or `killed`, `idle_cut`,
    /// `vanished`; null where nobody says so, or two say different things.
    pub(in crate::output) label: Option<&'a str>,
    /// Who says so: a probe ended so, closes of the log came at the same seconds in the
    /// same numbers; null where there is no label, or the kernel's signs are enough.
    #[schemars(schema_with = "super::schema::label_source")]
    pub(in crate::output) label_source: Option<LabelSource>,
    /// Its part of all closes of the last minute; null where there were none.
    #[schemars(range(min = 0.0, max = 1.0))]
    pub(in crate::output) share: Option<f64>,
    /// Per second over the last 10 s.
    #[schemars(range(min = 0.0))]
    pub(in crate::output) per_s: f64,
    /// In the last minute.
    pub(in crate::output) last_minute: u64,
    /// Since the start.
    pub(in crate::output) total: u64,
    /// Bytes the server sent, the least and the most; null where the kernel has none.
    pub(in crate::output) bytes_sent: Option<(u64, u64)>,
    /// Bytes received, the least and the most; a FIN counts as one.
    pub(in crate::output) bytes_received: Option<(u64, u64)>,
    /// How long they lived.
    pub(in crate::output) lifetime: Option<Lifetime>,
    /// Since the last data either way before the end, the least and the most.
    pub(in crate::output) idle_ms: Option<(u32, u32)>,
    /// At which age they were closed, where it is one for most of them and they ended one
    /// after another.
    pub(in crate::output) age_s: Option<u32>,
    /// What helps, where a timer closed them.
    pub(in crate::output) remedy: Option<&'a str>,
}

/// One listener.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(inline)]
pub(in crate::output) struct Listener<'a> {
    /// Address and port as one listens on them: 0.0.0.0:8080, [::]:8080.
    #[schemars(length(min = 3))]
    pub(in crate::output) address: String,
    /// Port.
    #[schemars(range(min = 1))]
    pub(in crate::output) port: u16,
    /// Processes that hold the listening sockets; empty when not ours to see.
    #[schemars(inner(range(min = 1, max = 4_194_304)), extend("uniqueItems" = true))]
    pub(in crate::output) pids: &'a [u32],
    /// Name of a process that accepts there, else of one that holds the listener, free
    /// of control characters.
    pub(in crate::output) process: Option<&'a str>,
    /// Established connections, those in the accept queue included.
    pub(in crate::output) established: Option<u64>,
    /// Whether established and the rates are estimates: between two walks, or because
    /// no close events are told.
    pub(in crate::output) estimated: bool,
    /// Connections by TCP state at the last walk; null before the first.
    pub(in crate::output) states: Option<States>,
    /// Opened per second: check: mean over the run, else over the last interval.
    #[schemars(range(min = 0.0))]
    pub(in crate::output) opened_per_s: Option<f64>,
    /// Closed per second: check: mean over the run, else over the last interval.
    #[schemars(range(min = 0.0))]
    pub(in crate::output) closed_per_s: Option<f64>,
    /// Opened since counting began.
    pub(in crate::output) opened_total: Option<u64>,
    /// Closed since counting began.
    pub(in crate::output) closed_total: Option<u64>,
    /// Highest second since the start.
    pub(in crate::output) peak_opened_per_s: Option<PerSecond>,
    /// Connections waiting to be accepted, summed over the sockets of a `SO_REUSEPORT`
    /// group; a full queue holds one more than its limit.
    pub(in crate::output) accept_queue: Queue,
    /// Connections dropped by this listener per second: check: mean over the run, else
    /// over the last five seconds.
    pub(in crate::output) drops_per_s: Option<PerSecond>,
    /// Connections dropped by this listener since the start.
    pub(in crate::output) drops_total: Option<u64>,
    /// The busiest client networks.
    pub(in crate::output) clients: Vec<Client>,
}

/// How much of it is used, and its limit.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(rename = "queue")]
pub(in crate::output) struct Queue {
    /// Used now.
    pub(in crate::output) used: Option<u64>,
    /// The limit; null when there is none, or it cannot be read.
    pub(in crate::output) limit: Option<u64>,
}

/// One network.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(inline)]
pub(in crate::output) struct Client {
    /// /24 of IPv4, /64 of IPv6.
    #[schemars(length(min = 2))]
    pub(in crate::output) network: String,
    /// Its established connections.
    pub(in crate::output) open: u64,
}

/// One process.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(inline)]
pub(in crate::output) struct Process<'a> {
    /// Process id.
    #[schemars(range(min = 1, max = 4_194_304))]
    pub(in crate::output) pid: u32,
    /// Name, free of control characters.
    pub(in crate::output) name: &'a str,
    /// Its container, pod or unit by its cgroup; null where nobody named it.
    pub(in crate::output) container: Option<String>,
    /// Resident memory.
    pub(in crate::output) rss_bytes: Option<u64>,
    /// Share of one core over the last interval; above 1 with several threads.
    #[schemars(range(min = 0.0))]
    pub(in crate::output) cpu_ratio: Option<f64>,
    /// Descriptors and their soft limit.
    pub(in crate::output) fds: Queue,
    /// Established connections; null while it is not known which of several processes
    /// behind a listener holds which.
    pub(in crate::output) connections: Option<u64>,
}

/// One limit.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(inline)]
pub(in crate::output) struct LimitEntry<'a> {
    /// Which limit.
    #[schemars(with = "LimitKind")]
    pub(in crate::output) name: &'static str,
    /// Of whom: a process, a cgroup, the host.
    pub(in crate::output) scope: &'a str,
    /// Used now.
    pub(in crate::output) used: u64,
    /// The limit; bytes for memory, else a number of things.
    pub(in crate::output) limit: u64,
    /// used / limit, at most 1.
    #[schemars(range(min = 0.0, max = 1.0))]
    pub(in crate::output) ratio: f64,
    /// How many more connections fit; null when that is not known.
    pub(in crate::output) headroom_connections: Option<u64>,
    /// Whether it is the one with the least headroom.
    pub(in crate::output) binding: bool,
    /// Where it was found, as nginx.conf:12; null where it was given, or is the kernel's.
    pub(in crate::output) source: Option<&'a str>,
}

/// The listeners that are not listed one by one, summed: a host may have thousands.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(inline)]
pub(in crate::output) struct OthersEntry {
    /// How many addresses.
    pub(in crate::output) listeners: u64,
    /// Established connections; null before the first count.
    pub(in crate::output) established: Option<u64>,
    /// Opened per second: check: mean over the run, else over the last interval.
    #[schemars(range(min = 0.0))]
    pub(in crate::output) opened_per_s: Option<f64>,
    /// Closed per second: check: mean over the run, else over the last interval.
    #[schemars(range(min = 0.0))]
    pub(in crate::output) closed_per_s: Option<f64>,
    /// Opened since counting began.
    pub(in crate::output) opened_total: u64,
    /// Closed since counting began.
    pub(in crate::output) closed_total: u64,
    /// Waiting to be accepted.
    pub(in crate::output) accept_queue: u64,
    /// Dropped since herdtop started.
    pub(in crate::output) drops_total: u64,
}
