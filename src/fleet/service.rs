//! One host, or all hosts as one, as the moment that the screens of a host show.
//!
//! What a host does not serve (TCP states, client networks, workers, ages) is missing, with
//! the reason: it is on the host itself.

use std::collections::{BTreeMap, BTreeSet};
use std::net::{Ipv4Addr, SocketAddr};
use std::sync::Arc;
use std::time::Duration;

use chrono::{DateTime, Utc};

use super::host::{FleetHost, HostState, RuleAlert, clean, place, severity};
use super::judge::{FleetSnapshot, moment as wall};
use super::question::{ServiceFigure, TrendFigure};
use super::reading::Answers;
use crate::close::CloseCode;
use crate::detect::{
    Alert, AlertState, Cause, Judgement, Kind, Moment, RuleId, Scope, Severity, Verdict,
};
use crate::fmt;
use crate::model::{
    CodeSnapshot, CodeSource, Limit, LimitKind, ListenerSnapshot, Netns, Presence, ServiceId,
    ServiceSnapshot, Snapshot,
};
use crate::sample::{MetricSeries, Stamp};
use crate::units::{PerSecond, whole};

/// What is looked at.
#[derive(Debug, Clone, Copy)]
pub enum ServiceScope<'f> {
    /// One host.
    Host(&'f FleetHost),
    /// All together.
    All(&'f FleetSnapshot),
}

/// What stands where a host serves nothing.
const NOT_SERVED: &str = "states, clients, workers and ages are not served to Prometheus: \
                          herdtop on the host has them";

/// A moment as the screens show it; `trend` has the alerts of the time before.
#[must_use]
pub fn moment(
    answers: &Answers<ServiceFigure>,
    trend: &Answers<TrendFigure>,
    scope: ServiceScope<'_>,
) -> Moment {
    let at = Stamp {
        mono: Duration::try_from_secs_f64(answers.at).unwrap_or_default(),
        wall: wall(answers.at),
    };
    let services = services(answers, scope);
    let listeners = services.iter().map(|service| service.whole.clone()).collect();
    let mut snapshot = Snapshot::nothing(at);
    snapshot.ready = true;
    snapshot.counted_for = Some(Duration::from_hours(1));
    snapshot.listeners = listeners;
    snapshot.services = services;
    snapshot.codes.wire = codes(answers);
    let sources: BTreeSet<_> = snapshot.codes.wire.iter().map(|code| code.source).collect();
    snapshot.codes.sources = sources.into_iter().collect();
    let lost = answers.series(ServiceFigure::Lost).filter_map(MetricSeries::last);
    snapshot.sampling.events_lost = lost.map(|(_, lost)| whole(lost)).sum();
    snapshot.sampling.denied.clone_from(&answers.notes);
    snapshot.sampling.denied.push(NOT_SERVED.to_owned());
    let alerts = alerts(trend, scope, &snapshot);
    let verdict = verdict(scope, at.wall, &alerts, &snapshot);
    let judgement = Judgement { alerts, ..Judgement::of(verdict) };
    Moment { snapshot, judgement, missing: false }
}

/// Where each service is, by its label: a port, an address and a port, or a port with a name.
/// Several of one port have addresses of their own, in the order of their labels.
pub(super) fn addresses<'s>(
    services: impl Iterator<Item = &'s str>,
) -> BTreeMap<&'s str, SocketAddr> {
    let mut found: BTreeMap<&str, SocketAddr> = BTreeMap::new();
    let mut taken = BTreeSet::new();
    let labels: BTreeSet<&str> = services.collect();
    for label in labels {
        let of_port = |port| SocketAddr::from((Ipv4Addr::UNSPECIFIED, port));
        let mut at = label.parse().unwrap_or_else(|_| of_port(port_of(label)));
        let mut next = 0_u8;
        while !taken.insert(at) && next < u8::MAX {
            next += 1;
            at = SocketAddr::from(([0, 0, 0, next], at.port()));
        }
        found.insert(label, at);
    }
    found
}

/// The first number of a label that is a port; 0 of what has none, as the sum of others.
fn port_of(label: &str) -> u16 {
    let mut numbers = label.split(|c: char| !c.is_ascii_digit());
    numbers.find_map(|number| number.parse().ok()).unwrap_or(0)
}

