//! What a cause may look at: one service with its evidence.

use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::sync::Arc;
use std::time::Duration;

use chrono::{DateTime, FixedOffset, Utc};

use crate::close::Class;
use crate::detect::alert::Alert;
use crate::detect::evidence::{End, Evidence, Loss, ProbeMemory, Service, has_moved};
use crate::detect::identity::{RuleId, Scope};
use crate::detect::place::place_of;
use crate::detect::signals::Signals;
use crate::detect::thresholds::Thresholds;
use crate::fmt;
use crate::model::{
    Attempt, Limit, LimitKind, ListenerSnapshot, ProcessState, Resource, ServiceId,
    ServiceSnapshot, Snapshot, TargetSnapshot, route,
};

/// Everything there is to explain.
#[derive(Debug, Clone, Copy)]
pub(in crate::detect) struct Scene<'a> {
    pub(in crate::detect) snapshot: &'a Snapshot,
    /// Every alert so far, newest first.
    pub(in crate::detect) alerts: &'a [Arc<Alert>],
    pub(in crate::detect) signals: &'a Signals,
    pub(in crate::detect) thresholds: &'a Thresholds,
    /// Whose time of day is named.
    pub(in crate::detect) zone: FixedOffset,
}

/// One service: its listeners, its targets, what is remembered of it.
#[derive(Debug, Clone)]
pub(in crate::detect) struct View<'a> {
    pub(super) scene: Scene<'a>,
    pub(super) snapshot: &'a Snapshot,
    /// None for a target elsewhere, and for the host.
    pub(super) service: Option<&'a ServiceSnapshot>,
    pub(super) targets: Vec<&'a TargetSnapshot>,
    pub(super) memory: Option<&'a Service>,
    /// What is said of the host is about this one.
    pub(super) has_host: bool,
}

impl<'a> View<'a> {
    /// Every service, the host's own row last where several share it.
    pub(super) fn all(scene: Scene<'a>) -> Vec<Self> {
        let snapshot = scene.snapshot;
        let services: Vec<&ServiceSnapshot> =
            snapshot.services.iter().filter(|s| !has_moved(snapshot, s)).collect();
        // Of each target once: parsed for each service it was most of a judgement.
        let of = |target: &TargetSnapshot| match services.as_slice() {
            [one] => Some(one.id),
            all => probed(target, all).map(|service| service.id),
        };
        let meant: Vec<_> = snapshot.targets.iter().map(|target| (of(target), target)).collect();
        let targets_of = |service: Option<ServiceId>| {
            let own = meant.iter().filter(move |(id, _)| *id == service);
            own.map(|(_, target)| *target)
        };
        let mut views: Vec<Self> = services
            .iter()
            .map(|service| Self {
                scene,
                snapshot,
                service: Some(service),
                targets: targets_of(Some(service.id)).collect(),
                memory: evidence(scene).service(service.id),
                has_host: services.len() == 1,
            })
            .collect();
        let bare = |targets, has_host| Self {
            scene,
            snapshot,
            service: None,
            targets,
            memory: None,
            has_host,
        };
        views.extend(targets_of(None).map(|target| bare(vec![target], false)));
        if services.len() != 1 {
            views.push(bare(Vec::new(), true));
        }
        views
    }

    /// Whose time of day is named.
    pub(super) const fn zone(&self) -> FixedOffset {
        self.scene.zone
    }

    /// Now.
    pub(super) const fn now(&self) -> Duration {
        self.snapshot.at.mono
    }

    /// A moment so long ago, on the clock people read.
    pub(super) fn ago(&self, ago: Duration) -> DateTime<Utc> {
        self.snapshot.at.wall - ago
    }

    /// `:8080 gateway`, or the target's URL, or the host.
    pub(super) fn label(&self) -> String {
        match (self.service, self.targets.first()) {
            (Some(service), _) => service.whole.label(),
            (None, Some(target)) => target.label(),
            (None, None) => "this host".to_owned(),
        }
    }

    /// Whether somebody listens; true where that is not watched.
    pub(super) fn is_present(&self) -> bool {
        self.whole().is_none_or(ListenerSnapshot::is_present)
    }

