//! This host's sockets, processes, memory and limits, in eight lanes.
//!
//! ```text
//! fast      100 ms   counters; LISTEN sockets, at 1 s while nothing stirs
//! event     as told  sockets that die                    exact
//! exit      as told  processes that end                  exact
//! interval  1 s      processes, cgroups, memory, limits  a few files
//! slow      1-60 s   every connection, counted           by CPU budget
//! single    if asked connections one by one              by CPU budget
//! settings  if asked what listeners were told to admit  once a process
//! elsewhere 5 s      listeners of other namespaces       by CPU budget
//! ```
//!
//! Each lane is a thread that sends [`Sample`]s. [`Host::start`] is for `run`;
//! [`examine`] is for `doctor`; nothing here is used elsewhere.

mod ages;
mod attributes;
mod budget;
mod bytecode;
mod cgroup;
mod configured;
mod connections;
mod connector;
mod counters;
mod descriptors;
mod destroy_socket;
mod destroyed;
mod diag;
mod direction;
mod doctor;
mod elsewhere;
mod endings;
mod event;
mod exit_statuses;
mod exits;
mod facts;
mod fast;
mod holders;
mod host_age;
mod interval;
mod lanes;
mod listen_pace;
mod listeners;
mod movement;
mod namespaces;
mod opened_here;
mod openers;
mod outgoing_sums;
mod own;
mod owners;
mod processes;
mod reread;
mod sampled;
mod sandbox;
mod seen;
mod slow;
mod sockets;
mod sockets_procfs;
mod space_saving;
mod table_entry;
mod tcp_info;
mod unseen;
mod walk_clients;
mod walk_sums;
mod watch;

use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::sync::mpsc::{self, channel, sync_channel};

use tokio::sync::mpsc::Sender;

use crate::clock::Clock;
use crate::sample::{ConnectionQuery, Reading, Sample};
use budget::{Budget, Pacer};
use configured::ConfiguredLane;
use connections::ConnectionLane;
use counters::CounterFiles;
use destroyed::DestroyFeed;
use diag::Diag;
use elsewhere::ElsewhereLane;
use fast::FastLane;
use holders::Holders;
use interval::IntervalLane;
use lanes::{Lanes, SocketTable};
use openers::Openers;
use sampled::SampledWalks;
use slow::SlowLane;

pub use doctor::{Facility, State, examine};
pub use lanes::WalkFor;
pub use namespaces::NetNs;
pub use own::cost;
pub use tcp_info::TcpInfo;
pub use watch::Watch;

/// What the host source needs to know.
#[derive(Debug, Clone)]
#[expect(clippy::struct_excessive_bools, reason = "each is a choice of its own")]
pub struct Options {
    /// What to watch.
    pub watch: Watch,
    /// In which network namespace.
    pub netns: NetNs,
    /// Share of one core the slow lane may take.
    pub walk_share: f64,
    /// Keep the event lane whatever it costs.
    pub exact: bool,
    /// Somebody looks on: connections are counted as soon as the counters say that
    /// some came or went, within the same share.
    pub prompt: bool,
    /// Do without `sock_diag`.
    pub procfs_only: bool,
    /// The watched service has just begun: the host's average since boot says
    /// nothing of what is usual for it.
    pub young: bool,
}

/// The running lanes; they end when this is dropped.
pub struct Host {
    lanes: Arc<Lanes>,
    exact: bool,
    /// What the lane of single connections is asked; it ends with this.
    ask: mpsc::Sender<Option<ConnectionQuery>>,
}

/// What was opened inside the watched namespace.
struct OpenedSockets {
    fast: SocketTable,
    slow: SocketTable,
    single: io::Result<Diag>,
    events: io::Result<DestroyFeed>,
    counters: io::Result<CounterFiles>,
}

