//! The two pages of help: `-h` is the short one, `--help` has everything in groups.
//!
//! Both have one line an option; clap's own long page takes three for each, which
//! were 230 lines. That each option has a variable is said once.

use clap::{Arg, ArgAction, Command};

use super::group::Group;

/// What the short page has of the options that many commands share.
const SHORT: [&str; 9] =
    ["port", "capacity", "url", "log", "record", "on-alert", "prometheus", "theme", "plain"];

/// What stands below the short page.
const MORE: &str = "'--help' instead of '-h' has every option, and examples.";

/// What stands below the long page of the program itself.
const EXAMPLES: &str = "\
Examples:
  herdtop -p 8080 -c 8000                     one port, and how many connections it admits
  herdtop -p 8080 ws://127.0.0.1:8080/ws      and connect to it: what is a client told now
  herdtop check wss://edge.example/ws         one verdict for a script: exit 0, 1, 2 or 3
  herdtop --record incident.rec -p 8080       keep it; 'herdtop replay incident.rec' shows it again
  herdtop explain 1012 1013                   which is it, what must clients do, what to check

Every option has a variable: HERDTOP_PORT for --port, and so on; a config file may set defaults.
Without a command: the live screen; with its output piped, one plain line per interval.
Exit codes: 0 done, 2 usage or start-up error; check: 0 ok, 1 warning, 2 critical, 3 unknown or usage.";

/// The examples, a command and what it is for.
pub fn examples() -> impl Iterator<Item = (&'static str, &'static str)> {
    let lines = EXAMPLES.lines().skip(1).take_while(|line| !line.is_empty());
    lines.filter_map(|line| line.trim().split_once("  ").map(|(run, why)| (run, why.trim())))
}

/// The command line with its options in groups.
pub(super) fn in_groups(command: Command) -> Command {
    whole(command.after_help(EXAMPLES))
}

fn whole(command: Command) -> Command {
    let help = Arg::new("help")
        .short('h')
        .long("help")
        .action(ArgAction::Help)
        .help("Everything in groups; -h: the short page");
    command
        .mut_args(|arg| arg.hide_env(true))
        .disable_help_flag(true)
        .arg(help)
        .mut_subcommands(whole)
}

/// The same with what is needed first.
pub(super) fn short(command: Command) -> Command {
    let most = |arg: Arg| {
        let first = SHORT.contains(&super::name(&arg));
        if Group::of(&arg).is_some() && !first {
            return arg.hide(true);
        }
        let help = arg.get_help().map(ToString::to_string).unwrap_or_default();
        let end = [": ", "; "].iter().filter_map(|end| help.find(end)).min();
        let arg = arg.help_heading(None::<&'static str>);
        // What else there is to know is on the long page.
        if let (true, Some(end)) = (first, end) { arg.help(help[..end].to_owned()) } else { arg }
    };
    command.after_help(MORE).mut_args(most).mut_subcommands(short)
}
