//! A proxy answers for a server that does not, or a server waits for one that does not.

use std::time::Duration;

use super::{ATTEMPTS, CUTS, Found, Harm, Row, View};
use crate::close::Class;
use crate::detect::verdict::{Cause, Kind, Severity};
use crate::fmt;

/// A loss so long before the first 502 is of the same end of a backend.
const AFTER_LOSS: Duration = Duration::from_secs(30);

pub(super) const ROW: Row = Row {
    meaning: (Kind::Down, Cause::Upstream),
    needs: "the last probe was told 502 or 504, and one before it, or connections were lost at once just before; a warning where three connections or more of its processes towards one destination were asked for twice, in walks 3 s apart",
    explains: &[
        ATTEMPTS,
        CUTS,
        &[Cause::WorkerLost, Cause::CrashLoop, Cause::HerdHealing, Cause::RefusingNew],
    ],
    against: "a probe was accepted since",
    says: "UPSTREAM DOWN :8080 nginx  HTTP 502 (5 of the last 5 attempts), 201 connections lost at 14:16:26",
    step: "look at the server behind the proxy: is it running, on the address the proxy has?",
    find,
};

/// From the first walk that found it so to the last.
const SILENT: Duration = Duration::from_secs(3);

fn find(view: &View<'_>) -> Option<Found> {
    told(view).or_else(|| silent(view))
}

/// One that its processes connect to does not answer: a database, a cache, the server
/// behind a proxy.
fn silent(view: &View<'_>) -> Option<Found> {
    let pids = &view.whole()?.pids;
    let own = view.snapshot.outgoing.iter().filter(|o| o.pids.iter().any(|p| pids.contains(p)));
    let lasting = own.filter_map(|o| Some((o, o.unanswered_for.filter(|l| *l >= SILENT)?)));
    let (one, lasted) = lasting.max_by_key(|(o, _)| o.states.unanswered)?;
    Some(Found {
        severity: Severity::Warning,
        harm: Harm::Near,
        since: view.ago(lasted),
        sentence: format!(
            "DEPENDENCY DOWN {}  {} has not answered for {}: {} connections of {} wait in SYN_SENT",
            view.label(),
            one.destination,
            fmt::span(lasted),
            fmt::count(one.states.syn_sent),
            one.process.as_deref().unwrap_or("its processes"),
        ),
        brief: format!("{} does not answer", one.destination),
        confidence: 0.6,
        settle: Some("connect to it from this host: nc -vz HOST PORT"),
        ..Found::default()
    })
}

fn told(view: &View<'_>) -> Option<Found> {
    let told = view.targets.iter().find_map(|target| {
        let last: Vec<_> = target.strip.iter().rev().take(5).collect();
        let newest = last.first()?;
        let failed = last.iter().filter(|a| a.outcome.class() == Class::Upstream).count();
        let follows = view.loss().is_some_and(|l| {
            l.at.mono <= newest.at && newest.at.saturating_sub(l.at.mono) < AFTER_LOSS
        });
        let is = newest.outcome.class() == Class::Upstream
            && (failed >= 2 || follows || target.accepted == 0);
        let since = target.strip.iter().rev().take_while(|a| a.outcome.class() == Class::Upstream);
        is.then(|| {
            (newest.outcome.words(), failed, last.len(), since.last().map_or(newest.at, |a| a.at))
        })
    });
    let (words, failed, of, since) = told?;
    let lost = view.loss().filter(|l| l.returned.is_none() && l.mass).map(|l| {
        let clock = fmt::clock(&l.at.wall.with_timezone(&view.zone()));
        format!(
            ", {} connections lost at {clock}",
            fmt::count(l.closed.max(l.fell()).min(l.before))
        )
    });
    Some(Found {
        severity: Severity::Critical,
        harm: Harm::Outage,
        since: view.ago(view.now().saturating_sub(since)),
        sentence: format!(
            "UPSTREAM DOWN {}  {words} ({failed} of the last {of} attempts){}",
            view.label(),
            lost.unwrap_or_default()
        ),
        brief: format!("upstream down: {words}"),
        confidence: 0.9,
        ..Found::default()
    })
}
