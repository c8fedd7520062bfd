//! `herdtop handoff`.

use std::path::PathBuf;
use std::time::Duration;

use clap::Args;

use super::live::LiveArgs;
use super::value;

/// What is handed over to whoever takes the incident on.
#[derive(Debug, Args)]
pub struct HandoffArgs {
    /// What to watch.
    #[command(flatten)]
    pub live: LiveArgs,
    /// How long to measure; a recording is read to its end
    #[arg(long = "for", value_name = "DURATION", default_value = "5s", env = "HERDTOP_FOR", value_parser = value::run_time)]
    pub run_for: Duration,
}

impl HandoffArgs {
    /// The recording where one is named: what is no URL is a file.
    ///
    /// # Errors
    /// One line: a file beside something else.
    pub fn recording(&self) -> Result<Option<PathBuf>, String> {
        let named = &self.live.probe.url;
        let Some(file) = named.iter().find(|word| !word.contains("://")) else { return Ok(None) };
        if named.len() > 1 {
            let shown = crate::text::clean(file, 40);
            return Err(format!("'{shown}': give one recording, or URLs alone"));
        }
        Ok(Some(PathBuf::from(file)))
    }
}
