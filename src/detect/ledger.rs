//! The alerts: raised, worst, resolved.
//!
//! A finding becomes an alert when it lasts, and is resolved by a clear finding
//! that lasts, never by one reading. Every change is an event.

use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::time::Duration;

use chrono::{DateTime, Utc};

use super::rules::Finding;
use super::verdict::{Cause, Kind, Severity};
use crate::sample::Stamp;

/// Cleared only after this long without a finding.
const CLEARS_AFTER: Duration = Duration::from_secs(5);
/// Alerts kept, resolved ones included.
const KEPT: usize = 200;

/// Whether it is still so.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize)]
#[serde(rename_all = "snake_case")]
pub enum AlertState {
    /// Now.
    Firing,
    /// Over.
    Resolved,
}

/// One alert.
#[derive(Debug, Clone, PartialEq)]
pub struct Alert {
    /// Number since the start, from 1.
    pub id: u64,
    /// Rule id.
    pub rule: &'static str,
    /// What it is about: `:8080`.
    pub scope: String,
    /// What it looks like and why.
    pub meaning: (Kind, Cause),
    /// The worst it has been.
    pub severity: Severity,
    /// Still firing?
    pub state: AlertState,
    /// The latest sentence while firing.
    pub sentence: String,
    /// The same in a few words.
    pub brief: String,
    /// Since when.
    pub since: DateTime<Utc>,
    /// Until when.
    pub until: Option<DateTime<Utc>>,
    /// The highest value of the rule.
    pub peak: f64,
}

#[derive(Debug, Clone)]
struct Pending {
    since: Stamp,
    severity: Severity,
}

#[derive(Debug, Clone, Default)]
struct Track {
    /// Firing but not long enough yet.
    pending: Option<Pending>,
    /// Index of the raised alert by its id.
    raised: Option<u64>,
    /// Severity it was raised with, to tell a worsening.
    severity: Option<Severity>,
    /// Since when it would clear.
    clear_since: Option<Duration>,
}

/// Everything raised since the start.
#[derive(Debug, Clone, Default)]
pub struct Ledger {
    alerts: VecDeque<Alert>,
    tracks: BTreeMap<(&'static str, String), Track>,
    last_id: u64,
}

impl Ledger {
    /// All alerts, newest first.
    pub fn alerts(&self) -> impl Iterator<Item = &Alert> {
        self.alerts.iter().rev()
    }

    /// Those that fire, newest first.
    pub fn firing(&self) -> impl Iterator<Item = &Alert> {
        self.alerts().filter(|a| a.state == AlertState::Firing)
    }

    /// Takes one finding in.
    pub fn note(
        &mut self,
        at: Stamp,
        rule: &'static str,
        scope: &str,
        meaning: (Kind, Cause),
        holds: impl Fn(Severity) -> Duration,
        finding: Finding,
    ) {
        let key = (rule, scope.to_owned());
        match finding {
            Finding::Firing { severity, sentence, brief, value } => {
                let track = self.tracks.entry(key).or_default();
                track.clear_since = None;
                let due = due(track, at, severity, &holds);
                if let Some(alert) =
                    track.raised.and_then(|id| self.alerts.iter_mut().find(|a| a.id == id))
                {
                    alert.sentence = sentence;
                    alert.brief = brief;
                    alert.peak = alert.peak.max(value);
                    if let Some((severity, _)) = due {
                        track.severity = Some(severity);
                        alert.severity = alert.severity.max(severity);
                    }
                } else if let Some((severity, since)) = due {
                    self.last_id += 1;
                    track.raised = Some(self.last_id);
                    track.severity = Some(severity);
                    self.raise(Alert {
                        id: self.last_id,
                        rule,
                        scope: scope.to_owned(),
                        meaning,
                        severity,
                        state: AlertState::Firing,
                        sentence,
                        brief,
                        since: since.wall,
                        until: None,
                        peak: value,
                    });
                }
            }
            Finding::Between => {
                if let Some(track) = self.tracks.get_mut(&key) {
                    track.pending = None;
                    track.clear_since = None;
                }
            }
            Finding::NotEnoughData => {}
            Finding::Clear => self.clear(at, &key),
        }
    }

    /// Nothing is wrong any more with what is not there any more. `rules` are
    /// those that speak of the things in `present`.
    pub fn clear_absent(
        &mut self,
        at: Stamp,
        rules: impl Fn(&str) -> bool,
        present: &BTreeSet<String>,
    ) {
        let of_absent = |key: &&(&'static str, String)| rules(key.0) && !present.contains(&key.1);
        let absent: Vec<_> = self.tracks.keys().filter(of_absent).cloned().collect();
        for key in absent {
            self.clear(at, &key);
        }
    }

    fn raise(&mut self, alert: Alert) {
        if self.alerts.len() == KEPT {
            self.alerts.pop_front();
        }
        self.alerts.push_back(alert);
    }

    fn clear(&mut self, at: Stamp, key: &(&'static str, String)) {
        let Some(track) = self.tracks.get_mut(key) else { return };
        track.pending = None;
        let since = *track.clear_since.get_or_insert(at.mono);
        if at.mono.saturating_sub(since) < CLEARS_AFTER && track.raised.is_some() {
            return;
        }
        let raised = track.raised;
        self.tracks.remove(key);
        let alert = raised.and_then(|id| self.alerts.iter_mut().find(|a| a.id == id));
        if let Some(alert) = alert {
            alert.state = AlertState::Resolved;
            alert.until = Some(at.wall);
        }
    }
}

/// Whether the finding has lasted long enough at this severity, and since when.
fn due(
    track: &mut Track,
    at: Stamp,
    severity: Severity,
    holds: &impl Fn(Severity) -> Duration,
) -> Option<(Severity, Stamp)> {
    if track.severity.is_some_and(|known| severity <= known) {
        track.pending = None;
        return None;
    }
    let pending = track.pending.get_or_insert(Pending { since: at, severity });
    if severity != pending.severity {
        // A worsening starts its own wait; an easing keeps the longer one.
        let since = if severity > pending.severity { at } else { pending.since };
        *pending = Pending { since, severity };
    }
    let since = pending.since;
    (at.mono.saturating_sub(since.mono) >= holds(severity)).then(|| {
        track.pending = None;
        (severity, since)
    })
}
