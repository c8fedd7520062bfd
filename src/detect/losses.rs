//! What became of a lost worker: a restart, a crash, or the pool going about its
//! business.

use std::time::Duration;

use super::thresholds::Thresholds;
use crate::close::Class;
use crate::model::{Exit, Loss, REPLACED_WITHIN, Snapshot};

/// Workers of a deploy end within milliseconds (uvicorn workers under gunicorn:
/// 64 to 82 ms), so this is enough to see whether one ended alone.
const SETTLE: Duration = Duration::from_secs(2);
/// Ends so close to each other may be one restart, if somebody takes their place.
const TOGETHER: Duration = Duration::from_secs(5);
/// A server that says it restarts (1012, 1001) does so this close to it.
const SAID_SO: Duration = Duration::from_secs(10);
/// Where every listener of the host is watched: a program that held fewer and
/// left nobody behind is a tool that was ended.
const LEAST: u64 = 10;

/// The judgement on one lost worker.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum LossKind {
    /// Cannot be told yet.
    Pending,
    /// It is lost.
    Lost,
    /// It is lost, and nobody takes its place; it held no connection.
    Missing,
    /// It was restarted with others, or said so.
    Restarted,
    /// Nobody was harmed.
    Harmless,
}

/// What became of this one.
pub(super) fn kind_of(snapshot: &Snapshot, exit: &Exit, thresholds: &Thresholds) -> LossKind {
    let age = snapshot.at.mono.saturating_sub(exit.at.mono);
    let settle = SETTLE.min(thresholds.longest_hold.unwrap_or(SETTLE));
    match exit.loss {
        // Its end may follow.
        Loss::ClosedAll if age < settle => return LossKind::Pending,
        Loss::ClosedAll | Loss::Dropped => return LossKind::Lost,
        Loss::Gone => {}
    }
    let group = together(snapshot, exit);
    if group.iter().any(|e| e.oom) {
        return alone(exit, age, thresholds);
    }
    if group.len() > 1 {
        let last = group.iter().map(|e| e.at.mono).max().unwrap_or_default();
        if group.iter().any(|e| e.replaced_by.is_some()) {
            return LossKind::Restarted;
        }
        if snapshot.at.mono.saturating_sub(last) < REPLACED_WITHIN {
            return LossKind::Pending;
        }
    } else if said_so(snapshot, exit) {
        return LossKind::Restarted;
    } else if age < settle {
        return LossKind::Pending;
    }
    alone(exit, age, thresholds)
}

/// One that is not part of a restart.
fn alone(exit: &Exit, age: Duration, thresholds: &Thresholds) -> LossKind {
    let least = if thresholds.whole_host && exit.workers_before < 2 { LEAST } else { 1 };
    if exit.oom || exit.lost.is_none_or(|lost| lost >= least) {
        return LossKind::Lost;
    }
    // gunicorn and others replace a worker after so many requests, drained.
    if exit.replaced_by.is_some() || exit.workers_before < 2 {
        return LossKind::Harmless;
    }
    if age < REPLACED_WITHIN { LossKind::Pending } else { LossKind::Missing }
}

/// The workers of the same listener that ended with this one, itself among them:
/// each within five seconds of the one before.
pub(super) fn together<'a>(snapshot: &'a Snapshot, exit: &Exit) -> Vec<&'a Exit> {
    let service = snapshot.service_of(exit.address);
    let near = |e: &Exit| e.address.port() == exit.address.port();
    let same =
        |e: &&Exit| e.loss == Loss::Gone && near(e) && snapshot.service_of(e.address) == service;
    let mut ends: Vec<&Exit> = snapshot.exits.iter().filter(same).collect();
    ends.sort_by_key(|e| e.at.mono);
    let apart = |pair: &&Exit, next: &&Exit| next.at.mono.saturating_sub(pair.at.mono) <= TOGETHER;
    let own = |e: &&Exit| (e.pid, e.start_ticks) == (exit.pid, exit.start_ticks);
    let mut groups = ends.chunk_by(apart);
    groups.find(|group| group.iter().any(own)).map(<[_]>::to_vec).unwrap_or_default()
}

/// Whether a probe was told of a restart around then.
pub(super) fn said_so(snapshot: &Snapshot, exit: &Exit) -> bool {
    let told = snapshot.targets.iter().flat_map(|t| [&t.last_loss, &t.last_failure]);
    told.flatten().any(|(outcome, at)| {
        let apart = at.saturating_sub(exit.at.mono) + exit.at.mono.saturating_sub(*at);
        outcome.class() == Class::Restart && apart <= SAID_SO
    })
}
