//! Services: the ports of a network namespace over all their addresses.
//!
//! `listen 80; listen [::]:80` are two sockets of one program, and one service: what is
//! open, what fits, what it is judged by and what is shown of it are those of the port.
//! Where different programs hold different addresses of a port, a proxy the public one
//! and the application 127.0.0.1, each is a service and nothing is summed.

use std::collections::{BTreeMap, BTreeSet};
use std::net::SocketAddr;

use super::growth::Growth;
use super::history::Sum;
use super::listener::ListenerState;
use super::seconds::Seconds;
use super::slope::Slope;
use super::snapshot::{ListenerSnapshot, Presence};
use crate::sample::States;
use crate::units::PerSecond;

/// What has to be remembered of a service with several addresses: what its listeners
/// remember does not add up.
#[derive(Debug, Clone, Default)]
pub(super) struct ServiceState {
    pub(super) growth: Growth,
    pub(super) rss: Slope,
    pub(super) tcp: Slope,
    pub(super) threads: Slope,
    peak: Option<f64>,
    /// The second under way and what was measured as opened in it.
    running: (u64, f64),
}

impl ServiceState {
    /// The peak is that of whole seconds, once they are over.
    fn note_second(&mut self, second: u64, opened: f64) {
        if second == self.running.0 {
            self.running.1 += opened;
        } else {
            if self.running.0 > 0 {
                self.peak = Some(self.peak.unwrap_or(0.0).max(self.running.1));
            }
            self.running = (second, opened);
        }
    }

    /// The highest whole second, the one under way included once it is higher.
    pub(super) fn peak(&self) -> Option<PerSecond> {
        self.peak.map(|peak| PerSecond(peak.max(self.running.1)))
    }
}

/// Which listeners are one service. An address is named by the same one for as long as
/// both are listed, so that an alert, a focus and a history keep what they are of.
#[derive(Debug, Clone, Default)]
pub(super) struct Services {
    /// The first address of the service of each listener.
    first: BTreeMap<SocketAddr, SocketAddr>,
    /// The addresses of each service by the first, which comes first.
    pub(super) members: BTreeMap<SocketAddr, Vec<SocketAddr>>,
    /// Ports with several services.
    shared: BTreeSet<u16>,
    /// What is remembered of those with several addresses, by the first.
    pub(super) states: BTreeMap<SocketAddr, ServiceState>,
}

impl Services {
    /// Looks at who listens now.
    pub(super) fn group(&mut self, listeners: &BTreeMap<SocketAddr, ListenerState>) {
        let mut ports: BTreeMap<u16, Vec<Vec<&ListenerState>>> = BTreeMap::new();
        for listener in listeners.values() {
            let groups = ports.entry(listener.address.port()).or_default();
            let own = groups.iter_mut().find(|group| group.iter().any(|o| is_one(o, listener)));
            match own {
                Some(group) => group.push(listener),
                None => groups.push(vec![listener]),
            }
        }
        let several = ports.iter().filter(|(_, groups)| groups.len() > 1);
        self.shared = several.map(|(port, _)| *port).collect();
        self.members.clear();
        let before = std::mem::take(&mut self.first);
        for group in ports.into_values().flatten() {
            let mut members: Vec<SocketAddr> = group.iter().map(|l| l.address).collect();
            // The name it had, where that is still one of its addresses.
            let names = members.iter().filter_map(|address| before.get(address));
            let kept = names.copied().filter(|name| members.contains(name)).min();
            let Some(name) = kept.or_else(|| members.first().copied()) else { continue };
            members.sort_unstable_by_key(|address| (*address != name, *address));
            self.first.extend(members.iter().map(|address| (*address, name)));
            self.members.insert(name, members);
        }
        let members = &self.members;
        self.states.retain(|name, _| members.get(name).is_some_and(|all| all.len() > 1));
        for (name, _) in members.iter().filter(|(_, all)| all.len() > 1) {
            self.states.entry(*name).or_default();
        }
    }

    /// The addresses of the service that listens at this one.
    pub(super) fn at(&self, address: SocketAddr) -> &[SocketAddr] {
        let name = self.first.get(&address).unwrap_or(&address);
        self.members.get(name).map_or(&[], Vec::as_slice)
    }

    /// The addresses of these services.
    pub(super) fn listed(&self, names: &BTreeSet<SocketAddr>) -> BTreeSet<SocketAddr> {
        let of = names.iter().filter_map(|name| self.members.get(name));
        of.flatten().copied().collect()
    }

    /// Whether several services listen on this port.
    pub(super) fn is_shared(&self, port: u16) -> bool {
        self.shared.contains(&port)
    }

