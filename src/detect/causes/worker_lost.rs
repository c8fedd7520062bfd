//! Processes that ended without being asked to.

use std::time::Duration;

use super::planned::is_planned;
use super::{Found, Harm, Row, View};
use crate::close::Class;
use crate::detect::identity::RuleId;
use crate::detect::evidence::{End, Loss};
use crate::detect::verdict::{Cause, Kind, Severity};
use crate::fmt;
use crate::units::{Ratio, float};

/// Where siblings go on, the end of one is told of this long after its clients are
/// back: nobody was out, so there is no return to speak of instead.
pub(super) const TOLD: Duration = Duration::from_secs(30);
/// Clients that are not back by then went elsewhere, if somebody took its place.
const WAITED: Duration = Duration::from_secs(90);
/// Ends within this are one.
pub(super) const AT_ONCE: Duration = Duration::from_secs(5);
/// A probe that was cut off so close to it tells of it.
const NEAR: Duration = Duration::from_secs(3);

pub(super) const ROW: Row = Row {
    meaning: (Kind::Crashing, Cause::WorkerLost),
    needs: "a process behind the port ended with connections, before they were closed (killed or broken down), or without a word of a restart",
    explains: &[
        Cause::AfterOutage,
        Cause::NoJitter,
        Cause::Unknown,
        Cause::ClientsLeft,
        Cause::IdleTimeout,
        Cause::HerdHealing,
    ],
    against: "its connections were closed first, or close 1012 or 1001 was received (a restart); clients are back, or are rejected",
    says: "WORKER LOST  pid 4312 gunicorn, 104 connections lost at 14:09:31; pid 4390 took its place; 61 % of 304 back",
    step: "dmesg -T | grep -i oom, then the last error lines of the application's log",
    find,
};

/// The ends with connections of a chain.
pub(super) fn harmful<'a>(view: &View<'a>) -> Vec<&'a End> {
    let alone = |e: &&End| e.workers_before < 2 && view.scene.thresholds.whole_host;
    let least = |e: &&End| if alone(e) { 10 } else { 1 };
    view.chain().iter().filter(|e| e.oom || e.lost.is_none_or(|lost| lost >= least(e))).collect()
}

fn find(view: &View<'_>) -> Option<Found> {
    let ends = harmful(view);
    let Some(&last) = ends.last() else { return missing(view) };
    if is_planned(view, view.chain()) || last.oom {
        return None;
    }
    // Where nobody was left there was an outage, and its end is told of instead.
    let back = |p: &Phase| p.loss.is_some_and(|l| l.returned.is_some());
    let phase = Phase::of(view, &ends).filter(|p| !(p.whole && back(p)))?;
    let uncertain = phase.whole && !is_certain(view, last);
    let severity = match phase.harm {
        Harm::Past => Severity::Warning,
        _ if uncertain => Severity::Warning,
        _ => Severity::Critical,
    };
    Some(Found {
        severity,
        harm: phase.harm,
        since: ends.first()?.at.wall,
        sentence: sentence("WORKER LOST", view, &ends, &phase),
        brief: brief(&ends),
        confidence: if uncertain { 0.6 } else { 0.9 },
        settle: uncertain.then_some("a crash, or a restart that told nobody: a URL to probe, or root, would tell"),
        meaning: None,
    })
}

/// One that held nothing, and that nobody replaces.
fn missing(view: &View<'_>) -> Option<Found> {
    let alert = view.alert(RuleId::WorkerLost).filter(|a| a.value < 1.0)?;
    Some(Found {
        severity: alert.now,
        harm: Harm::Near,
        since: alert.since,
        sentence: alert.sentence.clone(),
        brief: alert.brief.clone(),
        confidence: 0.8,
        settle: None,
        meaning: None,
    })
}

/// Whether more than the end of the process says that nobody meant it to end.
fn is_certain(view: &View<'_>, last: &End) -> bool {
    last.how.is_some() || view.was_told(Class::Crash, last.at.mono, NEAR)
}

/// Where the clients of processes that ended are.
pub(super) struct Phase {
    pub(super) harm: Harm,
    /// Nobody of the service was left.
    pub(super) whole: bool,
    pub(super) loss: Option<Loss>,
}

