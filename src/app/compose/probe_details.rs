//! One target of the probes in detail.

use std::cmp::Reverse;
use std::time::Duration;

use chrono::Local;

use super::super::frame::{Chart, LastFailure, TargetDetails};
use super::probes::{handshakes, row, wall};
use super::scene::Scene;
use crate::close::Outcome;

/// The details; none when there is no such target.
pub(super) fn target(scene: Scene<'_>, id: u32, chart: &Chart) -> Option<TargetDetails> {
    let snapshot = scene.snapshot;
    let target = snapshot.targets.iter().find(|target| target.id == id)?;
    let mut outcomes: Vec<(String, u64)> =
        target.outcomes.iter().map(|(name, count)| (name.clone(), *count)).collect();
    outcomes.sort_by_key(|(_, count)| Reverse(*count));
    let failure = |(outcome, at): &(Outcome, Duration)| LastFailure {
        words: outcome.words(),
        phase: outcome.phase(),
        at: wall(snapshot, *at).with_timezone(&Local),
    };
    Some(TargetDetails {
        row: row(scene, target),
        attempts: (target.attempts, target.accepted),
        outcomes,
        handshake_p50: target.handshake_p50,
        ping_p99: target.ping_p99,
        tcp_round_trip: target.tcp_round_trip,
        last_loss: target.last_loss.as_ref().map(failure),
        last_failure: target.last_failure.as_ref().map(failure),
        handshakes: handshakes(snapshot, &[target], chart),
    })
}
