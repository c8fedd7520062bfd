//! `herdtop replay`.

use std::path::PathBuf;

use clap::{ArgAction, Args};

use super::live::{ColorChoice, Marker, SyncChoice};
use super::moment::{self, Moment};
use super::origins::Origins;
use super::value;

/// The screens over a recording.
#[expect(clippy::struct_excessive_bools, reason = "each is a flag of its own")]
#[derive(Debug, Args)]
pub struct ReplayArgs {
    /// The recording; its older parts FILE.1, FILE.2 … are read along; - is standard input
    #[arg(value_name = "FILE")]
    pub file: PathBuf,
    /// Begin at this time: 14:05:23, 2026-11-21T14:05:23Z, or '3m ago', counted from its end
    #[arg(long, value_name = "TIME", value_parser = moment::parse)]
    pub at: Option<Moment>,
    /// Times as fast as it was; 0 stands still [default: 1; without a screen as fast as it can]
    #[arg(long, value_name = "N", value_parser = value::speed)]
    pub speed: Option<f64>,
    /// No screen: plain lines, and the verdict at the end
    #[arg(long)]
    pub no_screen: bool,
    /// No screen: a line for each change, for a screen reader
    #[arg(long, env = "HERDTOP_PLAIN", action = ArgAction::SetTrue)]
    pub plain: bool,
    /// Print the status document of its end, or of --at, and nothing else
    #[arg(long)]
    pub json: bool,
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
    /// Leave the mouse to the terminal: its selection works as ever
    #[arg(long, env = "HERDTOP_NO_MOUSE", action = ArgAction::SetTrue)]
    pub no_mouse: bool,
    /// Which of these were given, and where.
    #[arg(skip)]
    pub origins: Origins,
}
