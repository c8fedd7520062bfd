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
use crate::model::{Attempt, EndingSnapshot, LabelSource, ListenerSnapshot, TargetSnapshot};
use crate::units::Ratio;

/// Attempts that are looked back on, and how many of these make it certain.
const LAST: usize = 5;
const ENOUGH: usize = 3;
/// Traffic of this time is looked at; a probe that was told something since knows better.
const LATELY: Duration = Duration::from_secs(6);
/// Between two probes it may be so long.
const PASSED: Duration = Duration::from_secs(10);

pub(super) const ROW: Row = Row {
    meaning: (Kind::Overloaded, Cause::RefusingNew),
    needs: "3 of the last 5 probes were rejected (1013, 429, 503, 403 where others get in, FIN or RST instead of an answer); fewer where what comes does not stay any more",
    explains: &[ATTEMPTS, CUTS, &[Cause::HerdHealing, Cause::WorkerLost]],
    against: "silence instead of a rejection (then the server is stalled); a known limit is full (then that leads)",
    says: "REJECTING NEW CLIENTS :8080 gateway  close 1013 (5 of the last 5 attempts), since 14:16:31, 133 of the last 140 do not stay; 200 open",
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

/// What a target told lately.
struct Rejections {
    /// `close 1013 'Try Again Later' (5 of the last 5 attempts), since 14:16:31`.
    words: String,
    brief: String,
    /// When it told so first, without anybody let in since.
    first: Duration,
}

impl Rejections {
    /// None where its last attempts say otherwise, or too little; those before `since`
    /// say nothing.
    fn of(
        view: &View<'_>,
        target: &TargetSnapshot,
        since: Duration,
        traffic: bool,
    ) -> Option<Self> {
        let lately: Vec<_> = target.strip.iter().rev().take_while(|a| a.at > since).collect();
        let last = &lately[..lately.len().min(LAST)];
        let rejected = last.iter().filter(|a| is_rejection(a, target)).count();
        let now = is_rejection(last.first()?, target);
        let certain =
            rejected >= ENOUGH || (now && (rejected >= 2 || traffic || target.accepted == 0));
        let over = are_let_in(last);
        let latest = last.iter().find(|a| is_rejection(a, target))?;
        if !certain || over {
            return None;
        }
        let goes_on = |a: &&&Attempt| is_rejection(a, target) || a.outcome != Outcome::OpenOk;
        let run = lately.iter().take_while(goes_on);
        let first = run.filter(|a| is_rejection(a, target)).last().unwrap_or(latest).at;
        let count = match last.len() {
            1 => "the first attempt".to_owned(),
            of => format!("{rejected} of the last {of} attempts"),
        };
        let words = turned_away::words(view.snapshot, target, &latest.outcome);
        let since = view.ago(view.now().saturating_sub(first)).with_timezone(&view.zone());
        let since = fmt::clock(&since);
        let words = format!("{words} ({count}), since {since}{}", turned_away::held(target));
        Some(Self { words, brief: brief(&latest.outcome), first })
    }
}

/// Whether the newest two of these were let in, by which it is over: between two waves
/// one may be.
fn are_let_in(newest_first: &[&Attempt]) -> bool {
    let last = newest_first.get(..2);
    last.is_some_and(|last| last.iter().all(|attempt| attempt.outcome == Outcome::OpenOk))
}

/// `88 % of clients end like the probe`: with the same bytes, of the closes of the last
/// minute.
fn end_alike(whole: &ListenerSnapshot) -> Option<String> {
    const FEWEST: u64 = 20;
    const MOST: f64 = 0.5;
    let by_probe = |e: &&EndingSnapshot| e.source == Some(LabelSource::Probe) && e.is_rejection();
    let alike: u64 = whole.shapes.iter().filter(by_probe).map(|e| e.last_minute).sum();
    let share = Ratio::of(alike, whole.shapes.iter().map(|e| e.last_minute).sum())?;
    let told = alike >= FEWEST && share.0 >= MOST;
    told.then(|| format!("{} of clients end like the probe", fmt::percent(share)))
}

fn find(view: &View<'_>) -> Option<Found> {
    let now = view.now();
    // "5 of the last 5 attempts" were told 1013 by the process that had just ended, and
    // this led over its restart while 230 clients were let in by the next one.
    let renewed = renewed(view).unwrap_or_default();
    let traffic = view.memory.and_then(|m| m.intake.turned_away(now));
    let traffic = traffic.filter(|t| t.at > renewed && !are_let_in(&view.attempts_since(t.at)));
    // Who waits for seconds to be rejected is seen by a walk, and gone with all the others.
    let passed = view.memory.is_some_and(|m| m.losses.have_passed(now, PASSED));
    let is_seen = traffic.is_some() || passed;
    let of = |target: &&TargetSnapshot| Rejections::of(view, target, renewed, is_seen);
    let told = view.targets.iter().find_map(of);
    // What is rejected in waves looks like losses of its own.
    let is_missing = |l: &Loss| l.mass && l.returned.is_none() && l.back() > 0.0;
    let missing = view.memory.is_some_and(|m| m.losses.all().any(is_missing));
    let stays = traffic.map(|told| {
        format!("{} of the last {} do not stay", fmt::count(told.away), fmt::count(told.came))
    });
    let lately = now.saturating_sub(LATELY);
    let brief = told.as_ref().map_or(UNTOLD.to_owned(), |told| told.brief.clone());
    let (severity, since, what, settle) = match (told, stays) {
        (Some(Rejections { words, first, .. }), stays) => {
            let stays = view.whole().and_then(end_alike).or(stays);
            let stays = stays.map_or(String::new(), |stays| format!(", {stays}"));
            (Severity::Critical, first, words + &stays, None)
        }
        // Clients that were lost come back, and do not stay.
        (None, Some(stays)) if missing => (Severity::Critical, lately, stays, None),
        (None, Some(stays)) if view.attempts_since(lately).is_empty() => {
            let settle = Some("short by nature, or rejected: a URL would tell");
            (Severity::Warning, lately, stays, settle)
        }
        _ => return None,
    };
    let open =
        view.service.map_or_else(String::new, |_| format!("; {} open", fmt::count(view.open())));
    let reason = view.reason().map_or(String::new(), |reason| format!(", {reason}"));
    Some(Found {
        severity,
        harm: Harm::Refused,
        since: view.ago(now.saturating_sub(since)),
        sentence: format!("REJECTING NEW CLIENTS {}  {what}{open}{reason}", view.label()),
        brief,
        confidence: if settle.is_some() { 0.55 } else { 0.9 },
        settle,
        ..Found::default()
    })
}
