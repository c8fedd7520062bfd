//! Connections arrive far above the usual rate.

use std::time::Duration;

use super::turned_away::is_accepted;
use super::{Check, Doc, Facts, Finding, Measure, Rule, RuleId, Subject, Tuning, lag};
use crate::detect::arrivals::Arrivals;
use crate::detect::clients::who_comes;
use crate::detect::finding::{Brief, Level};
use crate::detect::record::HerdRecord;
use crate::detect::steps;
use crate::detect::verdict::{Cause, Kind, Severity};
use crate::fmt;
use crate::model::{ListenerSnapshot, Origin, ServiceSnapshot, TargetSnapshot};
use crate::sample::TICK;
use crate::units::{PerSecond, Ratio, float};

/// A limit that is full sooner than this is one that clients will meet.
const FULL_SOON: Duration = Duration::from_mins(5);
/// One that has fallen quiet.
const SUBSIDES: &str = "herd subsides";
/// Who lost a server tries again within this.
const FOLLOWS_WITHIN: Duration = Duration::from_mins(1);

/// `herd`: the detector of the whole host, and one for each listener that is not
/// already what the host's herd is about.
pub(super) static RULE: Rule = Rule {
    id: RuleId::Herd,
    doc: Doc {
        fires: "attempts (handshakes, refused, dropped) of a second over --herd-factor 3 times the baseline, at least 20 and 6 deviations above it",
        says: "HERD on :8080 gateway  4 812 attempts/s, 38× baseline, for 3m08s; 71 204 attempts, peak 5 429/s",
        step: "watch connects per second: do they come within the same second? Limit their rate at the load balancer",
        measure: Measure::PerSecond,
    },
    params: &[],
    checks: &[Check::Host(on_host), Check::Service(at_service)],
    holds,
    meaning,
    steps: steps::herd::herd,
    needs_closes: true,
};

/// The detector itself waits: it is wrong less than once in three years. Of a
/// listener one second spread over ten ticks begins anew with each derivation.
const fn holds(subject: Subject<'_>, _: Severity, _: &Tuning) -> Duration {
    match subject {
        Subject::Service(_) => Duration::from_secs(1),
        _ => Duration::ZERO,
    }
}

fn meaning(facts: &Facts<'_>, _: Subject<'_>) -> (Kind, Cause) {
    let signals = facts.signals;
    // An outage of which only the end was seen is one.
    let was_out = signals.evidence.was_out(facts.snapshot.at.mono, FOLLOWS_WITHIN);
    let cause = match (signals.arrivals.train(), signals.outage()) {
        (Some(_), _) => Cause::NoJitter,
        (None, Some(_)) => Cause::AfterOutage,
        (None, None) if was_out => Cause::AfterOutage,
        (None, None) => Cause::Unknown,
    };
    (Kind::Herd, cause)
}

fn on_host(facts: &Facts<'_>) -> Finding {
    let signals = facts.signals;
    let herd = signals.arrivals.herd();
    match (herd.running(), signals.arrivals.running()) {
        (None, _) if herd.baseline().is_none() => Finding::NotEnoughData,
        // Neither raised nor cleared: it is somebody else's.
        (Some(_), record) if !is_told(facts) || record.is_some_and(HerdRecord::is_foreign) => {
            Finding::Between
        }
        (Some(_), Some(record)) => firing(&signals.arrivals, record, facts, severity(facts, None)),
        _ => Finding::Clear,
    }
}

/// Whether the herd on this host concerns what is watched.
const fn is_told(facts: &Facts<'_>) -> bool {
    facts.thresholds.whole_host || facts.signals.is_ours()
}

/// A second herd beside the one on the host.
fn at_service(facts: &Facts<'_>, service: &ServiceSnapshot) -> Finding {
    let listener = &service.whole;
    let Some(port) = facts.signals.port(listener.address) else {
        return Finding::NotEnoughData;
    };
    let Some((total, peak, ticks)) = port.herd.running() else { return Finding::Clear };
    // The host's herd, or the beginning of one that has no place yet.
    let host = facts.signals.arrivals.herd().running().is_some();
    match facts.signals.primary() {
        // One herd is told of once.
        Some(primary) if host && primary == listener.address && is_told(facts) => {
            return Finding::Clear;
        }
        Some(primary) if primary != listener.address => {}
        None if several(facts) => {}
        // A busy neighbour hides nothing: the host's detector could not see it. One that
        // runs has seen it: the same clients were told of twice, once with 0×.
        _ if !host
            && facts.signals.arrivals.herd().threshold().is_some_and(|host| host > float(peak)) => {
        }
        _ if host && !is_told(facts) => {}
        _ => return Finding::Clear,
    }
    let value = Level { now: float(port.herd.sum()), peak: float(peak) };
    // Over, as far as is seen; the detector waits to be sure.
    if port.quiet().is_some() || port.herd.sum() == 0 {
        return Finding::Between;
    }
    let severity = severity(facts, Some(service));
    Finding::Firing {
        severity,
        sentence: sentence(
            &format!("on {}", listener.label()),
            Size { rate: float(port.herd.sum()), factor: port.herd.burst_factor(), total, peak },
            ticks,
        ) + &who_comes(listener),
        // Whoever prints it says where.
        brief: brief(port.herd.burst_factor(), port.herd.factor_of(peak)),
        value,
    }
}

/// Whether herds run at more than one listener, so that the host's has no place.
fn several(facts: &Facts<'_>) -> bool {
    let running = |address| facts.signals.port(address).is_some_and(|p| p.herd.running().is_some());
    facts.snapshot.services.iter().filter(|s| running(s.whole.address)).count() > 1
}

