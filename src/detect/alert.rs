//! One alert: what was raised, what is said of it now, and what afterwards.

use std::time::Duration;

use chrono::{DateTime, Utc};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::finding::{Brief, Level};
use super::identity::{RuleId, Scope};
use super::verdict::{Cause, Kind, Severity};
use crate::fmt;
use crate::model::ServiceId;
use crate::sample::LogLine;

/// Whether it is still so.
#[derive(Debug, Clone, Copy, PartialEq, Eq, JsonSchema, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[schemars(inline)]
pub enum AlertState {
    /// Now.
    Firing,
    /// Over.
    Resolved,
}

/// One alert.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Alert {
    /// Number since the start, from 1.
    pub id: u64,
    /// Which rule.
    pub rule: RuleId,
    /// What it is about.
    pub scope: Scope,
    /// What it looks like and why.
    pub meaning: (Kind, Cause),
    /// How bad it is now, eased only after a while.
    pub now: Severity,
    /// The worst it has been.
    pub severity: Severity,
    /// Still firing?
    pub state: AlertState,
    /// Whether its rule fires at this moment; else it only waits to be resolved.
    pub current: bool,
    /// The latest sentence while firing.
    pub sentence: String,
    /// The same in a few words.
    pub brief: String,
    /// The same, and where: what a list of events says of it while it fires.
    pub said: String,
    /// Its words when it was worst, and where: what is said of it afterwards.
    pub raised: String,
    /// Since when.
    pub since: DateTime<Utc>,
    /// Until when.
    pub until: Option<DateTime<Utc>>,
    /// The latest value of the rule while firing, in the rule's own unit.
    pub value: f64,
    /// The highest value of the rule.
    pub peak: f64,
    /// What the application's log said at that time: its last error lines.
    pub errors: Vec<LogLine>,
}

impl Alert {
    /// Whether it fires.
    #[must_use]
    pub fn is_firing(&self) -> bool {
        self.state == AlertState::Firing
    }

    /// Whether it is about this service, or one of its workers.
    #[must_use]
    pub fn is_about(&self, service: ServiceId) -> bool {
        self.scope.is_of(service)
    }

    /// It fires still, and this is said of it by now.
    pub(super) fn goes_on(
        &mut self,
        meaning: (Kind, Cause),
        sentence: String,
        brief: Brief,
        value: Level,
    ) {
        self.current = true;
        self.meaning = meaning;
        self.sentence = sentence;
        self.said = brief.at(&self.scope);
        // What is said of it afterwards is the worst of it: of one herd ×13, ×27 and
        // ×20 stood on one screen.
        if let Some(words) = brief.afterwards_at(&self.scope) {
            self.raised = words;
        } else if value.peak >= self.peak {
            self.raised.clone_from(&self.said);
        }
        self.brief = brief.text;
        self.value = value.now;
        self.peak = self.peak.max(value.peak);
    }

    /// How long it has lasted at that moment, or did.
    #[must_use]
    pub fn lasted(&self, now: DateTime<Utc>) -> Duration {
        (self.until.unwrap_or(now) - self.since).to_std().unwrap_or_default()
    }

    /// That it is over, in a few words: `resolved after 42s: capacity 71 % :8080`.
    #[must_use]
    pub fn over(&self, now: DateTime<Utc>) -> String {
        format!("resolved after {}: {}", fmt::span(self.lasted(now)), self.raised)
    }
}
