//! What `fleet` prints for Prometheus and Grafana.

use crate::cli::AlertingArgs;
use crate::config::Settings;
use crate::output;

/// The rules or the dashboard, where one was asked for.
pub(super) fn printed(asked: &AlertingArgs, settings: &Settings) -> Option<String> {
    let (levels, runbook_url) = (&settings.thresholds, settings.runbook_url.as_deref());
    match (asked.rules, asked.dashboard) {
        (true, _) => Some(output::alerting_rules(levels, runbook_url)),
        (_, true) => Some(output::dashboard(levels, runbook_url)),
        _ => None,
    }
}
