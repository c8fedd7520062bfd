//! A proxy answers for a server that does not.

use std::time::Duration;

use super::{ATTEMPTS, CUTS, Found, Harm, Row, View};
use crate::close::Class;
use crate::detect::verdict::{Cause, Kind, Severity};
use crate::fmt;

/// A loss so long before the first 502 is of the same end of a backend.
const AFTER_LOSS: Duration = Duration::from_secs(30);

pub(super) const ROW: Row = Row {
    meaning: (Kind::Down, Cause::Upstream),
    needs: "the last probe was told 502 or 504, and one before it, or connections were lost at once just before",
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

fn find(view: &View<'_>) -> Option<Found> {
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