    /// Its figures.
    pub(super) fn whole(&self) -> Option<&'a ListenerSnapshot> {
        self.service.map(|service| &service.whole)
    }

    /// Its limits.
    pub(super) fn limits(&self) -> &'a [Limit] {
        self.whole().map_or(&[], |whole| &whole.limits)
    }

    /// Its fullest limit of this resource; none where none is known now.
    pub(super) fn fullest(&self, resource: Resource) -> Option<&'a Limit> {
        // Those of the host are always read, and of a process not in each second.
        let is_meant =
            |limit: &&Limit| limit.kind.resource() == resource && limit.kind != LimitKind::FileMax;
        let own = self.limits().iter().filter(is_meant);
        own.max_by(|a, b| a.ratio().0.total_cmp(&b.ratio().0))
    }

    /// Whether its accept queue is full.
    pub(super) fn has_full_queue(&self) -> bool {
        self.whole().is_some_and(ListenerSnapshot::has_full_queue)
    }

    /// Whether the connections that ended around that moment did so with Close frames.
    pub(super) fn said_goodbye(&self, at: Duration) -> Option<bool> {
        self.memory.and_then(|memory| memory.said_goodbye(at))
    }

    /// Whether the server said so to those whose connections ended around that moment,
    /// where nobody may see its processes.
    pub(super) fn sent_away(&self, at: Duration) -> bool {
        self.is_hidden() && self.memory.is_some_and(|memory| memory.sent_away(at))
    }

    /// Whether its processes are not ours to see.
    pub(super) fn is_hidden(&self) -> bool {
        self.whole().is_some_and(|whole| whole.hidden)
    }

    /// Open connections.
    pub(super) fn open(&self) -> u64 {
        self.whole().and_then(|whole| whole.open).unwrap_or(0)
    }

    /// The alerts about this service that fire, or wait between their levels.
    fn firing(&self) -> impl Iterator<Item = &'a Alert> {
        let all = self.scene.alerts.iter().map(AsRef::as_ref);
        all.filter(|a: &&Alert| a.is_firing() && self.is_about(a))
    }

    /// Those that fire at this moment.
    pub(super) fn alerts(&self) -> impl Iterator<Item = &'a Alert> {
        self.firing().filter(|a| a.current)
    }

    /// The worst of a rule.
    pub(super) fn alert(&self, rule: RuleId) -> Option<&'a Alert> {
        self.alerts().filter(|a| a.rule == rule).max_by_key(|a| a.now)
    }

    /// The worst of a rule that fires, or waits between its levels.
    pub(super) fn raised(&self, rule: RuleId) -> Option<&'a Alert> {
        self.firing().filter(|a| a.rule == rule).max_by_key(|a| a.now)
    }

    /// Whether an alert is about this service.
    pub(super) fn is_about(&self, alert: &Alert) -> bool {
        match alert.scope {
            Scope::Host | Scope::Code(..) => self.has_host,
            Scope::Target(id) => self.targets.iter().any(|t| t.id == id),
            Scope::Service(_) | Scope::Listener(_) | Scope::Exit(_) => {
                self.service.is_some_and(|service| alert.is_about(service.id))
            }
        }
    }

    /// The last loss, while it is young enough to be spoken of.
    pub(super) fn loss(&self) -> Option<&'a Loss> {
        self.memory.and_then(|m| m.losses.last())
    }

    /// The processes that ended last, each within half a minute of the next.
    pub(super) fn chain(&self) -> &'a [End] {
        self.memory.map_or(&[], |m| m.ends.chain())
    }

    /// Living processes behind it.
    pub(super) fn processes(&self) -> impl Iterator<Item = &'a ProcessState> {
        let pids = self.whole().map_or(&[][..], |whole| &whole.pids);
        let alive = |p: &&ProcessState| p.gone_since.is_none();
        self.snapshot.processes.iter().filter(alive).filter(move |p| pids.contains(&p.pid))
    }

    /// What is remembered of a target.
    pub(super) fn probe(&self, target: &TargetSnapshot) -> Option<&'a ProbeMemory> {
        evidence(self.scene).probe(target.id)
    }

    /// Whether anything happened in that time of which clients come back: to this
    /// service, or to any where it has no place.
    pub(super) fn had_event(&self, from: Duration, to: Duration) -> bool {
        match self.memory {
            Some(memory) => memory.had_event(from, to),
            None => evidence(self.scene).had_event(from, to),
        }
    }

    /// Whether a process ended in that time, or a listener went or was another.
    pub(super) fn had_turn(&self, from: Duration, to: Duration) -> bool {
        match self.memory {
            Some(memory) => memory.had_turn(from, to),
            None => evidence(self.scene).had_turn(from, to),
        }
    }

    /// How long anything has been heard.
    pub(super) fn heard_for(&self) -> Duration {
        let began = evidence(self.scene).began().unwrap_or(self.now());
        self.now().saturating_sub(began)
    }

    /// The attempts that ended since that moment, newest first.
    pub(super) fn attempts_since(&self, since: Duration) -> Vec<&'a Attempt> {
        let all = self.targets.iter().flat_map(|t| &t.strip);
        let mut all: Vec<&Attempt> = all.filter(|a| a.at >= since).collect();
        all.sort_by_key(|a| std::cmp::Reverse(a.at));
        all
    }

    /// Whether a probe was told within `within` of that moment what speaks of this.
    pub(super) fn was_told(&self, class: Class, at: Duration, within: Duration) -> bool {
        let near = |then: Duration| then.abs_diff(at) <= within;
        let last = self.targets.iter().flat_map(|t| [&t.last_loss, &t.last_failure]);
        last.flatten().any(|(outcome, then)| outcome.class() == class && near(*then))
            || self
                .attempts_since(at.saturating_sub(within))
                .iter()
                .any(|a| a.outcome.class() == class && near(a.at))
    }

    /// What the incident began with, to be named as the reason; none after five
    /// minutes.
    pub(super) fn reason(&self) -> Option<String> {
        let end = self.chain().iter().rfind(|e| e.lost != Some(0))?;
        let clock = fmt::clock(&end.at.wall.with_timezone(&self.zone()));
        let how = if end.oom { "was killed for memory" } else { "ended" };
        Some(format!("after pid {} {} {how} {clock}", end.pid, end.name))
    }
}

