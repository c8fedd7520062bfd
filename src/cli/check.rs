//! `herdtop check`.

use std::ffi::OsString;
use std::time::Duration;

use clap::Args;

use super::fleet::PrometheusArgs;
use super::live::LiveArgs;
use super::value;

/// Measure, judge, exit.
#[derive(Debug, Args)]
pub struct CheckArgs {
    /// What to watch.
    #[command(flatten)]
    pub live: LiveArgs,
    /// Many hosts instead of this one.
    #[command(flatten)]
    pub fleet: PrometheusArgs,
    /// How long to measure; with --during at most, and then 10m
    #[arg(long = "for", value_name = "DURATION", default_value = "5s", default_value_if("during", "true", "10m"), env = "HERDTOP_FOR", value_parser = value::run_time)]
    pub run_for: Duration,
    /// Run the command behind '--', a deploy, and grade what it does to clients until they are back
    #[arg(long)]
    pub during: bool,
    /// What to run with --during, and its arguments
    #[arg(value_name = "CMD", last = true, requires = "during")]
    pub command: Vec<OsString>,
    /// Print the rules, their numbers, what they say and the step behind each
    #[arg(long)]
    pub list_rules: bool,
    /// Print the status document instead of a sentence
    #[arg(long)]
    pub json: bool,
}
