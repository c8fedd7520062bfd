//! Options of the application's own metrics.

use clap::Args;

/// Where the application tells of itself.
#[derive(Debug, Clone, Default, Args)]
pub struct ApplicationArgs {
    /// Read the application's Prometheus endpoint beside the sockets
    #[arg(long, value_name = "URL", env = "HERDTOP_METRICS_URL", hide_env_values = true)]
    pub metrics_url: Option<String>,
    /// The metric there that counts open connections, to hold against the kernel's
    #[arg(long, value_name = "NAME", env = "HERDTOP_METRIC_CONNECTIONS")]
    pub metric_connections: Option<String>,
}
