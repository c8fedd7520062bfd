//! The verdict's words where nothing is wrong.

use std::net::SocketAddr;

use super::signals::Signals;
use super::targets;
use super::verdict::{Cause, Kind, Severity, Verdict};
use crate::fmt;
use crate::model::{ListenerSnapshot, Presence, Snapshot, why_unseen};

/// What there is to speak of.
#[derive(Debug, Clone, Copy)]
pub(super) struct CalmScene<'a> {
    pub(super) snapshot: &'a Snapshot,
    pub(super) signals: &'a Signals,
    /// Every listener is watched, not only what was named.
    pub(super) whole_host: bool,
}

/// The verdict where nothing is wrong, or nothing is known yet.
pub(super) fn calm(scene: CalmScene<'_>, focused: Option<SocketAddr>) -> Verdict {
    let CalmScene { snapshot, signals, .. } = scene;
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
    let confidence = if kind == Kind::Ok { 1.0 } else { 0.0 };
    Verdict { severity, kind, cause, sentence, brief, confidence, ..Verdict::waiting(since) }
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
    let Some((opened, closed)) = rates else { return unknown("no line matched yet", "waiting") };
    let opened = format!("{}/s connected", fmt::rate(opened));
    let sentence = format!("log: {opened}, {}/s closed, no herd", fmt::rate(closed));
    (Severity::Ok, Kind::Ok, Cause::None, sentence, opened)
}

/// Nothing but probes was asked for.
fn probed(snapshot: &Snapshot) -> (Severity, Kind, Cause, String, String) {
    match (targets::blind(snapshot), targets::well(snapshot)) {
        (Some(why), _) => unknown(&why, "cannot be probed"),
        (None, Some(well)) => {
            (Severity::Ok, Kind::Ok, Cause::None, well, "clients accepted".to_owned())
        }
        (None, None) => unknown("measuring: the first probe is under way", "measuring"),
    }
}

fn unknown(sentence: &str, brief: &str) -> (Severity, Kind, Cause, String, String) {
    let severity = Severity::Unknown;
    (severity, Kind::Unknown, Cause::NotEnoughData, sentence.to_owned(), brief.to_owned())
}

/// `:8080 gateway: 17 370 open, 136 handshakes/s, at baseline; open files 28 %, stable`.
fn well(snapshot: &Snapshot, listener: &ListenerSnapshot, signals: &Signals) -> String {
    let open = listener.open.map_or_else(|| "-".to_owned(), fmt::count);
    let rate = listener.opened.map_or_else(|| "-".to_owned(), fmt::rate);
    let usual = if signals.arrivals.baseline().is_some() {
        "at baseline"
    } else {
        "measuring the baseline"
    };
    let limit = listener.binding().map_or_else(
        || "no limit known: give --capacity".to_owned(),
        |l| format!("{} {}", l.kind.name(), fmt::percent(l.ratio())),
    );
    let growth = match listener.forecast {
        Some(forecast) => format!("time to full {}", fmt::span(forecast.full_in)),
        None => listener.direction().words().to_owned(),
    };
    let told = targets::blind(snapshot).or_else(|| targets::well(snapshot));
    let told = told.map(|told| format!("; {told}")).unwrap_or_default();
    format!(
        "{}: {open} open, {rate} handshakes/s, {usual}; {limit}, {growth}{told}",
        listener.label()
    )
}

fn short(listener: &ListenerSnapshot) -> String {
    match listener.binding() {
        Some(limit) => format!("{} {}", limit.kind.name(), fmt::percent(limit.ratio())),
        None => listener
            .open
            .map_or_else(|| "-".to_owned(), |open| format!("{} open", fmt::count(open))),
    }
}