    /// Takes what a walk found of each listener in; the seconds of the services with
    /// several addresses.
    pub(super) fn walked<'a>(
        &mut self,
        told: &[(SocketAddr, Seconds<'a>)],
    ) -> Vec<(SocketAddr, Sum<Seconds<'a>>)> {
        let mut sums = Vec::with_capacity(self.states.len());
        for (name, state) in &mut self.states {
            let members = self.members.get(name).map_or(&[][..], Vec::as_slice);
            let parts = told.iter().filter(|(address, _)| members.contains(address));
            let sum = Sum::of(parts.map(|(_, seconds)| seconds.clone()));
            sum.clone().for_each(|(second, one)| state.note_second(second, one.measured));
            sums.push((*name, sum));
        }
        sums
    }
}

/// Whether two listeners on one port are of one program: they share a process. While
/// processes are not known, those that a program binds together: every address of both
/// families, or both loopback addresses.
fn is_one(a: &ListenerState, b: &ListenerState) -> bool {
    let pair = |of: fn(&SocketAddr) -> bool| of(&a.address) && of(&b.address);
    let alike = pair(|at| at.ip().is_unspecified()) || pair(|at| at.ip().is_loopback());
    match (a.pids.is_empty(), b.pids.is_empty()) {
        (false, false) => a.pids.iter().any(|pid| b.pids.contains(pid)),
        (true, true) => alike,
        // One of them is known: of the other nothing says that it is another's.
        _ => alike && !(a.hidden || b.hidden),
    }
}

/// The figures of a service from those of its listeners, the one it is named by first;
/// without what does not add up: limits, forecast and peak.
pub(super) fn whole(parts: &[ListenerSnapshot]) -> Option<ListenerSnapshot> {
    let (first, others) = parts.split_first()?;
    let mut whole = ListenerSnapshot { limits: Vec::new(), forecast: None, ..first.clone() };
    for part in others {
        add(&mut whole, part);
    }
    whole.pids.sort_unstable();
    whole.pids.dedup();
    whole.networks.sort_by_key(|&(network, open)| (std::cmp::Reverse(open), network));
    Some(whole)
}

fn add(whole: &mut ListenerSnapshot, part: &ListenerSnapshot) {
    let was = whole.presence;
    whole.presence = match (was, part.presence) {
        (Presence::Listening, _) | (_, Presence::Listening) => Presence::Listening,
        (Presence::Gone, _) | (_, Presence::Gone) => Presence::Gone,
        (Presence::Never, Presence::Never) => Presence::Never,
    };
    whole.pids.extend(&part.pids);
    whole.process = whole.process.take().or_else(|| part.process.clone());
    whole.hidden |= part.hidden;
    whole.open = sum(whole.open, part.open);
    whole.estimated |= part.estimated;
    whole.flow_known &= part.flow_known;
    whole.states = match (whole.states, part.states) {
        (Some(a), Some(b)) => Some(States::plus(a, &b)),
        (a, b) => a.or(b),
    };
    let rate = |a: Option<PerSecond>, b: Option<PerSecond>| match (a, b) {
        (Some(a), Some(b)) => Some(PerSecond(a.0 + b.0)),
        (a, b) => a.or(b),
    };
    whole.opened = rate(whole.opened, part.opened);
    whole.closed = rate(whole.closed, part.closed);
    whole.opened_total = whole.opened_total.saturating_add(part.opened_total);
    whole.closed_total = whole.closed_total.saturating_add(part.closed_total);
    whole.accept_queue = sum(whole.accept_queue, part.accept_queue);
    whole.backlog = sum(whole.backlog, part.backlog);
    whole.fullest_queue = match (whole.fullest_queue, part.fullest_queue) {
        (Some(a), Some(b)) => Some(a.max(b)),
        (a, b) => a.or(b),
    };
    whole.worst_queue = match (whole.worst_queue, part.worst_queue) {
        (Some(a), Some(b)) => Some(a.max(b)),
        (a, b) => a.or(b),
    };
    whole.drops = rate(whole.drops, part.drops);
    whole.drops_mean = rate(whole.drops_mean, part.drops_mean);
    whole.drops_total = sum(whole.drops_total, part.drops_total);
    whole.endings.add(&part.endings);
    for (network, open) in &part.networks {
        match whole.networks.iter_mut().find(|(known, _)| known == network) {
            Some((_, known)) => *known += open,
            None => whole.networks.push((*network, *open)),
        }
    }
    whole.other_networks += part.other_networks;
    whole.ages = match (whole.ages, part.ages) {
        (Some(mut a), Some(b)) => {
            a.before_watch += b.before_watch;
            a.classes.iter_mut().zip(b.classes).for_each(|(class, more)| *class += more);
            Some(a)
        }
        (a, b) => a.or(b),
    };
    whole.walked = whole.walked.max(part.walked);
}

/// A part that was not read adds nothing to one that was: it is gone, or came later.
fn sum(a: Option<u64>, b: Option<u64>) -> Option<u64> {
    match (a, b) {
        (Some(a), Some(b)) => Some(a + b),
        (a, b) => a.or(b),
    }
}
