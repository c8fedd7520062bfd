//! Services: the ports of a network namespace over all their addresses.
//!
//! `listen 80; listen [::]:80` are two sockets of one program, and one service: what is
//! open, what fits, what it is judged by and what is shown of it are those of the port.
//! Where different programs hold different addresses of a port, a proxy the public one
//! and the application 127.0.0.1, each is a service and nothing is summed.

use std::collections::{BTreeMap, BTreeSet};
use std::net::SocketAddr;

use super::Model;
use super::growth::Growth;
use super::history::Sum;
use super::listener::ListenerState;
use super::peak::Peak;
use super::prices::PriceEstimator;
use super::seconds::Seconds;

/// What has to be remembered of a service with several addresses: what its listeners
/// remember does not add up.
#[derive(Debug, Clone, Default)]
pub(super) struct ServiceState {
    pub(super) growth: Growth,
    pub(super) prices: PriceEstimator,
    /// The most that were opened in a second.
    pub(super) peak: Peak,
}

/// Which listeners are one service. An address is named by the same one for as long as
/// both are listed, so that an alert, a focus and a history keep what they are of.
#[derive(Debug, Clone, Default)]
pub(super) struct Services {
    /// Listeners that are a service by themselves, sorted: of ten thousand nearly all.
    alone: Vec<SocketAddr>,
    /// The first address of the service of each other listener.
    first: BTreeMap<SocketAddr, SocketAddr>,
    /// The addresses of these services by the first, which comes first.
    several: BTreeMap<SocketAddr, Vec<SocketAddr>>,
    /// Ports with several services.
    shared: BTreeSet<u16>,
    /// Processes that hold a listener with others.
    pub(super) shared_by: BTreeSet<u32>,
    /// What is remembered of those with several addresses, by the first, from when
    /// something happens there or they are looked at.
    states: BTreeMap<SocketAddr, ServiceState>,
}

impl Model {
    /// Looks at who listens now, where that is another than before.
    pub(super) fn group_services(&mut self) {
        if std::mem::take(&mut self.regroup) {
            self.services.group(&self.listeners);
        }
    }
}

impl Services {
    /// Looks at who listens now.
    pub(super) fn group(&mut self, listeners: &BTreeMap<SocketAddr, Box<ListenerState>>) {
        let together = listeners.values().filter(|listener| listener.pids.len() > 1);
        self.shared_by = together.flat_map(|listener| &listener.pids).copied().collect();
        self.shared.clear();
        let before = (std::mem::take(&mut self.alone), std::mem::take(&mut self.first));
        self.several.clear();
        let mut all: Vec<&ListenerState> = listeners.values().map(Box::as_ref).collect();
        all.sort_by_key(|listener| listener.address.port());
        for on_port in all.chunk_by(|a, b| a.address.port() == b.address.port()) {
            match on_port {
                [only] => self.alone.push(only.address),
                several => self.group_port(several, &before),
            }
        }
        self.alone.sort_unstable();
        let several = &self.several;
        self.states.retain(|name, _| several.contains_key(name));
    }

    /// The services of one port with several listeners.
    fn group_port(
        &mut self,
        on_port: &[&ListenerState],
        (alone, first): &(Vec<SocketAddr>, BTreeMap<SocketAddr, SocketAddr>),
    ) {
        let mut groups: Vec<Vec<&ListenerState>> = Vec::new();
        for listener in on_port {
            let own = groups.iter_mut().find(|group| group.iter().any(|o| is_one(o, listener)));
            match own {
                Some(group) => group.push(listener),
                None => groups.push(vec![listener]),
            }
        }
        if groups.len() > 1 {
            self.shared.extend(on_port.first().map(|listener| listener.address.port()));
        }
        for group in groups {
            let mut members: Vec<SocketAddr> = group.iter().map(|l| l.address).collect();
            let [one, _, ..] = members.as_slice() else {
                self.alone.extend(members);
                continue;
            };
            // The name it had, where that is still one of its addresses.
            let had = |address: &SocketAddr| {
                let was_alone = || alone.binary_search(address).is_ok().then_some(*address);
                first.get(address).copied().or_else(was_alone)
            };
            let names = members.iter().filter_map(had);
            let kept = names.filter(|name| members.contains(name)).min();
            let name = kept.unwrap_or(*one);
            members.sort_unstable_by_key(|address| (*address != name, *address));
            self.first.extend(members.iter().map(|address| (*address, name)));
            self.several.insert(name, members);
        }
    }

    /// The names of all services.
    pub(super) fn names(&self) -> impl Iterator<Item = SocketAddr> {
        self.several.keys().chain(&self.alone).copied()
    }

    /// How many there are.
    pub(super) fn count(&self) -> usize {
        self.several.len() + self.alone.len()
    }

    /// Whether one has this name.
    pub(super) fn has(&self, name: SocketAddr) -> bool {
        self.name_of(name) == Some(name)
    }

    /// The name of the service that listens at this address.
    pub(super) fn name_of(&self, address: SocketAddr) -> Option<SocketAddr> {
        let alone = || self.alone.binary_search(&address).is_ok().then_some(address);
        self.first.get(&address).copied().or_else(alone)
    }

    /// The addresses of the service that listens at this one.
    pub(super) fn at(&self, address: SocketAddr) -> &[SocketAddr] {
        if let Some(name) = self.first.get(&address) {
            return self.several.get(name).map_or(&[], Vec::as_slice);
        }
        let at = self.alone.binary_search(&address).ok();
        at.and_then(|at| self.alone.get(at)).map_or(&[], std::slice::from_ref)
    }

    /// The addresses of these services.
    pub(super) fn listed(&self, names: &BTreeSet<SocketAddr>) -> BTreeSet<SocketAddr> {
        names.iter().flat_map(|name| self.at(*name)).copied().collect()
    }

    /// What is remembered of the service of this name, which has several addresses.
    pub(super) fn state(&mut self, name: SocketAddr) -> &mut ServiceState {
        self.states.entry(name).or_default()
    }

    /// Whether several services listen on this port.
    pub(super) fn is_shared(&self, port: u16) -> bool {
        self.shared.contains(&port)
    }

    /// Takes what a walk found of each listener in, sorted by address; the seconds of
    /// the services with several addresses.
    pub(super) fn walked<'a>(
        &mut self,
        told: &[(SocketAddr, Seconds<'a>)],
    ) -> Vec<(SocketAddr, Sum<Seconds<'a>>)> {
        let mut sums = Vec::new();
        let names = told.iter().filter_map(|(address, _)| self.first.get(address));
        let names: BTreeSet<&SocketAddr> = names.collect();
        for name in names {
            let Some(members) = self.several.get(name) else { continue };
            let state = self.states.entry(*name).or_default();
            let part = |member| told.binary_search_by_key(member, |(address, _)| *address).ok();
            let parts = members.iter().filter_map(part).filter_map(|at| told.get(at));
            let sum = Sum::of(parts.map(|(_, seconds)| seconds.clone()));
            sum.clone().for_each(|(second, one)| state.peak.add(second, one.measured));
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
