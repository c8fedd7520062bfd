//! Files that say what the program does: read only where they are the user's own.

use std::io::{self, Read};
use std::path::Path;

use crate::source::file::{FileError, open_regular};
use crate::source::ownership::{self, OwnershipError};

/// Why such a file is not obeyed; the end of a line.
#[derive(Debug, thiserror::Error)]
pub(super) enum OwnFileError {
    /// It is somebody else's.
    #[error("{0}")]
    Ownership(#[from] OwnershipError),
    /// It is no file, or too large.
    #[error("{0}")]
    File(#[from] FileError),
}

impl From<io::Error> for OwnFileError {
    fn from(error: io::Error) -> Self {
        Self::File(error.into())
    }
}

impl OwnFileError {
    /// What became of a file that is not obeyed for this.
    pub(super) const fn word(&self) -> &'static str {
        match self {
            Self::Ownership(OwnershipError::Foreign { .. } | OwnershipError::Open { .. }) => {
                "ignored"
            }
            Self::Ownership(OwnershipError::Io(_)) | Self::File(_) => "not read",
        }
    }
}

/// Whether there may be something of that name, whosever it is: of a folder that
/// was never made nothing is said.
pub(super) fn is_there(path: &Path) -> bool {
    let missing = |error: &io::Error| error.kind() == io::ErrorKind::NotFound;
    !std::fs::symlink_metadata(path).is_err_and(|error| missing(&error))
}

/// The text of a file nobody named: it and every folder above it are ours.
pub(super) fn found(path: &Path, limit: u64) -> Result<String, OwnFileError> {
    named(&ownership::owned(path)?, limit)
}

/// The text of a file the user named: it is ours, the folders are the user's choice.
pub(super) fn named(path: &Path, limit: u64) -> Result<String, OwnFileError> {
    let file = open_regular(path)?;
    let about = file.metadata()?;
    ownership::own_file(path, &about)?;
    let mut bytes = Vec::new();
    file.take(limit + 1).read_to_end(&mut bytes)?;
    if bytes.len() as u64 > limit {
        return Err(FileError::TooLarge(limit).into());
    }
    let text = String::from_utf8(bytes);
    text.map_err(|_| io::Error::new(io::ErrorKind::InvalidData, "it is not UTF-8 text").into())
}
