//! The limits: the tightest in the gauge, the others beside it.

use super::super::frame::{AcceptQueue, Gauge, LimitRow};
use super::scene::{Scene, log_alone};
use crate::detect::{RuleId, Scope, Severity, Thresholds};
use crate::model::{Limit, ListenerSnapshot, ServiceId};

/// The tightest limit, or why there is none.
pub(super) fn gauge(scene: Scene<'_>, focus: Option<&ListenerSnapshot>) -> Result<Gauge, String> {
    let Some(listener) = focus else {
        let alone = log_alone(scene, focus).is_some();
        let why = if alone { "a log tells of no limit" } else { "no listener yet" };
        return Err(why.to_owned());
    };
    let thresholds = scene.thresholds;
    match listener.binding() {
        // Another limit in its place would pass for the one that was asked for.
        _ if which_capacity(scene).is_some() => {
            Err(which_capacity(scene).unwrap_or_default().to_owned())
        }
        Some(limit) => Ok(Gauge {
            limit: limit.clone(),
            severity: level(scene.thresholds, limit),
            warn: thresholds.warn,
            crit: thresholds.crit,
        }),
        None if scene.snapshot.is_measuring(focus) => Err("measuring".to_owned()),
        None => {
            // Only who may not look is told how one may.
            let see = if listener.hidden { ", or run as root to see its descriptors" } else { "" };
            let whose = listener.label();
            let home =
                listener.configured.as_ref().map(|of| (of.server.name(), of.server.limit_home()));
            let home =
                home.map_or_else(String::new, |(name, home)| format!("; {name} keeps it {home}"));
            Err(format!("no limit of {whose} is known: give --capacity N{see}{home}"))
        }
    }
}

/// Why the capacity that was given is held against nothing.
pub(super) fn which_capacity(scene: Scene<'_>) -> Option<&str> {
    scene.snapshot.which_capacity()
}

/// The colour of a limit: by its share alone, without an alert's patience.
pub(super) fn level(thresholds: &Thresholds, limit: &Limit) -> Severity {
    match limit.ratio().0 {
        s if s >= thresholds.crit.0 => Severity::Critical,
        s if s >= thresholds.warn.0 => Severity::Warning,
        _ => Severity::Ok,
    }
}

pub(super) fn limit_rows(scene: Scene<'_>, focus: Option<&ListenerSnapshot>) -> Vec<LimitRow> {
    let limits = focus.map_or(&[][..], |l| l.limits.as_slice());
    let in_gauge = |l: &&Limit| l.binding && which_capacity(scene).is_none();
    let others = limits.iter().filter(|l| !in_gauge(l));
    others
        .map(|limit| LimitRow { limit: limit.clone(), severity: level(scene.thresholds, limit) })
        .collect()
}

pub(super) fn accept_queue(scene: Scene<'_>, listener: &ListenerSnapshot) -> Option<AcceptQueue> {
    Some(AcceptQueue {
        scope: listener.port(),
        used: listener.accept_queue?,
        limit: listener.backlog,
        severity: worst_of(scene, RuleId::AcceptQueue, listener),
        drops: listener.drops,
    })
}

/// The worst that fires of this rule about a listener.
pub(super) fn worst_of(scene: Scene<'_>, rule: RuleId, listener: &ListenerSnapshot) -> Severity {
    let scope = Scope::Service(ServiceId::new(scene.snapshot.netns, listener.service));
    let of = scene.judgement.firing().filter(|a| a.rule == rule && a.scope == scope);
    of.map(|a| a.now).max().unwrap_or(Severity::Ok)
}