fn evidence(scene: Scene<'_>) -> &Evidence {
    &scene.signals.evidence
}

/// The service that a target means: by its port, and by the address where several
/// listen on that.
fn probed<'s>(
    target: &TargetSnapshot,
    services: &[&'s ServiceSnapshot],
) -> Option<&'s ServiceSnapshot> {
    let (host, port) = place_of(&target.url)?;
    let own: Vec<_> = services.iter().copied().filter(|s| s.id.port == port).collect();
    if own.len() < 2 {
        return own.first().copied();
    }
    let ip: Option<IpAddr> = match host {
        "localhost" => Some(Ipv4Addr::LOCALHOST.into()),
        host => target.address.or_else(|| host.trim_matches(['[', ']']).parse().ok()),
    };
    let outward = || own.iter().copied().find(|s| !s.id.address.is_loopback());
    let Some(ip) = ip else { return outward() };
    let addresses = own.iter().flat_map(|s| s.addresses.iter().copied());
    let taken = route(SocketAddr::new(ip, port), addresses)?;
    own.iter().copied().find(|s| s.listens_at(taken))
}

/// Whether an attempt of a probe was turned away.
pub(super) fn is_rejection(attempt: &Attempt, target: &TargetSnapshot) -> bool {
    attempt.outcome.is_rejection(target.accepted > 0)
}

/// Attempts of the probes that ended since that moment, and whether each was turned away.
pub fn ended_since(
    snapshot: &Snapshot,
    since: Option<Duration>,
) -> impl Iterator<Item = (&Attempt, bool)> {
    let is_new = move |attempt: &&Attempt| since.is_none_or(|at| attempt.at > at);
    snapshot.targets.iter().flat_map(move |target| {
        let told = |attempt| (attempt, is_rejection(attempt, target));
        target.strip.iter().filter(is_new).map(told)
    })
}
