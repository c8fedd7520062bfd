//! `herdtop stream`.

use clap::Args;

use super::live::LiveArgs;

/// One JSON status per interval.
#[derive(Debug, Args)]
pub struct StreamArgs {
    /// What to watch.
    #[command(flatten)]
    pub live: LiveArgs,
}
