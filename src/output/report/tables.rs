//! The tables: alerts, herds, listeners, limits, close codes, probes.

use std::time::Duration;

use super::charts::rhythm;
use super::page::Page;
use super::{Block, Section, Table};
use crate::close::registry;
use crate::detect::{AlertState, Measure, ending_remedy, ending_words};
use crate::fmt;
use crate::model::{EndingSnapshot, Limit, LimitUnit, TargetSnapshot};
use crate::units::{Bytes, PerSecond, Ratio, whole};

/// Rows of the table of listeners.
const LISTENERS: usize = 20;
/// Outcomes of a target that are named, the most frequent first.
const OUTCOMES: usize = 6;

/// A section that is one table, or says why there is none.
fn section(title: &'static str, head: &[&str], rows: Vec<Vec<String>>, none: &str) -> Section {
    let block = if rows.is_empty() {
        Block::Text(none.to_owned())
    } else {
        Block::Table(Table { head: head.iter().map(|&h| h.to_owned()).collect(), rows })
    };
    Section { title, blocks: vec![block] }
}

/// A value, or the sign of none.
fn or_none(value: Option<String>) -> String {
    value.unwrap_or_else(|| "-".to_owned())
}

fn count(value: Option<u64>) -> String {
    or_none(value.map(fmt::exact))
}

pub(super) fn alerts(page: &Page<'_>) -> Section {
    let alerts = page.session.alerts();
    let inside = alerts.filter(|alert| page.holds(alert.since, alert.until));
    let mut rows: Vec<_> = inside
        .map(|alert| {
            let end = alert.until.unwrap_or(page.to);
            let lasted = fmt::span(page.gather.wall.lasted(alert.since, end));
            let over = alert.state == AlertState::Resolved;
            vec![
                alert.id.to_string(),
                page.utc(alert.since),
                if over { lasted } else { format!("{lasted}, still firing") },
                alert.severity.word().to_owned(),
                alert.rule.to_string(),
                alert.scope.to_string(),
                or_none(Measure::of(alert.rule).write(alert.peak)),
                alert.sentence.clone(),
            ]
        })
        .collect();
    rows.reverse();
    let head = ["#", "since, UTC", "lasted", "severity", "rule", "about", "peak", "last words"];
    section("Alerts", &head, rows, "No alert was raised.")
}

pub(super) fn herds(page: &Page<'_>) -> Section {
    let herds = page.session.judge.herds().iter();
    let rows = herds
        .filter(|herd| page.holds(herd.onset, herd.end))
        .map(|herd| {
            let span = |end| fmt::span(page.gather.wall.lasted(herd.onset, end));
            vec![
                page.utc(herd.onset),
                herd.end.map_or_else(|| "not over".to_owned(), span),
                fmt::exact(herd.total),
                format!("{}/s", fmt::exact(herd.peak)),
                format!("{}/s", fmt::rate(PerSecond(herd.baseline))),
                fmt::factor(herd.factor()),
                fmt::span(herd.spread()),
                fmt::span(herd.half_life()),
                rhythm(herd),
            ]
        })
        .collect();
    let head = [
        "onset, UTC",
        "lasted",
        "connections",
        "peak",
        "baseline",
        "× baseline",
        "80 % within",
        "half-life",
        "rhythm",
    ];
    section("Herds", &head, rows, "No herd: connections arrived at their baseline rate.")
}

pub(super) fn listeners(page: &Page<'_>) -> Section {
    let history = page.session.model.history();
    let rows = page.snapshot.listeners.iter().take(LISTENERS).map(|l| {
        let own = history.listener(l.address);
        let sum = |track| page.sum(track).map(whole);
        let most = own.and_then(|own| page.peak(&own.opened)).map(|(most, _)| PerSecond(most));
        vec![
            l.address.to_string(),
            or_none(l.process.clone()),
            count(l.open),
            count(own.and_then(|own| page.peak(&own.open)).map(|(most, _)| whole(most))),
            count(own.and_then(|own| sum(&own.opened))),
            or_none(most.map(|most| format!("{}/s", fmt::rate(most)))),
            count(own.and_then(|own| sum(&own.closed))),
            format!("{} of {}", count(l.accept_queue), count(l.backlog)),
            l.drops_total.map_or_else(|| "-".to_owned(), fmt::exact),
        ]
    });
    let head = [
        "listener",
        "process",
        "open",
        "most open",
        "opened",
        "most opened",
        "closed",
        "accept queue",
        "dropped",
    ];
    section("Listeners", &head, rows.collect(), "No listener was watched.")
}

