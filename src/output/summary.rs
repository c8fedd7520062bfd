//! Five lines that stay in the terminal when the screen is gone.

use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::time::Duration;

use chrono::{DateTime, Utc};

use super::plain::verdict_line;
use super::status::HostName;
use crate::close::{Names, registry};
use crate::detect::Severity;
use crate::fmt::{self, Zone};
use crate::model::{ListenerSnapshot, ServiceId, Snapshot};
use crate::session::Session;
use crate::units::{PerSecond, whole};

/// Close codes that are named; the rest is a number.
const CODES: usize = 4;

/// What a summary is of, beside the session.
#[derive(Debug, Clone, Copy)]
pub struct Run<'a> {
    /// The host.
    pub host: &'a HostName,
    /// The user's own names of close codes.
    pub names: &'a Names,
    /// The service that was looked at last.
    pub focus: Option<ServiceId>,
    /// When it began.
    pub began: DateTime<Utc>,
    /// Whose local time is told.
    pub zone: Zone,
    /// The recording of it, as text.
    pub recorded: Option<&'a str>,
}

/// The five lines; none before the first count.
#[must_use]
pub fn summary(session: &Session, run: Run<'_>) -> Option<String> {
    let snapshot = session.snapshot().filter(|s| s.ready)?;
    let lines = [
        what(snapshot, run),
        connections(session, snapshot, run),
        alerts(session),
        closes(snapshot, run.names),
        session.verdict().map(verdict_line)?,
    ];
    Some(lines.join("\n"))
}

fn what(snapshot: &Snapshot, run: Run<'_>) -> String {
    let clock = |at: DateTime<Utc>| fmt::clock(&run.zone.local(at));
    let end = snapshot.at.wall;
    let lasted = (end - run.began).to_std().unwrap_or_default();
    let of = super::focused(snapshot, run.focus).map(ListenerSnapshot::label);
    format!(
        "herdtop {}{}, {} to {} ({}){}",
        run.host.name,
        of.map_or_else(String::new, |label| format!(" {label}")),
        clock(run.began),
        clock(end),
        fmt::span(lasted),
        run.recorded.map_or_else(String::new, |file| format!(", recorded in {file}")),
    )
}

fn connections(session: &Session, snapshot: &Snapshot, run: Run<'_>) -> String {
    let Some(l) = super::focused(snapshot, run.focus) else {
        return "connections: no listener was watched".to_owned();
    };
    let lasted = (snapshot.at.wall - run.began).to_std().unwrap_or_default();
    let number = |n: Option<u64>| n.map_or_else(|| "-".to_owned(), fmt::exact);
    let most = most_open(session, l.address, lasted).max(l.open);
    let peak = l.peak_opened.map_or_else(|| "-".to_owned(), |PerSecond(p)| fmt::rate(PerSecond(p)));
    let limit = l.binding().map_or_else(String::new, |limit| {
        let share = fmt::percent(limit.ratio());
        format!("; {} {share}, room for {}", limit.kind.name(), number(limit.headroom))
    });
    format!(
        "connections: {} open (most {}), {} handshakes (most {peak}/s), {} closed{limit}",
        number(l.open),
        number(most),
        fmt::exact(l.opened_total),
        fmt::exact(l.closed_total),
    )
}

fn most_open(session: &Session, address: SocketAddr, lasted: Duration) -> Option<u64> {
    let now = session.model.timeline().now()?;
    let history = session.model.history().service(address)?;
    let seen = history.open.total(now.saturating_sub(lasted.as_secs()), now, now)?;
    Some(whole(f64::from(seen.max)))
}

fn alerts(session: &Session) -> String {
    let all = session.alerts().count();
    if all == 0 {
        return "alerts: none".to_owned();
    }
    let mut rules: BTreeMap<&str, (Severity, u64)> = BTreeMap::new();
    for alert in session.alerts() {
        let (worst, times) = rules.entry(alert.rule.name()).or_insert((Severity::Ok, 0));
        (*worst, *times) = ((*worst).max(alert.severity), *times + 1);
    }
    let mut rules: Vec<_> = rules.into_iter().collect();
    rules.sort_by_key(|(_, (worst, times))| std::cmp::Reverse((*worst, *times)));
    let one = |(rule, (_, times)): &(&str, (Severity, u64))| match times {
        1 => (*rule).to_owned(),
        n => format!("{rule} ×{n}"),
    };
    let firing = session.alerts().filter(|a| a.is_firing()).count();
    let words: Vec<String> = rules.iter().map(one).collect();
    format!("alerts: {all}, {firing} of them still firing: {}", words.join(", "))
}

/// What clients were told, as far as it was seen.
fn closes(snapshot: &Snapshot, names: &Names) -> String {
    let mut codes: Vec<_> = snapshot.codes.wire.iter().filter(|c| c.total > 0).collect();
    codes.sort_by_key(|c| std::cmp::Reverse(c.total));
    let more = codes.len().saturating_sub(CODES);
    let one = |c: &&crate::model::CodeSnapshot| {
        let name = registry::name(c.code, names);
        format!("{} {name} ×{} ({})", c.code, fmt::exact(c.total), c.source.word())
    };
    let mut words: Vec<String> = codes.iter().take(CODES).map(one).collect();
    if more > 0 {
        words.push(format!("{more} more codes"));
    }
    if words.is_empty() {
        words.push("no close code was seen".to_owned());
    }
    let (attempts, accepted) =
        snapshot.targets.iter().fold((0, 0), |(a, b), t| (a + t.attempts, b + t.accepted));
    if attempts > 0 {
        let (accepted, attempts) = (fmt::exact(accepted), fmt::exact(attempts));
        words.push(format!("{accepted} of {attempts} probes accepted"));
    }
    format!("close codes received: {}", words.join(", "))
}
