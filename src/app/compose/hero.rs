//! The big numbers.

use super::super::frame::{Hero, Means};
use super::limits::{level, worst_of};
use super::scene::Scene;
use super::statement::Statement;
use crate::detect::{RuleId, Severity};
use crate::model::{ListenerSnapshot, Track};
use crate::units::PerSecond;

/// Of the service in focus, else of the log where it is all there is.
pub(super) fn hero(scene: Scene<'_>, said: &Statement<'_>) -> Hero {
    let (focus, log) = (said.focus, said.log);
    let severity = |rule: RuleId| focus.map_or(Severity::Ok, |l| worst_of(scene, rule, l));
    Hero {
        focus: match (focus, log) {
            (Some(listener), _) => listener.label(),
            (None, Some(_)) => "the log".to_owned(),
            (None, None) => String::new(),
        },
        full_in: said.full_in(),
        full_in_estimated: said.forecast.is_some_and(|f| f.estimated),
        full_in_severity: if said.is_full() {
            Severity::Critical
        } else {
            severity(RuleId::TimeToFull)
        },
        direction: said.direction,
        open: focus.and_then(|l| l.open),
        estimated: focus.is_some_and(|l| l.estimated),
        open_severity: said.limit().map_or(Severity::Ok, |limit| level(scene.thresholds, limit)),
        opened: said.opened,
        factor: said.multiple,
        opened_severity: herd_severity(scene),
        closed: said.closed,
        peak_opened: said.peak,
        totals: focus.filter(|_| scene.snapshot.ready).map(totals).or_else(|| {
            let known =
                log.filter(|log| log.unknown_opens.is_none() && log.unknown_closes.is_none());
            known.map(|log| (log.opened.total, log.closed.total))
        }),
        means: Means::MINUTES.map(|minutes| means(scene, focus?, 60 * minutes)),
    }
}

/// The means of so many seconds, up to the moment that is shown. Of a time of which a
/// tenth is not kept nothing is said.
fn means(scene: Scene<'_>, listener: &ListenerSnapshot, seconds: u64) -> Option<Means> {
    let timeline = scene.model.timeline();
    let (now, to) = (timeline.now()?, timeline.second(scene.snapshot.at.mono));
    let from = (to + 1).checked_sub(seconds)?;
    let kept = scene.model.history().service(listener.address)?;
    let mean = |track: &Track| {
        let all = track.total(from, to, now)?;
        let whole = u64::from(all.count) * 10 >= seconds * 9;
        whole.then(|| f64::from(all.sum) / f64::from(all.count))
    };
    Some(Means {
        open: mean(&kept.open)?,
        opened: PerSecond(mean(&kept.opened)?),
        closed: PerSecond(mean(&kept.closed)?),
    })
}

fn totals(listener: &ListenerSnapshot) -> (u64, u64) {
    (listener.opened_total, listener.closed_total)
}

fn herd_severity(scene: Scene<'_>) -> Severity {
    let herds = scene.judgement.firing().filter(|a| a.rule == RuleId::Herd);
    herds.map(|a| a.now).max().unwrap_or(Severity::Ok)
}
