//! What a frame is made from, besides the state of the screen.

use crate::detect::{Judge, Severity, Verdict};
use crate::model::{ListenerSnapshot, LogSnapshot, Model, Snapshot};

/// What a frame is made from.
#[derive(Debug, Clone, Copy)]
pub struct Scene<'a> {
    /// History.
    pub model: &'a Model,
    /// Alerts, levels, verdict.
    pub judge: &'a Judge,
    /// The moment.
    pub snapshot: &'a Snapshot,
}

/// The verdict, or that there is none yet.
pub(super) fn verdict(scene: Scene<'_>) -> Verdict {
    scene.judge.verdict().cloned().unwrap_or_else(|| Verdict::waiting(scene.snapshot.at.wall))
}

/// How bad the verdict is, for what must not look worse than the banner above it.
pub(super) fn cap(scene: Scene<'_>) -> Severity {
    match scene.judge.verdict().map(|verdict| verdict.severity) {
        Some(bad @ (Severity::Warning | Severity::Critical)) => bad,
        _ => Severity::Ok,
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
