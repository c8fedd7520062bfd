//! Options of application logs, and `herdtop logs`.

use std::path::PathBuf;

use clap::{ArgAction, Args};

use super::group::Group;
use super::look::LookArgs;
use super::origins::Origins;
use super::value;
use crate::close::CloseCode;

/// The log beside the sockets.
#[derive(Debug, Clone, Default, Args)]
pub struct FollowArgs {
    /// Follow the application's log: close codes, errors; - is standard input
    #[arg(long = "log", value_name = "FILE|-", env = "HERDTOP_LOG", action = ArgAction::Append, help_heading = Group::Log.heading())]
    pub files: Vec<PathBuf>,
    /// How its lines are understood.
    #[command(flatten)]
    pub lines: LogArgs,
}

/// How the lines of a log are understood.
#[derive(Debug, Clone, Default, Args)]
pub struct LogArgs {
    /// A line that tells of an opened connection [default: as usual servers write it]
    #[arg(long, value_name = "REGEX", env = "HERDTOP_LOG_OPEN", help_heading = Group::Log.heading())]
    pub log_open: Option<String>,
    /// A line that tells of a closed one; its groups `code` and `reason` are read.
    #[arg(
        long,
        value_name = "REGEX",
        env = "HERDTOP_LOG_CLOSE",
        help = "A line that tells of a closed one; its groups are read: (?<code>\\d+), (?<reason>.*)",
        help_heading = Group::Log.heading(),
    )]
    pub log_close: Option<String>,
    /// An error line [default: ERROR|Exception|Traceback|panic]
    #[arg(long, value_name = "REGEX", env = "HERDTOP_LOG_ERROR", help_heading = Group::Log.heading())]
    pub log_error: Option<String>,
    /// How the log writes the time, as strftime does [default: recognised]
    #[arg(long, value_name = "FORMAT", env = "HERDTOP_LOG_TIME", help_heading = Group::Log.heading())]
    pub log_time: Option<String>,
    /// The format of its lines, such as nginx, haproxy, pino [default: auto]
    #[arg(long, value_name = "NAME", env = "HERDTOP_LOG_FORMAT", help_heading = Group::Log.heading())]
    pub log_format: Option<String>,
    /// A proxy whose X-Forwarded-For is believed, beside private ones; again or with commas for more
    #[arg(long, value_name = "CIDR", env = "HERDTOP_TRUSTED_PROXY", value_delimiter = ',', action = ArgAction::Append, help_heading = Group::Log.heading())]
    pub trusted_proxy: Vec<String>,
}

/// Connects and closes per second, herds and close codes from application logs.
#[derive(Debug, Args)]
#[command(
    after_help = "The format of its lines is found out and told; --explain shows how they are read.\n\
                        Times without a zone are this machine's: TZ=UTC before the command makes them UTC.",
    mut_arg("plain", |arg| arg.help("No screen: a line for each change, for a screen reader, then the summary"))
)]
pub struct LogsArgs {
    /// Logs, plain, gzip or zstd, in any order; - is standard input
    #[arg(value_name = "FILE", required = true)]
    pub files: Vec<PathBuf>,
    /// How its lines are understood.
    #[command(flatten)]
    pub log: LogArgs,
    /// Times the usual rate of connections that make a herd [default: 3]
    #[arg(long, value_name = "TIMES", env = "HERDTOP_HERD_FACTOR", value_parser = value::factor, help_heading = Group::Alerts.heading())]
    pub herd_factor: Option<f64>,
    /// A name of your own for a code, such as 4408="auth timeout"; again or with commas for more
    #[arg(long = "code", value_name = "N=NAME", env = "HERDTOP_CODE", value_delimiter = ',', action = ArgAction::Append, value_parser = value::code, help_heading = Group::Probes.heading())]
    pub names: Vec<(CloseCode, String)>,
    /// The config file.
    #[arg(
        long,
        value_name = "FILE",
        env = "HERDTOP_CONFIG",
        help = "Config file [default: $XDG_CONFIG_HOME/herdtop/config.toml]",
        help_heading = Group::Look.heading(),
    )]
    pub config: Option<PathBuf>,
    /// Show a few lines marked with what was read from them
    #[arg(long, conflicts_with_all = ["json", "plain"])]
    pub explain: bool,
    /// Print the status document as JSON
    #[arg(long)]
    pub json: bool,
    /// No screen: the summary, as where the output is piped
    #[arg(long)]
    pub no_screen: bool,
    /// How it looks.
    #[command(flatten)]
    pub look: LookArgs,
    /// Which of these were given, and where.
    #[arg(skip)]
    pub origins: Origins,
}
