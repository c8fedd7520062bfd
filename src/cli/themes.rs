//! `herdtop themes`.

use clap::Args;

/// The themes there are, or one of them.
#[derive(Debug, Args)]
pub struct ThemesArgs {
    /// Print this theme, complete, to be saved and edited
    #[arg(value_name = "NAME|PATH")]
    pub theme: Option<String>,
}
