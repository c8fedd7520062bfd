//! What `fleet` prints for Prometheus and Grafana.

use crate::cli::FleetArgs;
use crate::config;
use crate::detect::Thresholds;
use crate::output;

/// The rules or the dashboard, where one was asked for.
pub(super) fn printed(args: &FleetArgs) -> anyhow::Result<Option<String>> {
    let asked = &args.alerting;
    let (warn, crit) = config::levels(asked.warn.as_ref(), asked.crit.as_ref())?;
    let levels = Thresholds { warn, crit, ..Thresholds::default() };
    let runbook_url = args.look.runbook_url.as_deref();
    Ok(match (asked.rules, asked.dashboard) {
        (true, _) => Some(output::alerting_rules(&levels, runbook_url)),
        (_, true) => Some(output::dashboard(&levels, runbook_url)),
        _ => None,
    })
}
