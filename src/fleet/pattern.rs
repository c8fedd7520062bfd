//! What only many hosts together show.
//!
//! Each is one incident, whatever number of hosts it is on: forty rows that say HERD are
//! forty pages, and a herd that the balancer sends on has one cause.

use std::collections::BTreeMap;
use std::time::Duration;

use super::host::{FleetHost, HostState};
use super::question::LATELY;
use crate::detect::{Cause, Kind, Severity};
use crate::fmt;
use crate::units::{PerSecond, float, whole};

/// Names in a sentence.
const NAMES: usize = 3;
/// Hosts of a job from which on a median means something.
const MANY: usize = 4;
/// Times the median that are far from it, and connections that are worth a word.
const FAR: f64 = 3.0;
const WORTH: f64 = 50.0;

/// What happens on one host or on several.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct FleetIncident {
    pub(super) severity: Severity,
    pub(super) kind: Kind,
    pub(super) cause: Cause,
    pub(super) sentence: String,
    pub(super) brief: String,
    /// On how many hosts.
    pub(super) hosts: usize,
}

/// `web-1, web-2, web-3 and 4 more`.
pub(super) fn names<'h>(hosts: impl IntoIterator<Item = &'h FleetHost>) -> String {
    let all: Vec<&str> = hosts.into_iter().map(|host| host.name.as_str()).collect();
    let shown = all.iter().take(NAMES).copied().collect::<Vec<_>>().join(", ");
    match all.len().saturating_sub(NAMES) {
        0 => shown,
        more => format!("{shown} and {more} more"),
    }
}

/// `12 of 40 hosts`, `1 host of 1`.
fn of(some: usize, all: usize) -> String {
    let (some, all) = (fmt::count(some as u64), fmt::count(all as u64));
    format!("{some} of {all} {}", if all == "1" { "host" } else { "hosts" })
}

/// What is asked and rejected there; nothing where it is not known.
fn rates(hosts: &[&FleetHost]) -> String {
    let sum = |of: fn(&FleetHost) -> Option<f64>| {
        let known: Vec<f64> = hosts.iter().filter_map(|host| of(host)).collect();
        (!known.is_empty()).then(|| known.iter().sum::<f64>())
    };
    let rate = |value| fmt::rate(PerSecond(value));
    let attempts = sum(|host| host.attempts).map(|sum| format!("; {} attempts/s", rate(sum)));
    let rejected = sum(|host| host.rejected).filter(|sum| *sum > 0.0);
    let rejected = rejected.map(|sum| format!(", {}/s rejected", rate(sum)));
    let mut codes: BTreeMap<&str, f64> = BTreeMap::new();
    for (code, rate) in hosts.iter().flat_map(|host| &host.codes) {
        *codes.entry(code).or_default() += rate;
    }
    let most = codes.into_iter().filter(|(code, _)| !["1000", "1001"].contains(code));
    let most = most.max_by(|a, b| a.1.total_cmp(&b.1));
    let most = most.map(|(code, per_s)| format!(", close {code} at {}/s", rate(per_s)));
    [attempts, rejected, most].into_iter().flatten().collect()
}

/// A herd, also one that moves: which hosts have it now, and which had it within minutes.
pub(super) fn herd(hosts: &[FleetHost]) -> Option<(FleetIncident, Vec<&FleetHost>)> {
    const RULES: [&str; 3] = ["herd", "waves", "no_backoff"];
    let leads = |host: &&FleetHost| host.is_fresh() && host.kind == Some(Kind::Herd);
    let has = |host: &&FleetHost| leads(host) || RULES.iter().any(|rule| host.fires(rule));
    let now: Vec<&FleetHost> = hosts.iter().filter(has).collect();
    // Where each of them leads with another cause, that cause is theirs to tell.
    if !now.iter().any(|host| leads(host) || is_calm(host)) {
        return None;
    }
    let first = now.iter().copied().max_by_key(|host| host.severity)?;
    let before: Vec<&FleetHost> = hosts
        .iter()
        .filter(|host| !has(host) && RULES.iter().any(|rule| host.lately.iter().any(|l| l == rule)))
        .collect();
    let is_herd = |host: &&&FleetHost| host.kind == Some(Kind::Herd);
    let cause = now.iter().find(is_herd).and_then(|host| host.cause).unwrap_or(Cause::Unknown);
    let moved = if before.is_empty() {
        String::new()
    } else {
        let minutes = fmt::window(LATELY);
        format!(", moved on from {} within {minutes}", names(before.iter().copied()))
    };
    let on = of(now.len(), hosts.len());
    let rates = rates(&now);
    let incident = FleetIncident {
        severity: first.severity.max(Severity::Warning),
        kind: Kind::Herd,
        cause,
        sentence: format!("HERD on {on}: {}{moved}{rates}", names(now.iter().copied())),
        brief: format!("HERD on {on}"),
        hosts: now.len() + before.len(),
    };
    Some((incident, now))
}

