//! New clients are turned away.

use std::time::Duration;

use super::phase::renewed;
use super::view::is_rejection;
use super::{ATTEMPTS, CUTS, Found, Harm, Row, View};
use crate::close::Outcome;
use crate::detect::evidence::Loss;
use crate::detect::rules::turned_away;
use crate::detect::verdict::{Cause, Kind, Severity};
use crate::fmt;

/// Attempts that are looked back on, and how many of these make it certain.
const LAST: usize = 5;
const ENOUGH: usize = 3;
/// Traffic of this time is looked at; a probe that was told something since knows better.
const LATELY: Duration = Duration::from_secs(6);

pub(super) const ROW: Row = Row {
    meaning: (Kind::Overloaded, Cause::RefusingNew),
    needs: "3 of the last 5 probes were rejected (1013, 429, 503, 403 where others get in, FIN or RST instead of an answer); fewer where what comes does not stay any more",
    explains: &[ATTEMPTS, CUTS, &[Cause::HerdHealing, Cause::WorkerLost]],
    against: "silence instead of a rejection (then the server is stalled); a known limit is full (then that leads)",
    says: "REJECTING NEW CLIENTS :8080 gateway  close 1013 (5 of the last 5 attempts), 133 of the last 140 do not stay; 200 open",
    step: "check limits, descriptors, accept queue and lag there",
    find,
};

/// Where no probe was told how.
const UNTOLD: &str = "rejecting new clients";

/// With what they are told: the limit that leads says nothing of it.
fn brief(outcome: &Outcome) -> String {
    match outcome {
        Outcome::CloseClean { code, .. }
        | Outcome::HalfClose { code: Some(code), .. }
        | Outcome::CloseLingerTimeout { code: Some(code) } => format!("rejecting, close {code}"),
        Outcome::Http { status, .. } => format!("rejecting, HTTP {status}"),
        _ => UNTOLD.to_owned(),
    }
}

fn find(view: &View<'_>) -> Option<Found> {
    let now = view.now();
    // "5 of the last 5 attempts" were told 1013 by the process that had just ended, and
    // this led over its restart while 230 clients were let in by the next one.
    let renewed = renewed(view).unwrap_or_default();
    let traffic = view.memory.and_then(|m| m.intake.turned_away(now)).filter(|t| t.at > renewed);
    let told = view.targets.iter().find_map(|target| {
        let since = || target.strip.iter().rev().take_while(|a| a.at > renewed);
        let last: Vec<_> = since().take(LAST).collect();
        let newest = last.first()?;
        let rejected = last.iter().filter(|a| is_rejection(a, target)).count();
        let now = is_rejection(newest, target);
        let certain = rejected >= ENOUGH
            || (now && (rejected >= 2 || traffic.is_some() || target.accepted == 0));
        // Two in a row that get in: it is over.
        let over = last.iter().take(2).filter(|a| a.outcome == Outcome::OpenOk).count() == 2;
        let latest = last.iter().find(|a| is_rejection(a, target))?;
        let of =
            |a: &&&crate::model::Attempt| is_rejection(a, target) || a.outcome != Outcome::OpenOk;
        let run: Vec<_> = since().collect();
        let first = run.iter().take_while(of).filter(|a| is_rejection(a, target)).last();
        (certain && !over).then(|| {
            let first = first.map_or(latest.at, |a| a.at);
            let words = turned_away::words(view.snapshot, target, &latest.outcome);
            (words, turned_away::held(target), rejected, last.len(), first, brief(&latest.outcome))
        })
    });
    // What is rejected in waves looks like losses of its own.
    let is_missing = |l: &Loss| l.mass && l.returned.is_none() && l.back() > 0.0;
    let missing = view.memory.is_some_and(|m| m.losses.all().any(is_missing));
    let stays = traffic.map(|told| {
        format!("{} of the last {} do not stay", fmt::count(told.away), fmt::count(told.came))
    });
    let open = if view.service.is_none() {
        String::new()
    } else {
        format!("; {} open", fmt::count(view.open()))
    };
    let reason = view.reason().map_or(String::new(), |reason| format!(", {reason}"));
    let briefly = told.as_ref().map_or(UNTOLD.to_owned(), |(.., brief)| brief.clone());
    let (severity, since, what, settle) = match (told, &stays) {
        (Some((words, held, rejected, of, first, _)), stays) => {
            let stays = stays.as_ref().map_or(String::new(), |s| format!(", {s}"));
            let count = match of {
                1 => "the first attempt".to_owned(),
                of => format!("{rejected} of the last {of} attempts"),
            };
            let what = format!("{words} ({count}{held}){stays}");
            (Severity::Critical, first, what, None)
        }
        // Clients that were lost come back, and do not stay.
        (None, Some(stays)) if missing => {
            (Severity::Critical, now.saturating_sub(LATELY), stays.clone(), None)
        }
        (None, Some(stays)) if view.attempts_since(now.saturating_sub(LATELY)).is_empty() => {
            let settle = Some("short by nature, or rejected: a URL would tell");
            (Severity::Warning, now.saturating_sub(LATELY), stays.clone(), settle)
        }
        _ => return None,
    };
    Some(Found {
        severity,
        harm: Harm::Refused,
        since: view.ago(now.saturating_sub(since)),
        sentence: format!("REJECTING NEW CLIENTS {}  {what}{open}{reason}", view.label()),
        brief: briefly,
        confidence: if settle.is_some() { 0.55 } else { 0.9 },
        settle,
        ..Found::default()
    })
}
