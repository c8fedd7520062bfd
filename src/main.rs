//! herdtop: parse, run, print the error chain, exit.

use std::io::Write;
use std::process::ExitCode;

use herdtop::cli::{self, Complaint};
use herdtop::run;

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
            let line = format!("herdtop: {error:#}").replace(['\n', '\r'], " ");
            let _ = writeln!(std::io::stderr(), "{line}");
            ExitCode::from(wrong)
        }
    }
}
