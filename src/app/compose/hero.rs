//! The big numbers.

use std::time::Duration;

use super::super::frame::Hero;
use super::limits::{level, worst_of};
use super::scene::{Scene, log_alone};
use crate::detect::{RuleId, Severity};
use crate::model::{Bucket, ListenerSnapshot};
use crate::units::{PerSecond, float};

/// Of the listener in focus, else of the log where it is all there is.
pub(super) fn hero(scene: Scene<'_>, focus: Option<&ListenerSnapshot>) -> Hero {
    let severity = |rule: RuleId| focus.map_or(Severity::Ok, |l| worst_of(scene, rule, l));
    let log = log_alone(scene, focus);
    let opened = focus.and_then(|l| l.opened).or_else(|| log?.opened.lately);
    let usual = focus.and_then(|l| usual(scene, l)).filter(|&rate| rate >= 1.0);
    let forecast = focus.and_then(|l| l.forecast);
    let full = focus.and_then(ListenerSnapshot::binding).is_some_and(|l| l.headroom == Some(0));
    Hero {
        focus: match (focus, log) {
            (Some(listener), _) => listener.label(),
            (None, Some(_)) => "the log".to_owned(),
            (None, None) => String::new(),
        },
        full_in: forecast.map(|f| f.full_in).or(full.then_some(Duration::ZERO)),
        full_in_estimated: forecast.is_some_and(|f| f.estimated),
        full_in_severity: if full { Severity::Critical } else { severity(RuleId::TimeToFull) },
        open: focus.and_then(|l| l.open),
        estimated: focus.is_some_and(|l| l.estimated),
        open_severity: focus
            .and_then(ListenerSnapshot::binding)
            .map_or(Severity::Ok, |limit| level(scene.thresholds, limit)),
        opened,
        factor: opened.zip(usual).map(|(now, usual)| now.0 / usual),
        opened_severity: scene
            .judgement
            .firing()
            .filter(|a| a.rule == RuleId::Herd)
            .map(|a| a.now)
            .max()
            .unwrap_or(Severity::Ok),
        closed: focus.and_then(|l| l.closed).or_else(|| log?.closed.lately),
        peak_opened: focus
            .and_then(|l| l.peak_opened)
            .or_else(|| log?.opened.peak.map(|(peak, _)| PerSecond(float(peak)))),
        totals: focus
            .filter(|_| scene.snapshot.ready)
            .map(|l| (l.opened_total, l.closed_total))
            .or_else(|| {
                let known =
                    log.filter(|log| log.unknown_opens.is_none() && log.unknown_closes.is_none());
                known.map(|log| (log.opened.total, log.closed.total))
            }),
    }
}

/// What is usual for a listener: the median second of the last ten minutes, from
/// half a minute on. A herd of seconds does not move a median.
fn usual(scene: Scene<'_>, listener: &ListenerSnapshot) -> Option<f64> {
    const WINDOW: u64 = 600;
    const ENOUGH: u32 = 30;
    let timeline = scene.model.timeline();
    let (now, to) = (timeline.now()?, timeline.second(scene.snapshot.at.mono));
    let opened = &scene.model.history().service(listener.address)?.opened;
    let from = (to + 1).saturating_sub(WINDOW);
    // Of long ago only the means of longer steps are kept.
    let steps = opened.steps(opened.step(from, now), from, to);
    let known: Vec<Bucket> = steps.into_iter().flatten().collect();
    if known.iter().map(|step| step.count).sum::<u32>() < ENOUGH {
        return None;
    }
    let mean = |step: &Bucket| f64::from(step.sum) / f64::from(step.count);
    let mut rates: Vec<f64> = known.iter().map(mean).collect();
    rates.sort_unstable_by(f64::total_cmp);
    rates.get(rates.len() / 2).copied()
}
