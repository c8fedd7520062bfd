//! What `fleet` prints for Prometheus and Grafana instead of a screen.

use clap::Args;

use super::group::Group;
use super::value::{self, ShareArg};

/// Rules and dashboard over the series that are served.
#[derive(Debug, Clone, Default, Args)]
pub struct AlertingArgs {
    /// Print alerting rules for Prometheus: those of 'check --list-rules', and what only many hosts tell
    #[arg(long, conflicts_with = "dashboard", help_heading = Group::Alerts.heading())]
    pub rules: bool,
    /// Print a dashboard for Grafana, to be imported: the panels of the incident screen
    #[arg(long, help_heading = Group::Alerts.heading())]
    pub dashboard: bool,
    /// Share of a limit that warns [default: 70%]
    #[arg(long, value_name = "SHARE", env = "HERDTOP_WARN", value_parser = value::level, help_heading = Group::Limits.heading())]
    pub warn: Option<ShareArg>,
    /// Share of a limit that is critical [default: 90%]
    #[arg(long, value_name = "SHARE", env = "HERDTOP_CRIT", value_parser = value::level, help_heading = Group::Limits.heading())]
    pub crit: Option<ShareArg>,
}
