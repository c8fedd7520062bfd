//! What the judge thought at one moment, small enough to be kept for days.
//!
//! A picture of the past needs the alerts that fired then in the words of then,
//! the verdict, and what the detectors had found; not what they go on with.

use std::collections::VecDeque;
use std::net::SocketAddr;
use std::time::Duration;

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use super::herd::Herd;
use super::judge::Judge;
use super::ledger::{Alert, AlertState, Ledger};
use super::outage::Outage;
use super::rules::RULES;
use super::signals::Signals;
use super::verdict::{Candidate, Cause, Kind, Severity, Verdict};
use super::waves::Train;
use crate::sample::LogLine;

/// The judgement of one moment.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Findings {
    verdict: Option<Spoken>,
    /// The alerts that fired, oldest first.
    firing: Vec<Fired>,
    /// Number of the last alert raised by then.
    last_id: u64,
    pub(super) herd: Herd,
    pub(super) train: Option<(Train, Duration)>,
    pub(super) outage: Option<Outage>,
    pub(super) primary: Option<SocketAddr>,
}

/// A verdict with its brief form, which the status document leaves out.
#[derive(Debug, Clone, Serialize, Deserialize)]
struct Spoken {
    severity: Severity,
    kind: Kind,
    cause: Cause,
    sentence: String,
    brief: String,
    since: DateTime<Utc>,
    confidence: f64,
    candidates: Vec<Candidate>,
}

/// An alert while it fires.
#[derive(Debug, Clone, Serialize, Deserialize)]
struct Fired {
    id: u64,
    rule: String,
    scope: String,
    meaning: (Kind, Cause),
    severities: (Severity, Severity),
    current: bool,
    sentence: String,
    brief: String,
    raised: String,
    since: DateTime<Utc>,
    value: f64,
    peak: f64,
    errors: Vec<LogLine>,
}

impl Findings {
    /// What is to be kept of a judge.
    pub(super) fn of(judge: &Judge) -> Self {
        let (ledger, signals) = (judge.ledger(), judge.signals());
        let mut firing: Vec<Fired> = ledger.firing().map(Fired::of).collect();
        firing.reverse();
        Self {
            verdict: judge.verdict().map(Spoken::of),
            firing,
            last_id: ledger.last_id(),
            herd: signals.arrivals.herd().clone(),
            train: signals.arrivals.train(),
            outage: signals.outage().copied(),
            primary: signals.primary(),
        }
    }

    /// The judge of then, to be looked at and not to go on with. `now` knows the
    /// levels, and the alerts that were over by then.
    pub(super) fn recall(self, now: &Judge) -> Judge {
        let before = |a: &&Alert| {
            a.state == AlertState::Resolved
                && a.id <= self.last_id
                && !self.firing.iter().any(|fired| fired.id == a.id)
        };
        let mut alerts: Vec<Alert> = now.ledger().alerts().filter(before).cloned().collect();
        alerts.extend(self.firing.iter().filter_map(Fired::alert));
        alerts.sort_by_key(|alert| alert.id);
        let ledger = Ledger::of(VecDeque::from(alerts), self.last_id);
        let verdict = self.verdict.clone().map(Spoken::verdict);
        let signals = Signals::recalled(now.thresholds().herd_factor, self);
        Judge::recalled(now.thresholds().clone(), ledger, signals, verdict)
    }
}

impl Spoken {
    fn of(verdict: &Verdict) -> Self {
        let Verdict { severity, kind, cause, sentence, brief, since, confidence, candidates } =
            verdict.clone();
        Self { severity, kind, cause, sentence, brief, since, confidence, candidates }
    }

    fn verdict(self) -> Verdict {
        let Self { severity, kind, cause, sentence, brief, since, confidence, candidates } = self;
        Verdict { severity, kind, cause, sentence, brief, since, confidence, candidates }
    }
}

impl Fired {
    fn of(alert: &Alert) -> Self {
        let alert = alert.clone();
        Self {
            id: alert.id,
            rule: alert.rule.to_owned(),
            scope: alert.scope,
            meaning: alert.meaning,
            severities: (alert.now, alert.severity),
            current: alert.current,
            sentence: alert.sentence,
            brief: alert.brief,
            raised: alert.raised,
            since: alert.since,
            value: alert.value,
            peak: alert.peak,
            errors: alert.errors,
        }
    }

    /// None for a rule that there is not.
    fn alert(&self) -> Option<Alert> {
        let fired = self.clone();
        Some(Alert {
            id: fired.id,
            rule: RULES.iter().map(|rule| rule.id()).find(|id| *id == fired.rule)?,
            scope: fired.scope,
            meaning: fired.meaning,
            now: fired.severities.0,
            severity: fired.severities.1,
            state: AlertState::Firing,
            current: fired.current,
            sentence: fired.sentence,
            brief: fired.brief,
            raised: fired.raised,
            since: fired.since,
            until: None,
            value: fired.value,
            peak: fired.peak,
            errors: fired.errors,
        })
    }
}
