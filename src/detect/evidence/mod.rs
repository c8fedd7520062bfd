//! What the judgement remembers of each service: typed facts, each with its moment
//! and its size, from which the causes explain.
//!
//! A service is a port: addresses of one port are one service to its clients.
//! Samples are heard as they come, ten times a second, because order tells what a
//! second hides: a killed worker ends before its connections do, one that was asked
//! to go ends after them. Everything else is read from the snapshots. Bounded per
//! port, and pure: the time comes with what is heard.

mod acceptor;
mod closes;
mod ends;
mod intake;
mod loss;
mod probes;
mod slopes;

use std::collections::{BTreeMap, VecDeque};
use std::time::Duration;

pub(in crate::detect) use acceptor::Acceptor;
pub(in crate::detect) use closes::Closes;
pub(in crate::detect) use ends::{End, Ends};
pub(in crate::detect) use intake::Intake;
pub(in crate::detect) use loss::{Loss, Losses};
pub(in crate::detect) use probes::{ProbeMemory, is_silence};
pub(in crate::detect) use slopes::Slopes;

use crate::model::{ListenerSnapshot, Snapshot};
use crate::sample::{Endings, Reading, Sample};

/// Services remembered; the busiest come first in a snapshot.
const MOST: usize = 64;

/// How connections ended is remembered this long: a loss is spoken of meanwhile.
const ENDINGS: Duration = Duration::from_mins(1);

/// Everything remembered, by port and by target.
#[derive(Debug, Clone, Default)]
pub(in crate::detect) struct Evidence {
    services: BTreeMap<u16, Service>,
    probes: BTreeMap<u32, ProbeMemory>,
    began: Option<Duration>,
}

/// What is remembered of one service.
#[derive(Debug, Clone, Default)]
pub(in crate::detect) struct Service {
    /// Deaths of connections, tick by tick.
    pub(in crate::detect) closes: Closes,
    /// Connections lost at once, and what became of them.
    pub(in crate::detect) losses: Losses,
    /// Ends of processes, and in which order they came.
    pub(in crate::detect) ends: Ends,
    /// Whether connections are taken from the accept queue.
    pub(in crate::detect) acceptor: Acceptor,
    /// What comes, and what of it stays.
    pub(in crate::detect) intake: Intake,
    /// Where its limits are going.
    pub(in crate::detect) slopes: Slopes,
    /// How connections ended, derivation by derivation.
    pub(in crate::detect) endings: VecDeque<(Duration, Endings)>,
    /// Since when nobody listens.
    pub(in crate::detect) gone_since: Option<Duration>,
    /// When somebody listened again.
    pub(in crate::detect) back_since: Option<Duration>,
}

impl Evidence {
    /// Hears a sample.
    pub(in crate::detect) fn hear(&mut self, sample: &Sample) {
        let at = sample.at.mono;
        self.began.get_or_insert(at);
        if let Some(Reading::Seen(listeners)) = &sample.listeners {
            let mut queues: BTreeMap<u16, u64> = BTreeMap::new();
            for listener in listeners {
                let port = listener.local.port();
                // Before a snapshot has said which are the busiest, the first of them.
                if !self.services.contains_key(&port) {
                    if self.services.len() >= MOST {
                        continue;
                    }
                    self.services.insert(port, Service::default());
                }
                *queues.entry(port).or_default() += u64::from(listener.accept_queue);
            }
            for (port, used) in &queues {
                self.services.entry(*port).or_default().listens(at, *used);
            }
            for (port, service) in &mut self.services {
                if !queues.contains_key(port) {
                    service.is_gone(at);
                }
            }
        }
        if let Some(Reading::Seen(destroyed)) = &sample.destroyed {
            for (local, closed) in &destroyed.closed {
                if let Some(service) = self.services.get_mut(&local.port()) {
                    service.closes.note(at, *closed);
                }
            }
        }
        for event in &sample.probes {
            self.probes.entry(event.target).or_default().hear(at, event.lane, &event.fact);
        }
    }

    /// Takes a snapshot in.
    pub(in crate::detect) fn observe(&mut self, snapshot: &Snapshot) {
        let at = snapshot.at;
        for listener in snapshot.listeners.iter().take(MOST) {
            self.services.entry(listener.address.port()).or_default();
        }
        let listed = |port: &u16| snapshot.listeners.iter().any(|l| l.address.port() == *port);
        self.services.retain(|port, _| listed(port));
        self.probes.retain(|id, _| snapshot.targets.iter().any(|t| t.id == *id));
        if !snapshot.ready {
            return;
        }
        for (port, service) in &mut self.services {
            let own = snapshot.listeners.iter().filter(|l| l.address.port() == *port);
            let own: Vec<_> = own.collect();
            let open = own.iter().filter_map(|l| l.open).sum();
            service.closes.learn(at.mono);
            service.losses.observe(at, open, &service.closes);
            service.ends.observe(snapshot, *port, &service.closes);
            if let Some(end) = service.ends.newest() {
                service.losses.follow(end.at, open, &service.closes);
            }
            service.intake.observe(at.mono, &own, &service.closes);
            service.slopes.observe(at.mono, &own);
            service.note_endings(at.mono, *port, &own);
        }
    }

    /// What is remembered of a port.
    pub(in crate::detect) fn service(&self, port: u16) -> Option<&Service> {
        self.services.get(&port)
    }

    /// What is remembered of a target.
    pub(in crate::detect) fn probe(&self, target: u32) -> Option<&ProbeMemory> {
        self.probes.get(&target)
    }

    /// Whether what comes to a port does not stay, though it used to.
    pub(in crate::detect) fn turns_away(&self, port: u16, now: Duration) -> bool {
        self.services.get(&port).is_some_and(|s| s.intake.turned_away(now).is_some())
    }

    /// Since when anything was heard.
    pub(in crate::detect) const fn began(&self) -> Option<Duration> {
        self.began
    }

    /// Whether a watched port has no listener at this moment: only then can a
    /// refused connect have been meant for it.
    pub(in crate::detect) fn refuses(&self) -> bool {
        self.services.values().any(|service| service.gone_since.is_some())
    }
}

impl Service {
    fn listens(&mut self, at: Duration, queue: u64) {
        if self.gone_since.take().is_some() {
            self.back_since = Some(at);
            self.acceptor = Acceptor::default();
        }
        self.acceptor.note(at, queue);
    }

    fn note_endings(&mut self, at: Duration, port: u16, own: &[&ListenerSnapshot]) {
        let mut all = Endings::none(([0, 0, 0, 0], port).into());
        for listener in own {
            all.add(&listener.endings);
        }
        if all.total() > 0 {
            self.endings.push_back((at, all));
        }
        let old = |(then, _): &(Duration, Endings)| at.saturating_sub(*then) > ENDINGS;
        while self.endings.front().is_some_and(old) {
            self.endings.pop_front();
        }
    }

    /// How the connections ended that were closed around that moment.
    pub(in crate::detect) fn endings_near(&self, at: Duration) -> Option<Endings> {
        const BEFORE: Duration = Duration::from_millis(500);
        const AFTER: Duration = Duration::from_secs(4);
        let near = |then: Duration| then + BEFORE >= at && then <= at + AFTER;
        let mut near = self.endings.iter().filter(|(then, _)| near(*then)).map(|(_, e)| e);
        let mut sum = near.next()?.clone();
        near.for_each(|more| sum.add(more));
        Some(sum)
    }

    fn is_gone(&mut self, at: Duration) {
        self.gone_since.get_or_insert(at);
    }
}
