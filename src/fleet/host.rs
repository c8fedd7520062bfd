//! What the answers say of each host.

use std::collections::BTreeMap;
use std::time::Duration;

use serde::Deserialize;
use serde::de::IntoDeserializer;
use serde::de::value::StrDeserializer;

use super::question::{HostFigure, KNOWN};
use super::reading::Answers;
use crate::detect::{Cause, Kind, Severity};
use crate::model::LimitKind;
use crate::text;
use crate::units::Ratio;

/// Columns of the name of a host, a service, a rule: text from outside.
const NAME: usize = 60;
/// Scrapes that may be missed before a host is stale, and the least time of it.
const MISSED: u32 = 3;
const LEAST: Duration = Duration::from_secs(10);
/// Clocks closer than this are the same: a figure is up to a second old when it is scraped.
const SAME_CLOCK: f64 = 5.0;

/// Whether its figures are of now.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum HostState {
    /// They are.
    Fresh,
    /// It is still to be scraped, and is not reached.
    Unreached,
    /// It is scraped no more: it left, or nobody reads it.
    Gone,
}

/// Its tightest limit.
#[derive(Debug, Clone, PartialEq)]
pub struct HostLimit {
    /// Its name as the screens have it, else as it is served.
    pub name: String,
    /// Which it is, where this version knows it.
    pub kind: Option<LimitKind>,
    /// Of which service.
    pub service: String,
    /// Used of it.
    pub used: Option<f64>,
    /// The limit.
    pub limit: Option<f64>,
    /// Connections that still fit.
    pub room: f64,
}

/// One of its alerts that fires.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct RuleAlert {
    /// Which rule.
    pub rule: String,
    /// Of which service; empty of the host.
    pub service: String,
    /// How bad.
    pub severity: Severity,
}

/// One host at one moment. What is none was not read; of a host that is not fresh nothing is.
#[derive(Debug, Clone, PartialEq)]
pub struct FleetHost {
    /// The label `instance`, as it came: what it is asked for by.
    pub instance: String,
    /// The same for a screen.
    pub name: String,
    /// As what it is scraped: hosts of one job are alike.
    pub job: String,
    /// Whether its figures are of now.
    pub state: HostState,
    /// How old they are.
    pub age: Option<Duration>,
    /// How far its clock is ahead of the server's, seconds, where they differ.
    pub skew: Option<f64>,
    /// Since when it is scraped, where that is less than an hour.
    pub joined: Option<Duration>,
    /// Its herdtop.
    pub version: String,
    /// How bad it is by its own verdict.
    pub severity: Severity,
    /// What it looks like to it, and why; by their names where this version has none.
    pub kind: Option<Kind>,
    /// See `kind`.
    pub cause: Option<Cause>,
    /// `herd: no jitter on :8080`, for a screen.
    pub verdict: String,
    /// Its alerts, the worst first.
    pub alerts: Vec<RuleAlert>,
    /// Rules of alerts that go from host to host, of the last ten minutes.
    pub lately: Vec<String>,
    /// Open connections.
    pub open: Option<f64>,
    /// Connection attempts per second.
    pub attempts: Option<f64>,
    /// Closed per second.
    pub closed: Option<f64>,
    /// Rejected per second, by the log or by probes.
    pub rejected: Option<f64>,
    /// Handshakes in the worst second of the last minute.
    pub peak: Option<f64>,
    /// Closes per second by code, the most first.
    pub codes: Vec<(String, f64)>,
    /// Its tightest limit.
    pub limit: Option<HostLimit>,
}

impl FleetHost {
    /// Whether its figures are of now.
    #[must_use]
    pub fn is_fresh(&self) -> bool {
        self.state == HostState::Fresh
    }

    /// Whether an alert of this rule fires, or has of late.
    pub(super) fn had(&self, rule: &str) -> bool {
        self.lately.iter().any(|own| own == rule) || self.fires(rule)
    }

    pub(super) fn fires(&self, rule: &str) -> bool {
        self.is_fresh() && self.alerts.iter().any(|alert| alert.rule == rule)
    }

    /// Share of its tightest limit.
    #[must_use]
    pub fn share(&self) -> Option<Ratio> {
        let limit = self.limit.as_ref()?;
        let (used, most) = (limit.used?, limit.limit?);
        (most > 0.0).then(|| Ratio(used / most))
    }

