//! The README's table of flags, from their one description.

use std::collections::BTreeSet;
use std::fmt::Write;

use clap::{Arg, ArgAction};
use herdtop::{cli, config};

#[test]
fn the_readme_lists_every_flag_as_the_help_does() {
    let keys: BTreeSet<&str> = config::file_keys().collect();
    let mut table = "| flag | meaning | default | config file |\n|---|---|---|---|\n".to_owned();
    let command = cli::command();
    for option in command.get_arguments().filter(|arg| !arg.is_hide_set()) {
        if ["help", "version"].contains(&option.get_id().as_str()) {
            continue;
        }
        let help = option.get_help().map(ToString::to_string).unwrap_or_default();
        let (meaning, default) = match help.split_once(" [default: ") {
            Some((meaning, default)) => (meaning, default.trim_end_matches(']')),
            None => (help.as_str(), ""),
        };
        let key = if keys.contains(cli::name(option)) { "yes" } else { "" };
        let escaped = |cell: &str| cell.replace('|', "\\|").replace('<', "&lt;");
        let cells = [&typed(option), meaning, default, key].map(escaped);
        writeln!(table, "| {} |", cells.join(" | ").replace("|  |", "| |")).expect("a string");
    }
    super::hold("README.md", "flags", &table.replace("|  |", "| |"));
}

/// `` `-p, --port PORT` ``.
fn typed(option: &Arg) -> String {
    let short = option.get_short().map(|short| format!("-{short}"));
    let long = option.get_long().map(|long| format!("--{long}"));
    let names: Vec<String> = short.into_iter().chain(long).collect();
    let takes_value = !matches!(option.get_action(), ArgAction::SetTrue);
    let value = option.get_value_names().and_then(|names| names.first()).filter(|_| takes_value);
    let words: Vec<String> = [names.join(", ")]
        .into_iter()
        .chain(value.map(ToString::to_string))
        .filter(|word| !word.is_empty())
        .collect();
    format!("`{}`", words.join(" "))
}
