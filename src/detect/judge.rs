//! Applies the rules and speaks the verdict.

use std::collections::HashMap;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use chrono::{DateTime, FixedOffset, Offset, TimeDelta, Utc};

use super::alert::Alert;
use super::causes;
use super::judgement::Judgement;
use super::ledger::Ledger;
use super::record::HerdRecord;
use super::rules::{Facts, RULES, Subject};
use super::signals::Signals;
use super::speak;
use super::thresholds::Thresholds;
use super::told::Told;
use super::verdict::{Cause, Kind, Verdict};
use crate::model::{CodeSource, ServiceSnapshot, Snapshot};
use crate::sample::{Counters, LogLine, Sample, Stamp};

/// Error lines of the log explain an alert this long.
const ERRORS_FOR: TimeDelta = TimeDelta::minutes(1);

/// The judge: the rules, and what they have to remember.
#[derive(Debug, Clone)]
pub struct Judge {
    thresholds: Thresholds,
    ledger: Ledger,
    signals: Signals,
    /// Whose time of day the sentences name.
    zone: FixedOffset,
    /// What the last verdict said, and since when that is so.
    said: Option<(Kind, Cause, DateTime<Utc>)>,
}

impl Judge {
    /// A judge that has seen nothing.
    #[must_use]
    pub fn new(thresholds: Thresholds) -> Self {
        let signals = Signals::new(thresholds.herd_factor);
        let zone = Utc.fix();
        Self { thresholds, ledger: Ledger::default(), signals, zone, said: None }
    }

    /// From now on the sentences name times of day of this zone.
    pub const fn speak_in(&mut self, zone: FixedOffset) {
        self.zone = zone;
    }

    /// Hears a sample as it comes: the order of events within a second is told by
    /// these alone.
    pub fn hear(&mut self, sample: &Sample) {
        self.signals.hear(sample);
    }

    /// Takes the counters of a fast sample in: the herd detector runs on these.
    /// `host_age` is how long they have counted at most.
    pub fn count(&mut self, at: Stamp, counters: &Counters, host_age: Option<Duration>) {
        self.signals.count(at, counters, host_age);
    }

    /// Takes the arrivals of a log in, each 100 ms from `at` on: where a log is
    /// read afterwards the same detector runs on these.
    pub fn told(&mut self, at: Stamp, ticks: &[u32]) {
        self.signals.told(at, ticks);
    }

    /// Judges a snapshot; the verdict is about everything watched, and of equals
    /// the focused listener comes first.
    pub fn judge(&mut self, snapshot: &Snapshot, focused: Option<SocketAddr>) -> Judgement {
        self.signals.observe(snapshot);
        let services = snapshot.services.iter().map(Subject::Service);
        let targets = snapshot.targets.iter().map(Subject::Target);
        // What is known by the shape of an ending is evidence beside others.
        let told = snapshot.codes.wire.iter().filter(|code| code.source != CodeSource::Shape);
        let codes = told.map(Subject::Code);
        let exits = snapshot.exits.iter().map(Subject::Exit);
        let rest = services.chain(parts(snapshot)).chain(targets).chain(codes).chain(exits);
        for subject in [Subject::Host].into_iter().chain(rest) {
            self.apply(snapshot, subject);
        }
        self.ledger.sweep(snapshot.at);
        self.explain(snapshot);
        let alerts: Vec<Arc<Alert>> = self.ledger.alerts().cloned().collect();
        let (verdict, told) = self.verdict_of(snapshot, &alerts, focused);
        self.ledger.temper(snapshot.at, &told);
        let alerts: Vec<Arc<Alert>> = self.ledger.alerts().cloned().collect();
        let verdict = self.keep_since(verdict);
        Judgement {
            verdict,
            alerts,
            herd: self.signals.arrivals.level(),
            train: self.signals.arrivals.train(),
            outage: self.signals.outage().copied(),
            primary: self.signals.primary().map(|address| snapshot.service_of(address)),
            herds: self.signals.herds(snapshot),
            served: self.signals.evidence.served(),
        }
    }

