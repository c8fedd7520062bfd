//! `herdtop check`.

use std::time::Duration;

use clap::Args;

use super::live::LiveArgs;
use super::value;

/// Measure, judge, exit.
#[derive(Debug, Args)]
pub struct CheckArgs {
    /// What to watch.
    #[command(flatten)]
    pub live: LiveArgs,
    /// How long to measure
    #[arg(long = "for", value_name = "DURATION", default_value = "5s", env = "HERDTOP_FOR", value_parser = value::run_time)]
    pub run_for: Duration,
    /// Print the rules, their numbers, what they say and the step behind each
    #[arg(long)]
    pub list_rules: bool,
    /// Print the status document instead of a sentence
    #[arg(long)]
    pub json: bool,
}