/// Whether it has nothing to complain about.
fn is_calm(host: &FleetHost) -> bool {
    host.severity <= Severity::Unknown
}

/// Restarts: of one host after the other they are one deploy.
pub(super) fn deploy(hosts: &[FleetHost]) -> Option<(FleetIncident, Vec<&FleetHost>)> {
    let all = hosts.iter().filter(|host| host.had("restart")).count();
    // One that restarts may be down for a moment. That is a deploy where others have
    // restarted too; else the host's own verdict is the better one.
    let fits = |host: &FleetHost| match host.kind {
        Some(Kind::Restarting | Kind::Recovering) => true,
        Some(Kind::Down | Kind::Leaving | Kind::Herd) => all > 1,
        _ => is_calm(host),
    };
    let restarts = |host: &&FleetHost| {
        let leads = host.is_fresh() && host.kind == Some(Kind::Restarting);
        leads || host.fires("restart") && fits(host)
    };
    let now: Vec<&FleetHost> = hosts.iter().filter(restarts).collect();
    let worst = now.iter().map(|host| host.severity).max()?;
    let done = hosts.iter().filter(|host| !restarts(host) && host.had("restart")).count();
    let all = hosts.len();
    let (what, brief) = if now.len() + done > 1 {
        let minutes = fmt::window(LATELY);
        let on = of(now.len() + done, all);
        (format!("ROLLING DEPLOY  {on} restarted within {minutes}, now"), format!("deploy, {on}"))
    } else {
        ("RESTARTED".to_owned(), "one host restarted".to_owned())
    };
    let rates = rates(&now);
    let incident = FleetIncident {
        severity: worst.max(Severity::Warning),
        kind: Kind::Restarting,
        cause: Cause::Planned,
        sentence: format!("{what} {}{rates}", names(now.iter().copied())),
        brief,
        hosts: now.len() + done,
    };
    Some((incident, now))
}

/// What hosts say of themselves and is no herd and no restart, the same of several once.
pub(super) fn alike(hosts: &[FleetHost], told: &[&FleetHost]) -> Vec<FleetIncident> {
    let mut groups: BTreeMap<(std::cmp::Reverse<Severity>, String), Vec<&FleetHost>> =
        BTreeMap::new();
    let is_told = |host: &FleetHost| told.iter().any(|other| std::ptr::eq(*other, host));
    for host in hosts.iter().filter(|host| host.is_fresh() && !is_told(host)) {
        if host.severity > Severity::Unknown {
            let said = host.verdict.split(" on ").next().unwrap_or_default().to_owned();
            groups.entry((std::cmp::Reverse(host.severity), said)).or_default().push(host);
        }
    }
    let all = hosts.len();
    let incident =
        |((severity, said), hosts): ((std::cmp::Reverse<Severity>, String), Vec<&FleetHost>)| {
            let on = of(hosts.len(), all);
            let (what, why) = match said.split_once(' ') {
                Some((what, why)) => (what.to_uppercase(), format!(" {why}")),
                None => (said.to_uppercase(), String::new()),
            };
            let limit = tightest(hosts.iter().copied())
                .filter(|_| hosts.len() > 1 || why.contains("limit"));
            let limit = limit.map(|words| format!("; {words}")).unwrap_or_default();
            let rates = rates(&hosts);
            FleetIncident {
                severity: severity.0,
                kind: hosts[0].kind.unwrap_or(Kind::Unknown),
                cause: hosts[0].cause.unwrap_or(Cause::Unknown),
                sentence: format!(
                    "{what}{why} on {on}: {}{rates}{limit}",
                    names(hosts.iter().copied())
                ),
                brief: format!("{what} on {on}"),
                hosts: hosts.len(),
            }
        };
    groups.into_iter().map(incident).collect()
}

