//! The big numbers.

use super::super::frame::Hero;
use super::limits::{level, worst_of};
use super::scene::Scene;
use super::statement::Statement;
use crate::detect::{RuleId, Severity};
use crate::model::ListenerSnapshot;

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
    }
}

fn totals(listener: &ListenerSnapshot) -> (u64, u64) {
    (listener.opened_total, listener.closed_total)
}

fn herd_severity(scene: Scene<'_>) -> Severity {
    let herds = scene.judgement.firing().filter(|a| a.rule == RuleId::Herd);
    herds.map(|a| a.now).max().unwrap_or(Severity::Ok)
}
