//! What the samples mean: rates, states, capacity, history.
//!
//! Pure: values in, values out, no clock, no file. `run` hands every sample to
//! [`Model::absorb`] and asks for a [`Snapshot`] each interval; `detect`, `app`
//! and `output` read that.

mod account;
mod capacity;
mod derive;
mod growth;
mod limit;
mod listener;
mod processes;
mod router;
mod series;
mod slope;
mod snapshot;
#[cfg(test)]
mod tests;
mod timeline;

use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::net::{Ipv4Addr, SocketAddr};
use std::time::Duration;

pub use growth::Forecast;
pub use limit::{Limit, LimitKind, LimitUnit};
pub use processes::ProcessState;
pub use series::{Point, Series};
pub use snapshot::{HostRates, ListenerSnapshot, Presence, Sampling, Snapshot};
pub use timeline::Timeline;

use crate::sample::{
    Counters, Destroyed, Dump, DumpScope, HostReading, Listener, Outgoing, OwnCost, Owners,
    Reading, Sample,
};
use crate::units::float;
use listener::ListenerState;
use processes::Processes;

/// What the model has to know beforehand.
#[derive(Debug, Clone, Default)]
pub struct ModelConfig {
    /// Ports named by `--port`: shown even when nobody listens.
    pub ports: BTreeSet<u16>,
    /// Nothing was named: every listener is watched.
    pub everything: bool,
    /// `--capacity PORT=N`.
    pub capacities: BTreeMap<u16, u64>,
    /// `--capacity N`: for the only `--port`, else the focused listener.
    pub capacity: Option<u64>,
    /// Bytes of a memory page.
    pub page_bytes: u64,
    /// `--interval`.
    pub interval: Duration,
}

