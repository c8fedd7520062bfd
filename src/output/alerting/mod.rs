//! `fleet --rules`: alerting rules for Prometheus, of the table of rules.
//!
//! Each host judges itself every second and serves what it thinks, so most of these
//! tell of a judgement (`herdtop_alert`), which has lasted already. How full a limit is
//! changes slowly enough to be judged from the figures of a scrape: by the levels that
//! are given here, for all hosts.

mod hosts;
mod summary;

use std::fmt::Write;
use std::time::Duration;

use self::summary::{WHERE, room, summary};
use crate::detect::{RULES, Rule, Severity, Thresholds};
use crate::fmt;
use crate::model::LimitKind;
use crate::units::Ratio;

/// A scrape that fails takes all series away at once, and comes again after 15 s to 60 s:
/// it is no end of an alert.
const KEEP: Duration = Duration::from_mins(1);
/// A series says how bad it is.
const AS_SERVED: &str = "{{ $labels.severity }}";

/// One alerting rule.
struct AlertingRule {
    /// What `rule` and the runbook call it.
    rule: &'static str,
    /// `severity`, or a template of it.
    severity: &'static str,
    expr: String,
    hold: Duration,
    summary: String,
    description: String,
}

/// A file of rules, as YAML; `{rule}` of the URL is the name of each.
#[must_use]
pub fn alerting_rules(thresholds: &Thresholds, runbook_url: Option<&str>) -> String {
    let mut page = format!(
        "# Alerts of herdtop {}, of its own rules: 'herdtop check --list-rules'.\n",
        env!("CARGO_PKG_VERSION")
    );
    if runbook_url.is_none() {
        page.push_str("# --runbook-url 'https://runbooks/{rule}' leads each to its runbook.\n");
    }
    page.push_str("groups:\n");
    let rules = RULES.iter().flat_map(|rule| told(rule, thresholds));
    group(&mut page, "herdtop", rules, runbook_url);
    group(&mut page, "herdtop-hosts", hosts::rules(thresholds).into_iter(), runbook_url);
    page
}

/// The name of an alert, the same from Prometheus and from herdtop itself:
/// `HerdtopAcceptQueue`.
#[must_use]
pub fn alert_name(rule: &str) -> String {
    let word = |word: &str| {
        let (first, rest) = word.split_at_checked(1).unwrap_or((word, ""));
        first.to_ascii_uppercase() + rest
    };
    rule.split('_').map(word).fold("Herdtop".to_owned(), |name, word| name + &word)
}

/// One rule of the table: by its levels where it is of a limit, else as it is judged.
fn told(rule: &Rule, thresholds: &Thresholds) -> Vec<AlertingRule> {
    let kinds: Vec<&str> = rule.id.limits().map(LimitKind::key).collect();
    if kinds.is_empty() {
        return vec![judged(rule, thresholds)];
    }
    let used =
        format!("100 * herdtop_limit_used{{limit=~\"{}\"}} / herdtop_limit_max", kinds.join("|"));
    let full = |level: Ratio, severity: Severity, below: String| AlertingRule {
        rule: rule.id.name(),
        severity: severity.name(),
        expr: format!("{used} >= {}{below}", percents(level)),
        hold: rule.hold(severity, &thresholds.tuning),
        summary: format!(
            "{{{{ $labels.limit }}}} of {WHERE}: {{{{ $value | printf \"%.1f\" }}}} %, over {}{}",
            fmt::percent(level),
            room(),
        ),
        description: described(rule, thresholds),
    };
    let Thresholds { warn, crit, .. } = thresholds;
    vec![
        // What is critical is told once.
        full(*warn, Severity::Warning, format!(" < {}", percents(*crit))),
        full(*crit, Severity::Critical, String::new()),
    ]
}

fn judged(rule: &Rule, thresholds: &Thresholds) -> AlertingRule {
    AlertingRule {
        rule: rule.id.name(),
        severity: AS_SERVED,
        expr: format!("herdtop_alert{{rule=\"{}\"}} == 1", rule.id),
        // It has lasted as long as it has to before it is served.
        hold: Duration::ZERO,
        summary: summary(rule.id),
        description: described(rule, thresholds),
    }
}

