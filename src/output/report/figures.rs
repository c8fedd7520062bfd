//! The first and the last word: the summary, what to do, what is not known.

use std::collections::BTreeSet;

use chrono::{DateTime, Utc};

use super::page::Page;
use super::{Block, Section, impact};
use crate::detect::{Alert, RuleId, Severity};
use crate::fmt;
use crate::model::Track;
use crate::output::plain;
use crate::units::{PerSecond, whole};

/// Things to do something about; the worst first.
const ADVICE: usize = 8;

pub(super) fn summary(page: &Page<'_>) -> Section {
    let mut points = impact::points(page);
    points.push(page.range());
    points
        .extend(page.session.verdict().map(|v| format!("At the end: {}", plain::verdict_line(v))));
    points.extend(connections(page));
    points.extend(herds(page));
    points.push(alerts(page));
    points.extend(probes(page));
    Section { title: "Summary", blocks: vec![Block::List(points)] }
}

/// `1 610 opened (most 445/s at 14:05:23 UTC)`.
fn flow(page: &Page<'_>, track: &Track, word: &str) -> String {
    let sum = page.sum(track).map_or_else(|| "-".to_owned(), |sum| fmt::exact(whole(sum)));
    let peak = page.peak(track).filter(|(most, _)| *most > 0.0).map(|(most, at)| {
        format!(" (most {}/s at {} UTC)", fmt::rate(PerSecond(most)), page.utc(at))
    });
    format!("{sum} {word}{}", peak.unwrap_or_default())
}

fn connections(page: &Page<'_>) -> Option<String> {
    let listener = page.listener()?;
    let own = page.session.model.history().service(listener.address)?;
    let most = page.peak(&own.open).map_or_else(
        || "-".to_owned(),
        |(most, at)| format!("{} at {} UTC", fmt::exact(whole(most)), page.utc(at)),
    );
    Some(format!(
        "{}: {} open at the end, most {most}; {}; {}",
        listener.label(),
        listener.open.map_or_else(|| "-".to_owned(), fmt::exact),
        flow(page, &own.opened, "opened"),
        flow(page, &own.closed, "closed"),
    ))
}

fn herds(page: &Page<'_>) -> Option<String> {
    let herds = page.session.judge.herds().iter();
    let herds: Vec<_> = herds.filter(|h| page.holds(h.onset, h.end)).collect();
    let largest = herds.iter().max_by_key(|h| h.total)?;
    let (total, most) = (fmt::exact(largest.total), fmt::exact(largest.peak));
    let (factor, number) = (fmt::factor(largest.factor()), herds.len());
    let s = if number == 1 { "herd" } else { "herds, the largest" };
    Some(format!("{number} {s}: {total} connections, most {most}/s, {factor} baseline rate"))
}

fn alerts(page: &Page<'_>) -> String {
    let all = page.session.alerts();
    let all: Vec<&Alert> = all.filter(|a| page.holds(a.since, a.until)).collect();
    let of = |so: &dyn Fn(&Alert) -> bool| all.iter().filter(|a| so(a)).count();
    match all.len() {
        0 => "No alert was raised.".to_owned(),
        n => format!(
            "{n} alerts, {} critical, {} still firing at the end",
            of(&|a| a.severity == Severity::Critical),
            of(&|a| a.is_firing()),
        ),
    }
}

fn probes(page: &Page<'_>) -> Option<String> {
    let targets = page.snapshot.targets.iter().filter(|t| t.attempts > 0);
    let (attempts, accepted) = targets.fold((0, 0), |(a, b), t| (a + t.attempts, b + t.accepted));
    let (accepted, of) = (fmt::exact(accepted), fmt::exact(attempts));
    (attempts > 0)
        .then(|| format!("{accepted} of {of} probes were accepted, since the start of the run"))
}

/// What the runbook would do about each thing that fired.
pub(super) fn steps(page: &Page<'_>) -> Section {
    let since = |rule: RuleId| -> Option<(Severity, DateTime<Utc>)> {
        let alerts = page.session.alerts().filter(|a| a.rule == rule);
        let seen = alerts.filter(|a| page.holds(a.since, a.until));
        seen.map(|a| (a.severity, a.since)).max_by_key(|(s, at)| (*s, std::cmp::Reverse(*at)))
    };
    let all = page.gather.advice.iter();
    let mut all: Vec<_> =
        all.filter_map(|(rule, advice)| Some((since(*rule)?, *rule, advice))).collect();
    all.sort_by_key(|((severity, at), rule, _)| (std::cmp::Reverse(*severity), *at, *rule));
    let mut listed = BTreeSet::new();
    let mut blocks = Vec::new();
    for ((severity, _), rule, advice) in all.into_iter().take(ADVICE) {
        // Two alerts of one cause have most steps in common.
        let fresh = advice.steps.iter().map(|step| (step.what.clone(), step.command.clone()));
        let steps: Vec<_> = fresh.filter(|step| listed.insert(step.clone())).collect();
        if !steps.is_empty() {
            blocks.push(Block::Steps {
                about: format!("{rule}: {}", advice.about),
                severity,
                steps,
            });
        }
    }
    if blocks.is_empty() {
        blocks.push(Block::Text("Nothing: no rule fired.".to_owned()));
    }
    Section { title: "What to do next time", blocks }
}

/// What could not be read, and what is only an estimate.
pub(super) fn missing(page: &Page<'_>) -> Section {
    let sampling = &page.snapshot.sampling;
    let faults = page.subject.faults.iter();
    let mut points: Vec<String> = faults.chain(&sampling.denied).cloned().collect();
    if sampling.events_lost > 0 {
        let lost = fmt::exact(sampling.events_lost);
        points.push(format!(
            "at least {lost} events were lost: opened and closed follow from PassiveOpens there"
        ));
    }
    if page.listener().is_some_and(|l| l.estimated) {
        points
            .push("the open connections at the end are an estimate between two counts".to_owned());
    }
    let block = if points.is_empty() {
        Block::Text("Everything that was asked for could be read.".to_owned())
    } else {
        Block::List(points)
    };
    Section { title: "What is not known", blocks: vec![block] }
}
