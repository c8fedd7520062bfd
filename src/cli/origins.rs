//! Which options were typed, and which came from the environment.

use std::collections::BTreeMap;

use clap::parser::ValueSource;
use clap::{ArgMatches, Command};

/// Where a value was given.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Origin {
    /// On the command line.
    Flag,
    /// In this variable.
    Variable(String),
}

/// The options that were given, by their long names; a target by `url`.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Origins(BTreeMap<String, Origin>);

impl Origins {
    /// Of what was parsed, the subcommand's where there is one.
    pub(super) fn of(command: &Command, matches: &ArgMatches) -> Self {
        if let Some((name, matches)) = matches.subcommand()
            && let Some(command) = command.find_subcommand(name)
        {
            return Self::of(command, matches);
        }
        let given = command.get_arguments().filter_map(|arg| {
            let id = arg.get_id().as_str();
            let origin = match matches.value_source(id)? {
                ValueSource::CommandLine => Origin::Flag,
                ValueSource::EnvVariable => {
                    Origin::Variable(arg.get_env()?.to_string_lossy().into_owned())
                }
                _ => return None,
            };
            Some((super::name(arg).to_owned(), origin))
        });
        Self(given.collect())
    }

    /// Where the option was given; none where it was not.
    #[must_use]
    pub fn get(&self, name: &str) -> Option<&Origin> {
        self.0.get(name)
    }
}
