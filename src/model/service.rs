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
    /// The first address of the service of each listener.
    first: BTreeMap<SocketAddr, SocketAddr>,
    /// The addresses of each service by the first, which comes first.
    pub(super) members: BTreeMap<SocketAddr, Vec<SocketAddr>>,
    /// Ports with several services.
    shared: BTreeSet<u16>,
    /// Processes that hold a listener with others.
    pub(super) shared_by: BTreeSet<u32>,
    /// What is remembered of those with several addresses, by the first.
    pub(super) states: BTreeMap<SocketAddr, ServiceState>,
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
        let together = listeners.values().filter(|listener| listener.pids.len() > 1);
        self.shared_by = together.flat_map(|listener| &listener.pids).copied().collect();
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

    /// The name of the service that listens at this address.
    pub(super) fn name_of(&self, address: SocketAddr) -> Option<SocketAddr> {
        self.first.get(&address).copied()
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
            let Some(state) = self.states.get_mut(name) else { continue };
            let members = self.members.get(name).map_or(&[][..], Vec::as_slice);
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
