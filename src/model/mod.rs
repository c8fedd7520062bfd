//! What the samples mean: rates, states, capacity, history.
//!
//! Pure: values in, values out, no clock, no file. `run` hands every sample to
//! [`Model::absorb`] and asks for a [`Snapshot`] each interval; `detect`, `app`
//! and `output` read that.

mod account;
mod application;
mod capacity;
mod churn;
mod codes;
mod coming;
mod derive;
mod endings;
mod exits;
mod flow;
mod growth;
mod history;
mod identity;
mod lately;
mod limit;
mod listener;
mod log;
mod oom;
mod others;
mod probing;
mod processes;
mod quota;
mod roster;
mod router;
mod seconds;
mod service;
mod services;
mod serving;
mod slope;
mod snapshot;
mod target;
#[cfg(test)]
mod tests;
mod timeline;
mod told;
mod trend;
mod unseen;
mod workers;

use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::net::SocketAddr;
use std::time::Duration;

use serde::{Deserialize, Serialize};

pub use application::ApplicationSnapshot;
pub use coming::{Came, Coming};
pub use endings::{Estimate, closed_by_server};
pub use exits::{Exit, Loss, REPLACED_WITHIN};
pub use growth::Forecast;
pub use history::{Bucket, Connections, History, HostHistory, LogHistory, Series, Track};
pub use identity::{ListenerId, Netns, ServiceId};
pub use limit::{Limit, LimitKind, LimitUnit};
pub use log::{LogRate, LogSnapshot};
pub use oom::OomKill;
pub use others::Others;
pub use processes::ProcessState;
pub use quota::{Throttled, Throttling};
pub use snapshot::{HostRates, ListenerSnapshot, Presence, Sampling, ServiceSnapshot, Snapshot};
pub use target::SLOW;
pub use timeline::Timeline;
pub use told::{Attempt, CodeSnapshot, CodeSource, Codes, Held, ProberSnapshot, TargetSnapshot};
pub use trend::Direction;
pub use unseen::why_unseen;

use crate::sample::{
    Counters, HostReading, Outgoing, OwnCost, Owners, Reading, Sample, Stamp, Unseen,
};
use lately::Lately;
use listener::ListenerState;
use oom::Oom;
use probing::Probing;
use processes::Processes;
use quota::Quotas;
use service::Services;
use workers::Workers;

/// What the model has to know beforehand.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct ModelConfig {
    /// Ports named by `--port`: shown even when nobody listens.
    pub ports: BTreeSet<u16>,
    /// Nothing was named: every listener is watched.
    pub everything: bool,
    /// `--capacity PORT=N`.
    pub capacities: BTreeMap<u16, u64>,
    /// `--capacity ADDR:PORT=N`: for the service that listens at this address.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub capacities_at: BTreeMap<SocketAddr, u64>,
    /// `--capacity N`: for the only `--port`, else the focused service.
    pub capacity: Option<u64>,
    /// Bytes of a memory page.
    pub page_bytes: u64,
    /// `--interval`.
    pub interval: Duration,
    /// Only probes were asked for: no socket is watched, and that is no fault.
    pub only_probes: bool,
    /// The network namespace that is looked at.
    #[serde(skip_serializing_if = "Netns::is_unknown")]
    pub netns: Netns,
}

impl ModelConfig {
    /// Whether a host can have had it: one that was read from a file is asked.
    #[must_use]
    pub fn is_credible(&self) -> bool {
        const LARGEST_PAGE: u64 = 1 << 30;
        let intervals = Duration::from_millis(1)..=Duration::from_hours(24);
        self.page_bytes <= LARGEST_PAGE && intervals.contains(&self.interval)
    }
}

