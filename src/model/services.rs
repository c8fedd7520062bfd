//! The services of a moment, with what each has as a whole.

use std::collections::BTreeSet;
use std::net::SocketAddr;
use std::time::Duration;

use super::Model;
use super::capacity::{self, Inputs};
use super::identity::ServiceId;
use super::listener::ListenerState;
use super::snapshot::{ListenerSnapshot, Others, ServiceSnapshot, Snapshot};
use crate::units::{PerSecond, float};

impl Model {
    /// The services and their listeners, busiest first, and the sum of those that are
    /// not listed.
    pub(super) fn who_listens(
        &mut self,
        now: Duration,
        interval: Option<Duration>,
        focused: Option<SocketAddr>,
    ) -> (Vec<ServiceSnapshot>, Vec<ListenerSnapshot>, Option<Others>) {
        self.group_services();
        self.ask_which_capacity();
        let (mut services, mut listeners) = (Vec::new(), Vec::new());
        let listed = self.listed(focused);
        let others = self.sum_of_others(now, interval, &listed);
        for name in listed {
            let addresses = self.services.at(name).to_vec();
            let capacity = self.capacity_of(&addresses, focused);
            let each = addresses.iter();
            let mut parts: Vec<ListenerSnapshot> = each
                .filter_map(|address| self.listener_snapshot(now, *address, interval, capacity))
                .collect();
            let whole = match parts.as_slice() {
                [only] => Some(only.clone()),
                all => ListenerSnapshot::sum(all),
            };
            let Some(mut whole) = whole else { continue };
            if addresses.len() > 1 {
                self.complete(now, &addresses, capacity, &mut whole);
                for part in &mut parts {
                    part.limits.clone_from(&whole.limits);
                    part.forecast = whole.forecast;
                    part.configured.clone_from(&whole.configured);
                }
            }
            let ended = self.endings_of(now, &addresses);
            (whole.shapes, whole.accepted) = (ended.rows, ended.accepted);
            whole.attempts = self.attempts_of(now, &addresses);
            whole.sampled = self.sampled_of(now, &addresses);
            let id = ServiceId::new(self.config.netns, name);
            listeners.extend(parts);
            services.push(ServiceSnapshot { id, addresses, whole, behind: None });
        }
        listeners.sort_by_key(ListenerSnapshot::busy);
        services.sort_by_key(|service| service.whole.busy());
        (services, listeners, others)
    }

    /// What a service with several addresses has as a whole: its limits, when they are
    /// reached, and its highest second.
    fn complete(
        &mut self,
        now: Duration,
        addresses: &[SocketAddr],
        capacity: Option<u64>,
        whole: &mut ListenerSnapshot,
    ) {
        let second = self.timeline.second(now);
        let states = || {
            let each = addresses.iter().filter_map(|address| self.listeners.get(address));
            each.map(Box::as_ref)
        };
        let walked = states().filter_map(|l| l.account.established_at_walk());
        let walked = walked.fold(0, u64::saturating_add);
        let counted = states().any(|l| l.account.is_open());
        let taken = states().map(ListenerState::taken_lately).sum();
        let groups = states().filter_map(|l| l.group.as_deref());
        let from_this_host = groups.map(|g| g.from_this_host).max().unwrap_or(0);
        whole.configured = self.configured_of(whole.service.port(), &whole.pids);
        let used = self.resources(&self.serving_of(&whole.pids, taken));
        let state = self.services.state(whole.service);
        if counted {
            state.prices.learn(walked, used);
        }
        if let Some(open) = whole.open {
            state.growth.observe(second, float(open));
        }
        whole.peak_opened = state.peak.highest().filter(|_| whole.flow_known).map(PerSecond);
        let prices = state.prices.prices();
        whole.limits = capacity::limits(&Inputs {
            scope: &whole.port(),
            open: whole.open.unwrap_or(0),
            capacity: capacity.filter(|_| counted),
            configured: whole.configured.as_ref().filter(|_| counted),
            processes: &self.serving_of(&whole.pids, taken),
            from_this_host,
            prices,
            ..self.host_inputs()
        });
        let state = self.services.state(whole.service);
        whole.forecast = state.growth.until(now, whole.binding());
    }

    fn capacity_of(&self, addresses: &[SocketAddr], focused: Option<SocketAddr>) -> Option<u64> {
        let port = addresses.first()?.port();
        let named = addresses.iter().find_map(|at| self.config.capacities_at.get(at)).copied();
        // Of two services on one port it is not known which was meant.
        let mine = !self.services.is_shared(port);
        let own = self.config.capacities.get(&port).copied().filter(|_| mine);
        let only = self.config.ports.len() == 1 && self.config.ports.contains(&port);
        let focus = focused.is_some_and(|focus| addresses.contains(&focus));
        let bare = (only && mine) || (self.config.ports.len() != 1 && focus);
        named.or(own).or(self.config.capacity.filter(|_| bare))
    }

    /// Says of each capacity that was given and is held against no service why.
    fn ask_which_capacity(&mut self) {
        let one = self.config.ports.first().filter(|_| self.config.ports.len() == 1);
        let bare = one.filter(|_| self.config.capacity.is_some());
        let ports: BTreeSet<u16> = self.config.capacities.keys().chain(bare).copied().collect();
        let asked = ports.into_iter().filter(|port| {
            let named = self.config.capacities_at.keys().any(|at| at.port() == *port);
            self.services.is_shared(*port) && !named
        });
        let nobody = |at: &&SocketAddr| self.first_walk.is_some() && self.is_nowhere(**at);
        let nowhere = self.config.capacities_at.keys().filter(nobody);
        let nowhere = nowhere.map(|at| format!("nobody listens at {at}, which -c names"));
        let why: Vec<String> = asked.map(|port| self.which_capacity(port)).chain(nowhere).collect();
        let why = (!why.is_empty()).then(|| format!("{}{}", Snapshot::UNPLACED, why.join("; ")));
        self.note_denied("capacity", why);
    }

    /// Whether nobody has listened at this address since we started.
    fn is_nowhere(&self, at: SocketAddr) -> bool {
        self.listeners.get(&at).is_none_or(|state| state.seen.is_none())
    }

    fn which_capacity(&self, port: u16) -> String {
        let of = |name: SocketAddr| match self.process_name(name) {
            Some(process) => format!("{name} {process}"),
            None => name.to_string(),
        };
        let mut on_port: Vec<SocketAddr> =
            self.services.names().filter(|name| name.port() == port).collect();
        on_port.sort_unstable();
        let each: Vec<String> = on_port.into_iter().map(of).collect();
        // What to type comes first: a narrow screen cuts the end.
        format!("give -c ADDR:PORT=N: several services listen on :{port}: {}", each.join(", "))
    }
}
