//! `herdtop explain`.

use clap::{ArgAction, Args};

use super::group::Group;
use super::value;
use crate::close::CloseCode;

/// What a code means and what is to be done.
#[derive(Debug, Args)]
pub struct ExplainArgs {
    /// Close codes, HTTP statuses, or words such as: try again, oom, phoenix [default: all codes]
    #[arg(value_name = "CODE", allow_negative_numbers = true)]
    pub asked: Vec<String>,
    /// A name of your own for a code, such as 4408="auth timeout"; again or with commas for more
    #[arg(long = "code", value_name = "N=NAME", env = "HERDTOP_CODE", value_delimiter = ',', action = ArgAction::Append, value_parser = value::code, help_heading = Group::Probes.heading())]
    pub names: Vec<(CloseCode, String)>,
    /// Print JSON
    #[arg(long)]
    pub json: bool,
}