pub(super) fn limits(page: &Page<'_>) -> Section {
    let limits = page.listener().map_or(&[][..], |l| &l.limits);
    let rows = limits.iter().map(|limit| {
        let most = page.peak_of(&page.tracks(limit));
        let from = limit.source.as_ref().map_or(String::new(), |at| format!(", from {at}"));
        vec![
            format!("{}{}", limit.kind.name(), if limit.binding { " (binds first)" } else { "" }),
            format!("{}{from}", limit.scope),
            amount(limit),
            fmt::percent(limit.ratio()),
            or_none(most.map(|(most, at)| {
                format!("{} at {} UTC", fmt::percent(Ratio(most)), page.utc(at))
            })),
            count(limit.headroom),
        ]
    });
    let head = ["limit", "of", "used", "share", "most", "room for connections"];
    section("Limits", &head, rows.collect(), "No limit was known: --capacity N names one.")
}

fn amount(limit: &Limit) -> String {
    match limit.kind.unit() {
        LimitUnit::Bytes => fmt::bytes_of(Bytes(limit.used), Bytes(limit.limit)),
        LimitUnit::Count => format!("{} of {}", fmt::exact(limit.used), fmt::exact(limit.limit)),
    }
}

pub(super) fn codes(page: &Page<'_>) -> Section {
    let history = page.session.model.history();
    let rows = page.snapshot.codes.wire.iter().map(|code| {
        let inside = history.code(code.code, code.source).and_then(|track| page.sum(track));
        vec![
            code.code.to_string(),
            registry::name(code.code, page.subject.names),
            code.source.word().to_owned(),
            count(inside.map(whole)),
            fmt::exact(code.total),
            or_none(registry::entry(code.code).map(|entry| entry.reads_as.to_owned())),
        ]
    });
    let head = ["code", "name", "source", "in this time", "since herdtop started", "reads as"];
    section("Close codes", &head, rows.collect(), "No close code was seen.")
}

pub(super) fn endings(page: &Page<'_>) -> Section {
    let service = page.listener();
    let rows = service.map_or(&[][..], |service| &service.shapes).iter().map(|ending| {
        let source = match (&ending.label, ending.source) {
            (Some(_), Some(source)) => source.word(),
            (Some(_), None) => "kernel",
            (None, _) => "-",
        };
        vec![
            or_none(ending.label.clone()),
            source.to_owned(),
            shape(ending),
            count(Some(ending.last_minute)),
            or_none(ending.share.map(fmt::percent)),
            fmt::exact(ending.total),
        ]
    });
    let head = ["label", "source", "shape", "in the last minute", "share", "since herdtop started"];
    section("Endings", &head, rows.collect(), "No close was told.")
}

/// What it is, and what helps.
fn shape(ending: &EndingSnapshot) -> String {
    let remedy = ending_remedy(ending).map_or_else(String::new, |remedy| format!("; {remedy}"));
    ending_words(ending) + &remedy
}

pub(super) fn probes(page: &Page<'_>) -> Section {
    let ms = |took: Option<Duration>| or_none(took.map(fmt::elapsed));
    let rows = page.snapshot.targets.iter().map(|target| {
        vec![
            target.url.clone(),
            format!("{} of {}", fmt::exact(target.accepted), fmt::exact(target.attempts)),
            ms(target.handshake_p50),
            ms(target.handshake_p99),
            ms(target.lag),
            fmt::exact(target.lost),
            outcomes(target),
        ]
    });
    let head = ["target", "accepted", "handshake p50", "p99", "lag", "held ones lost", "outcomes"];
    section("Probes", &head, rows.collect(), "Nothing was probed: a URL on the command line is.")
}

fn outcomes(target: &TargetSnapshot) -> String {
    let mut all: Vec<_> = target.outcomes.iter().collect();
    all.sort_by_key(|(name, times)| (std::cmp::Reverse(**times), name.as_str()));
    let one = |(name, times): &(&String, &u64)| format!("{name} ×{}", fmt::exact(**times));
    let words: Vec<String> = all.iter().take(OUTCOMES).map(one).collect();
    if words.is_empty() { "-".to_owned() } else { words.join(", ") }
}
