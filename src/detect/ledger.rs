//! The alerts: raised, worst, resolved.
//!
//! A finding becomes an alert when it lasts, and is resolved by a clear finding
//! that lasts, never by one reading. Every change is an event.

#[cfg(test)]
mod tests;

use std::collections::{BTreeMap, VecDeque};
use std::sync::Arc;
use std::time::Duration;

use super::alert::{Alert, AlertState};
use super::finding::{Brief, Finding, Level};
use super::identity::{RuleId, Scope};
use super::told::Told;
use super::verdict::{Cause, Kind, Severity};
use crate::sample::{LogLine, Stamp};

/// Cleared only after this long without a finding.
const CLEARS_AFTER: Duration = Duration::from_secs(5);
/// Alerts kept, resolved ones included.
const KEPT: usize = 200;

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
    /// Since when it has been less bad than it is shown.
    easing_since: Option<Duration>,
    /// When a rule last spoke of it.
    noted: Duration,
    /// When it was raised, or was worse than ever before.
    worst_at: Option<Duration>,
}

/// Everything raised since the start.
#[derive(Debug, Clone, Default)]
pub(super) struct Ledger {
    alerts: VecDeque<Arc<Alert>>,
    tracks: BTreeMap<(RuleId, Scope), Track>,
    last_id: u64,
}

impl Ledger {
    /// All alerts, newest first.
    pub(super) fn alerts(&self) -> impl Iterator<Item = &Arc<Alert>> {
        self.alerts.iter().rev()
    }

    fn find(&mut self, id: Option<u64>) -> Option<&mut Alert> {
        find(&mut self.alerts, id)
    }

    /// Takes one finding in.
    pub(super) fn note(
        &mut self,
        at: Stamp,
        rule: RuleId,
        scope: Scope,
        meaning: impl FnOnce() -> (Kind, Cause),
        holds: impl Fn(Severity) -> Duration,
        finding: Finding,
    ) {
        let key = (rule, scope);
        if let Some(track) = self.tracks.get_mut(&key) {
            track.noted = at.mono;
        }
        match finding {
            Finding::Firing { severity, sentence, brief, value } => {
                let track = self.tracks.entry(key).or_default();
                track.clear_since = None;
                track.noted = at.mono;
                let due = due(track, at, severity, &holds);
                if let Some(alert) = find(&mut self.alerts, track.raised) {
                    alert.goes_on(meaning(), sentence, brief, value);
                    if let Some((severity, _)) = due {
                        track.severity = Some(severity);
                        alert.now = severity;
                        if severity > alert.severity {
                            (alert.severity, track.worst_at) = (severity, Some(at.mono));
                        }
                    }
                    ease(track, alert, at.mono, severity);
                } else if let Some((severity, since)) = due {
                    self.last_id += 1;
                    track.raised = Some(self.last_id);
                    (track.severity, track.worst_at) = (Some(severity), Some(at.mono));
                    self.raise(Alert {
                        id: self.last_id,
                        rule,
                        scope,
                        meaning: meaning(),
                        now: severity,
                        severity,
                        state: AlertState::Firing,
                        current: true,
                        sentence,
                        raised: brief.afterwards_at(&scope).unwrap_or_else(|| brief.at(&scope)),
                        said: brief.at(&scope),
                        brief: brief.text,
                        since: since.wall,
                        until: None,
                        value: value.now,
                        peak: value.peak,
                        errors: Vec::new(),
                    });
                }
            }
            Finding::Between => {
                if let Some(track) = self.tracks.get_mut(&key) {
                    track.pending = None;
                    track.clear_since = None;
                    let raised = track.raised;
                    self.rest(raised);
                }
            }
            Finding::Waning { sentence, brief, value } => {
                self.wane(at, &key, meaning, (sentence, brief, value));
            }
            Finding::NotEnoughData => {}
            Finding::Clear => self.clear(at, &key),
        }
    }

    /// An alert stays that is no longer so bad, and says so.
    fn wane(
        &mut self,
        at: Stamp,
        key: &(RuleId, Scope),
        meaning: impl FnOnce() -> (Kind, Cause),
        (sentence, brief, value): (String, Brief, Level),
    ) {
        let Some(track) = self.tracks.get_mut(key) else { return };
        (track.pending, track.clear_since) = (None, None);
        if let Some(alert) = find(&mut self.alerts, track.raised) {
            alert.goes_on(meaning(), sentence, brief, value);
            alert.current = false;
            ease(track, alert, at.mono, Severity::Warning);
        }
    }

