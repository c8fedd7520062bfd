//! One target of the probes in detail.

use std::time::Duration;

use super::super::frame::{Chart, LastFailure, TargetDetails};
use super::probes::{handshakes, row, wall};
use super::scene::Scene;
use crate::close::Outcome;

/// The details; none when there is no such target.
pub(super) fn target(scene: Scene<'_>, id: u32, chart: &Chart) -> Option<TargetDetails> {
    let snapshot = scene.snapshot;
    let target = snapshot.targets.iter().find(|target| target.id == id)?;
    let failure = |(outcome, at): &(Outcome, Duration)| LastFailure {
        words: outcome.words(),
        phase: outcome.phase(),
        at: wall(snapshot, *at),
    };
    Some(TargetDetails {
        row: row(scene, target),
        last_loss: target.last_loss.as_ref().map(failure),
        last_failure: target.last_failure.as_ref().map(failure),
        handshakes: handshakes(snapshot, &[target], chart),
    })
}
