//! Options of the application's own metrics.

use clap::Args;

use super::group::Group;

/// Where the application tells of itself.
#[derive(Debug, Clone, Default, Args)]
pub struct ApplicationArgs {
    /// Read the application's Prometheus endpoint beside the sockets
    #[arg(long, value_name = "URL", env = "HERDTOP_METRICS_URL", hide_env_values = true, help_heading = Group::Target.heading())]
    pub metrics_url: Option<String>,
    /// The metric there that counts open connections, to hold against the kernel's
    #[arg(long, value_name = "NAME", env = "HERDTOP_METRIC_CONNECTIONS", help_heading = Group::Target.heading())]
    pub metric_connections: Option<String>,
}