    /// Puts the log's last error lines beside those alerts that fire and that an
    /// error in the application explains.
    pub(super) fn explain(&mut self, errors: &[LogLine], explains: impl Fn(&Alert) -> bool) {
        let firing = self.alerts.iter_mut().filter(|a| a.current && a.is_firing());
        for alert in firing.filter(|a| explains(a)) {
            Arc::make_mut(alert).errors = errors.to_vec();
        }
    }

    /// Tells alerts as they may be told: no worse than what explains them allows,
    /// or not at all. What is no longer held back worsens as if it had just begun.
    pub(super) fn temper(&mut self, at: Stamp, told: &[(u64, Told)]) {
        for (id, told) in told.iter().filter(|(_, told)| *told != Told::AsItIs) {
            let track = self.tracks.values_mut().find(|t| t.raised == Some(*id));
            // What was told already has been told.
            let new = track.as_ref().is_some_and(|t| t.worst_at == Some(at.mono));
            let Some(place) = self.alerts.iter().position(|a| a.id == *id) else { continue };
            match told {
                Told::AsItIs => {}
                Told::AtMost(most) => {
                    let alert = Arc::make_mut(&mut self.alerts[place]);
                    alert.now = alert.now.min(*most);
                    if new {
                        alert.severity = alert.severity.min(*most);
                    }
                    if let Some(track) = track {
                        track.severity = track.severity.map(|s| s.min(*most));
                    }
                }
                Told::Not => {
                    if let Some(track) = track {
                        *track = Track { noted: at.mono, ..Track::default() };
                    }
                    if new {
                        self.alerts.remove(place);
                    } else {
                        let alert = Arc::make_mut(&mut self.alerts[place]);
                        (alert.state, alert.until) = (AlertState::Resolved, Some(at.wall));
                    }
                }
            }
        }
    }

    /// Clears what no rule spoke of at this moment: its listener is gone from the
    /// list, or has come back under another address.
    pub(super) fn sweep(&mut self, at: Stamp) {
        let orphans = self.tracks.iter().filter(|(_, track)| track.noted != at.mono);
        let keys: Vec<_> = orphans.map(|(key, _)| *key).collect();
        for key in keys {
            self.clear(at, &key);
        }
    }

    fn raise(&mut self, alert: Alert) {
        if self.alerts.len() == KEPT {
            self.alerts.pop_front();
        }
        self.alerts.push_back(Arc::new(alert));
    }

    /// The alert stays, though its rule does not fire now.
    fn rest(&mut self, raised: Option<u64>) {
        if let Some(alert) = self.find(raised) {
            alert.current = false;
        }
    }

    fn clear(&mut self, at: Stamp, key: &(RuleId, Scope)) {
        let Some(track) = self.tracks.get_mut(key) else { return };
        track.pending = None;
        let since = *track.clear_since.get_or_insert(at.mono);
        let raised = track.raised;
        if at.mono.saturating_sub(since) < CLEARS_AFTER && raised.is_some() {
            return self.rest(raised);
        }
        self.tracks.remove(key);
        if let Some(alert) = self.find(raised) {
            alert.state = AlertState::Resolved;
            alert.until = Some(at.wall);
        }
    }
}

/// The alert of this number: a copy of its own, where a moment holds it too.
fn find(alerts: &mut VecDeque<Arc<Alert>>, id: Option<u64>) -> Option<&mut Alert> {
    let id = id?;
    alerts.iter_mut().find(|a| a.id == id).map(Arc::make_mut)
}

/// An alert that is less bad than it is shown is shown as it is after a while.
fn ease(track: &mut Track, alert: &mut Alert, now: Duration, severity: Severity) {
    if severity >= alert.now {
        track.easing_since = None;
    } else if now.saturating_sub(*track.easing_since.get_or_insert(now)) >= CLEARS_AFTER {
        alert.now = severity;
        track.severity = Some(severity);
        track.easing_since = None;
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
