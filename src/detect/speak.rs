//! The verdict's words.

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use chrono::FixedOffset;

use super::identity::Scope;
use super::ledger::Alert;
use super::signals::Signals;
use super::targets;
use super::verdict::{Cause, Kind, Severity, Verdict};
use crate::fmt;
use crate::model::{ListenerSnapshot, Presence, Snapshot, why_unseen};
use crate::units::{Ratio, float};

/// How many further alerts the sentence names.
const ALSO: usize = 2;
/// Columns of a line of the log in it.
const LOG_COLUMNS: usize = 80;

/// What there is to speak of.
#[derive(Debug, Clone, Copy)]
pub(super) struct Scene<'a> {
    pub(super) snapshot: &'a Snapshot,
    /// Every alert so far, newest first.
    pub(super) alerts: &'a [Arc<Alert>],
    pub(super) signals: &'a Signals,
    /// Every listener is watched, not only what was named.
    pub(super) whole_host: bool,
    /// Whose time of day is named.
    pub(super) zone: FixedOffset,
}

/// The verdict of this moment.
pub(super) fn verdict(scene: Scene<'_>, focused: Option<SocketAddr>) -> Verdict {
    let service = focused.map(|f| scene.snapshot.service_of(f));
    let firing = scene.alerts.iter().filter(|a| a.is_firing());
    let mut firing: Vec<&Alert> = firing.map(AsRef::as_ref).collect();
    firing.sort_by_key(|a| {
        let elsewhere = a.scope != Scope::Host && !service.is_some_and(|s| a.is_about(s));
        // What only waits to be resolved explains nothing any more.
        (std::cmp::Reverse(a.now), !a.current, rank(a.meaning.0), elsewhere, a.id)
    });
    let healing = recovery(scene, &firing);
    match (firing.split_first(), healing) {
        (Some((worst, others)), healing)
            if worst.now == Severity::Critical || healing.is_none() =>
        {
            alarm(worst, others)
        }
        // A restart explains why they have to come back, as long as it is told of.
        (Some((worst, others)), Some(healing))
            if worst.meaning.0 == Kind::Restarting && worst.current =>
        {
            let restart = alarm(worst, others);
            Verdict { sentence: format!("{}; {}", restart.sentence, healing.brief), ..restart }
        }
        (_, Some(healing)) => healing,
        (_, None) => calm(scene, focused),
    }
}

/// After a mass drop: how many are back, and when all will be. A drop that
/// raised nothing and that nobody returns from was no outage.
fn recovery(scene: Scene<'_>, firing: &[&Alert]) -> Option<Verdict> {
    /// The good news stays for a minute.
    const NEWS: Duration = Duration::from_mins(1);
    let outage = scene.signals.outage()?;
    let alerted = scene.alerts.iter().any(|a| a.until.is_none_or(|u| u >= outage.since.wall));
    let now = scene.snapshot.at;
    if !alerted {
        return None;
    }
    if let Some(recovered) = outage.recovered {
        let fresh = now.mono.saturating_sub(recovered.mono) < NEWS && firing.is_empty();
        let took = recovered.mono.saturating_sub(outage.since.mono);
        let at = recovered.wall.with_timezone(&scene.zone);
        return fresh.then(|| Verdict {
            severity: Severity::Ok,
            kind: Kind::Ok,
            cause: Cause::None,
            sentence: format!(
                "recovered {} after {}: {} open of {} before",
                fmt::clock(&at),
                fmt::span(took),
                fmt::count(outage.open),
                fmt::count(outage.before)
            ),
            brief: "recovered".to_owned(),
            since: recovered.wall,
            alert: None,
            also: Vec::new(),
        });
    }
    let complete = outage.complete_in().filter(|_| outage.heals())?;
    let share = Ratio(float(outage.open) / float(outage.before.max(1)));
    let share = fmt::percent(share);
    let others: Vec<&&Alert> = firing.iter().filter(|a| a.current).collect();
    let also: Vec<&str> = others.iter().map(|a| a.brief.as_str()).collect();
    let also = if also.is_empty() { String::new() } else { format!("; {}", also.join(", ")) };
    Some(Verdict {
        severity: Severity::Warning,
        kind: Kind::Recovering,
        cause: Cause::HerdHealing,
        sentence: format!(
            "recovering: {share} of {} back, {}/s, complete in {}{also}",
            fmt::count(outage.before),
            fmt::rate(outage.rate),
            fmt::span(complete)
        ),
        brief: format!("{share} back, {} left", fmt::span(complete)),
        since: outage.since.wall,
        alert: None,
        also: others.iter().map(|a| a.id).collect(),
    })
}

/// Of equally severe alerts the one that explains the others comes first.
const fn rank(kind: Kind) -> u8 {
    match kind {
        Kind::Down => 0,
        Kind::Crashing | Kind::Restarting => 1,
        Kind::Herd => 2,
        Kind::Recovering => 5,
        Kind::Overloaded => 3,
        Kind::Stalled | Kind::Misconfigured => 4,
        Kind::Filling => 6,
        Kind::Ok | Kind::Unknown => 7,
    }
}