/// Hosts that should be scraped and are not reached: stale, which is not idle.
pub(super) fn unreached(hosts: &[FleetHost]) -> Option<FleetIncident> {
    let lost: Vec<&FleetHost> =
        hosts.iter().filter(|host| host.state == HostState::Unreached).collect();
    let longest = lost.iter().filter_map(|host| host.age).max();
    let since = longest.map(|age| format!(", their figures up to {} old", fmt::span(age)));
    let on = of(lost.len(), hosts.len());
    (!lost.is_empty()).then(|| FleetIncident {
        severity: Severity::Warning,
        kind: Kind::Unknown,
        cause: Cause::NotEnoughData,
        sentence: format!(
            "STALE  {on} not reached: {}{}",
            names(lost.iter().copied()),
            since.unwrap_or_default()
        ),
        brief: format!("{on} stale"),
        hosts: lost.len(),
    })
}

/// Hosts far from the median of those of their job: sticky sessions, or a new one that
/// long-lived connections do not move to by themselves.
pub(super) fn uneven(hosts: &[FleetHost]) -> Vec<FleetIncident> {
    let mut jobs: BTreeMap<&str, Vec<(&FleetHost, f64)>> = BTreeMap::new();
    for host in hosts.iter().filter(|host| host.is_fresh() && !host.had("restart")) {
        if let Some(open) = host.open {
            jobs.entry(&host.job).or_default().push((host, open));
        }
    }
    jobs.into_values().filter(|job| job.len() >= MANY).flat_map(|job| of_job(&job)).collect()
}

fn of_job(job: &[(&FleetHost, f64)]) -> Vec<FleetIncident> {
    let mut open: Vec<f64> = job.iter().map(|(_, open)| *open).collect();
    open.sort_unstable_by(f64::total_cmp);
    let median = open[open.len() / 2];
    let middle = fmt::count(whole(median));
    let mut far = Vec::new();
    let above = |open: f64| open > median * FAR && open - median >= WORTH && median > 0.0;
    let high: Vec<_> = job.iter().filter(|(_, open)| above(*open)).collect();
    // Where many are above it the fleet is of two kinds, which is no fault of one.
    if let [(host, open)] = high[..] {
        let (own, times) = (fmt::count(whole(*open)), fmt::factor(open / median));
        far.push(FleetIncident {
            severity: Severity::Warning,
            kind: Kind::Overloaded,
            cause: Cause::Uneven,
            sentence: format!(
                "UNEVEN  {} has {own} open, {times} the median of {middle}: sticky sessions, or a \
                 balancer that does not share out",
                host.name
            ),
            brief: format!("{} {times} the median", host.name),
            hosts: 1,
        });
    }
    let below = |open: f64| open < median / FAR && median - open >= WORTH;
    let low: Vec<_> = job.iter().filter(|(_, open)| below(*open)).collect();
    if let Some((host, open)) = low.first()
        && float(low.len() as u64) < float(job.len() as u64) / 2.0
    {
        let joined = host.joined.map(|ago| format!(", {}", joined(ago))).unwrap_or_default();
        let why = match (low.len(), host.joined) {
            (1, Some(_)) => "long-lived connections do not move to a new host by themselves",
            (1, None) => "does the balancer send it clients?",
            _ => "do they get their share of new clients?",
        };
        let who = names(low.iter().map(|(host, _)| *host));
        let own = fmt::count(whole(*open));
        far.push(FleetIncident {
            severity: Severity::Ok,
            kind: Kind::Ok,
            cause: Cause::None,
            sentence: format!("{who} far below the median: {own} open of {middle}{joined}; {why}"),
            brief: format!("{} far below the median", host.name),
            hosts: low.len(),
        });
    }
    far
}

fn joined(ago: Duration) -> String {
    format!("joined {}", fmt::ago(ago))
}

/// `tightest open files of web-3: 57 038 of 65 536, room for 305`.
pub(super) fn tightest<'h>(hosts: impl Iterator<Item = &'h FleetHost>) -> Option<String> {
    let limits = hosts.filter_map(|host| Some((host, host.limit.as_ref()?)));
    let (host, limit) = limits.min_by(|a, b| a.1.room.total_cmp(&b.1.room))?;
    let share = host.share().map(|share| format!(" {}", fmt::percent(share))).unwrap_or_default();
    let room = fmt::count(whole(limit.room));
    Some(format!("tightest limit {} of {}{share}, room for {room}", limit.name, host.name))
}
