//! Connections opened from this host: towards whom, by whom, and who does not answer.

use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::time::Duration;

use super::snapshot::{OutgoingSnapshot, ServiceSnapshot};
use super::{Model, ServiceId};
use crate::sample::{HostReading, Outgoing, OutgoingRest};
use crate::units::float;

/// So many that were asked twice are no lost packet.
const FEWEST: u64 = 3;
/// A service stands behind another one when this part of its clients come from it.
const MOST: f64 = 0.8;

/// What is known of them.
#[derive(Debug, Clone, Default)]
pub(super) struct OutgoingState {
    read: Vec<Outgoing>,
    /// When that was.
    at: Duration,
    rest: OutgoingRest,
    /// Since when so many of a destination were not answered, each time it was looked.
    unanswered: BTreeMap<SocketAddr, Duration>,
}

impl OutgoingState {
    pub(super) fn read(&self) -> &[Outgoing] {
        &self.read
    }
}

impl Model {
    /// Takes in what a walk found.
    pub(super) fn read_outgoing(
        &mut self,
        at: Duration,
        read: Vec<Outgoing>,
        rest: Option<OutgoingRest>,
    ) {
        let state = &mut self.outgoing;
        let silent = |one: &&Outgoing| one.states.unanswered >= FEWEST;
        let silent = read.iter().filter(silent).map(|one| one.destination);
        let since = |destination| state.unanswered.get(&destination).copied().unwrap_or(at);
        state.unanswered = silent.map(|one| (one, since(one))).collect();
        (state.read, state.rest, state.at) = (read, rest.unwrap_or_default(), at);
    }

    /// The destinations of this moment, and the sum of the others.
    pub(super) fn outgoing_snapshot(
        &self,
        services: &[ServiceSnapshot],
    ) -> (Vec<OutgoingSnapshot>, OutgoingRest) {
        let OutgoingState { at, unanswered: silent, .. } = &self.outgoing;
        let range = self.host.as_ref().and_then(HostReading::ephemeral);
        let each = self.outgoing.read.iter().map(|one| {
            let process = one.pids.first().and_then(|pid| self.processes.get(*pid));
            OutgoingSnapshot {
                destination: one.destination,
                states: one.states,
                ports: one.open,
                ports_limit: range,
                pids: one.pids.clone(),
                process: process.map(|process| process.name.clone()),
                service: services.iter().find(|service| listens(service, one)).map(|s| s.id),
                unanswered_for: silent.get(&one.destination).map(|s| at.saturating_sub(*s)),
            }
        });
        (each.collect(), self.outgoing.rest)
    }
}

/// Whether a service of this host is what a destination is.
fn listens(service: &ServiceSnapshot, to: &Outgoing) -> bool {
    let (ip, port) = (to.destination.ip().to_canonical(), to.destination.port());
    let at = |address: &SocketAddr| {
        let own = address.ip().to_canonical();
        address.port() == port && (own == ip || own.is_unspecified() && to.here)
    };
    to.here && service.addresses.iter().any(at)
}

/// Puts each service behind the one whose processes most of its clients are: a user of
/// both is one user. Of two that are each other's clients nobody is in front.
pub(super) fn pair(services: &mut [ServiceSnapshot], outgoing: &[OutgoingSnapshot]) {
    let found: Vec<_> = outgoing.iter().filter_map(|one| behind(services, one)).collect();
    for &(back, front, through) in &found {
        let mutual = found.iter().any(|&(other, its, _)| other == front && its == back);
        if let Some(back) = services.iter_mut().find(|one| one.id == back && !mutual) {
            back.behind = Some((front, through));
        }
    }
}

/// Who stands behind whom by these connections, and how many of its clients come so.
fn behind(
    services: &[ServiceSnapshot],
    one: &OutgoingSnapshot,
) -> Option<(ServiceId, ServiceId, u64)> {
    let back = services.iter().find(|service| Some(service.id) == one.service)?;
    let holds = |front: &&ServiceSnapshot| {
        front.id != back.id && front.whole.pids.iter().any(|pid| one.pids.contains(pid))
    };
    let front = services.iter().find(holds)?;
    let open = back.whole.open?;
    let through = one.states.established.min(open);
    let most = through > 0 && float(through) >= float(open) * MOST;
    most.then_some((back.id, front.id, through))
}

#[cfg(test)]
mod tests {
    use super::super::identity::Netns;
    use super::super::snapshot::ListenerSnapshot;
    use super::*;
    use crate::sample::OutgoingStates;

    fn service(port: u16, open: u64, pid: u32) -> ServiceSnapshot {
        let at: SocketAddr = ([0, 0, 0, 0], port).into();
        let whole =
            ListenerSnapshot { open: Some(open), pids: vec![pid], ..ListenerSnapshot::nothing(at) };
        let id = ServiceId::new(Netns::default(), at);
        ServiceSnapshot { id, addresses: vec![at], whole, behind: None }
    }

    fn towards(port: u16, established: u64, pid: u32) -> Outgoing {
        let states = OutgoingStates { established, ..OutgoingStates::default() };
        let to = ([127, 0, 0, 1], port).into();
        Outgoing { states, here: true, open: established, pids: vec![pid], ..Outgoing::to(to) }
    }

    fn paired(back: u64, through: u64) -> Option<(u16, u64)> {
        let mut services = vec![service(443, 100, 7), service(8001, back, 9)];
        let mut model = Model::default();
        model.read_outgoing(Duration::ZERO, vec![towards(8001, through, 7)], None);
        let (outgoing, _) = model.outgoing_snapshot(&services);
        pair(&mut services, &outgoing);
        assert_eq!(services[0].behind, None, "the front stands behind nobody");
        services[1].behind.map(|(front, users)| (front.port, users))
    }

    #[test]
    fn a_service_stands_behind_the_proxy_that_most_of_its_clients_are() {
        assert_eq!(paired(100, 98), Some((443, 98)));
        assert_eq!(paired(100, 5), None, "it has clients of its own");
        assert_eq!(paired(0, 0), None);
    }

    #[test]
    fn of_two_that_are_each_others_clients_nobody_is_in_front() {
        let mut services = vec![service(443, 100, 7), service(8001, 100, 9)];
        let mut model = Model::default();
        let each = vec![towards(8001, 100, 7), towards(443, 100, 9)];
        model.read_outgoing(Duration::ZERO, each, None);
        let (outgoing, _) = model.outgoing_snapshot(&services);
        pair(&mut services, &outgoing);
        assert!(services.iter().all(|service| service.behind.is_none()));
    }

    #[test]
    fn a_destination_is_silent_while_several_are_asked_again() {
        let mut model = Model::default();
        let to: SocketAddr = ([10, 0, 0, 1], 6379).into();
        let mut read = |second, unanswered| {
            let states = OutgoingStates { syn_sent: 5, unanswered, ..OutgoingStates::default() };
            let one = Outgoing { states, ..Outgoing::to(to) };
            model.read_outgoing(Duration::from_secs(second), vec![one], None);
            model.outgoing_snapshot(&[]).0[0].unanswered_for.map(|lasted| lasted.as_secs())
        };
        assert_eq!(read(1, 2), None, "a packet may be lost");
        assert_eq!(read(2, 3), Some(0));
        assert_eq!(read(9, 5), Some(7));
        assert_eq!(read(10, 0), None, "five that were just begun are none");
    }
}