    /// Known, and nothing read yet.
    #[must_use]
    pub fn nothing(instance: &str) -> Self {
        Self {
            instance: instance.to_owned(),
            name: clean(instance),
            job: String::new(),
            state: HostState::Gone,
            age: None,
            skew: None,
            joined: None,
            version: String::new(),
            severity: Severity::Unknown,
            kind: None,
            cause: None,
            verdict: String::new(),
            alerts: Vec::new(),
            lately: Vec::new(),
            open: None,
            attempts: None,
            closed: None,
            rejected: None,
            peak: None,
            codes: Vec::new(),
            limit: None,
        }
    }
}

/// Text of a label in one line of a screen.
pub(super) fn clean(label: &str) -> String {
    text::clean(label, NAME)
}

/// A word of ours by its name in documents.
pub(super) fn named<T: for<'de> Deserialize<'de>>(name: &str) -> Option<T> {
    let name: StrDeserializer<'_, serde::de::value::Error> = name.into_deserializer();
    T::deserialize(name).ok()
}

/// A severity by its name; of one that this version does not know a warning, since
/// somebody thought it worth saying.
pub(super) fn severity(name: &str) -> Severity {
    named(name).unwrap_or(Severity::Warning)
}

/// Every host of the last hour, in the order of their names.
pub(super) fn hosts(answers: &Answers<HostFigure>) -> Vec<FleetHost> {
    use HostFigure as F;
    let mut all: BTreeMap<&str, FleetHost> = BTreeMap::new();
    for figure in [F::Build, F::Known, F::Sampled] {
        for series in answers.series(figure) {
            let instance = series.label("instance");
            let host = all.entry(instance).or_insert_with(|| FleetHost::nothing(instance));
            if host.job.is_empty() {
                host.job = clean(series.label("job"));
            }
            if host.version.is_empty() {
                host.version = clean(series.label("version"));
            }
        }
    }
    ages(answers, &mut all);
    figures(answers, &mut all);
    judged(answers, &mut all);
    limits(answers, &mut all);
    let mut hosts: Vec<FleetHost> = all.into_values().collect();
    hosts.iter_mut().filter(|host| !host.is_fresh()).for_each(forget);
    hosts
}

/// How old its figures are, by the server's clock alone: hosts and we may have another.
fn ages(answers: &Answers<HostFigure>, all: &mut BTreeMap<&str, FleetHost>) {
    use HostFigure as F;
    let by = |figure| answers.by(figure, "instance");
    let (scraped, sampled, known) = (by(F::Scraped), by(F::Sampled), by(F::Known));
    let (counts, up) = (by(F::Scrapes), by(F::Up));
    let longest = (answers.scrape * MISSED).max(LEAST);
    for (instance, host) in all {
        let at = scraped.get(instance).copied();
        let skew = at.zip(sampled.get(instance)).map(|(at, sampled)| sampled - at);
        host.skew = skew.filter(|skew| skew.abs() > SAME_CLOCK);
        // Of one that is served no more the stamp of its own clock is all there is.
        let last = at.or_else(|| known.get(instance).copied());
        host.age = last.and_then(|last| Duration::try_from_secs_f64(answers.at - last).ok());
        if at.is_some() && host.age.is_none() {
            host.age = Some(Duration::ZERO);
        }
        host.state = match (at.is_some(), host.age) {
            (true, Some(age)) if age <= longest => HostState::Fresh,
            _ if up.get(instance).is_some_and(|up| *up < 1.0) => HostState::Unreached,
            _ => HostState::Gone,
        };
        let seen = counts.get(instance).map(|count| answers.scrape.as_secs_f64() * count);
        // An hour of scrapes, but for one in ten that was missed.
        host.joined = seen
            .filter(|seen| *seen < KNOWN.as_secs_f64() * 0.9)
            .and_then(|seen| Duration::try_from_secs_f64(seen).ok());
    }
}

fn figures(answers: &Answers<HostFigure>, all: &mut BTreeMap<&str, FleetHost>) {
    use HostFigure as F;
    let mut put = |figure, to: fn(&mut FleetHost) -> &mut Option<f64>| {
        for (instance, value) in answers.by(figure, "instance") {
            if let Some(host) = all.get_mut(instance) {
                *to(host) = Some(value.max(0.0));
            }
        }
    };
    put(F::Open, |host| &mut host.open);
    put(F::Attempts, |host| &mut host.attempts);
    put(F::Closed, |host| &mut host.closed);
    put(F::Rejected, |host| &mut host.rejected);
    put(F::Peak, |host| &mut host.peak);
    for series in answers.series(F::Codes) {
        let host = all.get_mut(series.label("instance"));
        if let Some((host, (_, rate))) = host.zip(series.last()) {
            host.codes.push((clean(series.label("code")), rate));
        }
    }
    for host in all.values_mut() {
        host.codes.sort_by(|a, b| b.1.total_cmp(&a.1).then_with(|| a.0.cmp(&b.0)));
    }
}

