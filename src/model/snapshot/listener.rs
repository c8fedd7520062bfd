//! A listener and a service at one moment.

use std::net::{IpAddr, SocketAddr};
use std::ops::Add;
use std::time::Duration;

use serde::{Deserialize, Serialize};

use super::clients::{AttemptsSnapshot, SampledSnapshot};
use super::ending::EndingSnapshot;
use crate::model::growth::Forecast;
use crate::model::identity::ServiceId;
use crate::model::limit::Limit;
use crate::model::trend::Direction;
use crate::sample::{Ages, ConfiguredLimit, Endings, Network, Queues, States};
use crate::units::{PerSecond, Ratio, float};

/// Whether somebody listens on an address; of several the highest is that of all.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub enum Presence {
    /// Not since we started; its port was named.
    Never,
    /// Not any more.
    Gone,
    /// Now.
    Listening,
}

/// One listener at one moment.
#[expect(clippy::struct_excessive_bools, reason = "a snapshot: each is a fact of its own")]
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ListenerSnapshot {
    /// Address and port.
    pub address: SocketAddr,
    /// Whether somebody listens there.
    pub presence: Presence,
    /// Pids behind it.
    pub pids: Vec<u32>,
    /// Name of a process that accepts there, else of one that holds the listener, clean.
    pub process: Option<String>,
    /// A process is there but not ours to see.
    pub hidden: bool,
    /// Established connections, those in the accept queue included: what `ss` counts
    /// as ESTAB. What the client has closed is in `states`.
    pub open: Option<u64>,
    /// `open` and the rates are estimates: between two walks, or because nobody tells
    /// which connections end.
    pub estimated: bool,
    /// Whether anything tells what was opened and closed; else the totals are only what
    /// the walks saw.
    pub flow_known: bool,
    /// Connections by TCP state at the last walk.
    pub states: Option<States>,
    /// Opened per second in the last interval.
    pub opened: Option<PerSecond>,
    /// Closed per second in the last interval.
    pub closed: Option<PerSecond>,
    /// Opened since the first walk.
    pub opened_total: u64,
    /// Closed since the first walk.
    pub closed_total: u64,
    /// Highest second since the start.
    pub peak_opened: Option<PerSecond>,
    /// Waiting to be accepted, summed over the group.
    pub accept_queue: Option<u64>,
    /// Backlog, summed over the group.
    pub backlog: Option<u64>,
    /// Share of the fullest queue of the group; full is above 1.
    pub fullest_queue: Option<f64>,
    /// The highest that share was since the start.
    pub worst_queue: Option<f64>,
    /// Dropped by this listener per second, over the last five.
    pub drops: Option<PerSecond>,
    /// The same since the first reading.
    pub drops_mean: Option<PerSecond>,
    /// Dropped since the first reading; none where no socket told it
    /// (`/proc/net/tcp`).
    pub drops_total: Option<u64>,
    /// How its connections ended since the last derivation.
    pub endings: Endings,
    /// Of a service: how its connections ended, those together that are alike, the most
    /// of the last minute first.
    #[serde(default)]
    pub shapes: Vec<EndingSnapshot>,
    /// Of a service: which part of the handshakes of the last minute that sent a request
    /// was accepted.
    #[serde(default)]
    pub accepted: Option<Ratio>,
    /// What its program was told to admit; none where that is not known, or not looked for.
    #[serde(default)]
    pub configured: Option<ConfiguredLimit>,
    /// Of a service: who came lately, by what the kernel tells.
    #[serde(default)]
    pub attempts: Option<AttemptsSnapshot>,
    /// Of a service: what its connections say, looked at one by one.
    #[serde(default)]
    pub sampled: Option<SampledSnapshot>,
    /// Its limits, the binding one first.
    pub limits: Vec<Limit>,
    /// Until the binding limit is reached, if the growth is real.
    pub forecast: Option<Forecast>,
    /// Client networks and open connections, busiest first.
    pub networks: Vec<(Network, u64)>,
    /// Open connections of networks not named.
    pub other_networks: u64,
    /// Client addresses and open connections, busiest first.
    #[serde(default)]
    pub addresses: Vec<(IpAddr, u64)>,
    /// Open connections of addresses not named.
    #[serde(default)]
    pub other_addresses: u64,
    /// What waits in the queues of the open connections at the last walk.
    #[serde(default)]
    pub queues: Option<Queues>,
    /// Ages of the connections.
    pub ages: Option<Ages>,
    /// When the last walk was made.
    pub walked: Option<Duration>,
    /// The first address of its service, which names it.
    pub service: SocketAddr,
    /// Another service listens on this port too, at other addresses.
    pub shares_port: bool,
}

