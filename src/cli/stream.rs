//! `herdtop stream`.

use std::path::PathBuf;

use clap::{ArgAction, Args};

use super::group::Group;
use super::live::LiveArgs;

/// One JSON status per interval.
#[derive(Debug, Args)]
pub struct StreamArgs {
    /// What to watch.
    #[command(flatten)]
    pub live: LiveArgs,
    /// Keep the last 24 hours in the state folder: a screen that opens later shows them
    #[arg(long, env = "HERDTOP_RING", action = ArgAction::SetTrue, conflicts_with = "record", help_heading = Group::Recording.heading())]
    pub ring: bool,
    /// Write metrics into this folder of a textfile collector, as node-exporter has one, instead of documents
    #[arg(long, value_name = "DIR", env = "HERDTOP_TEXTFILE")]
    pub textfile: Option<PathBuf>,
}
