//! What a frame is made from, besides the state of the screen.

use crate::detect::{Judgement, Severity, Thresholds};
use crate::model::{ListenerSnapshot, LogSnapshot, Model, Snapshot};

/// What a frame is made from.
#[derive(Debug, Clone, Copy)]
pub struct Scene<'a> {
    /// History.
    pub model: &'a Model,
    /// The levels of the rules.
    pub thresholds: &'a Thresholds,
    /// Alerts and verdict.
    pub judgement: &'a Judgement,
    /// The moment.
    pub snapshot: &'a Snapshot,
}

/// How bad the verdict is, for what must not look worse than the banner above it.
pub(super) fn cap(scene: Scene<'_>) -> Severity {
    match scene.judgement.verdict.severity {
        bad @ (Severity::Warning | Severity::Critical) => bad,
        Severity::Ok | Severity::Unknown => Severity::Ok,
    }
}

/// The log, where it is all there is.
pub(super) fn log_alone<'a>(
    scene: Scene<'a>,
    focus: Option<&ListenerSnapshot>,
) -> Option<&'a LogSnapshot> {
    let alone = focus.is_none() && !scene.snapshot.watches_sockets;
    scene.snapshot.log.as_ref().filter(|_| alone)
}
