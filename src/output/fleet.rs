//! Many hosts, as the status document and one line have them.

use schemars::JsonSchema;
use serde::Serialize;

use crate::detect::Severity;
use crate::fleet::{FleetHost, FleetSnapshot, HostState};
use crate::fmt::{self, Zone};
use crate::units::{PerSecond, whole};

/// Hosts in a document, the worst.
const HOSTS: usize = 200;

/// What hosts serve of themselves to a Prometheus.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(inline)]
pub(super) struct FleetEntry<'a> {
    /// Hosts of the last hour.
    known: usize,
    /// Those with figures of now.
    fresh: usize,
    /// How often they are scraped.
    scrape_interval_s: f64,
    /// Open connections of all.
    established: Option<u64>,
    /// Connection attempts per second of all.
    #[schemars(range(min = 0.0))]
    attempts_per_s: Option<f64>,
    /// Closed per second of all.
    #[schemars(range(min = 0.0))]
    closed_per_s: Option<f64>,
    /// Rejected per second of all.
    #[schemars(range(min = 0.0))]
    rejected_per_s: Option<f64>,
    /// The hosts, the worst first: at most 200.
    #[schemars(length(max = 200))]
    hosts: Vec<FleetHostEntry<'a>>,
}

/// One of them; of one that is not fresh there are no figures.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(inline)]
struct FleetHostEntry<'a> {
    /// The label instance, clean.
    instance: &'a str,
    /// The label job.
    job: &'a str,
    /// fresh; unreached: to be scraped and not answering; gone: scraped no more.
    #[schemars(extend("enum" = ["fresh", "unreached", "gone"]))]
    state: &'static str,
    /// How old its figures are.
    age_s: Option<f64>,
    /// Its clock is so far ahead of the server's; null where they are alike.
    clock_ahead_s: Option<f64>,
    /// How bad by its own verdict.
    severity: Severity,
    /// Its own verdict in words.
    verdict: &'a str,
    /// Open connections.
    established: Option<u64>,
    /// Connection attempts per second.
    attempts_per_s: Option<f64>,
    /// Handshakes in the worst second of the last minute.
    peak_opened_per_s: Option<f64>,
    /// Closed per second.
    closed_per_s: Option<f64>,
    /// Rejected per second.
    rejected_per_s: Option<f64>,
    /// Its tightest limit.
    limit: Option<FleetLimitEntry<'a>>,
    /// Rules of its alerts that fire.
    alerts: Vec<&'a str>,
    /// Closes by code, the most first.
    closes: Vec<FleetCloseEntry<'a>>,
}

/// A limit.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(inline)]
struct FleetLimitEntry<'a> {
    /// Which.
    name: &'a str,
    /// Used of it.
    used: Option<u64>,
    /// The limit.
    limit: Option<u64>,
    /// Connections that still fit.
    headroom_connections: u64,
}

/// Closes with one code.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(inline)]
struct FleetCloseEntry<'a> {
    /// The code.
    code: &'a str,
    /// Per second.
    per_s: f64,
}

impl<'a> FleetEntry<'a> {
    pub(super) fn of(fleet: &'a FleetSnapshot) -> Self {
        let totals = &fleet.totals;
        Self {
            known: totals.known,
            fresh: totals.fresh,
            scrape_interval_s: fleet.scrape.as_secs_f64(),
            established: totals.open.map(whole),
            attempts_per_s: totals.attempts,
            closed_per_s: totals.closed,
            rejected_per_s: totals.rejected,
            hosts: fleet.hosts.iter().take(HOSTS).map(|host| FleetHostEntry::of(host)).collect(),
        }
    }
}

impl<'a> FleetHostEntry<'a> {
    fn of(host: &'a FleetHost) -> Self {
        Self {
            instance: &host.name,
            job: &host.job,
            state: match host.state {
                HostState::Fresh => "fresh",
                HostState::Unreached => "unreached",
                HostState::Gone => "gone",
            },
            age_s: host.age.map(|age| age.as_secs_f64()),
            clock_ahead_s: host.skew,
            severity: host.severity,
            verdict: &host.verdict,
            established: host.open.map(whole),
            attempts_per_s: host.attempts,
            peak_opened_per_s: host.peak,
            closed_per_s: host.closed,
            rejected_per_s: host.rejected,
            limit: host.limit.as_ref().map(|limit| FleetLimitEntry {
                name: &limit.name,
                used: limit.used.map(whole),
                limit: limit.limit.map(whole),
                headroom_connections: whole(limit.room),
            }),
            alerts: host.alerts.iter().map(|alert| alert.rule.as_str()).collect(),
            closes: host
                .codes
                .iter()
                .map(|(code, per_s)| FleetCloseEntry { code, per_s: *per_s })
                .collect(),
        }
    }
}

/// `14:05:23 CRIT 40 of 41 hosts  open 57 038  attempts 994/s  …  | HERD on 3 of 40 hosts: …`.
#[must_use]
pub fn fleet_line(fleet: &FleetSnapshot, zone: Zone) -> String {
    let time = zone.local(fleet.at).format("%H:%M:%S");
    let rate = |rate: Option<f64>| {
        rate.map_or_else(|| "-".to_owned(), |rate| format!("{}/s", fmt::rate(PerSecond(rate))))
    };
    let totals = &fleet.totals;
    let open = totals.open.map_or_else(|| "-".to_owned(), |open| fmt::count(whole(open)));
    let hosts = if totals.known == 1 { "host" } else { "hosts" };
    format!(
        "{time} {:4} {} of {} {hosts}  open {open}  attempts {}  closed {}  rejected {}  | {}",
        fleet.verdict.severity.word(),
        fmt::count(totals.fresh as u64),
        fmt::count(totals.known as u64),
        rate(totals.attempts),
        rate(totals.closed),
        rate(totals.rejected),
        fleet.verdict.sentence,
    )
}
