//! Options of everything that watches: screen, check, stream, demo.

use std::path::PathBuf;
use std::time::Duration;

use clap::{ArgAction, Args, ValueEnum};

use super::application::ApplicationArgs;
use super::logs::FollowArgs;
use super::origins::Origins;
use super::probe::ProbeArgs;
use super::telling::TellingArgs;
use super::value::{self, CapacityArg};
use crate::units::{Bytes, Port, Ratio};

/// When to use colours.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum ColorChoice {
    /// By what the terminal says it can.
    Auto,
    /// 16 colours of the terminal's own palette.
    #[value(name = "16")]
    Ansi16,
    /// 256 colours.
    #[value(name = "256")]
    Ansi256,
    /// 24-bit colours.
    Truecolor,
    /// None.
    Never,
}

/// What charts are drawn with.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Marker {
    /// Blocks by eighths, in every terminal font.
    Block,
    /// Dots, two by four in a cell.
    Braille,
    /// ASCII only.
    Ascii,
}

/// Whether a frame is sent as one update that the terminal shows at once.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, ValueEnum)]
pub enum SyncChoice {
    /// Where it helps: everywhere but in tmux.
    #[default]
    Auto,
    /// Always.
    On,
    /// Never.
    Off,
}

/// What to watch and how to show it. Absent = environment, config file, default.
#[expect(clippy::struct_excessive_bools, reason = "each is a flag of its own")]
#[derive(Debug, Clone, Default, Args)]
pub struct LiveArgs {
    /// Watch the listeners of this port; again or with commas for several [default: all]
    #[arg(short, long, value_name = "PORT", env = "HERDTOP_PORT", value_delimiter = ',', value_parser = value::port)]
    pub port: Vec<Port>,
    /// Watch the listeners of this process
    #[arg(long, value_name = "PID", env = "HERDTOP_PID", value_delimiter = ',', value_parser = value::pid)]
    pub pid: Vec<u32>,
    /// Watch the listeners of processes with this name
    #[arg(long, value_name = "NAME", env = "HERDTOP_PROCESS", value_delimiter = ',')]
    pub process: Vec<String>,
    /// Look into another network namespace: a pid or a file such as /run/netns/blue
    #[arg(long, value_name = "PID|PATH", env = "HERDTOP_NETNS")]
    pub netns: Option<String>,
    /// How many connections the service admits; PORT=N for one of several ports
    #[arg(short, long, value_name = "[PORT=]N", env = "HERDTOP_CAPACITY", value_delimiter = ',', value_parser = value::capacity)]
    pub capacity: Vec<CapacityArg>,
    /// How often to derive, draw and print: 1s, 250ms; a bare number is seconds [default: 1s]
    #[arg(short, long, alias = "n", short_alias = 'n', value_name = "DURATION", env = "HERDTOP_INTERVAL", value_parser = value::interval)]
    pub interval: Option<Duration>,
    /// Share of a limit that warns [default: 70%]
    #[arg(long, value_name = "SHARE", env = "HERDTOP_WARN", value_parser = value::share)]
    pub warn: Option<Ratio>,
    /// Share of a limit that is critical [default: 90%]
    #[arg(long, value_name = "SHARE", env = "HERDTOP_CRIT", value_parser = value::share)]
    pub crit: Option<Ratio>,
    /// Times the usual rate of connections that make a herd [default: 3]
    #[arg(long, value_name = "TIMES", env = "HERDTOP_HERD_FACTOR", value_parser = value::factor)]
    pub herd_factor: Option<f64>,
    /// A finer number of a rule, such as lag.hold=2s; 'check --list-rules' lists them
    #[arg(long, value_name = "NAME.KEY=VALUE", env = "HERDTOP_RULE", value_delimiter = ',')]
    pub rule: Vec<String>,
    /// Never stop listening to single closes, whatever they cost
    #[arg(long, env = "HERDTOP_EXACT", action = ArgAction::SetTrue)]
    pub exact: bool,
    /// Share of one core that counting the connections may take [default: 0.4%]
    #[arg(long, value_name = "SHARE", env = "HERDTOP_MAX_CPU", value_parser = value::share)]
    pub max_cpu: Option<Ratio>,
    /// Read sockets from: auto, procfs
    #[arg(long, value_name = "SOURCE", env = "HERDTOP_SOCKETS", hide = true)]
    pub sockets: Option<String>,
    /// What the application says.
    #[command(flatten)]
    pub application: ApplicationArgs,
    /// The application's log.
    #[command(flatten)]
    pub log: FollowArgs,
    /// Where and how to probe.
    #[command(flatten)]
    pub probe: ProbeArgs,
    /// Who is told.
    #[command(flatten)]
    pub telling: TellingArgs,
    /// Keep the samples in this file, for 'herdtop replay'; it must not exist yet
    #[arg(long, value_name = "FILE", env = "HERDTOP_RECORD")]
    pub record: Option<PathBuf>,
    /// The most it may take on disk; then its older half goes [default: 1G; --ring: 256M]
    #[arg(long, value_name = "SIZE", env = "HERDTOP_RECORD_MAX", value_parser = value::size)]
    pub record_max: Option<Bytes>,
    /// Theme by name, or a file
    #[arg(long, value_name = "NAME|PATH", env = "HERDTOP_THEME")]
    pub theme: Option<String>,
    /// Colours: auto, 16, 256, truecolor, never [default: auto]
    #[arg(long, value_name = "WHEN", env = "HERDTOP_COLOR", hide_possible_values = true)]
    pub color: Option<ColorChoice>,
    /// Draw charts with: block, braille, ascii [default: by terminal and locale]
    #[arg(long, value_name = "MARKER", env = "HERDTOP_MARKER", hide_possible_values = true)]
    pub marker: Option<Marker>,
    /// Draw with ASCII only
    #[arg(long, env = "HERDTOP_ASCII", action = ArgAction::SetTrue)]
    pub ascii: bool,
    /// Synchronized frames: auto (not in tmux), on, off [default: auto]
    #[arg(long, value_name = "WHEN", env = "HERDTOP_SYNC", hide_possible_values = true)]
    pub sync: Option<SyncChoice>,
    /// No screen: a line for each change, for a screen reader
    #[arg(long, env = "HERDTOP_PLAIN", action = ArgAction::SetTrue)]
    pub plain: bool,
    /// Leave the mouse to the terminal: its selection works as ever
    #[arg(long, env = "HERDTOP_NO_MOUSE", action = ArgAction::SetTrue)]
    pub no_mouse: bool,
    /// Leave nothing in the terminal when the screen ends
    #[arg(long, env = "HERDTOP_NO_SUMMARY", action = ArgAction::SetTrue)]
    pub no_summary: bool,
    /// The config file; its keys are the long names of these options.
    #[arg(
        long,
        value_name = "FILE",
        env = "HERDTOP_CONFIG",
        help = "Config file [default: $XDG_CONFIG_HOME/herdtop/config.toml]"
    )]
    pub config: Option<PathBuf>,
    /// Which of these were given, and where.
    #[arg(skip)]
    pub origins: Origins,
}
