//! `herdtop demo` and the server half it starts.

use std::time::Duration;

use clap::Args;

use super::group::Group;
use super::live::LiveArgs;
use super::value;

/// A server and a herd on loopback.
#[derive(Debug, Args)]
pub struct DemoArgs {
    /// What is to happen: incident, overload, restart, calm
    #[arg(value_name = "SCENARIO", default_value = "incident")]
    pub scenario: String,
    /// End by itself after this long
    #[arg(long, value_name = "SECONDS", value_parser = value::seconds)]
    pub seconds: Option<Duration>,
    /// No screen: plain lines, and the verdict at the end
    #[arg(long)]
    pub no_screen: bool,
    /// With --no-screen: the status document as the last line
    #[arg(long, requires = "no_screen")]
    pub json: bool,
    /// How to show it.
    #[command(flatten)]
    pub live: LiveArgs,
}

/// The hidden half: accepts connections, told what to do on its standard input.
#[derive(Debug, Args)]
pub struct DemoServerArgs {
    /// The port, 0 for any
    #[arg(long, help_heading = Group::Target.heading())]
    pub port: u16,
    /// How many connections to admit
    #[arg(long)]
    pub limit: u64,
}
