//! One verdict over all hosts, and what there is of each, the worst first.

use std::sync::Arc;
use std::time::Duration;

use chrono::{DateTime, Utc};

use super::host::{FleetHost, HostState, hosts};
use super::pattern::{self, FleetIncident, names};
use super::question::HostFigure;
use super::reading::Answers;
use crate::detect::{Candidate, Cause, Kind, Severity, Verdict};
use crate::fmt;
use crate::units::{PerSecond, whole};

/// Sums over the hosts with figures of now.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub struct FleetTotals {
    /// Hosts with figures of now.
    pub fresh: usize,
    /// Hosts of the last hour.
    pub known: usize,
    /// Open connections.
    pub open: Option<f64>,
    /// Connection attempts per second.
    pub attempts: Option<f64>,
    /// Closed per second.
    pub closed: Option<f64>,
    /// Rejected per second.
    pub rejected: Option<f64>,
}

/// All hosts at one moment.
#[derive(Debug, Clone, PartialEq)]
pub struct FleetSnapshot {
    /// When, by the server's clock.
    pub at: DateTime<Utc>,
    /// The hosts, the worst first.
    pub hosts: Vec<Arc<FleetHost>>,
    /// Their sums.
    pub totals: FleetTotals,
    /// One verdict over all.
    pub verdict: Verdict,
    /// What else is to be said, first things first: hosts far below the median, clocks that
    /// differ, what the server has to say.
    pub notes: Vec<String>,
    /// How often hosts are scraped.
    pub scrape: Duration,
}

impl FleetSnapshot {
    /// What the answers of one moment say. `before` is the verdict of the moment before:
    /// since when it has been so is known from there.
    #[must_use]
    pub fn of(answers: &Answers<HostFigure>, before: Option<&Verdict>) -> Self {
        let at = moment(answers.at);
        let mut all = hosts(answers);
        all.sort_by(worse);
        let totals = totals(&all);
        let incidents = incidents(&all);
        let mut verdict = verdict(at, &all, &totals, &incidents);
        if let Some(before) = before
            && (before.kind, before.cause) == (verdict.kind, verdict.cause)
            && before.since <= at
        {
            verdict.since = before.since;
        }
        let said = |incident: &&FleetIncident| incident.severity == Severity::Ok;
        let far = incidents.iter().filter(said).map(|incident| incident.sentence.clone());
        let notes =
            answers.notes.iter().cloned().chain(clocks(&all)).chain(far).chain(versions(&all));
        let notes = notes.collect();
        let hosts = all.into_iter().map(Arc::new).collect();
        Self { at, hosts, totals, verdict, notes, scrape: answers.scrape }
    }

    /// The tightest limit of all hosts: whose it is.
    #[must_use]
    pub fn tightest(&self) -> Option<&FleetHost> {
        let limited = self.hosts.iter().filter(|host| host.limit.is_some());
        let room = |host: &FleetHost| host.limit.as_ref().map_or(f64::INFINITY, |limit| limit.room);
        limited.min_by(|a, b| room(a).total_cmp(&room(b))).map(AsRef::as_ref)
    }
}

/// A moment of the server's clock.
pub(super) fn moment(at: f64) -> DateTime<Utc> {
    let millis = whole(at.max(0.0) * 1_000.0);
    i64::try_from(millis).ok().and_then(DateTime::from_timestamp_millis).unwrap_or_default()
}

/// The worst first; of those as bad as each other the one with the least room.
fn worse(a: &FleetHost, b: &FleetHost) -> std::cmp::Ordering {
    let rejected = |host: &FleetHost| host.rejected.unwrap_or(0.0);
    let share = |host: &FleetHost| host.share().map_or(0.0, |share| share.0);
    b.severity
        .cmp(&a.severity)
        .then_with(|| rejected(b).total_cmp(&rejected(a)))
        .then_with(|| share(b).total_cmp(&share(a)))
        .then_with(|| a.name.cmp(&b.name))
}

fn totals(hosts: &[FleetHost]) -> FleetTotals {
    let sum = |of: fn(&FleetHost) -> Option<f64>| {
        let known: Vec<f64> = hosts.iter().filter_map(of).collect();
        (!known.is_empty()).then(|| known.iter().sum())
    };
    FleetTotals {
        fresh: hosts.iter().filter(|host| host.is_fresh()).count(),
        known: hosts.len(),
        open: sum(|host| host.open),
        attempts: sum(|host| host.attempts),
        closed: sum(|host| host.closed),
        rejected: sum(|host| host.rejected),
    }
}

/// What happens, the worst first, of that what is on most hosts.
fn incidents(hosts: &[FleetHost]) -> Vec<FleetIncident> {
    let mut all = Vec::new();
    let mut told: Vec<&FleetHost> = Vec::new();
    for found in [pattern::herd(hosts), pattern::deploy(hosts)].into_iter().flatten() {
        all.push(found.0);
        told.extend(found.1);
    }
    all.extend(pattern::alike(hosts, &told));
    all.extend(pattern::unreached(hosts));
    all.extend(pattern::uneven(hosts));
    all.sort_by_key(|incident| std::cmp::Reverse((incident.severity, incident.hosts)));
    all
}

