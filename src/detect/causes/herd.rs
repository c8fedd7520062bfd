//! Connections arrive far above the baseline, and nothing else explains why.

use super::{Found, Harm, Row, View};
use crate::detect::identity::RuleId;
use crate::detect::verdict::{Cause, Kind, Severity};

pub(super) const ROW: Row = Row {
    meaning: (Kind::Herd, Cause::Unknown),
    needs: "attempts of a second over --herd-factor times the baseline, at least 20 and 6 deviations above it",
    explains: &[],
    against: "any cause that makes clients come: they were lost, cut off, rejected or are waiting",
    says: "HERD on :8080 gateway  994 attempts/s, 13x baseline, for 12s; 3 042 attempts, peak 1 002/s",
    step: "limit the rate at the load balancer; where they come from is in the client networks",
    find,
};

fn find(view: &View<'_>) -> Option<Found> {
    let waves = view.alert(RuleId::Waves).or_else(|| view.alert(RuleId::NoBackoff));
    let herd = view.alert(RuleId::Herd);
    let alert = herd.or(waves)?;
    let severity = view.alerts().filter(|a| a.meaning.0 == Kind::Herd).map(|a| a.now).max()?;
    let cause = match (waves, herd) {
        (Some(_), _) => Cause::NoJitter,
        (None, Some(herd)) => herd.meaning.1,
        (None, None) => Cause::Unknown,
    };
    let arrivals = view.scene.signals.arrivals.herd();
    let quiet = waves.is_none() && arrivals.running().is_some() && arrivals.quiet().is_some();
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
        settle: None,
        meaning: Some((Kind::Herd, cause)),
    })
}