impl ListenerSnapshot {
    /// A listener of which nothing is known but its address.
    #[must_use]
    pub const fn nothing(address: SocketAddr) -> Self {
        Self {
            address,
            presence: Presence::Never,
            pids: Vec::new(),
            process: None,
            hidden: false,
            open: None,
            estimated: false,
            flow_known: true,
            states: None,
            opened: None,
            closed: None,
            opened_total: 0,
            closed_total: 0,
            peak_opened: None,
            accept_queue: None,
            backlog: None,
            fullest_queue: None,
            worst_queue: None,
            drops: None,
            drops_mean: None,
            drops_total: None,
            endings: Endings::none(address),
            shapes: Vec::new(),
            accepted: None,
            configured: None,
            attempts: None,
            sampled: None,
            limits: Vec::new(),
            forecast: None,
            networks: Vec::new(),
            other_networks: 0,
            addresses: Vec::new(),
            other_addresses: 0,
            queues: None,
            ages: None,
            walked: None,
            service: address,
            shares_port: false,
        }
    }

    /// The figures of a service from those of its listeners, the one it is named by
    /// first; without what does not add up: limits, forecast and peak.
    #[must_use]
    pub fn sum(parts: &[Self]) -> Option<Self> {
        let (first, others) = parts.split_first()?;
        let mut whole = Self { limits: Vec::new(), forecast: None, ..first.clone() };
        for part in others {
            whole.add(part);
        }
        whole.pids.sort_unstable();
        whole.pids.dedup();
        Some(whole)
    }

    /// Each field by its name: one that is new does not compile before it is said how
    /// it adds up. A part that was not read adds nothing to one that was: it is gone,
    /// or came later.
    #[expect(clippy::too_many_lines, reason = "one line a field, twice: each has its own way")]
    fn add(&mut self, part: &Self) {
        let Self {
            presence,
            pids,
            process,
            hidden,
            open,
            estimated,
            flow_known,
            states,
            opened,
            closed,
            opened_total,
            closed_total,
            accept_queue,
            backlog,
            fullest_queue,
            worst_queue,
            drops,
            drops_mean,
            drops_total,
            endings,
            networks,
            other_networks,
            addresses,
            other_addresses,
            queues,
            ages,
            walked,
            // Of the service, which knows them itself.
            address: _,
            shapes: _,
            accepted: _,
            configured: _,
            attempts: _,
            sampled: _,
            peak_opened: _,
            limits: _,
            forecast: _,
            service: _,
            shares_port: _,
        } = part;
        self.presence = self.presence.max(*presence);
        self.pids.extend(pids);
        self.process = self.process.take().or_else(|| process.clone());
        self.hidden |= hidden;
        join(&mut self.open, *open, u64::add);
        self.estimated |= estimated;
        self.flow_known &= flow_known;
        join(&mut self.states, *states, |a, b| a.plus(&b));
        join_rates(&mut self.opened, *opened);
        join_rates(&mut self.closed, *closed);
        self.opened_total += opened_total;
        self.closed_total += closed_total;
        join(&mut self.accept_queue, *accept_queue, u64::add);
        join(&mut self.backlog, *backlog, u64::add);
        join(&mut self.fullest_queue, *fullest_queue, f64::max);
        join(&mut self.worst_queue, *worst_queue, f64::max);
        join_rates(&mut self.drops, *drops);
        join_rates(&mut self.drops_mean, *drops_mean);
        join(&mut self.drops_total, *drops_total, u64::add);
        self.endings.add(endings);
        add_clients(&mut self.networks, networks);
        add_clients(&mut self.addresses, addresses);
        self.add_others(*other_networks, *other_addresses, *queues);
        join(&mut self.ages, *ages, Ages::plus);
        self.walked = self.walked.max(*walked);
    }

