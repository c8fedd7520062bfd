//! What the judgement remembers of each service: typed facts, each with its moment
//! and its size, from which the causes explain.
//!
//! A service is what the model calls one: a port over all addresses at which one
//! program listens. A proxy on the public address and the application on 127.0.0.1
//! share a port and nothing else. Samples are heard as they come, ten times a second,
//! because order tells what a second hides: a killed worker ends before its
//! connections do, one that was asked to go ends after them. Everything else is read
//! from the snapshots. Bounded in services and within each, and pure: the time comes
//! with what is heard.

mod acceptor;
mod closes;
mod ends;
mod held;
mod intake;
mod loss;
mod losses;
mod presence;
mod probes;
mod served;
mod service;
mod slopes;

use std::collections::{BTreeMap, BTreeSet};
use std::net::SocketAddr;
use std::time::Duration;

pub(in crate::detect) use acceptor::Acceptor;
pub(in crate::detect) use closes::Closes;
pub(in crate::detect) use ends::{End, Ends};
pub(in crate::detect) use intake::Intake;
pub(in crate::detect) use loss::Loss;
pub(in crate::detect) use losses::Losses;
pub(in crate::detect) use presence::Presence;
pub(in crate::detect) use probes::ProbeMemory;
pub(in crate::detect) use served::Served;
pub(in crate::detect) use service::Service;
pub(in crate::detect) use slopes::{Filling, Slopes};

use crate::close::Class;
use crate::detect::place::place_of;
use crate::model::{ServiceId, ServiceSnapshot, Snapshot, TargetSnapshot, route};
use crate::sample::{ProbeFact, Reading, Sample};
use crate::units::PerSecond;

/// An answer so late comes from a loop that is full.
const LATE: Duration = Duration::from_millis(100);
/// A strain is noted for so long.
const JUST_NOW: Duration = Duration::from_millis(1500);
/// So long without an answer is a stall of which a ping deadline may follow.
const STALL: Duration = Duration::from_secs(3);
/// Services remembered; the busiest come first in a snapshot.
const MOST: usize = 64;

/// Everything remembered, by service and by target.
#[derive(Debug, Clone, Default)]
pub(in crate::detect) struct Evidence {
    services: BTreeMap<ServiceId, Service>,
    /// The service of each of their addresses, as of the last snapshot.
    addresses: BTreeMap<SocketAddr, ServiceId>,
    probes: BTreeMap<u32, ProbeMemory>,
    began: Option<Duration>,
    /// Deaths of before the first snapshot, which tells where they belong.
    early: Vec<(Duration, SocketAddr, u64)>,
    /// Whether deaths of connections are told at all.
    deaths_told: bool,
    /// When a probe was last rejected, or answered late.
    strained: Option<Duration>,
}

/// What was seen of a service's listening sockets in one sample.
#[derive(Debug, Default)]
struct Seen {
    queue: u64,
    sockets: Vec<u64>,
}

impl Evidence {
    /// Hears a sample.
    pub(in crate::detect) fn hear(&mut self, sample: &Sample) {
        let at = sample.at.mono;
        self.began.get_or_insert(at);
        if let Some(Reading::Seen(listeners)) = &sample.listeners {
            let mut seen: BTreeMap<ServiceId, Seen> = BTreeMap::new();
            for listener in listeners {
                let Some(id) = self.addresses.get(&listener.local) else { continue };
                let own = seen.entry(*id).or_default();
                own.queue += u64::from(listener.accept_queue);
                own.sockets.push(listener.inode);
            }
            for (id, service) in &mut self.services {
                match seen.remove(id) {
                    Some(Seen { queue, sockets }) => service.listens(at, queue, sockets),
                    None => service.presence.is_gone(at),
                }
            }
        }
        if let Some(Reading::Seen(destroyed)) = &sample.destroyed {
            self.deaths_told = true;
            for (local, closed) in &destroyed.closed {
                if !self.addresses.is_empty() {
                    self.died(at, *local, *closed);
                } else if self.early.len() < MOST {
                    self.early.push((at, *local, *closed));
                }
            }
        }
        for event in &sample.probes {
            if is_strain(&event.fact) {
                self.strained = Some(at);
            }
            self.probes.entry(event.target).or_default().hear(at, event.lane, &event.fact);
        }
    }

    /// So many connections of a local address died.
    fn died(&mut self, at: Duration, local: SocketAddr, closed: u64) {
        let address = route(local, self.addresses.keys().copied());
        let id = address.and_then(|address| self.addresses.get(&address));
        if let Some(service) = id.and_then(|id| self.services.get_mut(id)) {
            service.closes.note(at, closed);
        }
    }

    /// Takes a snapshot in.
    pub(in crate::detect) fn observe(&mut self, snapshot: &Snapshot) {
        self.follow(snapshot);
        self.probes.retain(|id, _| snapshot.targets.iter().any(|t| t.id == *id));
        if !snapshot.ready {
            return;
        }
        let since = snapshot.at.mono.saturating_sub(JUST_NOW);
        let strained = self.strained.is_some_and(|at| at >= since);
        let rejected: BTreeSet<u16> = snapshot.targets.iter().filter_map(rejects).collect();
        for service in snapshot.services.iter().take(MOST) {
            if let Some(memory) = self.services.get_mut(&service.id) {
                let rejects = rejected.contains(&service.id.port);
                memory.observe(snapshot, service, self.deaths_told, rejects);
                memory.serve(snapshot.at.mono, service, strained);
            }
        }
    }

