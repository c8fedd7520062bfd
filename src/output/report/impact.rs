//! What it did to clients, what came first, and what it was: the first lines.

use super::page::Page;
use crate::close::CloseCode;
use crate::detect::{Measure, Severity};
use crate::fmt;
use crate::model::{CodeSource, Track};
use crate::units::whole;

/// "Try again later": a server that has no room for this client.
const TRY_AGAIN_LATER: CloseCode = CloseCode(1013);

/// Impact, trigger and cause; of a calm time that there was none.
pub(super) fn points(page: &Page<'_>) -> Vec<String> {
    let harmed = [Severity::Critical, Severity::Warning]
        .into_iter()
        .filter_map(|severity| Some((severity, *page.gather.severities.get(&severity)?)))
        .filter(|(_, lasted)| lasted.as_secs() > 0)
        .map(|(severity, lasted)| format!("{} for {}", severity.word(), fmt::span(lasted)));
    let harmed: Vec<String> = harmed.collect();
    let lasted = if harmed.is_empty() { "no alert lasted".to_owned() } else { harmed.join(", ") };
    let parts = [attempts(page), rejected(page), lost(page), lasted];
    let mut points = vec![format!("Impact: {}", parts.join("; "))];
    points.extend(trigger(page));
    points.extend(cause(page));
    points
}

/// Handshakes of the listener that was looked at most, and what never became one on
/// the whole host.
fn attempts(page: &Page<'_>) -> String {
    let history = page.session.model.history();
    let own = page.main.and_then(|service| history.service(service.socket()));
    let sum = |track: &Track| page.sum(track).map(whole);
    let Some(opened) = own.and_then(|own| sum(&own.opened)) else {
        return "connection attempts not known".to_owned();
    };
    let host = history.host();
    let refused = sum(&host.refused.seconds).unwrap_or(0);
    let dropped = sum(&host.dropped.seconds).unwrap_or(0);
    let all = fmt::exact(opened.saturating_add(refused).saturating_add(dropped));
    let (refused, dropped) = (fmt::exact(refused), fmt::exact(dropped));
    let opened = fmt::exact(opened);
    format!("{all} connection attempts ({opened} handshakes, {refused} refused, {dropped} dropped)")
}

/// By the application's log, which tells of real clients, and by what the probes were
/// told; the kernel sees neither codes nor statuses.
fn rejected(page: &Page<'_>) -> String {
    let track = page.session.model.history().code(TRY_AGAIN_LATER, CodeSource::Log);
    let told = track.and_then(|track| page.sum(track));
    let log = page.snapshot.log.as_ref().map(|log| match told {
        None if log.coded == 0 => "rejected: - (the log tells no close codes)".to_owned(),
        sum => format!("{} rejected (close 1013, log)", fmt::exact(whole(sum.unwrap_or(0.0)))),
    });
    let each: Vec<String> = log.into_iter().chain(page.gather.rejections.words()).collect();
    if each.is_empty() {
        return "rejected: - (neither a URL nor --log, which tell of it)".to_owned();
    }
    each.join("; ")
}

fn lost(page: &Page<'_>) -> String {
    let (lost, workers) = page.gather.lost();
    let s = if workers == 1 { "worker" } else { "workers" };
    match workers {
        0 => "no worker lost".to_owned(),
        _ => format!("{} connections lost with {workers} {s}", fmt::exact(lost)),
    }
}

/// What was told of first: everything later may follow from it.
fn trigger(page: &Page<'_>) -> Option<String> {
    let alerts = page.session.alerts();
    let inside = alerts.filter(|a| page.holds(a.since, a.until) && a.severity > Severity::Ok);
    let first = inside.min_by_key(|alert| (page.second(alert.since), alert.id))?;
    let (at, rule, scope) = (page.utc(first.since), first.rule, &first.scope);
    Some(format!("Trigger, at {at} UTC: {rule}, {scope}: {}", first.raised))
}

/// The worst verdict, with the highest value of its alert: its last words may have
/// been said when that was over.
fn cause(page: &Page<'_>) -> Option<String> {
    let worst = page.gather.worst.as_ref().filter(|worst| worst.severity > Severity::Ok)?;
    let alert = worst.alert.and_then(|id| page.session.alerts().find(|alert| alert.id == id));
    let peak = alert.and_then(|alert| Measure::of(alert.rule).write(alert.peak));
    let peak = peak.map_or_else(String::new, |peak| format!(" (at its worst {peak})"));
    Some(format!("Cause, since {} UTC: {}{peak}", page.utc(worst.since), worst.line))
}
