//! The settings in words, each with where it comes from; never a secret.

use std::path::PathBuf;

use super::flags::{self, FLAGS, Flag};
use super::given::origin_of;
use super::in_force::{self, list, listed};
use super::{Settings, edit};
use crate::app::{DEFAULT, Setting};
use crate::cli::Group;
use crate::text;

/// Longest value shown: two lines of a small terminal.
const LONGEST: usize = 120;

/// The heading over what matters to who reads a log.
const READ: &str = "READ";

impl Settings {
    /// What is in force, as the screen shows it.
    #[must_use]
    pub fn shown(&self) -> Vec<Setting> {
        let is_of_lines =
            |flag: &&Flag| flag.group() == Group::Log && flag.name.starts_with("log-");
        let matters = |flag: &&Flag| !self.logs.is_empty() || !is_of_lines(flag);
        FLAGS
            .iter()
            .filter(matters)
            .filter_map(|flag| self.row(flag, flag.group().title()))
            .collect()
    }

    /// What matters over these logs: nothing is watched there, probed or kept.
    #[must_use]
    pub fn of_logs(&self, files: &[PathBuf]) -> Vec<Setting> {
        // The logs themselves are always typed.
        let typed = self.setting(READ, "log", &listed(files));
        let mut rows = vec![Setting { from: "flag".to_owned(), ..typed }];
        let lines = FLAGS.iter().filter(|flag| flag.name.starts_with("log-"));
        rows.extend(lines.filter_map(|flag| self.row(flag, READ)));
        rows.push(self.setting(READ, "code", &list(in_force::names(self), "as registered")));
        let judged = FLAGS.iter().filter(|flag| matches!(flag.name, "herd-factor" | "rule"));
        rows.extend(judged.filter_map(|flag| self.row(flag, flag.group().title())));
        rows.extend(self.appearance());
        rows
    }

    /// How it looks, which is all that matters over a recording.
    #[must_use]
    pub fn appearance(&self) -> Vec<Setting> {
        let of_it = |flag: &&Flag| flag.group() == Group::Look && flag.name != "no-summary";
        FLAGS.iter().filter(of_it).filter_map(|flag| self.row(flag, Group::Look.title())).collect()
    }

    fn row(&self, flag: &Flag, group: &'static str) -> Option<Setting> {
        Some(self.setting(group, flag.name, &(flag.value)(self)?))
    }

    fn setting(&self, group: &'static str, name: &'static str, value: &str) -> Setting {
        let from = origin_of(self, name).unwrap_or_else(|| DEFAULT.to_owned());
        let (about, usual) = self::about(name);
        let change = edit::change(self, name);
        Setting { group, name, value: text::clean(value, LONGEST), from, about, usual, change }
    }
}

/// What an option does and what it is without being given, as the help has it.
fn about(name: &str) -> (String, String) {
    let help = flags::option(name)
        .and_then(clap::Arg::get_help)
        .map(ToString::to_string)
        .unwrap_or_default();
    match help.split_once(" [default: ") {
        Some((about, usual)) => (about.to_owned(), usual.trim_end_matches(']').to_owned()),
        None => (help, String::new()),
    }
}
