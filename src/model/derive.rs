//! One snapshot from everything known: rates, limits, forecasts.

use std::net::SocketAddr;
use std::time::Duration;

use super::capacity::{self, Inputs};
use super::listener::ListenerState;
use super::snapshot::{HostRates, ListenerSnapshot, Presence, Sampling, Snapshot};
use super::{Connections, Model, ProcessState, Track};
use crate::sample::{Counters, Endings, Stamp};
use crate::units::{PerSecond, Ratio, float};

/// Up to this period the last walk's figures are shown as they are; beyond it
/// they are carried on by what happened since.
const CURRENT: Duration = Duration::from_millis(1600);

/// Whose count the application's is held against: the only listener, or the one
/// in focus.
fn held_against(
    listeners: &[ListenerSnapshot],
    focused: Option<SocketAddr>,
) -> Option<&ListenerSnapshot> {
    match listeners {
        [only] => Some(only),
        all => all.iter().find(|l| Some(l.address) == focused),
    }
}

impl Model {
    /// Derives everything at `at`. `focused` is the listener that a bare
    /// `--capacity N` is for.
    pub fn derive(&mut self, at: Stamp, focused: Option<SocketAddr>) -> Snapshot {
        let interval = self.derived.map(|then| at.mono.saturating_sub(then));
        self.derived = Some(at.mono);
        let rates = self.host_rates();
        let addresses: Vec<SocketAddr> = self.listeners.keys().copied().collect();
        let mut listeners: Vec<ListenerSnapshot> = addresses
            .into_iter()
            .filter_map(|address| {
                let capacity = self.capacity_of(address, focused);
                self.listener_snapshot(at.mono, address, interval, capacity)
            })
            .collect();
        listeners.sort_by(|a, b| {
            let busy = |l: &ListenerSnapshot| l.open.unwrap_or(0);
            busy(b).cmp(&busy(a)).then(a.address.cmp(&b.address))
        });
        let against = held_against(&listeners, focused);
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
            listeners,
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

    fn process_states(&self, now: Duration) -> Vec<ProcessState> {
        let current = self.dumps.is_some_and(|d| d.period <= CURRENT);
        let complete = |process: &ProcessState| ProcessState {
            connections: self.connections_of(now, current, process),
            throttled: process.cgroup.as_deref().and_then(|path| self.quotas.of(path)),
            throttled_now: process.cgroup.as_deref().and_then(|path| self.quotas.last(path)),
            ..process.clone()
        };
        self.processes.iter().map(complete).collect()
    }

    fn capacity_of(&self, address: SocketAddr, focused: Option<SocketAddr>) -> Option<u64> {
        let own = self.config.capacities.get(&address.port()).copied();
        let only = self.config.ports.len() == 1 && self.config.ports.contains(&address.port());
        let bare = only || (self.config.ports.len() != 1 && focused == Some(address));
        own.or(self.config.capacity.filter(|_| bare))
    }

    fn listener_snapshot(
        &mut self,
        now: Duration,
        address: SocketAddr,
        interval: Option<Duration>,
        capacity: Option<u64>,
    ) -> Option<ListenerSnapshot> {
        let alone = self.is_alone();
        let period = self.dumps.map(|d| d.period);
        let second = self.timeline.second(now);
        self.learn_prices(address);
        let current = period.is_some_and(|p| p <= CURRENT);
        let limits = self.limits_of(address, capacity, current)?;
        let walked = self.dumps.map(|d| d.at);
        let name = self.process_name(address);
        let history = self.history.listener(address);
        let state = self.listeners.get_mut(&address)?;
        let open =
            if current { state.account.established_at_walk() } else { state.account.established() };
        let binding = limits.first().filter(|l| l.binding);
        if let Some(open) = open {
            state.growth.observe(second, float(open));
        }
        // What is full has no time to full; the forecast would hang on at 0:00.
        let left = binding.and_then(|l| l.headroom).filter(|&left| left > 0);
        let forecast = left.and_then(|left| state.growth.forecast(now, float(left)));
        let (opened, closed) = rates(state, history, now, second, current, interval);
        let (accept_queue, backlog) = state.accept_queue();
        let (opened_total, closed_total) = state.account.totals();
        let dropped = std::mem::take(&mut state.drops_fresh);
        let group = state.group.as_ref();
        Some(ListenerSnapshot {
            address,
            presence: match state.seen {
                _ if !state.sockets.is_empty() => Presence::Listening,
                Some(_) => Presence::Gone,
                None => Presence::Never,
            },
            pids: state.pids.clone(),
            process: name,
            hidden: state.hidden,
            open,
            estimated: !current && !alone && !state.account.pending().is_empty(),
            states: group.map(|g| g.states).or(open.map(|_| crate::sample::States::default())),
            opened,
            closed,
            opened_total,
            closed_total,
            peak_opened: state.peak().map(PerSecond),
            accept_queue,
            backlog,
            fullest_queue: state.fullest_queue(),
            // `/proc/net/tcp` tells no drops, and that is not none.
            drops: interval
                .filter(|_| state.sockets.iter().any(|s| s.drops.is_some()))
                .and_then(|i| PerSecond::over(float(dropped), i)),
            drops_total: state.drops_total,
            endings: std::mem::replace(&mut state.endings, Endings::none(address)),
            limits,
            forecast,
            networks: group.map(|g| g.networks.clone()).unwrap_or_default(),
            other_networks: group.map_or(0, |g| g.other_networks),
            ages: group.map(|g| g.ages),
            walked,
        })
    }

    /// Pairs of connections and resources, for the price of a connection.
    fn learn_prices(&mut self, address: SocketAddr) {
        let Some(state) = self.listeners.get(&address) else { return };
        let (Some(open), pids) = (state.account.established_at_walk(), state.pids.clone()) else {
            return;
        };
        let alive = || pids.iter().filter_map(|&pid| self.processes.get(pid));
        let rss = alive().map(|p| p.rss).sum::<Option<u64>>().filter(|_| !pids.is_empty());
        let threads = alive().map(|p| p.threads).sum::<Option<u64>>().filter(|_| !pids.is_empty());
        let tcp = self.counters.and_then(|(_, c)| c.tcp_mem_pages);
        let page = self.config.page_bytes;
        let Some(state) = self.listeners.get_mut(&address) else { return };
        let open = float(open);
        let prices = [
            (&mut state.rss, rss),
            (&mut state.threads, threads),
            (&mut state.tcp, tcp.map(|pages| pages * page)),
        ];
        for (slope, resource) in prices {
            if let Some(resource) = resource {
                slope.add(open, float(resource));
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
        let processes: Vec<&ProcessState> = state
            .pids
            .iter()
            .filter_map(|&pid| self.processes.get(pid))
            .filter(|p| p.gone_since.is_none())
            .collect();
        let scope = format!(":{}", address.port());
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

    fn process_name(&self, address: SocketAddr) -> Option<String> {
        let pids = &self.listeners.get(&address)?.pids;
        pids.iter().find_map(|&pid| self.processes.get(pid)).map(|p| p.name.clone())
    }

    /// Rates since the last derivation.
    fn host_rates(&mut self) -> HostRates {
        let newest = self.counters;
        let before = std::mem::replace(&mut self.counters_at_derive, newest);
        let Some(((now_at, now), (then_at, then))) = newest.zip(before) else {
            return HostRates::default();
        };
        let interval = now_at.saturating_sub(then_at);
        let rate = |of: fn(&Counters) -> Option<u64>| {
            PerSecond::over(float(of(&now)?.checked_sub(of(&then)?)?), interval)
        };
        HostRates {
            accepted: rate(|c| c.passive_opens),
            listen_overflows: rate(|c| c.listen_overflows),
            listen_drops: rate(|c| c.listen_drops),
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
            events_lost: self.events_lost + newest.map_or(0, |(_, own)| own.samples_lost),
            stepped_aside: self.stepped_aside,
            denied: self.denied.values().cloned().collect(),
            crosscheck: self.crosscheck(),
        }
    }

    /// Both ways of counting what was opened, where they must agree.
    fn crosscheck(&self) -> Option<(u64, u64)> {
        let passive = self.passive_at_walk?.checked_sub(self.passive_at_first?)?;
        let ours = self.listeners.values().map(|l| l.account.totals().0).sum();
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
fn rates(
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
    let recent = state.account.pending().iter().filter(|s| s.at > since);
    let (mut opened, mut closed) =
        recent.fold((0.0, 0.0), |(o, c), s| (o + s.opened, c + float(s.closed)));
    // What was settled within the span stands in the history by whole seconds.
    if let Some((walk, _, _)) = state.account.last.filter(|(walk, _, _)| *walk > since) {
        let settled = walk.saturating_sub(since).as_secs().max(1);
        let ago = now.saturating_sub(walk).as_secs();
        let to = second.saturating_sub(ago);
        let sum = |track: &Track| track.total((to + 1).saturating_sub(settled), to, second);
        opened += history.and_then(|h| sum(&h.opened)).map_or(0.0, |sum| f64::from(sum.sum));
        closed += history.and_then(|h| sum(&h.closed)).map_or(0.0, |sum| f64::from(sum.sum));
    }
    (PerSecond::over(opened, span), PerSecond::over(closed, span))
}
