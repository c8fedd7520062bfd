//! Applies the rules and speaks the verdict.

use std::collections::BTreeSet;
use std::net::SocketAddr;
use std::time::Duration;

use chrono::TimeDelta;
use serde::{Deserialize, Serialize};

use super::arrivals::Arrivals;
use super::findings::Findings;
use super::ledger::{Alert, AlertState, Ledger};
use super::rules::{About, RULES, Subject};
use super::signals::Signals;
use super::causes;
use super::speak;
use super::tuning::Tuning;
use super::verdict::{Kind, Severity, Verdict};
use crate::model::Snapshot;
use crate::sample::{Counters, LogLine, Sample, Stamp};
use crate::units::Ratio;

/// Error lines of the log explain an alert this long.
const ERRORS_FOR: TimeDelta = TimeDelta::minutes(1);

/// The levels, from flags.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Thresholds {
    /// Share of a limit that warns.
    pub warn: Ratio,
    /// Share of a limit that is critical.
    pub crit: Ratio,
    /// Times the baseline that makes a herd.
    pub herd_factor: f64,
    /// Ports the operator named: nobody listening there is an alert.
    pub named_ports: BTreeSet<u16>,
    /// Every listener of the host is watched; else only what was named.
    pub whole_host: bool,
    /// No alert waits longer than this; for a `check` shorter than the waits.
    pub longest_hold: Option<Duration>,
    /// Lag of a server's event loop that warns.
    pub lag_warn: Duration,
    /// The finer numbers of the rules.
    pub tuning: Tuning,
}

impl Default for Thresholds {
    fn default() -> Self {
        Self {
            warn: Ratio(0.7),
            crit: Ratio(0.9),
            herd_factor: 3.0,
            named_ports: BTreeSet::new(),
            whole_host: true,
            longest_hold: None,
            lag_warn: Duration::from_millis(100),
            tuning: Tuning::default(),
        }
    }
}

/// The judge: rules, alerts and the current verdict.
#[derive(Debug, Clone)]
pub struct Judge {
    thresholds: Thresholds,
    ledger: Ledger,
    signals: Signals,
    verdict: Option<Verdict>,
}

impl Judge {
    /// A judge that has seen nothing.
    #[must_use]
    pub fn new(thresholds: Thresholds) -> Self {
        let signals = Signals::new(thresholds.herd_factor);
        Self { thresholds, ledger: Ledger::default(), signals, verdict: None }
    }

    /// One that is only to be looked at.
    pub(super) const fn recalled(
        thresholds: Thresholds,
        ledger: Ledger,
        signals: Signals,
        verdict: Option<Verdict>,
    ) -> Self {
        Self { thresholds, ledger, signals, verdict }
    }

    /// What it thinks now, to be recalled later.
    #[must_use]
    pub fn findings(&self) -> Findings {
        Findings::of(self)
    }

    /// The judge as it was when it found this: to be looked at, not to go on with.
    #[must_use]
    pub fn recall(&self, findings: Findings) -> Self {
        findings.recall(self)
    }

    /// The judge as it is before anything was judged: where nothing is known.
    #[must_use]
    pub fn blank(&self, verdict: Verdict) -> Self {
        Self { verdict: Some(verdict), ..Self::new(self.thresholds.clone()) }
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
    pub fn judge(&mut self, snapshot: &Snapshot, focused: Option<SocketAddr>) -> &Verdict {
        self.signals.observe(snapshot);
        let listeners = snapshot.listeners.iter().map(About::Listener);
        let targets = snapshot.targets.iter().map(About::Target);
        let codes = snapshot.codes.wire.iter().map(About::Code);
        let exits = snapshot.exits.iter().map(About::Exit);
        let rest = listeners.chain(targets).chain(codes).chain(exits);
        for about in [About::Host].into_iter().chain(rest) {
            self.apply(snapshot, about);
        }
        self.ledger.sweep(snapshot.at);
        self.explain(snapshot);
        let spoken = self.verdict_of(snapshot, focused);
        let before = self.verdict.take();
        self.verdict.insert(keep_since(before, spoken))
    }

    /// What explains this moment; alerts are told no worse than that allows.
    fn verdict_of(&mut self, snapshot: &Snapshot, focused: Option<SocketAddr>) -> Verdict {
        let led = self.verdict.as_ref().map(|v| (v.kind, v.cause));
        let (signals, thresholds) = (&self.signals, &self.thresholds);
        let scene = causes::Scene { snapshot, ledger: &self.ledger, signals, thresholds };
        let explanation = causes::explain(scene, led, focused);
        let verdict = explanation.verdict().unwrap_or_else(|| {
            let whole_host = thresholds.whole_host;
            let calm = speak::calm(speak::Scene { snapshot, signals, whole_host }, focused);
            explanation.with_note(calm, focused)
        });
        let told = self.ledger.firing().map(|a| (a.id, explanation.temper(a))).collect();
        self.ledger.temper(snapshot.at, &told);
        verdict
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
    fn apply(&mut self, snapshot: &Snapshot, about: About<'_>) {
        let (thresholds, signals) = (&self.thresholds, &self.signals);
        let subject = Subject { snapshot, about, thresholds, signals };
        let (scope, sort) = (subject.scope(), subject.sort());
        let cap = thresholds.longest_hold.unwrap_or(Duration::MAX);
        for rule in RULES.iter().filter(|rule| rule.sort() == sort) {
            let finding = rule.check(&subject);
            let holds = |severity| rule.holds(severity, &thresholds.tuning).min(cap);
            let meaning = rule.meaning(&subject);
            self.ledger.note(snapshot.at, rule.id(), &scope, meaning, holds, finding);
        }
    }

    /// The levels in force.
    #[must_use]
    pub const fn thresholds(&self) -> &Thresholds {
        &self.thresholds
    }

    /// All alerts so far.
    #[must_use]
    pub const fn ledger(&self) -> &Ledger {
        &self.ledger
    }

    /// Arrivals against their baseline.
    #[must_use]
    pub const fn arrivals(&self) -> &Arrivals {
        &self.signals.arrivals
    }

    /// What the detectors that remember have found.
    #[must_use]
    pub const fn signals(&self) -> &Signals {
        &self.signals
    }

    /// The worst alert that fires about this listener.
    #[must_use]
    pub fn severity_of(&self, address: SocketAddr) -> Severity {
        let scope = address.to_string();
        let of = |a: &&Alert| a.is_about(&scope) && a.state == AlertState::Firing;
        self.ledger.alerts().filter(of).map(|a| a.now).max().unwrap_or(Severity::Ok)
    }

    /// The current verdict.
    #[must_use]
    pub const fn verdict(&self) -> Option<&Verdict> {
        self.verdict.as_ref()
    }
}

/// A verdict of the same kind and cause goes on since it began; only an alert
/// knows an earlier moment.
fn keep_since(before: Option<Verdict>, now: Verdict) -> Verdict {
    match before {
        Some(before) if (before.kind, before.cause) == (now.kind, now.cause) => {
            Verdict { since: before.since.min(now.since), ..now }
        }
        _ => now,
    }
}
