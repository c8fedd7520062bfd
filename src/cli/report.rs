//! `herdtop report`.

use std::path::PathBuf;

use clap::{Args, ValueEnum};

use super::group::Group;
use super::moment::{self, MomentArg};

/// How a report is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum ReportFormat {
    /// Markdown.
    Md,
    /// The status document of its end.
    Json,
    /// One HTML file that needs no other.
    Html,
}

/// The incident report of a recording.
#[derive(Debug, Args)]
pub struct ReportArgs {
    /// The recording; its older parts FILE.1, FILE.2 … are read along; - is standard input
    #[arg(value_name = "FILE")]
    pub file: PathBuf,
    /// How to write it: md, json, html
    #[arg(
        long,
        value_name = "FORMAT",
        env = "HERDTOP_FORMAT",
        default_value = "md",
        hide_possible_values = true
    )]
    pub format: ReportFormat,
    /// Tell pseudonyms for addresses, host names and paths, other ones in each run
    #[arg(long, env = "HERDTOP_REDACT", help_heading = Group::Recording.heading())]
    pub redact: bool,
    /// Tell from this time on: 14:05:23, 2026-11-21T14:05:23Z, or '30m ago', counted from its end
    #[arg(long, value_name = "TIME", env = "HERDTOP_FROM", value_parser = moment::parse)]
    pub from: Option<MomentArg>,
    /// Tell no further than to this time
    #[arg(long, value_name = "TIME", env = "HERDTOP_TO", value_parser = moment::parse)]
    pub to: Option<MomentArg>,
}
