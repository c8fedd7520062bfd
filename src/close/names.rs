//! The user's own names of codes: `--code 4408="auth timeout"`.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::CloseCode;

/// Names given on the command line; they go before the registry's.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Names(BTreeMap<u16, String>);

impl Names {
    /// Gives a code a name, which has to be clean already.
    pub fn set(&mut self, code: CloseCode, name: String) {
        self.0.insert(code.0, name);
    }

    /// The user's name of a code.
    #[must_use]
    pub fn get(&self, code: CloseCode) -> Option<&str> {
        self.0.get(&code.0).map(String::as_str)
    }

    /// All of them, lowest code first.
    pub fn iter(&self) -> impl Iterator<Item = (CloseCode, &str)> {
        self.0.iter().map(|(code, name)| (CloseCode(*code), name.as_str()))
    }
}