    /// Which services there are now, and where. One that comes on a port whose service
    /// is gone has taken its place, under another address.
    fn follow(&mut self, snapshot: &Snapshot) {
        let listed = || snapshot.services.iter().take(MOST);
        for service in listed().filter(|s| s.whole.is_present()) {
            if self.services.contains_key(&service.id) {
                continue;
            }
            let gone = |(id, memory): &(&ServiceId, &Service)| {
                id.port == service.id.port
                    && memory.presence.gone_since().is_some()
                    && (!listed().any(|s| s.id == **id) || covers(service))
            };
            let before = self.services.iter().find(gone).map(|(id, _)| *id);
            let memory = before.and_then(|id| self.services.remove(&id)).unwrap_or_default();
            self.services.insert(service.id, memory);
        }
        self.services.retain(|id, _| listed().any(|s| s.id == *id));
        for service in listed() {
            self.services.entry(service.id).or_default();
        }
        let each = listed().flat_map(|s| s.addresses.iter().map(|address| (*address, s.id)));
        self.addresses = each.collect();
        if !self.addresses.is_empty() {
            for (at, local, closed) in std::mem::take(&mut self.early) {
                self.died(at, local, closed);
            }
        }
    }

    /// What is remembered of a service.
    pub(in crate::detect) fn service(&self, id: ServiceId) -> Option<&Service> {
        self.services.get(&id)
    }

    /// Whether anything happened to any service in that time of which clients come back.
    pub(in crate::detect) fn had_event(&self, from: Duration, to: Duration) -> bool {
        self.services.values().any(|service| service.had_event(from, to))
    }

    /// What each service took in a second at the most, as far as it was served.
    pub(in crate::detect) fn served(&self) -> Vec<(ServiceId, PerSecond)> {
        let of =
            |(id, service): (&ServiceId, &Service)| Some((*id, PerSecond(service.served.best()?)));
        self.services.iter().filter_map(of).collect()
    }

    /// Whether a process of any service ended in that time, or a listener went or was
    /// another.
    pub(in crate::detect) fn had_turn(&self, from: Duration, to: Duration) -> bool {
        self.services.values().any(|service| service.had_turn(from, to))
    }

    /// What is remembered of a target.
    pub(in crate::detect) fn probe(&self, target: u32) -> Option<&ProbeMemory> {
        self.probes.get(&target)
    }

    /// Whether what comes to a service does not stay, though it used to.
    pub(in crate::detect) fn turns_away(&self, id: ServiceId, now: Duration) -> bool {
        self.service(id).is_some_and(|s| s.intake.turned_away(now).is_some())
    }

    /// Whether that is so of any of them.
    pub(in crate::detect) fn turns_any_away(&self, now: Duration) -> bool {
        self.services.values().any(|service| service.turns_away(now))
    }

    /// Whether what comes to any of them passes: it goes again, and nothing else does.
    pub(in crate::detect) fn has_passing(&self, now: Duration) -> bool {
        const LATELY: Duration = Duration::from_secs(5);
        self.services.values().any(|service| service.losses.have_passed(now, LATELY))
    }

    /// Since when anything was heard.
    pub(in crate::detect) const fn began(&self) -> Option<Duration> {
        self.began
    }

    /// Whether a watched port has no listener at this moment: only then can a
    /// refused connect have been meant for it.
    pub(in crate::detect) fn refuses(&self) -> bool {
        self.services.values().any(|service| service.presence.gone_since().is_some())
    }

    /// Whether one of the services had no listener within this time.
    pub(in crate::detect) fn was_out(&self, now: Duration, within: Duration) -> bool {
        let lately = |at: Option<Duration>| at.is_some_and(|at| now.saturating_sub(at) <= within);
        self.services.values().any(|service| {
            let presence = &service.presence;
            (presence.gone_since().is_some() && presence.was_there()) || lately(presence.back())
        })
    }
}

/// The port of a target that turned one of the last attempts away: what is full lets one
/// in now and then.
fn rejects(target: &TargetSnapshot) -> Option<u16> {
    const LAST: usize = 3;
    let mut last = target.strip.iter().rev().take(LAST).map(|attempt| &attempt.outcome);
    let rejected = last.any(|last| last.class() == Class::Overload && !last.is_silence());
    rejected.then(|| place_of(&target.url).map(|(_, port)| port)).flatten()
}

/// Whether a probe was rejected, cut off or answered late.
fn is_strain(fact: &ProbeFact) -> bool {
    match fact {
        ProbeFact::Ping { round_trip, tcp } => {
            let path = if let Reading::Seen(path) = tcp { *path } else { Duration::ZERO };
            round_trip.saturating_sub(path) >= LATE
        }
        ProbeFact::Ended { outcome, .. } => {
            matches!(outcome.class(), Class::Overload | Class::Upstream | Class::Crash)
        }
        _ => false,
    }
}

/// Whether it takes the clients of every address of its port.
fn covers(service: &ServiceSnapshot) -> bool {
    service.addresses.iter().any(|address| address.ip().is_unspecified())
}

/// Whether it is gone and another service of its port takes its clients: the program
/// was started again under another address.
pub(in crate::detect) fn has_moved(snapshot: &Snapshot, service: &ServiceSnapshot) -> bool {
    let takes = |other: &ServiceSnapshot| {
        other.id != service.id
            && other.id.port == service.id.port
            && other.whole.is_present()
            && covers(other)
    };
    !service.whole.is_present() && snapshot.services.iter().any(takes)
}
