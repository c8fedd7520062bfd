//! What the probes tell: who is turned away, and why.
//!
//! Applied to each target by the judge; the alerts go into the same ledger.

mod lag;
#[cfg(test)]
mod tests;
mod trouble;

use std::time::Duration;

use super::judge::Thresholds;
use super::ledger::Ledger;
use super::verdict::Severity;
use crate::fmt;
use crate::model::Snapshot;
use crate::units::{Ratio, float};

/// Judges every target.
pub(super) fn judge(snapshot: &Snapshot, thresholds: &Thresholds, ledger: &mut Ledger) {
    let cap = thresholds.longest_hold.unwrap_or(Duration::MAX);
    for target in &snapshot.targets {
        let scope = target.scope();
        for trouble in &trouble::TROUBLES {
            let finding = trouble.check(snapshot, target);
            let holds = |_: Severity| Duration::ZERO;
            ledger.note(snapshot.at, trouble.id, &scope, trouble.meaning, holds, finding);
        }
        let finding = lag::check(target, thresholds.lag_warn);
        let holds = |_: Severity| lag::HOLDS.min(cap);
        ledger.note(snapshot.at, lag::ID, &scope, lag::MEANING, holds, finding);
    }
}

/// The targets that cannot be judged from here, for want of our own: each with
/// the reason.
pub(super) fn blind(snapshot: &Snapshot) -> Option<String> {
    let target = snapshot.targets.iter().find(|t| trouble::is_ours(t))?;
    let (why, _) = target.last_failure.as_ref()?;
    Some(format!("{} cannot be probed from here: {}", target.label(), why.words()))
}

/// All is well with the targets: `2 targets let clients in, handshake p99 4 ms`;
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
        [one] => format!("{} lets clients in", one.label()),
        all => format!("{} targets let clients in", all.len()),
    };
    let strips = || targets.iter().flat_map(|t| &t.strip);
    let (all, good) = (strips().count(), strips().filter(|a| trouble::is_accepted(a)).count());
    let share = Ratio(float(good as u64) / float(all.max(1) as u64));
    let part =
        if good < all { format!(", {} of attempts", fmt::percent(share)) } else { String::new() };
    Some(format!("{who}{part}{}{}", took.unwrap_or_default(), lag.unwrap_or_default()))
}