impl Host {
    /// Opens everything and starts the lanes. The first reading of listeners and
    /// counters is sent before this returns.
    ///
    /// # Errors
    /// When the namespace cannot be looked into at all.
    pub fn start(options: Options, clock: Arc<dyn Clock>, out: Sender<Sample>) -> io::Result<Self> {
        let all = options.netns == NetNs::All;
        // Who named what to watch has not asked who listens elsewhere.
        let looks_elsewhere = all || options.netns.is_own() && options.watch.is_everything();
        let ports: Vec<u16> = options.watch.ports.iter().copied().collect();
        let opened = open(&options, &ports)?;
        let ticks = rustix::param::clock_ticks_per_second();
        let age = (!options.young)
            .then(|| host_age::host_age(Path::new("/proc"), &options.netns, ticks))
            .flatten();
        let (walk_now, asked) = sync_channel(4);
        let memory = opened.events.as_ref().map(DestroyFeed::memory).unwrap_or_default();
        let (events, refused) = match opened.events {
            Ok(feed) => (Some(feed), None),
            Err(error) => (None, Some(error)),
        };
        let spends = (options.exact, options.walk_share);
        let lanes = Arc::new(Lanes::new(clock, options.watch, out, events, walk_now, spends));
        if let Some(error) = refused {
            let mut sample = Sample::at(lanes.clock.now());
            sample.destroyed = Some(Reading::Denied(format!(
                "close events refused ({error}): connections shorter than the time between two socket scans are not seen"
            )));
            lanes.offer(sample);
        }
        let (counters, table) = (opened.counters, opened.fast);
        let mut fast = FastLane::new(counters, table, options.prompt);
        let mut first = fast.tick(&lanes);
        first.host_age = age;
        lanes.offer(first);
        // The new ports of that first tick are no reason for a walk out of turn.
        while asked.try_recv().is_ok() {}
        let budget = Budget::new(options.walk_share);
        let (ask, questions) = channel();
        let single =
            ConnectionLane::new(opened.single, budget.clone(), Arc::clone(&memory), questions);
        let holders = Holders::new(Path::new("/proc"));
        let openers = Openers::new(Path::new("/proc"));
        let others = Pacer::default();
        let (table, sampled) = (opened.slow, SampledWalks::default());
        let slow = SlowLane { table, budget, memory, holders, openers, others, asked, sampled };
        spawn(&lanes, "fast", move |lanes| fast.run(lanes))?;
        spawn(&lanes, "event", event::run)?;
        spawn(&lanes, "exit", exits::run)?;
        spawn(&lanes, "slow", move |lanes| slow.run(lanes))?;
        spawn(&lanes, "single", move |lanes| single.run(lanes))?;
        let (who, asked) = sync_channel(1);
        let settings = ConfiguredLane::new(asked);
        spawn(&lanes, "settings", move |lanes| settings.run(lanes))?;
        if looks_elsewhere {
            let elsewhere = ElsewhereLane::new(all);
            spawn(&lanes, "elsewhere", move |lanes| elsewhere.run(lanes))?;
        }
        let interval = IntervalLane::new(&options.netns, who);
        spawn(&lanes, "interval", move |lanes| interval.run(lanes))?;
        Ok(Self { lanes, exact: options.exact, ask })
    }

    /// Asks for a walk out of turn.
    pub fn walk(&self, reason: WalkFor) {
        // A full channel means one is due anyway.
        let _ = self.lanes.walk_now.try_send(reason);
    }

    /// From now on the walks may take this share of one core, and the event lane stays
    /// whatever it costs, or not.
    pub fn retune(&mut self, walk_share: f64, exact: bool) {
        self.lanes.walk_share.store(walk_share.to_bits(), Ordering::Relaxed);
        self.exact = exact;
        self.hold_events(false);
    }

    /// Reads single connections from now on and whenever they are due again, until it is
    /// asked for others or for none.
    pub fn ask_connections(&self, query: Option<ConnectionQuery>) {
        // The lane lives as long as this.
        let _ = self.ask.send(query);
    }

    /// Keeps the event lane from stepping aside while an alert needs it; with
    /// `exact` it never does.
    pub fn hold_events(&self, hold: bool) {
        self.lanes.hold_events.store(hold || self.exact, Ordering::Relaxed);
    }
}

impl Drop for Host {
    fn drop(&mut self) {
        self.lanes.stop.store(true, Ordering::Relaxed);
    }
}

fn spawn(
    lanes: &Arc<Lanes>,
    name: &str,
    work: impl FnOnce(&Lanes) + Send + 'static,
) -> io::Result<()> {
    let lanes = Arc::clone(lanes);
    std::thread::Builder::new().name(format!("herdtop-{name}")).spawn(move || work(&lanes))?;
    Ok(())
}

/// Opens sockets and counters inside the namespace; where it cannot be entered,
/// what the kernel shows of it from outside.
fn open(options: &Options, ports: &[u16]) -> io::Result<OpenedSockets> {
    let thread_net = Path::new("/proc/thread-self/net");
    let inside = options.netns.within(|| OpenedSockets {
        fast: table(options.procfs_only),
        slow: table(options.procfs_only),
        single: single(options.procfs_only),
        events: DestroyFeed::open(ports),
        counters: CounterFiles::open(thread_net),
    });
    inside.or_else(|refused| {
        let net = options.netns.visible_net().filter(|net| net.join("tcp").exists());
        let net = net.ok_or(refused)?;
        let denied = || {
            io::Error::new(
                io::ErrorKind::PermissionDenied,
                "another network namespace needs root or CAP_SYS_ADMIN",
            )
        };
        Ok(OpenedSockets {
            fast: SocketTable::Procfs(net.clone()),
            slow: SocketTable::Procfs(net.clone()),
            single: Err(denied()),
            events: Err(denied()),
            counters: CounterFiles::open(&net),
        })
    })
}

/// `/proc/net/tcp` has neither bytes nor clocks of a connection.
fn single(procfs_only: bool) -> io::Result<Diag> {
    if procfs_only {
        let why = "they need sock_diag, and '--sockets procfs' does without";
        return Err(io::Error::new(io::ErrorKind::Unsupported, why));
    }
    let refused = |error: io::Error| {
        let why = format!("they need sock_diag, which the kernel or a sandbox refuses ({error})");
        io::Error::new(io::ErrorKind::PermissionDenied, why)
    };
    Diag::open().map_err(refused)
}

fn table(procfs_only: bool) -> SocketTable {
    let fallback = || SocketTable::Procfs(PathBuf::from("/proc/self/net"));
    if procfs_only {
        return fallback();
    }
    match Diag::open().and_then(|mut diag| listeners::read(&mut diag, 0).map(|_| diag)) {
        Ok(diag) => SocketTable::Diag(diag),
        Err(_) => fallback(),
    }
}