fn services(answers: &Answers<ServiceFigure>, scope: ServiceScope<'_>) -> Vec<ServiceSnapshot> {
    use ServiceFigure as F;
    let by = |figure| answers.by(figure, "service");
    let (open, opened, closed, peak) = (by(F::Open), by(F::Opened), by(F::Closed), by(F::Peak));
    let totals = (by(F::OpenedTotal), by(F::ClosedTotal), by(F::AttemptsTotal));
    let (queue, backlog) = (by(F::Queue), by(F::Backlog));
    let labels = open.keys().chain(opened.keys()).chain(queue.keys()).copied();
    let at = addresses(labels);
    let rate =
        |all: &BTreeMap<&str, f64>, of: &str| all.get(of).map(|rate| PerSecond(rate.max(0.0)));
    let count = |all: &BTreeMap<&str, f64>, of: &str| all.get(of).map(|count| whole(*count));
    // The sum of those that a host does not tell one by one has no port.
    let mut services: Vec<_> = at
        .iter()
        .filter(|(_, address)| address.port() > 0)
        .map(|(label, address)| {
            let opened_total = count(&totals.0, label);
            let attempts = count(&totals.2, label);
            let whole = ListenerSnapshot {
                presence: Presence::Listening,
                process: process(label),
                open: count(&open, label),
                flow_known: opened_total.is_some(),
                opened: rate(&opened, label),
                closed: rate(&closed, label),
                opened_total: opened_total.unwrap_or(0),
                closed_total: count(&totals.1, label).unwrap_or(0),
                drops_total: attempts.zip(opened_total).map(|(a, o)| a.saturating_sub(o)),
                peak_opened: rate(&peak, label),
                accept_queue: count(&queue, label),
                backlog: count(&backlog, label),
                fullest_queue: queue
                    .get(label)
                    .zip(backlog.get(label))
                    .map(|(q, b)| q / b.max(1.0)),
                limits: limits(answers, label, scope),
                ..ListenerSnapshot::nothing(*address)
            };
            let id = ServiceId::new(Netns::default(), *address);
            ServiceSnapshot { id, addresses: vec![*address], whole }
        })
        .collect();
    services.sort_by_key(|service| service.whole.busy());
    services
}

/// What of the label is no port: a container's name.
fn process(label: &str) -> Option<String> {
    let is_place = label.parse::<u16>().is_ok() || label.parse::<SocketAddr>().is_ok();
    (!is_place).then(|| clean(label))
}

/// The limits of a service, the tightest first.
fn limits(answers: &Answers<ServiceFigure>, service: &str, scope: ServiceScope<'_>) -> Vec<Limit> {
    use ServiceFigure as F;
    let ServiceScope::Host(host) = scope else { return of_tightest(scope, service) };
    let of = |figure, limit: &str| {
        let mut all = answers.series(figure);
        let own = all.find(|s| s.label("service") == service && s.label("limit") == limit);
        own.and_then(MetricSeries::last).map(|(_, value)| whole(value))
    };
    let own = answers.series(F::Limit).filter(|series| series.label("service") == service);
    let mut limits: Vec<Limit> = own
        .filter_map(|series| {
            let key = series.label("limit");
            let (kind, scope) = (LimitKind::of_key(key)?, host.name.clone());
            let limit = whole(series.last()?.1);
            let (used, headroom) = (of(F::Used, key)?, of(F::Room, key));
            Some(Limit { kind, scope, used, limit, headroom, binding: false })
        })
        .collect();
    limits.sort_by_key(|limit| limit.headroom.unwrap_or(u64::MAX));
    if let Some(first) = limits.first_mut().filter(|first| first.headroom.is_some()) {
        first.binding = true;
    }
    limits
}

/// Of all hosts the one limit that is tightest of all.
fn of_tightest(scope: ServiceScope<'_>, service: &str) -> Vec<Limit> {
    let ServiceScope::All(fleet) = scope else { return Vec::new() };
    let tightest = || {
        let host = fleet.tightest()?;
        let limit = host.limit.as_ref().filter(|limit| limit.service == service)?;
        Some(Limit {
            kind: limit.kind?,
            scope: host.name.clone(),
            used: whole(limit.used?),
            limit: whole(limit.limit?),
            headroom: Some(whole(limit.room)),
            binding: true,
        })
    };
    tightest().into_iter().collect()
}

