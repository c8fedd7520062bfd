//! What became of a lost worker: a restart, a crash, or the pool going about its
//! business.

use std::time::Duration;

use super::signals::Signals;
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
pub(super) fn kind_of(
    snapshot: &Snapshot,
    exit: &Exit,
    thresholds: &Thresholds,
    signals: &Signals,
) -> LossKind {
    let age = snapshot.at.mono.saturating_sub(exit.at.mono);
    let settle = SETTLE.min(thresholds.longest_hold.unwrap_or(SETTLE));
    match exit.loss {
        // A process that lives has lost nothing: its clients left, an idle timeout or
        // an upstream cut them. `nginx` was told to have crashed when its backend did.
        Loss::ClosedAll => return LossKind::Harmless,
        // Whose they were is hidden: a worker may have ended, or clients left.
        Loss::Dropped => return LossKind::Missing,
        Loss::Gone => {}
    }
    let group = together(snapshot, exit);
    if group.iter().any(|e| e.oom) {
        return alone(exit, age, thresholds);
    }
    if group.iter().any(|e| said_so(snapshot, e)) {
        return LossKind::Restarted;
    }
    // Who was asked to go closed its connections first. Two workers that died of
    // SIGSEGV within 1.5 s, and were replaced, were told to be a restart.
    let asked: Vec<bool> = group.iter().filter_map(|e| was_asked(snapshot, signals, e)).collect();
    if !asked.is_empty() {
        return match asked.iter().all(|asked| *asked) {
            true => LossKind::Restarted,
            false if age < settle => LossKind::Pending,
            false => alone(exit, age, thresholds),
        };
    }
    if group.len() > 1 {
        let last = group.iter().map(|e| e.at.mono).max().unwrap_or_default();
        if group.iter().any(|e| e.replaced_by.is_some()) {
            return LossKind::Restarted;
        }
        if snapshot.at.mono.saturating_sub(last) < REPLACED_WITHIN {
            return LossKind::Pending;
        }
    } else if age < settle {
        return LossKind::Pending;
    }
    alone(exit, age, thresholds)
}

/// Whether it was meant to end, by its status or by what came first.
fn was_asked(snapshot: &Snapshot, signals: &Signals, exit: &Exit) -> Option<bool> {
    let service = signals.evidence.service(snapshot.service_of(exit.address))?;
    service.ends.was_asked(exit.pid, exit.at.mono)
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