/// The sentences of `--list-rules`, with the levels of a limit that are in force here; the
/// numbers of the others are those of the host.
pub(super) fn described(rule: &Rule, thresholds: &Thresholds) -> String {
    let default = Thresholds::default();
    let mut fires = rule.doc.fires.to_owned();
    for (flag, usual, level) in
        [("--warn", default.warn, thresholds.warn), ("--crit", default.crit, thresholds.crit)]
    {
        let told = |level| format!("{flag} {}", fmt::percent(level));
        fires = fires.replace(&told(usual), &told(level));
    }
    let is_of_limit = rule.id.limits().next().is_some();
    let when = if is_of_limit { "Fires on" } else { "Fires by default on" };
    format!("{when}: {fires}. What to do: {}.", rule.doc.step)
}

/// `70`, `85.5`: what the figures of a limit are compared with.
pub(super) fn percents(level: Ratio) -> f64 {
    (level.0 * 1e6).round() / 1e4
}

fn group(
    page: &mut String,
    name: &str,
    rules: impl Iterator<Item = AlertingRule>,
    runbook_url: Option<&str>,
) {
    // Writing to a string cannot fail.
    let _ = writeln!(page, "  - name: {name}\n    rules:");
    for rule in rules {
        let runbook = runbook_url.map(|url| url.replace("{rule}", rule.rule));
        let annotations = [
            ("summary", Some(rule.summary)),
            ("description", Some(rule.description)),
            ("runbook_url", runbook),
        ];
        let _ = write!(
            page,
            "      - alert: {}\n        expr: {}\n        for: {}\n        keep_firing_for: {}\n        \
             labels:\n          severity: {}\n          rule: {}\n        annotations:\n",
            alert_name(rule.rule),
            quoted(&rule.expr),
            duration(rule.hold),
            duration(KEEP),
            quoted(rule.severity),
            quoted(rule.rule),
        );
        for (name, text) in annotations {
            if let Some(text) = text {
                let _ = writeln!(page, "          {name}: {}", quoted(&text));
            }
        }
    }
}

/// A scalar in single quotes, in which only they mean something: all of it is one line.
fn quoted(text: &str) -> String {
    format!("'{}'", text.replace('\'', "''"))
}

/// As Prometheus writes it: `3s`, `500ms`.
fn duration(of: Duration) -> String {
    match of.subsec_millis() {
        0 => format!("{}s", of.as_secs()),
        _ => format!("{}ms", of.as_millis()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_rule_of_the_table_has_an_alert_and_each_level_is_the_one_in_force() {
        let levels = Thresholds { warn: Ratio(0.29), crit: Ratio(0.855), ..Thresholds::default() };
        let page = alerting_rules(&levels, Some("https://runbooks/{rule}#it's"));
        for rule in RULES {
            let name = alert_name(rule.id.name());
            assert!(page.contains(&format!("- alert: {name}\n")), "no {name}");
            assert!(page.contains(&format!("'https://runbooks/{}#it''s'", rule.id)), "{name}");
            assert!(page.contains(&rule.doc.step.replace('\'', "''")), "{name}");
        }
        assert!(page.contains(" at --warn 29 %, critical at --crit 86 %."), "{page}");
        assert!(!page.contains("over 70 %") && !page.contains("--crit 90 %"), "{page}");
        assert!(page.contains(" / herdtop_limit_max >= 29 < 85.5'"), "{page}");
        assert!(page.contains(" / herdtop_limit_max >= 85.5'"), "{page}");
        assert_eq!(alert_name("accept_queue"), "HerdtopAcceptQueue");
    }

    #[test]
    fn what_stands_in_a_scalar_cannot_end_it() {
        assert_eq!(quoted("it's: #1 {a}"), "'it''s: #1 {a}'");
        let all = alerting_rules(&Thresholds::default(), None);
        for line in all.lines().filter(|line| !line.starts_with('#')) {
            let quotes = line.matches('\'').count();
            assert!(quotes % 2 == 0 && line.chars().all(|c| !c.is_control()), "{line}");
        }
        for rule in RULES {
            assert!(
                !described(rule, &Thresholds::default()).contains(['{', '}']),
                "a template: {}",
                rule.id
            );
        }
    }
}
