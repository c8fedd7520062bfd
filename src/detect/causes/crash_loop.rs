//! Processes that end again and again.

use std::time::Duration;

use super::{Found, Harm, Row, View};
use crate::detect::evidence::End;
use crate::detect::verdict::{Cause, Kind, Severity};
use crate::fmt;
use crate::units::float;

/// After three times its period without another end it is over, at least this long.
const OVER: Duration = Duration::from_secs(20);

pub(super) const ROW: Row = Row {
    meaning: (Kind::Crashing, Cause::CrashLoop),
    needs: "three ends of processes behind a port, each within 30 s of the next, two of them of processes that began in that time; or the end of one within 20 s of taking another's place",
    explains: &[
        Cause::WorkerLost,
        Cause::Oom,
        Cause::Refused,
        Cause::Planned,
        Cause::HerdHealing,
        Cause::AfterOutage,
        Cause::NoJitter,
        Cause::Unknown,
        Cause::RefusingNew,
        Cause::ClientsLeft,
        Cause::IdleTimeout,
        Cause::NoAnswer,
    ],
    against: "each worker ends once (a rolling restart); none ended for three periods",
    says: "CRASH LOOP :8080 gateway  10 deaths in 55s, every 5.5s; the last pid 4312 14:16:26",
    step: "the last lines of the application's log, then journalctl -u UNIT",
    find,
};

fn find(view: &View<'_>) -> Option<Found> {
    let ends = view.memory?.ends.in_a_loop()?;
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
    let gone = view.memory?.gone_since.map(|since| view.now().saturating_sub(since));
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
        settle: None,
        meaning: Some((kind, Cause::CrashLoop)),
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