/// Everything known so far.
#[derive(Debug, Clone)]
pub struct Model {
    config: ModelConfig,
    timeline: Timeline,
    history: History,
    listeners: BTreeMap<SocketAddr, ListenerState>,
    services: Services,
    /// The services that are shown one by one.
    listed: BTreeSet<SocketAddr>,
    /// Listeners that have a part in what the host accepts.
    takers: Vec<SocketAddr>,
    processes: Processes,
    workers: Workers,
    oom: Oom,
    quotas: Quotas,
    /// What was named and cannot be seen listening.
    unseen: Vec<Unseen>,
    host: Option<HostReading>,
    counters: Option<(Duration, Counters)>,
    coming: Coming,
    counters_at_derive: Option<(Duration, Counters)>,
    /// `ListenOverflows` and `ListenDrops` since the first reading.
    overflows: Grown,
    dropped: Grown,
    derived: Option<Duration>,
    outgoing: Vec<Outgoing>,
    owners: Owners,
    dumps: Option<DumpFacts>,
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
}

/// What is remembered of the last walk itself.
#[derive(Debug, Clone, Copy)]
struct DumpFacts {
    at: Duration,
    by_sock_diag: bool,
    period: Duration,
    cpu: Duration,
}

/// What a counter of the kernel has grown by since it was first read; none where
/// the kernel does not have it.
#[derive(Debug, Clone, Default)]
struct Grown {
    total: Option<u64>,
    lately: Lately,
}

impl Grown {
    fn grow(&mut self, before: Option<u64>, now: Option<u64>) {
        let Some(now) = now else { return };
        // One that went backwards has begun anew.
        let more = before.map_or(0, |before| now.saturating_sub(before));
        self.total = Some(self.total.unwrap_or(0).saturating_add(more));
    }
}

/// More listening sockets that ever were than this are not told from
/// connections any more; a host opens a handful a day.
const MAX_COOKIES: usize = 65_536;
/// Our own load is averaged over this.
const OWN_WINDOW: Duration = Duration::from_secs(10);
/// A listener that is gone and has no connection left is dropped from the list
/// after this, unless its port was named.
const FORGOTTEN: Duration = Duration::from_mins(5);

impl Model {
    /// A model that has seen nothing.
    #[must_use]
    pub fn new(config: ModelConfig) -> Self {
        Self {
            config,
            timeline: Timeline::default(),
            history: History::new(),
            listeners: BTreeMap::new(),
            services: Services::default(),
            listed: BTreeSet::new(),
            takers: Vec::new(),
            processes: Processes::default(),
            workers: Workers::default(),
            oom: Oom::default(),
            quotas: Quotas::default(),
            host: None,
            counters: None,
            coming: Coming::default(),
            counters_at_derive: None,
            overflows: Grown::default(),
            dropped: Grown::default(),
            derived: None,
            outgoing: Vec::new(),
            owners: Owners::default(),
            dumps: None,
            first_walk: None,
            returned: false,
            accepted_to: Duration::ZERO,
            told_deaths: None,
            deaths_lost: flow::DeathsLost::default(),
            elsewhere: None,
            passive_at_walk: None,
            passive_at_first: None,
            own: VecDeque::new(),
            events_lost: 0,
            stepped_aside: false,
            denied: BTreeMap::new(),
            probing: Probing::default(),
            application: application::ApplicationState::default(),
            log: log::LogState::default(),
            cookies: BTreeSet::new(),
            unseen: Vec::new(),
        }
    }