fn alarm(worst: &Alert, others: &[&Alert]) -> Verdict {
    let mut sentence = worst.sentence.clone();
    let others: Vec<&&Alert> = others.iter().filter(|a| a.current).take(ALSO).collect();
    let also: Vec<&str> = others.iter().map(|a| a.brief.as_str()).collect();
    if !also.is_empty() {
        sentence = format!("{sentence}; also {}", also.join(", "));
    }
    if let Some(error) = worst.errors.last() {
        sentence = format!("{sentence}; log: '{}'", fmt::first_words(&error.text, LOG_COLUMNS));
    }
    let mut brief = worst.brief.clone();
    if let Some(second) = also.first() {
        brief = format!("{brief}  {second}");
    }
    Verdict {
        severity: worst.now,
        kind: worst.meaning.0,
        cause: worst.meaning.1,
        sentence,
        brief,
        since: worst.since,
        alert: Some(worst.id),
        also: others.iter().map(|a| a.id).collect(),
    }
}

fn calm(scene: Scene<'_>, focused: Option<SocketAddr>) -> Verdict {
    let Scene { snapshot, signals, .. } = scene;
    // Nothing is well with a port that nobody has listened on yet.
    let focus = snapshot.focused(focused).filter(|l| l.presence != Presence::Never);
    let unseen = unseen(snapshot, focus);
    let (severity, kind, cause, sentence, brief) = match focus {
        _ if !snapshot.watches_sockets && snapshot.targets.is_empty() => logged(snapshot),
        _ if !snapshot.watches_sockets => probed(snapshot),
        _ if !snapshot.ready => {
            unknown("measuring: counting the connections for the first time", "measuring")
        }
        Some(listener) if snapshot.is_measuring(Some(listener)) => {
            unknown("measuring: the first second is under way", "measuring")
        }
        _ if unseen.is_some() => unknown(&unseen.unwrap_or_default(), "cannot be seen here"),
        None if !scene.whole_host => unknown(
            "nothing that was asked for listens yet: it appears here as soon as it does",
            "no listener yet",
        ),
        None => unknown(
            "nothing listens on this host that could be watched; start the service, or name a port with -p",
            "no listener",
        ),
        Some(listener) => (
            Severity::Ok,
            Kind::Ok,
            Cause::None,
            well(snapshot, listener, signals),
            format!("{} {}", listener.port(), short(listener)),
        ),
    };
    let since = snapshot.at.wall;
    Verdict { severity, kind, cause, sentence, brief, since, alert: None, also: Vec::new() }
}

/// Why what is in focus cannot be seen listening, or what was named where nothing is.
fn unseen(snapshot: &Snapshot, focus: Option<&ListenerSnapshot>) -> Option<String> {
    let unseen = match focus {
        Some(listener) => snapshot.elsewhere(listener),
        None => snapshot.unseen.first(),
    };
    unseen.map(why_unseen)
}

/// Nothing but a log is read.
fn logged(snapshot: &Snapshot) -> (Severity, Kind, Cause, String, String) {
    let rates = snapshot.log.as_ref().and_then(|log| log.opened.lately.zip(log.closed.lately));
    let Some((opened, closed)) = rates else { return unknown("nothing told yet", "waiting") };
    let opened = format!("{}/s connected", fmt::rate(opened));
    let sentence = format!("log: {opened}, {}/s closed, no herd", fmt::rate(closed));
    (Severity::Ok, Kind::Ok, Cause::None, sentence, opened)
}

/// Nothing but probes was asked for.
fn probed(snapshot: &Snapshot) -> (Severity, Kind, Cause, String, String) {
    match (targets::blind(snapshot), targets::well(snapshot)) {
        (Some(why), _) => unknown(&why, "cannot be probed"),
        (None, Some(well)) => {
            (Severity::Ok, Kind::Ok, Cause::None, well, "clients get in".to_owned())
        }
        (None, None) => unknown("knocking for the first time", "knocking"),
    }
}

fn unknown(sentence: &str, brief: &str) -> (Severity, Kind, Cause, String, String) {
    let severity = Severity::Unknown;
    (severity, Kind::Unknown, Cause::NotEnoughData, sentence.to_owned(), brief.to_owned())
}

/// `:8080 gateway: 17 370 open, 136/s opened, normal; open files 28 %, no growth`.
fn well(snapshot: &Snapshot, listener: &ListenerSnapshot, signals: &Signals) -> String {
    let open = listener.open.map_or_else(|| "-".to_owned(), fmt::count);
    let rate = listener.opened.map_or_else(|| "-".to_owned(), fmt::rate);
    let usual =
        if signals.arrivals.baseline().is_some() { "normal" } else { "learning what is normal" };
    let limit = listener.binding().map_or_else(
        || "no limit known: give --capacity".to_owned(),
        |l| format!("{} {}", l.kind.name(), fmt::percent(l.ratio())),
    );
    let growth = match listener.forecast {
        Some(forecast) => format!("full in {}", fmt::span(forecast.full_in)),
        None => "no growth".to_owned(),
    };
    let told = targets::blind(snapshot).or_else(|| targets::well(snapshot));
    let told = told.map(|told| format!("; {told}")).unwrap_or_default();
    format!("{}: {open} open, {rate}/s opened, {usual}; {limit}, {growth}{told}", listener.label())
}

fn short(listener: &ListenerSnapshot) -> String {
    match listener.binding() {
        Some(limit) => format!("{} {}", limit.kind.name(), fmt::percent(limit.ratio())),
        None => listener
            .open
            .map_or_else(|| "-".to_owned(), |open| format!("{} open", fmt::count(open))),
    }
}
