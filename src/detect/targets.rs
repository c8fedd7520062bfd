//! What the probes tell while nothing is wrong, and what they cannot tell.

use super::rules::turned_away as trouble;
use crate::fmt;
use crate::model::Snapshot;
use crate::units::{Ratio, float};

/// The targets that cannot be judged from here, for want of our own: each with
/// the reason.
pub(super) fn blind(snapshot: &Snapshot) -> Option<String> {
    let target = snapshot.targets.iter().find(|t| trouble::is_ours(t))?;
    let (why, _) = target.last_failure.as_ref()?;
    Some(format!("{} cannot be probed from here: {}", target.label(), why.words()))
}

/// All is well with the targets: `2 targets accept clients, handshake p99 4 ms`;
/// none while one of them has not answered yet.
pub(super) fn well(snapshot: &Snapshot) -> Option<String> {
    let targets = &snapshot.targets;
    if targets.is_empty() || targets.iter().any(|t| t.attempts == 0) {
        return None;
    }
    let slowest = targets.iter().filter_map(|t| t.handshake_p99).max();
    let took = slowest.map(|p99| format!(", handshake p99 {}", fmt::elapsed(p99)));
    let held = targets.iter().filter_map(|t| t.lag).max();
    let lag = held.map(|lag| format!(", lag {}", fmt::elapsed(lag)));
    let who = match targets.as_slice() {
        [one] => format!("{} accepts clients", one.label()),
        all => format!("{} targets accept clients", all.len()),
    };
    let strips = || targets.iter().flat_map(|t| &t.strip);
    let (all, good) = (strips().count(), strips().filter(|a| trouble::is_accepted(a)).count());
    let share = Ratio(float(good as u64) / float(all.max(1) as u64));
    let part =
        if good < all { format!(", {} of attempts", fmt::percent(share)) } else { String::new() };
    Some(format!("{who}{part}{}{}", took.unwrap_or_default(), lag.unwrap_or_default()))
}
