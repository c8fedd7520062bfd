//! `herdtop serve`.

use clap::Args;

use super::live::LiveArgs;

/// Metrics for Prometheus, without a screen.
#[derive(Debug, Args)]
pub struct ServeArgs {
    /// What to watch.
    #[command(flatten)]
    pub live: LiveArgs,
}
