//! What the last attempts at a target speak of, and in which words.

use std::time::Duration;

use super::ENOUGH;
use crate::close::{Class, Outcome};
use crate::fmt;
use crate::model::{Attempt, Held, Snapshot, TargetSnapshot};

/// A held connection of this age is one that was let in before.
const OLD: Duration = Duration::from_secs(10);

/// What was told, and whether others of the same name are told it too.
pub(in crate::detect) fn words(
    snapshot: &Snapshot,
    target: &TargetSnapshot,
    outcome: &Outcome,
) -> String {
    let mut words = outcome.words();
    // Channels and Starlette refuse so before they accept, for lack of room or
    // of rights; neither says which (no Server header, an empty body).
    if matches!(outcome, Outcome::Http { status: 403, .. }) {
        words.push_str(", rejected before accept: may be admission control");
    }
    let Some(odd) = odd_one_out(snapshot, target) else { return words };
    let others = match fine(snapshot, target) {
        1 => "the other fine".to_owned(),
        n => format!("the {n} others fine"),
    };
    format!("{odd} gives {words}, {others}")
}

/// One that was let in before and lives on.
pub(in crate::detect) fn held(target: &TargetSnapshot) -> String {
    match target.held {
        Held::Open(age) if age >= OLD => {
            format!(", long-lived probe open for {}", fmt::span(age))
        }
        _ => String::new(),
    }
}

/// Whether what failed last was not answered at all.
pub(super) fn is_silent(target: &TargetSnapshot) -> bool {
    let failed = target.strip.iter().rev().find(|a| !is_accepted(a)).map(|a| &a.outcome);
    let lost = target.last_loss.as_ref().map(|(outcome, _)| outcome);
    failed.or(lost).is_some_and(Outcome::is_silence)
}

pub(in crate::detect) fn is_accepted(attempt: &Attempt) -> bool {
    attempt.outcome == Outcome::OpenOk
}

/// What a failure speaks of. A 403 while others get in is no matter of
/// credentials: Channels and Starlette refuse like that before accepting.
pub(super) fn class(attempt: &Attempt, target: &TargetSnapshot) -> Class {
    match &attempt.outcome {
        Outcome::Http { status: 403, .. } if target.accepted > 0 => Class::Overload,
        outcome => outcome.class(),
    }
}

/// What most of the failures speak of; of equals the latest. Our own shortages
/// speak of nothing.
pub(super) fn main_class(target: &TargetSnapshot, failed: &[&Attempt]) -> Option<Class> {
    let classes: Vec<Class> = failed
        .iter()
        .map(|a| class(a, target))
        .filter(|c| *c != Class::Ours)
        .map(settled)
        .collect();
    let count = |class: &Class| classes.iter().filter(|c| *c == class).count();
    classes.iter().rev().max_by_key(|c| count(c)).copied()
}

/// A client that is let in and sent away with 1000 or no code within its dwell
/// was refused by the application.
pub(super) fn settled(class: Class) -> Class {
    if class == Class::Normal { Class::Misconfigured } else { class }
}

/// Whether only our own side keeps us from knowing.
pub(in crate::detect) fn is_ours(target: &TargetSnapshot) -> bool {
    let last = target.strip.iter().rev().take(ENOUGH);
    target.attempts > 0 && last.clone().all(|a| a.outcome.class() == Class::Ours)
}

/// With `--each-address`: the address, if all others of the name let clients in.
pub(super) fn odd_one_out(snapshot: &Snapshot, target: &TargetSnapshot) -> Option<String> {
    let address = target.address?;
    let siblings = siblings(snapshot, target);
    (siblings > 0 && fine(snapshot, target) == siblings).then(|| address.to_string())
}

fn siblings(snapshot: &Snapshot, target: &TargetSnapshot) -> usize {
    snapshot.targets.iter().filter(|t| t.url == target.url && t.id != target.id).count()
}

fn fine(snapshot: &Snapshot, target: &TargetSnapshot) -> usize {
    let others = snapshot.targets.iter().filter(|t| t.url == target.url && t.id != target.id);
    others.filter(|t| t.strip.last().is_some_and(is_accepted)).count()
}

/// At most about 24 columns.
pub(super) fn brief(outcome: &Outcome) -> String {
    match outcome.wire_code() {
        Some(code) => format!("close {code}"),
        None => match outcome {
            Outcome::Http { status, .. } => format!("HTTP {status}"),
            other => fmt::first_words(&other.words(), 24),
        },
    }
}
