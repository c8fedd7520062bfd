//! One snapshot from everything known: rates, limits, forecasts.

use std::net::SocketAddr;
use std::time::Duration;

use super::capacity::{self, Inputs};
use super::listener::ListenerState;
use super::snapshot::{HostRates, ListenerSnapshot, Sampling, ServiceSnapshot, Snapshot};
use super::{Connections, Model, ProcessState, Track};
use crate::sample::{Counters, Endings, Stamp};
use crate::units::{PerSecond, Ratio, float};

/// Up to this period the last walk's figures are shown as they are; beyond it
/// they are carried on by what happened since.
const CURRENT: Duration = Duration::from_millis(1600);

/// Whose count the application's is held against: the only service, or the one in
/// focus.
fn held_against(
    services: &[ServiceSnapshot],
    focused: Option<SocketAddr>,
) -> Option<&ListenerSnapshot> {
    match services {
        [only] => Some(&only.whole),
        all => all.iter().find(|s| focused.is_some_and(|f| s.listens_at(f))).map(|s| &s.whole),
    }
}

impl Model {
    /// Derives everything at `at`. `focused` is the listener that a bare
    /// `--capacity N` is for.
    pub fn derive(&mut self, at: Stamp, focused: Option<SocketAddr>) -> Snapshot {
        let interval = self.derived.map(|then| at.mono.saturating_sub(then));
        self.derived = Some(at.mono);
        let rates = self.host_rates();
        let (services, listeners, others) = self.who_listens(at.mono, interval, focused);
        let against = held_against(&services, focused);
        let (listener, kernel) = (against.map(|l| l.address), against.and_then(|l| l.open));
        let every = self.config.interval;
        let application = self.application.snapshot(at.mono, every, listener, kernel);
        self.forget_workers();
        let exits = self.exits(at.mono);
        let snapshot = Snapshot {
            at,
            netns: self.config.netns,
            application,
            ready: self.dumps.is_some(),
            watches_sockets: !self.config.only_probes,
            counted_for: self
                .dumps
                .zip(self.first_walk)
                .map(|(last, first)| last.at.saturating_sub(first)),
            services,
            listeners,
            others,
            processes: self.process_states(at.mono),
            exits,
            oom_kills: self.oom.kills(),
            host: self.host.clone(),
            counters: self.counters.map(|(_, counters)| counters),
            rates,
            log: self.log.snapshot(at.mono),
            targets: self.probing.targets(at.mono),
            codes: self.probing.codes(at.mono),
            prober: self.probing.prober(at.mono),
            unseen: self.unseen.clone(),
            sampling: self.sampling(at.mono),
        };
        let second = self.timeline.second(at.mono);
        self.history.note(second, &snapshot);
        if !self.denied.contains_key("log") {
            // The second under way may still be told of.
            self.history.silent(second.saturating_sub(1));
        }
        snapshot
    }

    /// Whether the last walk's figures are shown as they are.
    pub(super) fn is_current(&self, now: Duration) -> bool {
        // Where we were stopped the next walk is late: an old one is no reading of now.
        let late = |d: super::DumpFacts| now.saturating_sub(d.at) > CURRENT * 2;
        self.dumps.is_some_and(|d| d.period <= CURRENT && !late(d))
    }

    fn process_states(&self, now: Duration) -> Vec<ProcessState> {
        let current = self.is_current(now);
        let complete = |process: &ProcessState| ProcessState {
            connections: self.connections_of(now, current, process),
            throttled: process.cgroup.as_deref().and_then(|path| self.quotas.of(path)),
            throttled_now: process.cgroup.as_deref().and_then(|path| self.quotas.last(path)),
            ..process.clone()
        };
        self.processes.iter().map(complete).collect()
    }

    /// What these processes take of memory and threads, and what TCP takes.
    pub(super) fn resources(&self, serving: &[&ProcessState]) -> [Option<u64>; 3] {
        let sum = |of: fn(&ProcessState) -> Option<u64>| {
            let all = serving.iter().map(|p| of(p)).sum::<Option<u64>>();
            all.filter(|_| !serving.is_empty())
        };
        let tcp = self.counters.and_then(|(_, c)| c.tcp_mem_pages);
        [
            sum(|p| p.rss),
            sum(|p| p.threads),
            tcp.and_then(|pages| pages.checked_mul(self.config.page_bytes)),
        ]
    }