fn judged(answers: &Answers<HostFigure>, all: &mut BTreeMap<&str, FleetHost>) {
    use HostFigure as F;
    for series in answers.series(F::Verdict) {
        let Some(host) = all.get_mut(series.label("instance")) else { continue };
        let bad = severity(series.label("severity"));
        // Two copies of one host, of which one is older: the worse is told.
        if !host.verdict.is_empty() && bad <= host.severity {
            continue;
        }
        host.severity = bad;
        (host.kind, host.cause) = (named(series.label("kind")), named(series.label("cause")));
        host.verdict = words(series.label("kind"), series.label("cause"), series.label("service"));
    }
    for series in answers.series(F::Alerts) {
        let Some(host) = all.get_mut(series.label("instance")) else { continue };
        host.alerts.push(RuleAlert {
            rule: clean(series.label("rule")),
            service: clean(series.label("service")),
            severity: severity(series.label("severity")),
        });
    }
    for series in answers.series(F::Lately) {
        if let Some(host) = all.get_mut(series.label("instance")) {
            host.lately.push(clean(series.label("rule")));
        }
    }
    for host in all.values_mut() {
        host.alerts.sort_by(|a, b| b.severity.cmp(&a.severity).then_with(|| a.cmp(b)));
        host.alerts.dedup_by(|a, b| (&a.rule, &a.service) == (&b.rule, &b.service));
    }
}

/// `herd (no jitter) on :8080`.
fn words(kind: &str, cause: &str, service: &str) -> String {
    let plain = |word: &str| clean(&word.replace('_', " "));
    let (kind, cause) = (plain(kind), plain(cause));
    let why = if ["", "none", "unknown"].contains(&cause.as_str()) {
        String::new()
    } else {
        format!(" ({cause})")
    };
    let on = if service.is_empty() { String::new() } else { format!(" on {}", place(service)) };
    format!("{kind}{why}{on}")
}

/// `:8080`; a service that is more than a port by its name.
pub(super) fn place(service: &str) -> String {
    let name = clean(service);
    if name.parse::<u16>().is_ok() { format!(":{name}") } else { name }
}

fn limits(answers: &Answers<HostFigure>, all: &mut BTreeMap<&str, FleetHost>) {
    use HostFigure as F;
    for series in answers.series(F::Room) {
        let host = all.get_mut(series.label("instance"));
        let Some((host, (_, room))) = host.zip(series.last()) else { continue };
        let key = series.label("limit");
        let kind = LimitKind::of_key(key);
        host.limit = Some(HostLimit {
            name: kind.map_or_else(|| clean(key), |kind| kind.name().to_owned()),
            kind,
            service: series.label("service").to_owned(),
            used: None,
            limit: None,
            room: room.max(0.0),
        });
    }
    for (figure, is_used) in [(F::Used, true), (F::Limit, false)] {
        for series in answers.series(figure) {
            let host = all.get_mut(series.label("instance")).and_then(|host| host.limit.as_mut());
            let Some((limit, (_, value))) = host.zip(series.last()) else { continue };
            let key = series.label("limit");
            let same =
                limit.kind.map_or_else(|| limit.name == clean(key), |kind| kind.key() == key);
            if same && limit.service == series.label("service") {
                *(if is_used { &mut limit.used } else { &mut limit.limit }) = Some(value.max(0.0));
            }
        }
    }
}

/// Figures that are of now no more are no figures of now.
fn forget(host: &mut FleetHost) {
    *host = FleetHost {
        instance: std::mem::take(&mut host.instance),
        name: std::mem::take(&mut host.name),
        job: std::mem::take(&mut host.job),
        version: std::mem::take(&mut host.version),
        lately: std::mem::take(&mut host.lately),
        state: host.state,
        age: host.age,
        skew: host.skew,
        severity: if host.state == HostState::Unreached {
            Severity::Warning
        } else {
            Severity::Unknown
        },
        ..FleetHost::nothing("")
    };
}