/// Everything known so far.
#[derive(Debug, Clone)]
pub struct Model {
    config: ModelConfig,
    timeline: Timeline,
    listeners: BTreeMap<SocketAddr, ListenerState>,
    processes: Processes,
    host: Option<HostReading>,
    counters: Option<(Duration, Counters)>,
    counters_at_derive: Option<(Duration, Counters)>,
    derived: Option<Duration>,
    outgoing: Vec<Outgoing>,
    owners: Owners,
    dumps: Option<DumpFacts>,
    first_walk: Option<Duration>,
    /// `PassiveOpens` at the last walk and at the first.
    passive_at_walk: Option<u64>,
    passive_at_first: Option<u64>,
    own: VecDeque<(Duration, OwnCost)>,
    events_lost: u64,
    stepped_aside: bool,
    denied: BTreeMap<&'static str, String>,
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

/// More listening sockets that ever were than this are not told from
/// connections any more; a host opens a handful a day.
const MAX_COOKIES: usize = 65_536;
/// A history takes 160 KB in two days: a host with thousands of listeners gets
/// one for those that have connections, up to this many, which is 11 MB.
const MOST_HISTORIES: usize = 64;
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
            listeners: BTreeMap::new(),
            processes: Processes::default(),
            host: None,
            counters: None,
            counters_at_derive: None,
            derived: None,
            outgoing: Vec::new(),
            owners: Owners::default(),
            dumps: None,
            first_walk: None,
            passive_at_walk: None,
            passive_at_first: None,
            own: VecDeque::new(),
            events_lost: 0,
            stepped_aside: false,
            denied: BTreeMap::new(),
            cookies: BTreeSet::new(),
        }
    }

    /// Takes one sample in.
    pub fn absorb(&mut self, sample: Sample) {
        self.timeline.observe(sample.at);
        let at = sample.at.mono;
        if let Some(counters) = self.accept("counters", sample.counters) {
            self.read_counters(at, counters);
        }
        if let Some(listeners) = self.accept("listeners", sample.listeners) {
            self.read_listeners(at, listeners);
        }
        if let Some(owners) = self.accept("owners", sample.owners) {
            self.owners = owners;
            self.assign_owners();
        }
        if let Some(processes) = sample.processes {
            self.processes.read(at, &processes);
        }
        if let Some(host) = sample.host {
            self.note_host(&host);
            self.host = Some(host);
        }
        if let Some(destroyed) = self.accept("close events", sample.destroyed) {
            self.read_destroyed(at, destroyed);
        }
        if let Some(dump) = self.accept("connections", sample.dump) {
            self.read_dump(at, dump);
        }
        if let Some(own) = sample.own {
            self.read_own(at, own);
        }
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
        if let Some((_, before)) = before
            && let (Some(then), Some(now)) = (before.passive_opens, counters.passive_opens)
        {
            // A counter that went backwards (another namespace's file) is no rate.
            self.attribute(at, now.saturating_sub(then));
        }
    }

    /// Splits the connections the host accepted among the listeners: by their
    /// share in the last settled interval, else by their size where all of them
    /// are watched. Otherwise a quiet listener would be given its neighbour's herd.
    fn attribute(&mut self, at: Duration, accepted: u64) {
        let open = || self.listeners.values().filter(|l| l.account.is_open());
        let known: f64 = open().filter_map(|l| l.account.share).sum();
        let sizes: f64 = open().map(size).sum();
        if accepted == 0 || sizes <= 0.0 {
            return;
        }
        let (alone, all) = (self.is_alone(), self.config.everything);
        for listener in self.listeners.values_mut().filter(|l| l.account.is_open()) {
            let share = match listener.account.share {
                _ if alone => 1.0,
                Some(share) if known > 0.0 => share / known.max(1.0),
                _ if known > 0.0 || !all => 0.0,
                _ => size(listener) / sizes,
            };
            listener.account.accepted(at, float(accepted) * share);
        }
    }

    /// With a single listener in the whole namespace `PassiveOpens` is its own.
    fn is_alone(&self) -> bool {
        self.config.everything && self.listeners.len() == 1
    }

    fn read_listeners(&mut self, at: Duration, found: Vec<Listener>) {
        let mut by_address: BTreeMap<SocketAddr, Vec<Listener>> = BTreeMap::new();
        for listener in found {
            if listener.cookie != 0 && self.cookies.len() < MAX_COOKIES {
                self.cookies.insert(listener.cookie);
            }
            by_address.entry(listener.local).or_default().push(listener);
        }
        for &port in &self.config.ports {
            let waits = !by_address.keys().chain(self.listeners.keys()).any(|a| a.port() == port);
            if waits {
                by_address.insert((Ipv4Addr::UNSPECIFIED, port).into(), Vec::new());
            }
        }
        let new = by_address.keys().any(|address| !self.listeners.contains_key(address));
        for address in by_address.keys() {
            if !self.listeners.contains_key(address) {
                let state = self.take_stand_in(*address).unwrap_or_else(|| {
                    let mut state = ListenerState::new(*address);
                    if self.comes_late(*address) {
                        state.account.begin(at);
                    }
                    state
                });
                self.listeners.insert(*address, state);
            }
        }
        for (address, state) in &mut self.listeners {
            state.listen(at, by_address.remove(address).unwrap_or_default());
        }
        self.forget(at);
        if new {
            self.assign_owners();
        }
    }

    /// What was kept for a named port until somebody listens there: a walk may
    /// have put the first connections to its account already.
    fn take_stand_in(&mut self, address: SocketAddr) -> Option<ListenerState> {
        let waits = |l: &&ListenerState| l.seen.is_none() && l.address.port() == address.port();
        let at = self.listeners.values().find(waits)?.address;
        let mut state = self.listeners.remove(&at)?;
        state.address = address;
        Some(state)
    }

    /// Whether a listener not seen before cannot have connections of before our
    /// time. One that was found through its process may have been there all along,
    /// and one on a port with connections may have taken them over.
    fn comes_late(&self, address: SocketAddr) -> bool {
        let watched = self.config.everything || self.config.ports.contains(&address.port());
        let mut on_port = self.listeners.values().filter(|l| l.address.port() == address.port());
        self.first_walk.is_some()
            && watched
            && on_port.all(|l| l.account.live_at_walk().unwrap_or(0) == 0)
    }

    /// Drops listeners nobody asked for that are long gone, and the stand-in of
    /// a named port once a real listener is there.
    fn forget(&mut self, at: Duration) {
        let seen: BTreeSet<u16> = self
            .listeners
            .values()
            .filter(|l| l.seen.is_some())
            .map(|l| l.address.port())
            .collect();
        let named = self.config.ports.clone();
        self.listeners.retain(|address, state| {
            let port = address.port();
            match state.seen {
                None => !seen.contains(&port) && named.contains(&port),
                Some(seen) => {
                    named.contains(&port)
                        || at.saturating_sub(seen) < FORGOTTEN
                        || state.account.live_at_walk().unwrap_or(0) > 0
                }
            }
        });
    }

    fn assign_owners(&mut self) {
        for state in self.listeners.values_mut().filter(|l| !l.sockets.is_empty()) {
            let holds = |inode: &u64| state.sockets.iter().any(|s| s.inode == *inode);
            let of = self.owners.pids.iter().filter(|(inode, _)| holds(inode));
            let mut pids: Vec<u32> = of.flat_map(|(_, pids)| pids.iter().copied()).collect();
            pids.sort_unstable();
            pids.dedup();
            state.hidden = pids.is_empty() && self.owners.hidden.iter().any(holds);
            state.pids = pids;
        }
        if self.owners.why.is_empty() {
            self.denied.remove("processes");
        } else {
            self.denied.insert("processes", self.owners.why.clone());
        }
    }

    fn read_destroyed(&mut self, at: Duration, destroyed: Destroyed) {
        self.stepped_aside = destroyed.stepped_aside;
        if destroyed.overruns > 0 || destroyed.stepped_aside {
            self.events_lost += destroyed.overruns;
            self.listeners.values_mut().for_each(|l| l.account.closes_unknown());
        }
        for (local, closed) in destroyed.closed {
            self.closed(at, local, closed);
        }
        for (local, cookie) in destroyed.peerless {
            if !self.cookies.remove(&cookie) {
                self.closed(at, local, 1);
            }
        }
    }

    fn closed(&mut self, at: Duration, local: SocketAddr, closed: u64) {
        if let Some(state) = router::route(local, self.listeners.keys().copied())
            .and_then(|address| self.listeners.get_mut(&address))
        {
            state.account.destroyed(at, closed);
        }
    }

    fn read_dump(&mut self, at: Duration, dump: Dump) {
        let mut groups = BTreeMap::new();
        for group in dump.groups {
            let Some(address) = router::route(group.local, self.listeners.keys().copied()) else {
                continue;
            };
            let merged = match groups.remove(&address) {
                Some(sum) => listener::merge(sum, group),
                None => group,
            };
            groups.insert(address, merged);
        }
        if self.stepped_aside || self.denied.contains_key("close events") {
            self.listeners.values_mut().for_each(|l| l.account.closes_unknown());
        }
        let all = self.listeners.len() <= MOST_HISTORIES;
        let mut begun = self.listeners.values().filter(|l| !l.series.is_empty()).count();
        for (address, state) in &mut self.listeners {
            let group = groups.remove(address);
            let active = group.is_some() || !state.account.pending().is_empty();
            let history = begun < MOST_HISTORIES && (all || active);
            begun += usize::from(history && state.series.is_empty());
            state.walked(at, group, &self.timeline, history);
        }
        self.learn_shares();
        if dump.scope == DumpScope::Everything {
            self.outgoing = dump.outgoing;
        }
        self.first_walk.get_or_insert(at);
        self.dumps = Some(DumpFacts {
            at,
            by_sock_diag: dump.by_sock_diag,
            period: dump.period,
            cpu: dump.cpu,
        });
    }

    /// Each listener's part of what the host accepted between the last two walks.
    fn learn_shares(&mut self) {
        let passive = self.counters.as_ref().and_then(|(_, c)| c.passive_opens);
        let before = std::mem::replace(&mut self.passive_at_walk, passive);
        self.passive_at_first = self.passive_at_first.or(passive);
        let accepted = passive.zip(before).map_or(0, |(now, then)| now.saturating_sub(then));
        for state in self.listeners.values_mut() {
            state.account.learn_share(accepted);
        }
    }

    fn read_own(&mut self, at: Duration, own: OwnCost) {
        self.own.push_back((at, own));
        while self.own.len() > 2
            && self.own.get(1).is_some_and(|(then, _)| at.saturating_sub(*then) >= OWN_WINDOW)
        {
            self.own.pop_front();
        }
    }

    /// The clock of the history.
    #[must_use]
    pub const fn timeline(&self) -> &Timeline {
        &self.timeline
    }

    /// The history of a listener up to the last walk.
    #[must_use]
    pub fn history(&self, address: SocketAddr) -> Option<&Series> {
        self.listeners.get(&address).map(|state| &state.series)
    }

    /// What is known of a second since the last walk: opened and closed.
    #[must_use]
    pub fn since_walk(&self, address: SocketAddr, second: u64) -> (f64, f64) {
        let pending = self.listeners.get(&address).map_or(&[][..], |l| l.account.pending());
        let within = pending.iter().filter(|slot| self.timeline.second(slot.at) == second);
        within.fold((0.0, 0.0), |(o, c), slot| (o + slot.opened, c + float(slot.closed)))
    }
}

fn size(listener: &ListenerState) -> f64 {
    float(listener.account.live_at_walk().unwrap_or(0)) + 1.0
}