/// How much a herd harms: one that is let in, where there is room, is only many.
fn severity(facts: &Facts<'_>, own: Option<&ServiceSnapshot>) -> Severity {
    let Facts { snapshot, signals, thresholds, .. } = *facts;
    let is_own = |l: &&ListenerSnapshot| own.is_none_or(|own| own.addresses.contains(&l.address));
    let harmed = |l: &ListenerSnapshot| {
        let used = l.binding().map_or(0.0, |limit| limit.ratio().0);
        let soon = l.forecast.is_some_and(|f| f.full_in < FULL_SOON);
        used >= thresholds.crit.0
            || (soon && used >= thresholds.warn.0 / 2.0)
            || l.drops.is_some_and(|drops| drops.0 > 0.0)
            || l.has_full_queue()
            || signals.evidence.turns_away(snapshot.service_of(l.address), snapshot.at.mono)
    };
    let rejected = |target: &TargetSnapshot| {
        let mut last = target.strip.iter().rev().take(2).peekable();
        last.peek().is_some() && last.all(|attempt| !is_accepted(attempt))
    };
    let late = lag::critical(thresholds);
    let harm = (own.is_none() && signals.arrivals.refuses())
        || snapshot.targets.iter().filter_map(|t| t.lag).any(|lag| lag >= late)
        || snapshot.listeners.iter().filter(is_own).any(harmed)
        || snapshot.targets.iter().any(rejected);
    if harm { Severity::Critical } else { Severity::Warning }
}

fn firing(
    arrivals: &Arrivals,
    record: &HerdRecord,
    facts: &Facts<'_>,
    severity: Severity,
) -> Finding {
    let herd = arrivals.herd();
    let Some((.., ticks)) = herd.running() else { return Finding::Clear };
    let (place, back) = (place(facts), back(facts) + &origin(facts, record));
    let (rate, factor) = (arrivals.rate_now(), arrivals.multiple());
    let brief = brief(factor, Some(record.factor()));
    let (severity, sentence, brief) = if let Some(quiet) = arrivals.quiet() {
        let summary = summary(quiet, record, &place);
        (Severity::Warning, summary, Brief { text: SUBSIDES.to_owned(), ..brief })
    } else {
        let size = Size { rate, factor, total: record.total, peak: record.peak };
        (severity, sentence(&place, size, ticks), brief)
    };
    let value = Level { now: rate, peak: float(record.peak) };
    Finding::Firing { severity, sentence: sentence + &back, brief, value }
}

/// How large a herd is.
#[derive(Clone, Copy)]
struct Size {
    /// In the last second, and how many times the usual that is.
    rate: f64,
    factor: Option<f64>,
    total: u64,
    peak: u64,
}

/// `HERD ×20`: the second under way; afterwards the highest of them.
fn brief(now: Option<f64>, highest: Option<f64>) -> Brief {
    let words = |factor: Option<f64>| format!("HERD {}", fmt::factor(factor.unwrap_or(1.0)));
    Brief::from(words(now)).afterwards(words(highest))
}

fn sentence(place: &str, size: Size, ticks: u64) -> String {
    let Size { rate, factor, total, peak } = size;
    format!(
        "HERD {place}  {} attempts/s, {} baseline, for {}; {} attempts, peak {}/s",
        fmt::rate(PerSecond(rate)),
        fmt::factor(factor.unwrap_or(1.0)),
        span(ticks),
        fmt::count(total),
        fmt::count(peak),
    )
}

/// It has fallen quiet: what it was.
fn summary(quiet: u64, record: &HerdRecord, place: &str) -> String {
    format!(
        "herd {place} subsides, quiet for {}: {} attempts, 90 % within {}, peak {}/s, {} \
         baseline, half-life {}",
        span(quiet),
        fmt::count(record.total),
        fmt::span(record.spread()),
        fmt::count(record.peak),
        fmt::factor(record.factor()),
        fmt::span(record.half_life()),
    )
}

fn span(ticks: u64) -> String {
    fmt::span(TICK * u32::try_from(ticks).unwrap_or(u32::MAX))
}

/// Where they arrive: at a listener that has nearly all of them, else here; or
/// wherever the application runs that wrote the log.
pub(super) fn place(facts: &Facts<'_>) -> String {
    let Facts { signals, snapshot, .. } = facts;
    match snapshot.focused(signals.primary()) {
        Some(listener) => format!("on {}", listener.label()),
        None if snapshot.log.is_some() && !snapshot.watches_sockets => "in the log".to_owned(),
        None => "on this host".to_owned(),
    }
}

/// Where its clients come from: as far as a log names addresses, which sees them behind a
/// proxy, else as far as the kernel does.
fn origin(facts: &Facts<'_>, record: &HerdRecord) -> String {
    let came = facts.snapshot.log.as_ref().and_then(|log| log.recent.since(record.onset));
    let Some(Origin { attempts, most: (network, most) }) = came else {
        let at = facts.snapshot.focused(facts.signals.primary());
        return at.map_or_else(String::new, who_comes);
    };
    let share = Ratio(float(most) / float(attempts.max(1)));
    if share.0 < 0.1 {
        return format!("; from many networks, at most {} from one", fmt::percent(share));
    }
    format!("; {} from {network}", fmt::percent(share))
}

/// How many of those before a mass drop are back.
fn back(facts: &Facts<'_>) -> String {
    match facts.signals.outage() {
        Some(outage) if outage.recovered.is_none() && outage.before > 0 => {
            let share = Ratio(float(outage.open) / float(outage.before));
            format!("; {} of {} back", fmt::percent(share), fmt::count(outage.before))
        }
        _ => String::new(),
    }
}
