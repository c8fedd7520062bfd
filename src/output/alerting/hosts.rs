//! What only somebody who sees all hosts can tell, and that nothing is told at all.

use std::time::Duration;

use super::summary::WHERE;
use super::{AS_SERVED, AlertingRule, percents};
use crate::detect::{Severity, Thresholds};
use crate::fmt;
use crate::units::Ratio;

/// A restart of herdtop takes some seconds, a scrape comes within a minute.
const GONE: Duration = Duration::from_mins(2);
/// Of all hosts at once it is Prometheus' own configuration, as a rule.
const NOBODY: Duration = Duration::from_mins(5);
/// One reading is no alert.
const SETTLE: Duration = Duration::from_secs(1);

/// They are of no rule of the table.
pub(super) fn rules(thresholds: &Thresholds) -> Vec<AlertingRule> {
    let Thresholds { warn, crit, .. } = *thresholds;
    let below = format!(" < {}", percents(crit));
    vec![
        verdict(),
        no_room(),
        fleet(Severity::Warning, warn, &below),
        fleet(Severity::Critical, crit, ""),
        stale(),
        gone(),
        absent(),
    ]
}

/// The one line of each host, which explains the alerts beside it.
fn verdict() -> AlertingRule {
    AlertingRule {
        rule: "verdict",
        severity: AS_SERVED,
        expr: "herdtop_verdict{severity=~\"warning|critical\"} == 1".to_owned(),
        hold: Duration::ZERO,
        summary: format!("{WHERE}: {{{{ $labels.kind }}}} ({{{{ $labels.cause }}}})"),
        description: "The verdict: the smallest set of causes that explains all that is wrong on \
                      this host. Other alerts of the host are what it explains. What to do: \
                      herdtop on the host says why, since when and what comes next."
            .to_owned(),
    }
}

fn no_room() -> AlertingRule {
    AlertingRule {
        rule: "no_room",
        severity: Severity::Critical.name(),
        expr: "bottomk by (job, instance, service) (1, herdtop_limit_room) == 0".to_owned(),
        hold: SETTLE,
        summary: format!("{WHERE} is full: {{{{ $labels.limit }}}} has room for no more"),
        description: "Fires on: the tightest limit of a service, the one with the least room, \
                      admits no more connections. What to do: raise it, or take load off the host."
            .to_owned(),
    }
}

/// How full a service is over all of its hosts that know what fits.
fn fleet(severity: Severity, level: Ratio, below: &str) -> AlertingRule {
    let level_words = fmt::percent(level);
    AlertingRule {
        rule: "fleet_limit",
        severity: severity.name(),
        expr: format!(
            "100 * sum by (job, service) (herdtop_connections_open and on (job, instance, service) \
             herdtop_limit_room) / sum by (job, service) (herdtop_connections_open + on (job, \
             instance, service) min by (job, instance, service) (herdtop_limit_room)) >= {}{below} \
             unless on (job, service) count by (job, service) (herdtop_connections_open) == 1",
            percents(level)
        ),
        hold: SETTLE,
        summary: format!(
            "service {{{{ $labels.service }}}} is {{{{ $value | printf \"%.1f\" }}}} % full over \
             all hosts, over {level_words}"
        ),
        description: "Fires on: open connections of a service on all hosts, of those that the \
                      tightest limit of each host admits. What to do: add hosts, or room on them."
            .to_owned(),
    }
}

/// By the figures themselves: the clocks of hosts differ.
fn stale() -> AlertingRule {
    let at = "herdtop_sample_timestamp_seconds[2m]";
    AlertingRule {
        rule: "stale",
        severity: Severity::Warning.name(),
        expr: format!("changes({at}) == 0 and count_over_time({at}) > 1"),
        hold: Duration::ZERO,
        summary: format!("the figures of {WHERE} stand still"),
        description: "Fires on: herdtop serves, or its textfile has, the same figures for two \
                      minutes. What to do: systemctl status herdtop on the host."
            .to_owned(),
    }
}

fn gone() -> AlertingRule {
    AlertingRule {
        rule: "gone",
        severity: Severity::Warning.name(),
        expr: "up == 0 and on (job, instance) max_over_time(herdtop_build_info[1d])".to_owned(),
        hold: GONE,
        summary: format!("herdtop on {WHERE} does not answer any more"),
        description: "Fires on: a target that served herdtop's metrics within a day is down. What \
                      to do: is the host up? systemctl status herdtop."
            .to_owned(),
    }
}

fn absent() -> AlertingRule {
    AlertingRule {
        rule: "absent",
        severity: Severity::Warning.name(),
        expr: "absent(herdtop_build_info)".to_owned(),
        hold: NOBODY,
        summary: "no host serves herdtop's metrics".to_owned(),
        description: "Fires on: Prometheus knows of no herdtop at all. What to do: see its \
                      targets, and whether herdtop serve runs."
            .to_owned(),
    }
}
