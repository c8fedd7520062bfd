//! The settings in words, each with where it comes from; never a secret.

use std::collections::BTreeSet;
use std::fmt::Display;
use std::path::{Path, PathBuf};

use super::Settings;
use super::file::File;
use super::flags::{self, FLAGS, Flag, KEPT, SCREEN};
use crate::app::{DEFAULT, Setting};
use crate::cli::{LiveArgs, Origin};
use crate::text;

/// What was given, and where.
#[derive(Debug, Clone)]
pub(super) struct Given {
    /// The flags, over the environment, over the config file.
    args: LiveArgs,
    in_file: BTreeSet<String>,
    /// Options the demo has chosen.
    pub(super) by_demo: &'static [&'static str],
    file: String,
}

impl Given {
    pub(super) fn new(args: &LiveArgs, file: &File) -> Self {
        Self {
            args: args.clone(),
            in_file: file.keys().map(str::to_owned).collect(),
            by_demo: &[],
            file: if file.path.as_os_str().is_empty() {
                "no config file was read".to_owned()
            } else {
                text::clean(&format!("config file {}", file.path.display()), 80)
            },
        }
    }
}

/// Longest value shown: two lines of a small terminal.
const LONGEST: usize = 120;

/// The heading over what matters to who reads a log.
const READ: &str = "READ";

impl Settings {
    /// What is in force, as the screen shows it.
    #[must_use]
    pub fn shown(&self) -> Vec<Setting> {
        let is_of_lines = |flag: &&Flag| flag.group == KEPT && flag.name.starts_with("log-");
        let matters = |flag: &&Flag| !self.logs.is_empty() || !is_of_lines(flag);
        FLAGS.iter().filter(matters).filter_map(|flag| self.row(flag, flag.group)).collect()
    }

    /// What matters over these logs: nothing is watched there, probed or kept.
    #[must_use]
    pub fn of_logs(&self, files: &[PathBuf]) -> Vec<Setting> {
        // The logs themselves are always typed.
        let mut rows = vec![self.setting(READ, "log", &listed(files))];
        rows[0].from = "flag".to_owned();
        let lines = FLAGS.iter().filter(|flag| flag.name.starts_with("log-"));
        rows.extend(lines.filter_map(|flag| self.row(flag, READ)));
        rows.push(self.setting(READ, "code", &list(flags::names(self), "as registered")));
        let judged = FLAGS.iter().filter(|flag| matches!(flag.name, "herd-factor" | "rule"));
        rows.extend(judged.filter_map(|flag| self.row(flag, flag.group)));
        rows.extend(self.looks());
        rows
    }

    /// Which config file was read, in words.
    #[must_use]
    pub fn file(&self) -> &str {
        &self.given.file
    }

    /// How it looks, which is all that matters over a recording.
    #[must_use]
    pub fn looks(&self) -> Vec<Setting> {
        let of_it = |flag: &&Flag| flag.group == SCREEN && flag.name != "no-summary";
        FLAGS.iter().filter(of_it).filter_map(|flag| self.row(flag, SCREEN)).collect()
    }

    /// The flags as given, over the environment, over the config file.
    pub(super) const fn args(&self) -> &LiveArgs {
        &self.given.args
    }

    fn row(&self, flag: &Flag, group: &'static str) -> Option<Setting> {
        Some(self.setting(group, flag.name, &(flag.value)(self)?))
    }

    fn setting(&self, group: &'static str, name: &'static str, value: &str) -> Setting {
        let from = origin_of(self, name).unwrap_or_else(|| DEFAULT.to_owned());
        Setting { group, name, value: text::clean(value, LONGEST), from }
    }
}

/// Flag over variable over config file; none where nothing was given.
pub(super) fn origin_of(settings: &Settings, name: &str) -> Option<String> {
    let given = &settings.given;
    // Two options for one thing.
    let also = (name == "marker" && settings.marker.is_none()).then_some("ascii");
    let typed = |name| given.args.origins.get(name);
    match also.and_then(typed).or_else(|| typed(name)) {
        Some(Origin::Flag) => Some("flag".to_owned()),
        Some(Origin::Variable(name)) => Some(name.clone()),
        None if given.in_file.contains(also.unwrap_or(name)) => Some("config file".to_owned()),
        None => given.by_demo.contains(&name).then(|| "demo".to_owned()),
    }
}

pub(super) fn yes(on: bool) -> String {
    if on { "yes" } else { "no" }.to_owned()
}

pub(super) fn list<T: Display>(all: impl Iterator<Item = T>, none: &str) -> String {
    given(all).unwrap_or_else(|| none.to_owned())
}

/// What is only told of where somebody gave it.
pub(super) fn given<T: Display>(all: impl Iterator<Item = T>) -> Option<String> {
    let all: Vec<String> = all.map(|one| one.to_string()).collect();
    (!all.is_empty()).then(|| all.join(", "))
}

pub(super) fn listed(files: &[PathBuf]) -> String {
    list(files.iter().map(|path| Path::to_string_lossy(path)), "none")
}
