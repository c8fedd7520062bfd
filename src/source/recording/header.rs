//! The first line: whose samples these are and how they were judged.

use serde::{Deserialize, Serialize};

use super::{SCHEMA, VERSION};
use crate::close::Names;
use crate::detect::Thresholds;
use crate::model::ModelConfig;
use crate::sample::Stamp;
use crate::text;

/// The host the samples were taken on.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct RecordedHost {
    /// Its name, clean.
    pub name: String,
    /// `uname -r`, clean.
    pub kernel: String,
}

/// What a session has to know to be built as it was.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Header {
    /// `herdtop.recording/1`.
    pub schema: String,
    /// The version of the program that wrote it.
    pub herdtop: String,
    /// Where.
    pub host: RecordedHost,
    /// When the run began; the same in all its parts.
    pub started: Stamp,
    /// Which part of the run this is, from 1.
    pub part: u32,
    /// What was watched, in words.
    pub watching: String,
    /// What the model had to know.
    pub model: ModelConfig,
    /// The levels of the rules.
    pub thresholds: Thresholds,
    /// The user's own names of close codes.
    #[serde(default)]
    pub names: Names,
}

impl Header {
    /// The header of a run that begins now.
    #[must_use]
    pub fn new(
        host: RecordedHost,
        started: Stamp,
        watching: String,
        model: ModelConfig,
        thresholds: Thresholds,
        names: Names,
    ) -> Self {
        Self {
            schema: format!("{SCHEMA}{VERSION}"),
            herdtop: env!("CARGO_PKG_VERSION").to_owned(),
            host,
            started,
            part: 1,
            watching,
            model,
            thresholds,
            names,
        }
    }

    /// The same with its words as long as a screen has room for them, whoever wrote
    /// them.
    pub(super) fn cut(self) -> Self {
        let host = RecordedHost {
            name: text::clean(&self.host.name, 40),
            kernel: text::clean(&self.host.kernel, 40),
        };
        let (herdtop, watching) = (text::clean(&self.herdtop, 20), text::clean(&self.watching, 80));
        Self { herdtop, host, watching, ..self }
    }

    /// Whether the other is the part of the same run right before this one.
    pub(super) fn follows(&self, other: &Self) -> bool {
        self.started == other.started
            && self.host == other.host
            && other.part.checked_add(1) == Some(self.part)
    }
}
