//! Connections arrive far above the baseline, and nothing else explains why.

use std::time::Duration;

use super::{Found, Harm, Row, View};
use crate::detect::identity::{RuleId, Scope};
use crate::detect::verdict::{Cause, Kind, Severity};
use crate::sample::TICK;

/// Who lost a server tries again within this.
const FOLLOWS: Duration = Duration::from_secs(30);
const SLACK: Duration = Duration::from_secs(1);

pub(super) const ROW: Row = Row {
    meaning: (Kind::Herd, Cause::Unknown),
    needs: "attempts of a second over --herd-factor times the baseline, at least 20 and 6 deviations above it",
    explains: &[],
    against: "any cause that makes clients come: they were lost, cut off, rejected or are waiting",
    says: "HERD on :8080 gateway  994 attempts/s, 13× baseline, for 12s; 3 042 attempts, peak 1 002/s",
    step: "limit the rate at the load balancer; where they come from is in the client networks",
    find,
};

fn find(view: &View<'_>) -> Option<Found> {
    let waves = view.alert(RuleId::Waves).or_else(|| view.alert(RuleId::NoBackoff));
    let herd = view.alert(RuleId::Herd);
    let alert = herd.or(waves)?;
    let severity = view.alerts().filter(|a| a.meaning.0 == Kind::Herd).map(|a| a.now).max()?;
    let cause = match (waves, herd) {
        (Some(waves), _) => waves.meaning.1,
        (None, Some(herd)) => herd.meaning.1,
        (None, None) => Cause::Unknown,
    };
    let signals = view.scene.signals;
    // That of the service, where the host's says nothing of it.
    let port = view.whole().filter(|_| matches!(alert.scope, Scope::Service(_)));
    let (quiet, last_hot) = match port.and_then(|whole| signals.port(whole.address)) {
        Some(port) => (port.quiet(), port.herd.last_hot()),
        None => (signals.arrivals.quiet(), signals.arrivals.last_hot()),
    };
    let quiet = waves.is_none() && quiet.is_some();
    let last_hot = last_hot.map(|ticks| TICK * u32::try_from(ticks).unwrap_or(u32::MAX));
    // Those who were lost came back: what was to say of it has been said.
    if quiet && last_hot.is_some_and(|ago| follows(view, view.now().saturating_sub(ago))) {
        return None;
    }
    let sentence = match (herd, waves) {
        (Some(herd), Some(waves)) => format!("{}; {}", herd.sentence, waves.sentence),
        _ => alert.sentence.clone(),
    };
    Some(Found {
        severity,
        harm: match severity {
            Severity::Critical => Harm::Lost,
            _ if quiet => Harm::Past,
            _ => Harm::Near,
        },
        since: alert.since,
        sentence,
        brief: alert.brief.clone(),
        confidence: 0.7,
        meaning: Some((Kind::Herd, cause)),
        until: last_hot.map(|ago| view.ago(ago)),
        ..Found::default()
    })
}

/// Whether what came at that moment followed from a loss, an end or an outage.
fn follows(view: &View<'_>, at: Duration) -> bool {
    view.had_event(at.saturating_sub(FOLLOWS), at + SLACK)
}
