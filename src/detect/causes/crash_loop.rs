//! Processes that end again and again.

use std::time::Duration;

use super::{ATTEMPTS, CUTS, Found, Harm, Row, View};
use crate::detect::evidence::End;
use crate::detect::verdict::{Cause, Kind, Severity};
use crate::fmt;
use crate::units::float;

/// After three times its period without another end it is over, at least this long.
const OVER: Duration = Duration::from_secs(20);

/// Starts that are a loop, where only these are seen, and how close a loss is to each.
const STARTS: usize = 3;
const NEAR: Duration = Duration::from_secs(8);

pub(super) const ROW: Row = Row {
    meaning: (Kind::Crashing, Cause::CrashLoop),
    needs: "three ends of processes behind a port, each within 30 s of the next, two of them of processes that began in that time; or the end of one within 20 s of taking another's place; or, where processes are hidden, three times other sockets that listen, with the clients lost",
    explains: &[
        ATTEMPTS,
        CUTS,
        &[
            Cause::WorkerLost,
            Cause::Oom,
            Cause::Refused,
            Cause::Planned,
            Cause::HerdHealing,
            Cause::RefusingNew,
            Cause::NoAnswer,
        ],
    ],
    against: "each worker ends once (a rolling restart); none ended for three periods",
    says: "CRASH LOOP :8080 gateway  10 deaths in 55s, every 5.5s; the last pid 4312 14:16:26",
    step: "the last lines of the application's log, then journalctl -u UNIT",
    find,
};

fn find(view: &View<'_>) -> Option<Found> {
    let Some(ends) = view.memory?.ends.in_a_loop() else { return unseen(view) };
    let (first, last) = (ends.first()?, ends.last()?);
    let took = last.at.mono.saturating_sub(first.at.mono);
    let period = took / u32::try_from(ends.len() - 1).unwrap_or(u32::MAX);
    let quiet = view.now().saturating_sub(last.at.mono);
    if quiet > OVER.max(period * 3) {
        return None;
    }
    let port = view.label();
    let listening =
        if view.is_present() { String::new() } else { "; no process listening".to_owned() };
    let clock = fmt::clock(&last.at.wall.with_timezone(&view.zone()));
    let gone = view
        .memory
        .and_then(|m| m.presence.gone_since())
        .map(|since| view.now().saturating_sub(since));
    let down = gone.is_some_and(|gone| gone > OVER / 2);
    let kind = if down { Kind::Down } else { Kind::Crashing };
    Some(Found {
        severity: Severity::Critical,
        harm: Harm::Outage,
        since: first.at.wall,
        sentence: format!(
            "CRASH LOOP {port}  {} deaths in {}, every {:.1} s{}; the last pid {} {clock}{listening}",
            ends.len(),
            fmt::span(took),
            period.as_secs_f64(),
            how(ends),
            last.pid,
        ),
        brief: format!("crash loop, {} deaths", ends.len()),
        confidence: f64::min(0.95, 0.5 + 0.1 * float(ends.len() as u64)),
        meaning: Some((kind, Cause::CrashLoop)),
        ..Found::default()
    })
}

/// Where the processes are not ours to see: it bound its port again and again, and
/// lost its clients each time.
fn unseen(view: &View<'_>) -> Option<Found> {
    let memory = view.memory?;
    let starts = memory.presence.chain();
    let (first, last) = (*starts.first()?, *starts.last()?);
    let emptied = starts.iter().filter(|at| memory.losses.near(**at, NEAR).is_some()).count();
    if starts.len() < STARTS || emptied < STARTS - 1 || !view.chain().is_empty() {
        return None;
    }
    let took = last.saturating_sub(first);
    let period = took / u32::try_from(starts.len() - 1).unwrap_or(u32::MAX);
    if view.now().saturating_sub(last) > OVER.max(period * 3) {
        return None;
    }
    let gone = memory.presence.gone_since().map(|since| view.now().saturating_sub(since));
    let down = gone.is_some_and(|gone| gone > OVER / 2);
    Some(Found {
        severity: Severity::Critical,
        harm: Harm::Outage,
        since: view.ago(view.now().saturating_sub(first)),
        sentence: format!(
            "CRASH LOOP {}  listens anew {} times in {}, every {:.1} s, its clients lost each time",
            view.label(),
            starts.len(),
            fmt::span(took),
            period.as_secs_f64(),
        ),
        brief: format!("crash loop, {} starts", starts.len()),
        confidence: 0.7,
        settle: Some("root would tell how its processes end"),
        meaning: Some((if down { Kind::Down } else { Kind::Crashing }, Cause::CrashLoop)),
        ..Found::default()
    })
}

/// How they ended, where they all ended alike.
fn how(ends: &[End]) -> String {
    if ends.iter().all(|e| e.oom) {
        return ", killed for memory".to_owned();
    }
    let of = |end: &End| end.how_it_ended();
    let first = ends.first().and_then(of);
    let alike = ends.iter().all(|e| of(e) == first);
    first.filter(|_| alike).map_or_else(String::new, |how| format!(", {how}"))
}