    pub(super) fn listener_snapshot(
        &mut self,
        now: Duration,
        address: SocketAddr,
        interval: Option<Duration>,
        capacity: Option<u64>,
    ) -> Option<ListenerSnapshot> {
        let alone = self.is_alone();
        let flow_known = self.flow_is_known();
        // What was accepted since a listener came back is put to nobody until the walk.
        let is_placed = alone || !self.returned;
        let inferred = flow_known && (self.is_deaf() || self.stepped_aside && !alone);
        let second = self.timeline.second(now);
        self.learn_prices(address);
        let current = self.is_current(now);
        let limits = self.limits_of(address, capacity, current)?;
        let walked = self.dumps.map(|d| d.at);
        let name = self.process_name(address);
        let history = self.history.listener(address);
        let shares_port = self.services.is_shared(address.port());
        let service = self.services.at(address).first().copied().unwrap_or(address);
        let state = self.listeners.get_mut(&address)?;
        let open = open(state, current);
        let binding = limits.first().filter(|l| l.binding);
        if let Some(open) = open {
            state.growth.observe(second, float(open));
        }
        // What is full has no time to full; the forecast would hang on at 0:00.
        let left = binding.and_then(|l| Some((l.kind, l.headroom.filter(|&left| left > 0)?)));
        let forecast = left.and_then(|(of, left)| state.growth.forecast(now, of, float(left)));
        let (opened, closed) = rates(state, history, now, second, current, interval);
        let (accept_queue, backlog) = state.accept_queue();
        let (opened_total, closed_total) = state.account.totals();
        if let Some(total) = state.drops_total {
            state.dropped.add(now, total);
        }
        let group = state.group.as_ref();
        Some(ListenerSnapshot {
            address,
            presence: state.presence(),
            pids: state.pids.clone(),
            process: name,
            hidden: state.hidden,
            open,
            estimated: inferred || !current && !alone && !state.account.pending().is_empty(),
            flow_known,
            states: group.map(|g| g.states).or(open.map(|_| crate::sample::States::default())),
            opened: opened.filter(|_| flow_known && (current || is_placed)),
            closed: closed.filter(|_| flow_known),
            opened_total,
            closed_total,
            peak_opened: state.peak().filter(|_| flow_known).map(PerSecond),
            accept_queue,
            backlog,
            fullest_queue: state.fullest_queue(),
            worst_queue: state.worst_queue,
            drops: state.dropped.rate(),
            drops_mean: state.dropped.mean(),
            drops_total: state.drops_total,
            endings: std::mem::replace(&mut state.endings, Endings::none(address)),
            limits,
            forecast,
            networks: group.map(|g| g.networks.clone()).unwrap_or_default(),
            other_networks: group.map_or(0, |g| g.other_networks),
            ages: group.map(|g| g.ages),
            walked,
            service,
            shares_port,
        })
    }

    /// Pairs of connections and resources, for the price of a connection.
    fn learn_prices(&mut self, address: SocketAddr) {
        let Some(state) = self.listeners.get(&address) else { return };
        let Some(open) = state.account.established_at_walk() else { return };
        let [rss, threads, tcp] = self.resources(&self.serving(state));
        let Some(state) = self.listeners.get_mut(&address) else { return };
        let prices = [(&mut state.rss, rss), (&mut state.threads, threads), (&mut state.tcp, tcp)];
        for (slope, resource) in prices {
            if let Some(resource) = resource {
                slope.add(float(open), float(resource));
            }
        }
    }

    fn limits_of(
        &self,
        address: SocketAddr,
        capacity: Option<u64>,
        current: bool,
    ) -> Option<Vec<crate::model::Limit>> {
        let state = self.listeners.get(&address)?;
        let processes = self.serving(state);
        let shared = self.services.is_shared(address.port());
        let scope = if shared { address.to_string() } else { format!(":{}", address.port()) };
        Some(capacity::limits(&Inputs {
            scope: &scope,
            open: open(state, current).unwrap_or(0),
            capacity: capacity.filter(|_| state.account.is_open()),
            processes: &processes,
            host: self.host.as_ref(),
            tcp_mem_pages: self.counters.and_then(|(_, c)| c.tcp_mem_pages),
            page_bytes: self.config.page_bytes,
            from_this_host: state.group.as_ref().map_or(0, |g| g.from_this_host),
            outgoing: &self.outgoing,
            rss_slope: state.rss.per_connection(),
            tcp_slope: state.tcp.per_connection(),
            thread_slope: state.threads.per_connection(),
        }))
    }

    /// Whether anything tells what was opened and closed: the events of the kernel, or
    /// `PassiveOpens`, which is of the whole host.
    pub(super) fn flow_is_known(&self) -> bool {
        let passive = self.counters.is_some_and(|(_, c)| c.passive_opens.is_some());
        !self.is_deaf() || passive && self.config.everything
    }

    pub(super) fn process_name(&self, address: SocketAddr) -> Option<String> {
        self.name_of(self.listeners.get(&address)?)
    }

    /// Rates since the last derivation.
    fn host_rates(&mut self) -> HostRates {
        let newest = self.counters;
        let before = std::mem::replace(&mut self.counters_at_derive, newest);
        for grown in [&mut self.overflows, &mut self.dropped] {
            if let (Some(total), Some((at, _))) = (grown.total, newest) {
                grown.lately.add(at, total);
            }
        }
        let Some(((now_at, now), (then_at, then))) = newest.zip(before) else {
            return HostRates::default();
        };
        let interval = now_at.saturating_sub(then_at);
        let rate = |of: fn(&Counters) -> Option<u64>| {
            PerSecond::over(float(of(&now)?.checked_sub(of(&then)?)?), interval)
        };
        HostRates {
            accepted: rate(|c| c.passive_opens),
            listen_overflows: self.overflows.lately.rate(),
            listen_drops: self.dropped.lately.rate(),
            listen_overflows_mean: self.overflows.lately.mean(),
            listen_drops_mean: self.dropped.lately.mean(),
        }
    }

