//! Options of everything that watches: screen, check, stream, demo.

use std::path::PathBuf;
use std::time::Duration;

use clap::{ArgAction, Args};

use super::application::ApplicationArgs;
use super::exporter::ExporterArgs;
use super::group::Group;
use super::logs::FollowArgs;
use super::look::LookArgs;
use super::notify::NotifyArgs;
use super::origins::Origins;
use super::probe::ProbeArgs;
use super::value::{self, CapacityArg, ShareArg};
use crate::units::{Bytes, Port, Ratio};

/// What to watch and how to show it. Absent = environment, config file, default.
#[derive(Debug, Clone, Default, Args)]
pub struct LiveArgs {
    /// Watch the listeners of this port; again or with commas for several [default: all]
    #[arg(short, long, value_name = "PORT", env = "HERDTOP_PORT", value_delimiter = ',', value_parser = value::port, help_heading = Group::Target.heading())]
    pub port: Vec<Port>,
    /// Watch the listeners of this process
    #[arg(long, value_name = "PID", env = "HERDTOP_PID", value_delimiter = ',', value_parser = value::pid, help_heading = Group::Target.heading())]
    pub pid: Vec<u32>,
    /// Watch the listeners of processes with this name
    #[arg(long, value_name = "NAME", env = "HERDTOP_PROCESS", value_delimiter = ',', help_heading = Group::Target.heading())]
    pub process: Vec<String>,
    /// Look into another network namespace: a pid or a file such as /run/netns/blue;
    /// all: this one, and who listens in all others
    #[arg(long, value_name = "PID|PATH|all", env = "HERDTOP_NETNS", help_heading = Group::Target.heading())]
    pub netns: Option<String>,
    /// How many connections the service admits; PORT=N for one of several ports,
    /// ADDR:PORT=N where several programs listen on one
    #[arg(short, long, value_name = "[[ADDR:]PORT=]N", env = "HERDTOP_CAPACITY", value_delimiter = ',', value_parser = value::capacity, help_heading = Group::Limits.heading())]
    pub capacity: Vec<CapacityArg>,
    /// How often to derive, draw and print: 1s, 250ms; a bare number is seconds [default: 1s]
    #[arg(short, long, alias = "n", short_alias = 'n', value_name = "DURATION", env = "HERDTOP_INTERVAL", value_parser = value::interval, help_heading = Group::Target.heading())]
    pub interval: Option<Duration>,
    /// Share of a limit that warns [default: 70%]
    #[arg(long, value_name = "SHARE", env = "HERDTOP_WARN", value_parser = value::level, help_heading = Group::Limits.heading())]
    pub warn: Option<ShareArg>,
    /// Share of a limit that is critical [default: 90%]
    #[arg(long, value_name = "SHARE", env = "HERDTOP_CRIT", value_parser = value::level, help_heading = Group::Limits.heading())]
    pub crit: Option<ShareArg>,
    /// Times the baseline of attempts per second that make a herd [default: 3]
    #[arg(long, value_name = "TIMES", env = "HERDTOP_HERD_FACTOR", value_parser = value::factor, help_heading = Group::Alerts.heading())]
    pub herd_factor: Option<f64>,
    /// A finer number of a rule, such as lag.hold=2s; 'check --list-rules' lists them
    #[arg(long, value_name = "NAME.KEY=VALUE", env = "HERDTOP_RULE", value_delimiter = ',', help_heading = Group::Alerts.heading())]
    pub rule: Vec<String>,
    /// Never stop listening to single closes, whatever they cost
    #[arg(long, env = "HERDTOP_EXACT", action = ArgAction::SetTrue, help_heading = Group::Target.heading())]
    pub exact: bool,
    /// Every client sends something at least this often, a ping or an answer to one: who is
    /// silent for three times as long is told of [default: seen in the data]
    #[arg(long, value_name = "DURATION", env = "HERDTOP_PING_PERIOD", value_parser = value::ping_period, help_heading = Group::Target.heading())]
    pub ping_period: Option<Duration>,
    /// Share of one core that counting the connections may take [default: 0.4%]
    #[arg(long, value_name = "SHARE", env = "HERDTOP_MAX_CPU", value_parser = value::share, help_heading = Group::Target.heading())]
    pub max_cpu: Option<Ratio>,
    /// Read sockets from: auto, procfs
    #[arg(long, value_name = "SOURCE", env = "HERDTOP_SOCKETS", hide = true, help_heading = Group::Target.heading())]
    pub sockets: Option<String>,
    /// What the application says.
    #[command(flatten)]
    pub application: ApplicationArgs,
    /// Where and how to probe.
    #[command(flatten)]
    pub probe: ProbeArgs,
    /// The application's log.
    #[command(flatten)]
    pub log: FollowArgs,
    /// Who is told.
    #[command(flatten)]
    pub notifications: NotifyArgs,
    /// What is served.
    #[command(flatten)]
    pub exporter: ExporterArgs,
    /// Keep the samples in this file, for 'herdtop replay'; it must not exist yet
    #[arg(long, value_name = "FILE", env = "HERDTOP_RECORD", help_heading = Group::Recording.heading())]
    pub record: Option<PathBuf>,
    /// The most it may take on disk; then its older half goes [default: 1G; --ring: 256M]
    #[arg(long, value_name = "SIZE", env = "HERDTOP_RECORD_MAX", value_parser = value::size, help_heading = Group::Recording.heading())]
    pub record_max: Option<Bytes>,
    /// How it looks.
    #[command(flatten)]
    pub look: LookArgs,
    /// Leave nothing in the terminal when the screen ends
    #[arg(long, env = "HERDTOP_NO_SUMMARY", action = ArgAction::SetTrue, help_heading = Group::Look.heading())]
    pub no_summary: bool,
    /// The config file; its keys are the long names of these options.
    #[arg(
        long,
        value_name = "FILE",
        env = "HERDTOP_CONFIG",
        help = "Config file [default: $XDG_CONFIG_HOME/herdtop/config.toml]",
        help_heading = Group::Look.heading(),
    )]
    pub config: Option<PathBuf>,
    /// Which of these were given, and where.
    #[arg(skip)]
    pub origins: Origins,
}