    /// Takes one sample in.
    pub fn absorb(&mut self, sample: Sample) {
        self.timeline.observe(sample.at);
        let at = sample.at.mono;
        // First who listens: what was accepted may be for one that is back.
        if let Some(listeners) = self.accept("listeners", sample.listeners) {
            self.read_listeners(at, listeners);
        }
        if let Some(counters) = self.accept("counters", sample.counters) {
            self.read_counters(at, counters);
        }
        self.accept("exit statuses", sample.exit_statuses);
        // Before the owners, who do not have it any more.
        self.read_ended(sample.at, &sample.ended);
        if let Some(owners) = self.accept("owners", sample.owners) {
            self.owners = owners;
            self.assign_owners(at);
        }
        if let Some(processes) = sample.processes {
            self.processes.read(at, &processes);
        }
        if let Some(host) = sample.host {
            self.read_host(sample.at, host);
        }
        if let Some(destroyed) = self.accept("close events", sample.destroyed) {
            self.read_destroyed(at, destroyed);
        }
        if let Some(dump) = self.accept("connections", sample.dump) {
            self.read_dump(at, dump);
            self.walked_workers(sample.at);
            self.note_accepting();
        }
        if let Some(workers) = sample.workers {
            self.read_workers(sample.at, &workers);
        }
        if let Some(own) = sample.own {
            self.read_own(at, own);
        }
        for event in sample.probes {
            let told = self.probing.note(at, event);
            self.accept("TCP round trip", told);
        }
        if let Some(application) = self.accept("application metrics", sample.application) {
            self.note_missing(application.missing.clone());
            self.application.read(at, application);
        }
        if let Some(log) = self.accept("log", sample.log) {
            self.log.read(sample.at, &log);
            self.history.told(self.timeline.second(at), &log);
            self.probing.told_by_log(at, &log.codes);
        }
        if let Some(load) = sample.probe_load {
            self.probing.load(at, load);
        }
        if let Some(unseen) = sample.unseen {
            self.read_unseen(unseen);
        }
    }

    fn read_host(&mut self, at: Stamp, host: HostReading) {
        self.note_host(&host);
        self.oom.read(at, &host);
        self.quotas.read(at.mono, &host);
        self.host = Some(host);
    }

    fn read_unseen(&mut self, unseen: Vec<Unseen>) {
        let words: Vec<String> = unseen.iter().map(why_unseen).collect();
        if words.is_empty() {
            self.denied.remove("named");
        } else {
            self.denied.insert("named", words.join("; "));
        }
        self.unseen = unseen;
    }

    fn note_missing(&mut self, why: Option<String>) {
        let what = "application connections";
        match why {
            Some(why) => self.denied.insert(what, why),
            None => self.denied.remove(what),
        };
    }

    /// The value of a reading; a refusal is remembered, a success forgets it.
    fn accept<T>(&mut self, what: &'static str, reading: Option<Reading<T>>) -> Option<T> {
        match reading? {
            Reading::Seen(value) => {
                self.denied.remove(what);
                Some(value)
            }
            Reading::Absent => {
                self.denied.insert(what, format!("{what}: this host does not have them"));
                None
            }
            Reading::Denied(why) => {
                self.denied.insert(what, why);
                None
            }
        }
    }

    fn note_host(&mut self, host: &HostReading) {
        for (what, why) in [
            ("memory", host.memory.denied()),
            ("file handles", host.file_handles.denied()),
            ("conntrack", host.conntrack.denied()),
            ("tcp_mem", host.tcp_mem_limit_pages.denied()),
        ] {
            match why {
                Some(why) => self.denied.insert(what, why.to_owned()),
                None => self.denied.remove(what),
            };
        }
    }

    fn read_counters(&mut self, at: Duration, counters: Counters) {
        let before = self.counters.replace((at, counters));
        let came = before.map(|(_, before)| self.coming.between(at, &before, &counters));
        let then = before.map(|(_, before)| before);
        self.overflows.grow(then.and_then(|c| c.listen_overflows), counters.listen_overflows);
        self.dropped.grow(then.and_then(|c| c.listen_drops), counters.listen_drops);
        self.history.count(self.timeline.tick(at), counters.curr_estab, came);
        if let (Some(opened), Some((from, _))) = (came.and_then(|came| came.opened), before) {
            self.attribute(from, at, opened);
        }
    }

    /// With a single listener in the whole namespace `PassiveOpens` is its own.
    fn is_alone(&self) -> bool {
        self.config.everything && self.listeners.len() == 1
    }

    fn read_own(&mut self, at: Duration, own: OwnCost) {
        self.own.push_back((at, own));
        while self.own.len() > 2
            && self.own.get(1).is_some_and(|(then, _)| at.saturating_sub(*then) >= OWN_WINDOW)
        {
            self.own.pop_front();
        }
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

    /// When the connections were last counted.
    #[must_use]
    pub fn walked(&self) -> Option<Duration> {
        self.dumps.map(|dump| dump.at)
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
