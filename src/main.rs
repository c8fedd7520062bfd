//! herdtop: parse, run, print the error chain, exit.

use std::io::Write;
use std::process::ExitCode;

use herdtop::cli::{self, Complaint};
use herdtop::{run, text};

/// Columns of a complaint: of more nobody reads the end.
const LONGEST: usize = 2_000;

fn main() -> ExitCode {
    let args: Vec<_> = std::env::args_os().collect();
    // A typo in a monitoring probe must not page: `check` ends with "unknown".
    // The word may also be part of what `explain` is asked.
    let command = args.iter().skip(1).find(|a| *a == "check" || *a == "explain");
    let wrong = if command.is_some_and(|a| a == "check") { 3 } else { 2 };
    let outcome = match cli::parse(args) {
        Ok(cli) => run::run(cli),
        Err(Complaint::Asked(text)) => {
            // A reader that closed early has read what it wanted.
            let _ = std::io::stdout().write_all(text.as_bytes());
            return ExitCode::SUCCESS;
        }
        Err(Complaint::Wrong(line)) => Err(anyhow::Error::msg(line)),
    };
    match outcome {
        Ok(code) => ExitCode::from(code),
        Err(error) => {
            // What was typed is named as it was typed, but for what a terminal would obey
            // or nobody sees.
            let line = text::clean(&format!("{error:#}").replace(['\n', '\r'], " "), LONGEST);
            let _ = writeln!(std::io::stderr(), "herdtop: {line}");
            ExitCode::from(wrong)
        }
    }
}
