//! Options of whatever has a screen: how it looks, and who has the mouse.

use clap::{ArgAction, Args, ValueEnum};

use super::group::Group;
use super::value;

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

#[expect(clippy::struct_excessive_bools, reason = "each is a flag of its own on the command line")]
/// How it looks. Absent = environment, config file, default.
#[derive(Debug, Clone, Default, Args)]
pub struct LookArgs {
    /// Theme by name, or a file
    #[arg(long, value_name = "NAME|PATH", env = "HERDTOP_THEME", help_heading = Group::Look.heading())]
    pub theme: Option<String>,
    /// Colours: auto, 16, 256, truecolor, never [default: auto]
    #[arg(long, value_name = "WHEN", env = "HERDTOP_COLOR", hide_possible_values = true, help_heading = Group::Look.heading())]
    pub color: Option<ColorChoice>,
    /// Draw charts with: block, braille, ascii [default: by terminal and locale]
    #[arg(long, value_name = "MARKER", env = "HERDTOP_MARKER", hide_possible_values = true, help_heading = Group::Look.heading())]
    pub marker: Option<Marker>,
    /// Draw with ASCII only
    #[arg(long, env = "HERDTOP_ASCII", action = ArgAction::SetTrue, help_heading = Group::Look.heading())]
    pub ascii: bool,
    /// Synchronized frames: auto (not in tmux), on, off [default: auto]
    #[arg(long, value_name = "WHEN", env = "HERDTOP_SYNC", hide_possible_values = true, help_heading = Group::Look.heading())]
    pub sync: Option<SyncChoice>,
    /// No screen: a line for each change, for a screen reader
    #[arg(long, env = "HERDTOP_PLAIN", action = ArgAction::SetTrue, help_heading = Group::Look.heading())]
    pub plain: bool,
    /// Link every alert of the screen to its runbook, {rule} being its rule (OSC 8, not in tmux)
    #[arg(long, value_name = "URL", env = "HERDTOP_RUNBOOK_URL", value_parser = value::runbook_url, help_heading = Group::Look.heading())]
    pub runbook_url: Option<String>,
    /// Time zone of all times: local, utc, or a name such as Europe/Vienna [default: local]
    #[arg(long, value_name = "ZONE", env = "HERDTOP_TZ", help_heading = Group::Look.heading())]
    pub tz: Option<String>,
    /// Show and keep pseudonyms for addresses, host names and paths, other ones in each run
    #[arg(long, env = "HERDTOP_REDACT", action = ArgAction::SetTrue, help_heading = Group::Recording.heading())]
    pub redact: bool,
    /// Leave the mouse to the terminal: its selection works as ever
    #[arg(long, env = "HERDTOP_NO_MOUSE", action = ArgAction::SetTrue, help_heading = Group::Look.heading())]
    pub no_mouse: bool,
}