    /// Adds the open connections of clients that are not named, and what waits for all.
    fn add_others(&mut self, networks: u64, addresses: u64, queues: Option<Queues>) {
        self.other_networks += networks;
        self.other_addresses += addresses;
        join(&mut self.queues, queues, Queues::plus);
    }

    /// Its place where the busiest comes first.
    #[must_use]
    pub fn busy(&self) -> (std::cmp::Reverse<u64>, SocketAddr) {
        (std::cmp::Reverse(self.open.unwrap_or(0)), self.address)
    }

    /// Which way it goes: of a listener without a forecast.
    #[must_use]
    pub fn direction(&self) -> Direction {
        Direction::of(self.opened, self.closed)
    }

    /// The limit that binds.
    #[must_use]
    pub fn binding(&self) -> Option<&Limit> {
        self.limits.first().filter(|l| l.binding)
    }

    /// Share of the SYN queue: half-open connections at the last walk of the backlog,
    /// which is the limit of that queue too; full is 1.
    #[must_use]
    pub fn syn_queue(&self) -> Option<f64> {
        let half_open = self.states?.syn_recv;
        self.backlog.map(|backlog| float(half_open) / float(backlog.max(1)))
    }

    /// Whether it has as many half-open connections as it may.
    #[must_use]
    pub fn has_full_syn_queue(&self) -> bool {
        self.syn_queue().is_some_and(|share| share >= 1.0)
    }

    /// Whether its accept queue is over its limit: then the kernel drops.
    #[must_use]
    pub fn has_full_queue(&self) -> bool {
        self.fullest_queue.is_some_and(|share| share > 1.0)
    }

    /// Whether somebody listens there now.
    #[must_use]
    pub const fn is_present(&self) -> bool {
        matches!(self.presence, Presence::Listening)
    }

    /// `:8080`; `127.0.0.1:8080` where another service listens on that port too.
    #[must_use]
    pub fn port(&self) -> String {
        if self.shares_port {
            self.address.to_string()
        } else {
            format!(":{}", self.address.port())
        }
    }

    /// `:8080 gateway`.
    #[must_use]
    pub fn label(&self) -> String {
        match &self.process {
            Some(name) => format!("{} {name}", self.port()),
            None => self.port(),
        }
    }
}

/// Adds the open connections of each client network, or of each address; the busiest
/// stay first.
pub(in crate::model) fn add_clients<T: Ord + Copy>(whole: &mut Vec<(T, u64)>, part: &[(T, u64)]) {
    for (client, open) in part {
        match whole.iter_mut().find(|(known, _)| known == client) {
            Some((_, known)) => *known = known.saturating_add(*open),
            None => whole.push((*client, *open)),
        }
    }
    whole.sort_by_key(|&(client, open)| (std::cmp::Reverse(open), client));
}

/// Joins what was read of both; what was read of one stands.
pub(in crate::model) fn join<T: Copy>(
    whole: &mut Option<T>,
    part: Option<T>,
    both: impl FnOnce(T, T) -> T,
) {
    *whole = match (*whole, part) {
        (Some(a), Some(b)) => Some(both(a, b)),
        (a, b) => a.or(b),
    };
}

/// The same of rates, which add up.
pub(in crate::model) fn join_rates(whole: &mut Option<PerSecond>, part: Option<PerSecond>) {
    join(whole, part, |a, b| PerSecond(a.0 + b.0));
}

/// One service at one moment.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ServiceSnapshot {
    /// Which.
    pub id: ServiceId,
    /// Where it listens, the address it is named by first.
    pub addresses: Vec<SocketAddr>,
    /// Its figures over all of them, under that first address.
    pub whole: ListenerSnapshot,
    /// The service of this host through which most of its clients come, and how many of
    /// them: users of that one.
    #[serde(default)]
    pub behind: Option<(ServiceId, u64)>,
}

impl ServiceSnapshot {
    /// Whether it listens at this address.
    #[must_use]
    pub fn listens_at(&self, address: SocketAddr) -> bool {
        self.addresses.contains(&address)
    }
}