fn codes(answers: &Answers<ServiceFigure>) -> Vec<CodeSnapshot> {
    use ServiceFigure as F;
    let key = |series: &MetricSeries| {
        let code = series.label("code").parse().ok().map(CloseCode)?;
        let sources = [CodeSource::Probe, CodeSource::Log, CodeSource::Shape];
        let source = sources.into_iter().find(|one| one.word() == series.label("source"))?;
        Some((code, source))
    };
    let by = |figure| -> BTreeMap<_, f64> {
        answers.series(figure).filter_map(|s| Some((key(s)?, s.last()?.1))).collect()
    };
    let (rates, minute, five) = (by(F::Codes), by(F::CodesMinute), by(F::CodesFive));
    let of = |all: &BTreeMap<_, f64>, key| all.get(key).copied().unwrap_or(0.0);
    let mut codes: Vec<CodeSnapshot> = by(F::CodesTotal)
        .iter()
        .map(|(key, total)| CodeSnapshot {
            code: key.0,
            source: key.1,
            per_second: PerSecond(of(&rates, key)),
            before: PerSecond(of(&minute, key) / 60.0),
            last_minute: whole(of(&minute, key)),
            five_minutes: whole(of(&five, key)),
            total: whole(*total),
            spark: Vec::new(),
        })
        .collect();
    codes.sort_by_key(|code| (std::cmp::Reverse(code.five_minutes), code.code, code.source));
    codes
}

/// Alerts of the range and of now, the newest first.
fn alerts(
    trend: &Answers<TrendFigure>,
    scope: ServiceScope<'_>,
    snapshot: &Snapshot,
) -> Vec<Arc<Alert>> {
    let at = snapshot.at.wall;
    let now: Vec<&RuleAlert> = match scope {
        ServiceScope::Host(host) => host.alerts.iter().collect(),
        ServiceScope::All(fleet) => fleet.hosts.iter().flat_map(|host| &host.alerts).collect(),
    };
    let mut all = Vec::new();
    for series in trend.series(TrendFigure::Alerts) {
        let Some(rule) = RuleId::named(series.label("rule")) else { continue };
        let fires = now.iter().any(|alert| alert.rule == rule.name());
        let runs = runs(series, trend.scrape);
        let last = runs.len().saturating_sub(1);
        for (n, (from, to)) in runs.into_iter().enumerate() {
            let until = (n < last || !fires).then(|| wall(to)).filter(|to| *to < at);
            all.push((rule, severity(series.label("severity")), wall(from), until));
        }
    }
    for alert in &now {
        let Some(rule) = RuleId::named(&alert.rule) else { continue };
        if !all.iter().any(|(known, _, _, until)| *known == rule && until.is_none()) {
            all.push((rule, alert.severity, at, None));
        }
    }
    // What came after the moment that is looked at is not known then.
    all.retain(|(_, _, since, _)| *since <= at);
    all.sort_by_key(|(rule, _, since, _)| (*since, *rule));
    // One rule that eased from critical to warning is one alert that fires.
    let numbered = (1..).zip(all);
    let mut alerts: Vec<Arc<Alert>> = numbered
        .map(|(id, (rule, severity, since, until))| {
            let about = now.iter().find(|alert| alert.rule == rule.name());
            Arc::new(alert(id, rule, severity, (since, until), about.copied(), snapshot))
        })
        .collect();
    alerts.reverse();
    alerts
}

/// When it fired, from and to: what is missing for longer than a few scrapes was over.
fn runs(series: &MetricSeries, scrape: Duration) -> Vec<(f64, f64)> {
    let gaps = series.points.windows(2).map(|pair| pair[1].0 - pair[0].0);
    let step = gaps.fold(f64::INFINITY, f64::min);
    let most = (scrape.as_secs_f64() * 4.0).max(if step.is_finite() { step * 1.5 } else { 0.0 });
    let mut runs: Vec<(f64, f64)> = Vec::new();
    for (at, _) in &series.points {
        match runs.last_mut().filter(|(_, to)| at - *to <= most) {
            Some((_, to)) => *to = *at,
            None => runs.push((*at, *at)),
        }
    }
    runs
}

