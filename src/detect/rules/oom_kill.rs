//! The kernel has killed for memory.

use std::time::Duration;

use super::{Check, Doc, Facts, Finding, Measure, Rule, RuleId};
use crate::detect::steps;
use crate::detect::verdict::{Cause, Kind, Severity};
use crate::fmt;
use crate::units::float;

/// It is told of this long.
const TOLD: Duration = Duration::from_mins(1);

/// `oom_kill`: `/proc/vmstat`, and `memory.events` of the watched cgroups.
pub(super) static RULE: Rule = Rule {
    id: RuleId::OomKill,
    doc: Doc {
        fires: "a counter of OOM kills grows, of a watched cgroup or of the host; a warning where it was certainly another service",
        says: "OOM kill in /system.slice/ws.service at 14:09:31: 1 process killed for memory",
        step: "dmesg -T | grep -i oom names the process and what it used",
        measure: Measure::Count,
    },
    params: &[],
    checks: &[Check::Host(check)],
    holds: |_, _, _| Duration::ZERO,
    meaning: |_, _| (Kind::Crashing, Cause::Oom),
    steps: steps::ended::killed,
    needs_closes: false,
};

fn check(facts: &Facts<'_>) -> Finding {
    let snapshot = facts.snapshot;
    let lately =
        snapshot.oom_kills.iter().filter(|k| snapshot.at.mono.saturating_sub(k.at.mono) < TOLD);
    let kills: u64 = lately.clone().map(|k| k.kills).sum();
    // Ours before anybody's, and the newest.
    let Some(kill) = lately.clone().max_by_key(|k| (k.cgroup.is_some(), k.at.mono)) else {
        return Finding::Clear;
    };
    let ours = facts.thresholds.whole_host || !kill.elsewhere;
    let place = match &kill.cgroup {
        Some(path) => format!("in {path}"),
        None if kill.elsewhere => "outside the watched cgroups".to_owned(),
        None => "on this host".to_owned(),
    };
    let noun = if kills == 1 { "process" } else { "processes" };
    let at = fmt::clock(&kill.at.wall.with_timezone(&facts.zone));
    Finding::Firing {
        severity: if ours { Severity::Critical } else { Severity::Warning },
        sentence: format!(
            "OOM kill {place} at {at}: {} {noun} killed for memory",
            fmt::count(kills)
        ),
        brief: "OOM kill".to_owned().into(),
        value: float(kills).into(),
    }
}
