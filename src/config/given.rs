//! What was given for each flag, and where.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use super::Settings;
use crate::cli::{LiveArgs, Origin};
use crate::text;

/// What was given, and where.
#[derive(Debug, Clone)]
pub(super) struct Given {
    /// The flags, over the environment, over the config file.
    pub(super) args: LiveArgs,
    in_file: BTreeSet<String>,
    /// Options that were changed on the screen, as typed.
    pub(super) by_screen: BTreeMap<String, Vec<String>>,
    /// The file that was read; empty where none was.
    pub(super) path: PathBuf,
    /// Options the demo has chosen.
    pub(super) by_demo: &'static [&'static str],
    file: String,
}

impl Given {
    pub(super) fn new<'k>(
        args: &LiveArgs,
        in_file: impl Iterator<Item = &'k str>,
        file: &Path,
    ) -> Self {
        Self {
            args: args.clone(),
            in_file: in_file.map(str::to_owned).collect(),
            by_demo: &[],
            by_screen: BTreeMap::new(),
            path: file.to_owned(),
            file: if file.as_os_str().is_empty() {
                "no config file was read".to_owned()
            } else {
                text::clean(&format!("config file {}", file.display()), 80)
            },
        }
    }
}

impl Settings {
    /// Which config file was read, in words.
    #[must_use]
    pub fn file(&self) -> &str {
        &self.given.file
    }

    /// The flags as given, over the environment, over the config file.
    pub(super) const fn args(&self) -> &LiveArgs {
        &self.given.args
    }
}

/// Flag over variable over config file; none where nothing was given.
pub(super) fn origin_of(settings: &Settings, name: &str) -> Option<String> {
    let given = &settings.given;
    // Two options for one thing.
    let also = (name == "marker" && settings.marker.is_none()).then_some("ascii");
    if given.by_screen.contains_key(name) {
        return Some("screen".to_owned());
    }
    let typed = |name| given.args.origins.get(name);
    match also.and_then(typed).or_else(|| typed(name)) {
        Some(Origin::Flag) => Some("flag".to_owned()),
        Some(Origin::Variable(name)) => Some(name.clone()),
        None if given.in_file.contains(also.unwrap_or(name)) => Some("config file".to_owned()),
        None => given.by_demo.contains(&name).then(|| "demo".to_owned()),
    }
}