    fn sampling(&self, now: Duration) -> Sampling {
        let newest = self.own.back();
        let lately = self.own.front().zip(newest).and_then(|((from, old), (to, new))| {
            let wall = to.saturating_sub(*from).as_secs_f64();
            (wall > 0.0).then(|| Ratio(new.cpu.saturating_sub(old.cpu).as_secs_f64() / wall))
        });
        let start = newest
            .filter(|_| !now.is_zero())
            .map(|(at, own)| Ratio(own.cpu.as_secs_f64() / at.as_secs_f64().max(0.001)));
        Sampling {
            by_sock_diag: self.dumps.map(|d| d.by_sock_diag),
            period: self.dumps.map(|d| d.period),
            walk_cpu: self.dumps.map(|d| d.cpu),
            cpu_since_start: start,
            cpu_lately: lately,
            rss: newest.map(|(_, own)| own.rss),
            events_lost: newest
                .map_or(0, |(_, own)| own.samples_lost)
                .saturating_add(self.events_lost),
            stepped_aside: self.stepped_aside,
            denied: self
                .denied
                .values()
                .cloned()
                .chain(self.untold())
                .chain(self.room_not_known())
                .collect(),
            crosscheck: self.crosscheck(),
        }
    }

    /// What was read and does not tell all that it does elsewhere.
    fn untold(&self) -> impl Iterator<Item = String> {
        let mute = |s: &crate::sample::Listener| s.drops.is_none();
        let drops = self.listeners.values().flat_map(|l| &l.sockets).any(mute);
        let counters = self.counters.as_ref().map(|(_, counters)| counters);
        let missing = |of: fn(&Counters) -> Option<u64>| counters.is_some_and(|c| of(c).is_none());
        let deaf = self.is_deaf();
        let known = self.flow_is_known();
        [
            (
                deaf && known,
                "opened and closed: estimated from PassiveOpens of the host, without close events",
            ),
            (
                deaf && !known,
                "opened and closed: only close events tell them of a port, PassiveOpens is of the \
                 whole host",
            ),
            (drops, "drops and backlog of listeners: only sock_diag tells them"),
            (missing(|c| c.passive_opens), "PassiveOpens: this kernel does not tell it"),
            (
                missing(|c| c.listen_overflows) || missing(|c| c.listen_drops),
                "ListenOverflows, ListenDrops: this kernel does not tell them",
            ),
        ]
        .into_iter()
        .filter(|(is, _)| *is)
        .map(|(_, why)| why.to_owned())
    }

    /// Both ways of counting what was opened, where they must agree.
    fn crosscheck(&self) -> Option<(u64, u64)> {
        let passive = self.passive_at_walk?.checked_sub(self.passive_at_first?)?;
        let ours =
            self.listeners.values().map(|l| l.account.totals().0).fold(0, u64::saturating_add);
        self.config.everything.then_some((ours, passive))
    }
}

/// Established connections: as walked while that is current, else carried on.
pub(super) fn open(state: &ListenerState, current: bool) -> Option<u64> {
    if current { state.account.established_at_walk() } else { state.account.established() }
}

/// Opened and closed per second over the last interval.
///
/// At short periods the last settled interval is exact and at most as old as its
/// period; otherwise the ticks since the last walk are counted.
pub(super) fn rates(
    state: &ListenerState,
    history: Option<&Connections>,
    now: Duration,
    second: u64,
    current: bool,
    interval: Option<Duration>,
) -> (Option<PerSecond>, Option<PerSecond>) {
    let long = interval.is_some_and(|i| i > CURRENT);
    if current && !long {
        let last = state.account.last;
        return (last.map(|(_, o, _)| PerSecond(o)), last.map(|(_, _, c)| PerSecond(c)));
    }
    if !state.account.is_open() {
        return (None, None);
    }
    let span = interval.unwrap_or(CURRENT).max(Duration::from_secs(1));
    let since = now.saturating_sub(span);
    let (mut opened, mut closed) = (0.0, 0.0);
    for slot in state.account.pending() {
        let part = slot.part(since, Duration::MAX);
        opened += slot.opened * part;
        closed += slot.closed * part;
    }
    // What was settled within the span stands in the history by whole seconds.
    if let Some((walk, _, _)) = state.account.last.filter(|(walk, _, _)| *walk > since) {
        let settled = walk.saturating_sub(since).as_secs().max(1);
        let ago = now.saturating_sub(walk).as_secs();
        let to = second.saturating_sub(ago);
        let sum = |track: &Track| track.total((to + 1).saturating_sub(settled), to, second);
        opened += history.and_then(|h| sum(&h.opened)).map_or(0.0, |sum| f64::from(sum.sum));
        closed += history.and_then(|h| sum(&h.closed)).map_or(0.0, |sum| f64::from(sum.sum));
    }
    let opened = PerSecond::over(opened, span).filter(|_| !state.account.blind);
    (opened, PerSecond::over(closed, span))
}
