//! The figures of one listener at one moment: rates, limits, forecast.

use std::net::SocketAddr;
use std::time::Duration;

use super::capacity::{self, Inputs};
use super::flow::{CURRENT, MOST};
use super::history::{Connections, Track};
use super::listener::ListenerState;
use super::prices::{Prices, Resources};
use super::snapshot::ListenerSnapshot;
use super::{Limit, Model, ProcessState};
use crate::sample::{Endings, Group, States};
use crate::units::PerSecond;

impl Model {
    pub(super) fn listener_snapshot(
        &mut self,
        now: Duration,
        address: SocketAddr,
        interval: Option<Duration>,
        capacity: Option<u64>,
    ) -> Option<ListenerSnapshot> {
        let alone = self.is_alone();
        let flow_known = self.flow_is_known();
        let inferred = flow_known && (self.is_deaf() || self.stepped_aside && !alone);
        // What was accepted since a listener came back is put to nobody until the walk.
        let is_placed = alone || !self.returned;
        let second = self.timeline.second(now);
        self.learn_prices(address);
        let current = self.is_current(now);
        let walked = self.last_walk.map(|d| d.at);
        let name = self.process_name(address);
        let history = self.history.listener(address);
        let shares_port = self.services.is_shared(address.port());
        let addresses = self.services.at(address);
        let service = addresses.first().copied().unwrap_or(address);
        let several = addresses.len() > 1;
        let most = alone || self.has_most(address);
        let state = self.listeners.get_mut(&address)?;
        let open = state.observe_open(second, current);
        let (opened, closed) = rates(state, history, now, second, current, interval);
        let (accept_queue, backlog) = state.accept_queue();
        let (opened_total, closed_total) = state.account.totals();
        if let Some(total) = state.drops_total {
            state.recent().dropped.add(now, total);
        }
        // Before its first interval is settled what came is not known to be its own: 0 for
        // three seconds was no rate, and what came then looked like a herd for minutes.
        let is_told = (current || is_placed) && (current || most || state.account.last.is_some());
        let group = state.group.as_deref();
        let mut snapshot = ListenerSnapshot {
            address,
            presence: state.presence(),
            pids: state.pids.clone(),
            process: name,
            hidden: state.hidden,
            open,
            estimated: inferred || !current && !most && !state.account.pending().is_empty(),
            flow_known,
            states: open.map(|open| states(open, group)),
            opened: opened.filter(|_| flow_known && is_told),
            closed: closed.filter(|_| flow_known),
            opened_total,
            closed_total,
            peak_opened: state.peak().filter(|_| flow_known).map(PerSecond),
            accept_queue,
            backlog,
            fullest_queue: state.fullest_queue(),
            worst_queue: state.worst_queue,
            drops: state.drop_rate(),
            drops_mean: state.drop_mean(),
            drops_total: state.drops_total,
            endings: state.endings.take().map_or_else(|| Endings::none(address), |ended| *ended),
            limits: Vec::new(),
            forecast: None,
            walked,
            service,
            shares_port,
            ..clients(address, group)
        };
        // Of several addresses these are the service's.
        if !several {
            self.complete_alone(now, capacity, &mut snapshot);
        }
        Some(snapshot)
    }

    /// Whether most of the handshakes of this host came to the service that listens here,
    /// by the last interval that was settled: then what came since a walk is its own.
    fn has_most(&self, address: SocketAddr) -> bool {
        let own = self.services.at(address);
        let addresses = if own.is_empty() { std::slice::from_ref(&address) } else { own };
        let states = addresses.iter().filter_map(|at| self.listeners.get(at));
        states.filter_map(|state| state.account.share).sum::<f64>() >= MOST
    }

    /// What a listener has that is a service of its own: its limits, and when they are
    /// reached.
    fn complete_alone(
        &mut self,
        now: Duration,
        capacity: Option<u64>,
        whole: &mut ListenerSnapshot,
    ) {
        whole.configured = self.configured_of(whole.address.port(), &whole.pids);
        whole.limits = self.limits_of(whole, capacity);
        if let Some(state) = self.listeners.get_mut(&whole.address) {
            whole.forecast = state.growth.as_mut().and_then(|g| g.until(now, whole.binding()));
        }
    }

    /// Pairs of connections and resources, for the price of a connection.
    fn learn_prices(&mut self, address: SocketAddr) {
        let Some(state) = self.listeners.get(&address) else { return };
        let Some(open) = state.account.established_at_walk() else { return };
        let used = self.resources(&self.serving(state));
        if let Some(state) = self.listeners.get_mut(&address) {
            state.prices.get_or_insert_default().learn(open, used);
        }
    }

    fn limits_of(&self, whole: &ListenerSnapshot, capacity: Option<u64>) -> Vec<Limit> {
        let Some(state) = self.listeners.get(&whole.address) else { return Vec::new() };
        capacity::limits(&Inputs {
            scope: &whole.port(),
            open: whole.open.unwrap_or(0),
            capacity: capacity.filter(|_| state.account.is_open()),
            configured: whole.configured.as_ref().filter(|_| state.account.is_open()),
            processes: &self.serving(state),
            from_this_host: state.group.as_ref().map_or(0, |g| g.from_this_host),
            prices: state.prices.as_ref().map(|p| p.prices()).unwrap_or_default(),
            ..self.host_inputs()
        })
    }

    /// What the limits of every listener are computed from, and nothing of one.
    pub(super) fn host_inputs(&self) -> Inputs<'_> {
        Inputs {
            scope: "",
            open: 0,
            capacity: None,
            configured: None,
            processes: &[],
            host: self.host.as_ref(),
            tcp_mem_pages: self.counters.and_then(|(_, c)| c.tcp_mem_pages),
            page_bytes: self.config.page_bytes,
            from_this_host: 0,
            outgoing: self.outgoing.read(),
            prices: Prices::default(),
        }
    }

    pub(super) fn process_name(&self, address: SocketAddr) -> Option<String> {
        self.name_of(self.listeners.get(&address)?)
    }

    /// What these processes take of memory and threads, and what TCP takes.
    pub(super) fn resources(&self, serving: &[&ProcessState]) -> Resources {
        let sum = |of: fn(&ProcessState) -> Option<u64>| {
            let all = serving.iter().map(|p| of(p)).sum::<Option<u64>>();
            all.filter(|_| !serving.is_empty())
        };
        let tcp = self.counters.and_then(|(_, c)| c.tcp_mem_pages);
        Resources {
            rss: sum(|p| p.rss),
            threads: sum(|p| p.threads),
            tcp: tcp.and_then(|pages| pages.checked_mul(self.config.page_bytes)),
        }
    }
}

/// Those of the last walk. Of open and established there is one figure, carried on since
/// or not.
fn states(open: u64, group: Option<&Group>) -> States {
    States { established: open, ..group.map(|g| g.states).unwrap_or_default() }
}

/// What the last walk has told of the clients of a listener.
fn clients(address: SocketAddr, group: Option<&Group>) -> ListenerSnapshot {
    let nothing = ListenerSnapshot::nothing(address);
    let Some(group) = group else { return nothing };
    ListenerSnapshot {
        networks: group.networks.clone(),
        other_networks: group.other_networks,
        addresses: group.addresses.clone(),
        other_addresses: group.other_addresses,
        queues: group.queues,
        ages: Some(group.ages),
        ..nothing
    }
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
