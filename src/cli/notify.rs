//! Options of notifications: who is told of an alert.

use std::path::PathBuf;
use std::time::Duration;

use clap::{ArgAction, Args};

use super::group::Group;
use super::value::{self, CommandArg};

/// Who is notified when an alert begins, gets worse or is resolved.
#[derive(Debug, Clone, Default, Args)]
pub struct NotifyArgs {
    /// Run this when an alert begins, gets worse or is resolved: JSON on stdin, its facts in variables, no shell
    #[arg(long, value_name = "CMD", env = "HERDTOP_ON_ALERT", value_parser = value::command, help_heading = Group::Alerts.heading())]
    pub on_alert: Option<CommandArg>,
    /// How long --on-alert may take before it is killed [default: 10s]
    #[arg(long, value_name = "DURATION", env = "HERDTOP_ON_ALERT_TIMEOUT", value_parser = value::on_alert_timeout, help_heading = Group::Alerts.heading())]
    pub on_alert_timeout: Option<Duration>,
    /// Post alerts to this Alertmanager while they fire, and when they are resolved
    #[arg(long, value_name = "URL", env = "HERDTOP_ALERTMANAGER", hide_env_values = true, help_heading = Group::Alerts.heading())]
    pub alertmanager: Option<String>,
    /// Send it the bearer token of this file, its first line
    #[arg(long, value_name = "FILE", env = "HERDTOP_ALERTMANAGER_TOKEN", help_heading = Group::Alerts.heading())]
    pub alertmanager_token: Option<PathBuf>,
    /// Ring the terminal's bell when an alert begins or gets worse
    #[arg(long, env = "HERDTOP_BELL", action = ArgAction::SetTrue, help_heading = Group::Alerts.heading())]
    pub bell: bool,
    /// Have the terminal notify of alerts (OSC 9 or 777; tmux: allow-passthrough on)
    #[arg(long, env = "HERDTOP_NOTIFY", action = ArgAction::SetTrue, help_heading = Group::Alerts.heading())]
    pub notify: bool,
}