impl Phase {
    /// None once there is nothing more to say of it.
    pub(super) fn of(view: &View<'_>, ends: &[&End]) -> Option<Self> {
        let last = ends.last()?;
        let age = view.now().saturating_sub(last.at.mono);
        let at_once = |e: &&&End| last.at.mono.saturating_sub(e.at.mono) < AT_ONCE;
        let together: Vec<_> = ends.iter().filter(at_once).collect();
        let before = together.iter().map(|e| e.workers_before).max().unwrap_or(1);
        let whole = together.len() >= before.max(1);
        let loss = view.memory.and_then(|m| m.losses.near(last.at.mono, AT_ONCE)).copied();
        let replaced = last.replaced_by.is_some() || (view.is_present() && whole);
        let harm = match loss {
            Some(Loss { returned: Some(back), .. }) => {
                if view.now().saturating_sub(back.mono) >= TOLD {
                    return None;
                }
                Harm::Past
            }
            // What comes back is spoken of then, with this as its reason.
            Some(loss) if whole && replaced && loss.back() >= 0.05 => Harm::Past,
            None if replaced && age > TOLD => return None,
            _ if replaced && age > WAITED => return None,
            _ => Harm::Lost,
        };
        Some(Self { harm, whole, loss })
    }
}

/// `WORKER LOST  pid 4312 gunicorn, 104 connections lost at 14:09:31; ...`.
pub(super) fn sentence(what: &str, view: &View<'_>, ends: &[&End], phase: &Phase) -> String {
    let Some(last) = ends.last() else { return String::new() };
    let who = match ends {
        [one] => format!("pid {} {}", one.pid, one.name),
        all => format!("{} processes of {}", all.len(), view.label()),
    };
    let lost = ends.iter().map(|e| e.lost).sum::<Option<u64>>();
    let lost = lost.map_or_else(
        || "connections not counted".to_owned(),
        |n| if n == 1 { "1 connection lost".to_owned() } else { format!("{} connections lost", fmt::count(n)) },
    );
    let clock = |end: &End| fmt::clock(&end.at.wall.with_timezone(&view.zone()));
    let when = match ends {
        [one] => format!("at {}", clock(one)),
        [first, ..] => format!("from {} to {}", clock(first), clock(last)),
        [] => String::new(),
    };
    let how = how(ends);
    format!("{what}  {who}{how}, {lost} {when}{}{}", after(view, ends), back(phase.loss))
}

/// Who took their place.
fn after(view: &View<'_>, ends: &[&End]) -> String {
    let new: Vec<u32> = ends.iter().filter_map(|e| e.replaced_by).collect();
    match (new.as_slice(), ends.last()) {
        ([], Some(_)) if !view.is_present() => "; no process listening".to_owned(),
        ([], Some(last)) => match last.others_left {
            0 => String::new(),
            1 => "; one process is left".to_owned(),
            n => format!("; {n} processes are left"),
        },
        ([one], _) => format!("; pid {one} took its place"),
        (all, _) => format!("; {} took their place", all.len()),
    }
}

/// How many are back.
pub(super) fn back(loss: Option<Loss>) -> String {
    loss.map_or_else(String::new, |loss| {
        let share = Ratio(float(loss.open.min(loss.before)) / float(loss.before.max(1)));
        format!("; {} of {} back", fmt::percent(share), fmt::count(loss.before))
    })
}

pub(super) fn brief(ends: &[&End]) -> String {
    match ends {
        [one] => format!("pid {} ended", one.pid),
        all => format!("{} processes ended", all.len()),
    }
}

/// Whether all that is known says that it was asked to go.
pub(super) fn were_asked(ends: &[End]) -> Option<bool> {
    let known: Vec<bool> = ends.iter().filter_map(End::was_asked).collect();
    (!known.is_empty()).then(|| known.iter().all(|asked| *asked))
}

/// How they ended, where they all ended alike.
pub(super) fn how(ends: &[&End]) -> String {
    let mut all: Vec<String> = ends.iter().filter_map(|e| e.how_it_ended()).collect();
    let known = all.len() == ends.len();
    all.dedup();
    match all.as_slice() {
        [one] if known => format!(" ({one})"),
        _ => String::new(),
    }
}