fn verdict(
    at: DateTime<Utc>,
    hosts: &[FleetHost],
    totals: &FleetTotals,
    incidents: &[FleetIncident],
) -> Verdict {
    let unknown = |sentence: String, brief: &str| Verdict {
        severity: Severity::Unknown,
        kind: Kind::Unknown,
        cause: Cause::NotEnoughData,
        sentence,
        brief: brief.to_owned(),
        ..Verdict::waiting(at)
    };
    if hosts.is_empty() {
        let sentence = "no host serves herdtop metrics to this server: is 'herdtop serve' running \
                        there, and scraped?";
        return unknown(sentence.to_owned(), "no hosts");
    }
    if totals.fresh == 0 {
        let newest = hosts.iter().filter_map(|host| host.age).min();
        let old = newest.map(|age| format!(": the newest are {} old", fmt::span(age)));
        let (known, old) = (fmt::count(totals.known as u64), old.unwrap_or_default());
        return unknown(format!("no host of {known} has figures of now{old}"), "all hosts stale");
    }
    let bad = |incident: &&FleetIncident| incident.severity > Severity::Unknown;
    let mut bad = incidents.iter().filter(bad);
    let Some(first) = bad.next() else {
        return calm(at, hosts, totals);
    };
    let also: Vec<&str> = bad.map(|incident| incident.brief.as_str()).collect();
    let also = if also.is_empty() { String::new() } else { format!("; also {}", also.join(", ")) };
    let candidates = incidents.iter().filter(|one| one.severity > Severity::Unknown);
    let candidate =
        |one: &FleetIncident| Candidate { kind: one.kind, cause: one.cause, confidence: 1.0 };
    Verdict {
        severity: first.severity,
        kind: first.kind,
        cause: first.cause,
        sentence: format!("{}{also}", first.sentence),
        brief: first.brief.clone(),
        confidence: 1.0,
        candidates: candidates.map(candidate).collect(),
        ..Verdict::waiting(at)
    }
}

fn calm(at: DateTime<Utc>, hosts: &[FleetHost], totals: &FleetTotals) -> Verdict {
    let unknown: Vec<&FleetHost> =
        hosts.iter().filter(|h| h.is_fresh() && h.severity == Severity::Unknown).collect();
    let gone = hosts.iter().filter(|host| host.state == HostState::Gone).count();
    let count = |value: f64| fmt::count(whole(value));
    let open = totals.open.map(|open| format!(", {} open", count(open)));
    let rate = totals.attempts.map(|rate| format!(", {} attempts/s", fmt::rate(PerSecond(rate))));
    let limit = pattern::tightest(hosts.iter()).map(|words| format!("; {words}"));
    let gone = (gone > 0).then(|| format!("; {gone} more left within the hour"));
    let waits = (!unknown.is_empty())
        .then(|| format!("; {} not judged yet: {}", unknown.len(), names(unknown.iter().copied())));
    let fresh = fmt::count(totals.fresh as u64);
    let s = if totals.fresh == 1 { "" } else { "s" };
    let parts = [open, rate, limit, waits, gone].into_iter().flatten().collect::<String>();
    let is_known = unknown.len() < totals.fresh;
    Verdict {
        severity: if is_known { Severity::Ok } else { Severity::Unknown },
        kind: if is_known { Kind::Ok } else { Kind::Unknown },
        cause: if is_known { Cause::None } else { Cause::NotEnoughData },
        sentence: format!("{fresh} host{s}{parts}"),
        brief: format!("{fresh} host{s}"),
        confidence: if is_known { 1.0 } else { 0.0 },
        ..Verdict::waiting(at)
    }
}

/// Hosts whose clock is another than the server's.
fn clocks(hosts: &[FleetHost]) -> Option<String> {
    let (host, skew) = hosts
        .iter()
        .filter_map(|host| Some((host, host.skew.filter(|_| host.is_fresh())?)))
        .max_by(|a, b| a.1.abs().total_cmp(&b.1.abs()))?;
    let others = hosts.iter().filter(|one| one.is_fresh() && one.skew.is_some()).count() - 1;
    let others = if others == 0 { String::new() } else { format!(" ({others} more differ)") };
    let by = fmt::span(Duration::try_from_secs_f64(skew.abs()).unwrap_or_default());
    let name = &host.name;
    Some(if skew > 0.0 {
        format!("clock of {name} is {by} ahead of the metrics server's{others}")
    } else {
        format!("clock of {name} is {by} behind the metrics server's, or its figures are{others}")
    })
}

/// Hosts that serve what another version does.
fn versions(hosts: &[FleetHost]) -> Option<String> {
    const OWN: &str = env!("CARGO_PKG_VERSION");
    let other = |host: &&FleetHost| host.is_fresh() && ![OWN, ""].contains(&host.version.as_str());
    let others: Vec<&FleetHost> = hosts.iter().filter(other).collect();
    let version = &others.first()?.version;
    let who = names(others.iter().copied());
    Some(format!("herdtop {version} on {who}, this is {OWN}: what it does not know is left out"))
}