    /// What explains this moment, and how bad its alerts may be told.
    fn verdict_of(
        &self,
        snapshot: &Snapshot,
        alerts: &[Arc<Alert>],
        focused: Option<SocketAddr>,
    ) -> (Verdict, Vec<(u64, Told)>) {
        let Self { signals, thresholds, zone, .. } = self;
        let scene = causes::Scene { snapshot, alerts, signals, thresholds, zone: *zone };
        let led = self.said.map(|(kind, cause, _)| (kind, cause));
        let explanation = causes::explain(scene, led, focused);
        let verdict = explanation.verdict().unwrap_or_else(|| {
            let whole_host = thresholds.whole_host;
            let calm = speak::calm(speak::CalmScene { snapshot, signals, whole_host }, focused);
            explanation.with_note(calm, focused)
        });
        let firing = alerts.iter().filter(|a| a.is_firing());
        (verdict, firing.map(|a| (a.id, explanation.temper(a))).collect())
    }

    /// A verdict of the same kind and cause goes on since it began; only an alert
    /// knows an earlier moment.
    fn keep_since(&mut self, now: Verdict) -> Verdict {
        let since = match self.said {
            Some((kind, cause, since)) if (kind, cause) == (now.kind, now.cause) => {
                since.min(now.since)
            }
            _ => now.since,
        };
        self.said = Some((now.kind, now.cause, since));
        Verdict { since, ..now }
    }

    /// A worker that is gone, and a storm of 1011, are explained by what the log
    /// said in the minute before.
    fn explain(&mut self, snapshot: &Snapshot) {
        let Some(log) = &snapshot.log else { return };
        let lately = |line: &&LogLine| snapshot.at.wall - line.at < ERRORS_FOR;
        let errors: Vec<LogLine> = log.last_errors.iter().filter(lately).cloned().collect();
        if !errors.is_empty() {
            self.ledger.explain(&errors, |alert| alert.meaning.0 == Kind::Crashing);
        }
    }

    /// All rules for one thing.
    fn apply(&mut self, snapshot: &Snapshot, subject: Subject<'_>) {
        let (thresholds, signals) = (&self.thresholds, &self.signals);
        let facts = Facts { snapshot, thresholds, signals, zone: self.zone };
        let scope = subject.scope(snapshot);
        let cap = thresholds.longest_hold.unwrap_or(Duration::MAX);
        for rule in RULES {
            for finding in rule.checks.iter().filter_map(|check| check.on(&facts, subject)) {
                let holds = |severity| (rule.holds)(subject, severity, &thresholds.tuning).min(cap);
                let meaning = || (rule.meaning)(&facts, subject);
                self.ledger.note(snapshot.at, rule.id, scope, meaning, holds, finding);
            }
        }
    }

    /// Judges by other levels from now on; what it has learnt stays.
    pub fn retune(&mut self, thresholds: Thresholds) {
        self.signals.retune(thresholds.herd_factor);
        self.thresholds = thresholds;
    }

    /// What it remembers.
    #[cfg(test)]
    pub(super) const fn signals(&self) -> &Signals {
        &self.signals
    }

    /// The levels in force.
    #[must_use]
    pub const fn thresholds(&self) -> &Thresholds {
        &self.thresholds
    }

    /// The herds so far, oldest first; the last one may still run.
    #[must_use]
    pub fn herds(&self) -> &[HerdRecord] {
        self.signals.arrivals.herds()
    }
}

/// The addresses of the services that have several.
fn parts(snapshot: &Snapshot) -> impl Iterator<Item = Subject<'_>> {
    let several = snapshot.services.iter().filter(|service| service.addresses.len() > 1);
    let of: HashMap<SocketAddr, &ServiceSnapshot> =
        several.map(|service| (service.id.socket(), service)).collect();
    snapshot.listeners.iter().filter_map(move |listener| {
        of.get(&listener.service).map(|service| Subject::Listener(service, listener))
    })
}
