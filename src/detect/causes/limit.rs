//! A limit at its end: what `capacity` and `descriptors` have in common.

use super::{Found, Harm, View};
use crate::detect::clients::silent_ones;
use crate::detect::identity::RuleId;
use crate::detect::rules::{HYSTERESIS, limit_words};
use crate::detect::verdict::Severity;
use crate::model::Resource;

/// From here on there is no room.
const FULL: f64 = 0.99;

/// The limit that this rule tells of, as full as it is now. The alert stays some seconds
/// longer than its cause: of a service that had restarted to 58 % it was said that 79 %
/// were critical, and a process that took another's place has room again.
pub(super) fn find(view: &View<'_>, rule: RuleId, resource: Resource) -> Option<Found> {
    let alert = view.raised(rule)?;
    // Of a second in which it was not read the last one holds.
    let now = view.fullest(resource);
    let share = now.map_or(alert.value, |limit| limit.ratio().0);
    let levels = view.scene.thresholds;
    if share < levels.warn.0 - HYSTERESIS {
        return None;
    }
    // What the alert waits to ease, or to be over, is said of it as it is.
    let words = now.zip(view.whole()).filter(|_| !alert.current);
    let (sentence, brief) = words.map_or_else(
        || (alert.sentence.clone(), alert.brief.clone()),
        |(limit, whole)| limit_words(limit, whole, levels),
    );
    let most = if share >= levels.crit.0 { Severity::Critical } else { Severity::Warning };
    let severity = alert.now.min(most);
    let silent = view.whole().map_or_else(String::new, silent_ones);
    Some(Found {
        severity,
        harm: if share >= FULL { Harm::Refused } else { Harm::Near },
        since: alert.since,
        sentence: sentence + &silent,
        brief,
        confidence: if severity == Severity::Critical { 0.95 } else { 0.8 },
        ..Found::default()
    })
}
