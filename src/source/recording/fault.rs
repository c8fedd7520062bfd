//! What is wrong with a recording, in one line each.

use std::fmt;
use std::io;

use crate::text;

/// How a recording ends too early.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FaultKind {
    /// It stops in the middle, or without its last line.
    Truncated,
    /// A checksum or a line is wrong.
    Damaged,
}

/// Where reading had to stop; everything before it has been given.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fault {
    /// How.
    pub kind: FaultKind,
    /// The file, as named.
    pub file: String,
    /// Bytes of the file up to the block that cannot be read.
    pub byte: u64,
    /// Lines read before it, the header among them.
    pub line: u64,
    /// What was found there.
    pub what: String,
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { kind, file, byte, line, what } = self;
        let word = match kind {
            FaultKind::Truncated => "truncated",
            FaultKind::Damaged => "damaged",
        };
        write!(f, "recording '{file}' is {word} at byte {byte}, after line {line}: {what}")
    }
}

/// Why a file cannot be read as a recording at all.
#[derive(Debug, thiserror::Error)]
pub enum OpenError {
    /// The system refuses.
    #[error("recording '{file}': {error}")]
    Unreadable {
        /// The file, as named.
        file: String,
        /// Why.
        error: io::Error,
    },
    /// There is nothing in it.
    #[error("recording '{0}' is empty: nothing was recorded")]
    Empty(String),
    /// Something else.
    #[error("'{file}' is not a recording: {what}; 'herdtop --record FILE' makes one")]
    Other {
        /// The file, as named.
        file: String,
        /// What it is instead.
        what: String,
    },
    /// From a later version of this program.
    #[error(
        "recording '{file}' has format {version}, written by herdtop {herdtop}: this one reads up to format {}; use that version or a newer one",
        super::VERSION
    )]
    Newer {
        /// The file, as named.
        file: String,
        /// Its format.
        version: u32,
        /// Who wrote it.
        herdtop: String,
    },
    /// It breaks off or is damaged before its first record.
    #[error("{0}; nothing before that")]
    Broken(Fault),
}

/// A file's name as it may be shown.
pub(super) fn shown(path: &std::path::Path) -> String {
    text::clean(&path.to_string_lossy(), 80)
}
