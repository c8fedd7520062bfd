//! `herdtop replay`.

use std::path::PathBuf;

use clap::Args;

use super::look::LookArgs;
use super::moment::{self, MomentArg};
use super::origins::Origins;
use super::value;

/// The screens over a recording.
#[derive(Debug, Args)]
pub struct ReplayArgs {
    /// The recording; its older parts FILE.1, FILE.2 … are read along; - is standard input
    #[arg(value_name = "FILE")]
    pub file: PathBuf,
    /// Begin at this time: 14:05:23, 2026-11-21T14:05:23Z, or '3m ago', counted from its end
    #[arg(long, value_name = "TIME", value_parser = moment::parse)]
    pub at: Option<MomentArg>,
    /// Times as fast as it was; 0 stands still [default: 1; without a screen as fast as it can]
    #[arg(long, value_name = "N", value_parser = value::speed)]
    pub speed: Option<f64>,
    /// No screen: plain lines, and the verdict at the end
    #[arg(long)]
    pub no_screen: bool,
    /// Print the status document of its end, or of --at, and nothing else
    #[arg(long)]
    pub json: bool,
    /// How it looks.
    #[command(flatten)]
    pub look: LookArgs,
    /// Which of these were given, and where.
    #[arg(skip)]
    pub origins: Origins,
}