fn alert(
    id: u64,
    rule: RuleId,
    severity: Severity,
    (since, until): (DateTime<Utc>, Option<DateTime<Utc>>),
    about: Option<&RuleAlert>,
    snapshot: &Snapshot,
) -> Alert {
    let service = about.map_or("", |alert| alert.service.as_str());
    let known = addresses(std::iter::once(service).filter(|label| !label.is_empty()));
    let known = known.get(service).and_then(|at| snapshot.service_at(*at));
    let on = if service.is_empty() { String::new() } else { format!(" on {}", place(service)) };
    let words = format!("{}{on}", rule.name().replace('_', " "));
    Alert {
        id,
        rule,
        scope: known.map_or(Scope::Host, |service| Scope::Service(service.id)),
        meaning: (Kind::Unknown, Cause::Unknown),
        now: severity,
        severity,
        state: if until.is_none() { AlertState::Firing } else { AlertState::Resolved },
        current: until.is_none(),
        sentence: format!("alert {words}: its sentence is on the host"),
        brief: words.clone(),
        said: words.clone(),
        raised: words,
        since,
        until,
        value: 0.0,
        peak: 0.0,
        errors: Vec::new(),
    }
}

/// The verdict of the host itself, with what is served of its evidence.
fn verdict(
    scope: ServiceScope<'_>,
    at: DateTime<Utc>,
    alerts: &[Arc<Alert>],
    snapshot: &Snapshot,
) -> Verdict {
    let host = match scope {
        ServiceScope::Host(host) => host,
        ServiceScope::All(fleet) => return fleet.verdict.clone(),
    };
    let old = host.age.map(|age| format!(", its figures are {} old", fmt::span(age)));
    let old = old.unwrap_or_default();
    let (brief, sentence) = match host.state {
        HostState::Unreached => {
            ("stale".to_owned(), format!("STALE  {} is not reached{old}", host.name))
        }
        HostState::Gone => {
            ("stale".to_owned(), format!("STALE  {} is served no more{old}", host.name))
        }
        HostState::Fresh => (host.verdict.clone(), sentence(host)),
    };
    let firing = alerts.iter().filter(|alert| alert.is_firing());
    let since = firing.map(|alert| alert.since).min().unwrap_or(at);
    let is_calm = host.severity <= Severity::Unknown;
    Verdict {
        severity: host.severity,
        kind: host.kind.unwrap_or(Kind::Unknown),
        cause: host.cause.unwrap_or(Cause::Unknown),
        sentence,
        brief,
        confidence: if host.severity == Severity::Unknown { 0.0 } else { 1.0 },
        service: snapshot.services.first().map(|service| service.id).filter(|_| !is_calm),
        ..Verdict::waiting(if is_calm { at } else { since })
    }
}

fn sentence(host: &FleetHost) -> String {
    let what = match host.verdict.split_once(' ') {
        Some((what, rest)) => format!("{} {rest}", what.to_uppercase()),
        None if host.severity > Severity::Unknown => host.verdict.to_uppercase(),
        None => "all well by its own verdict".to_owned(),
    };
    let rate = |rate: f64| fmt::rate(PerSecond(rate));
    let rejected = host.rejected.filter(|rate| *rate > 0.0);
    let rejected = rejected.map(|rejected| format!("; {}/s rejected", rate(rejected)));
    let code = host.codes.iter().find(|(code, _)| !["1000", "1001"].contains(&code.as_str()));
    let code = code.map(|(code, per_s)| format!("; close {code} at {}/s", rate(*per_s)));
    let parts: String = [rejected, code].into_iter().flatten().collect();
    let rules: Vec<String> = host.alerts.iter().map(|a| a.rule.replace('_', " ")).collect();
    let alerts =
        if rules.is_empty() { String::new() } else { format!("; alerts {}", rules.join(", ")) };
    format!("{what}{parts}{alerts}")
}
