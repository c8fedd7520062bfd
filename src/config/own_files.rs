//! Files that say what the program does: read and written only where they are the
//! user's own.

use std::fs::{DirBuilder, OpenOptions};
use std::io::{self, Read, Write};
use std::os::unix::fs::{DirBuilderExt, OpenOptionsExt, PermissionsExt};
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

/// Gives a file another text, at once, so that a file that is read meanwhile is whole;
/// with `sync` it is on the disk then. A link stays a link where each step of the way,
/// also those it leads over, is ours: one that somebody else has laid is not followed.
pub(super) fn replace(path: &Path, text: &str, sync: bool) -> Result<(), OwnFileError> {
    let path = match ownership::owned(path) {
        Err(error) if error.is_missing() => path.to_owned(),
        found => found?,
    };
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty());
    let folder = folder.unwrap_or(Path::new("."));
    ownership::owned_so_far(folder)?;
    DirBuilder::new().recursive(true).mode(0o700).create(folder)?;
    let mode = std::fs::metadata(&path).map_or(0o600, |about| about.permissions().mode() & 0o777);
    let mut name = path.file_name().unwrap_or_default().to_owned();
    name.push(format!(".{}", std::process::id()));
    let beside = folder.join(name);
    // What is there already, a link too, is not written through.
    let mut file = OpenOptions::new().write(true).create_new(true).mode(mode).open(&beside)?;
    let written = file.write_all(text.as_bytes());
    let written = if sync { written.and_then(|()| file.sync_all()) } else { written };
    let done = written.and_then(|()| std::fs::rename(&beside, &path));
    if done.is_err() {
        let _ = std::fs::remove_file(&beside);
    }
    Ok(done?)
}

#[cfg(test)]
pub(super) mod tests {
    use std::fs::{self, Permissions};
    use std::os::unix::fs::symlink;

    use super::*;

    /// A folder with nobody else's above it: the temporary one is not.
    pub(in crate::config) fn folder() -> tempfile::TempDir {
        let here = Path::new(env!("CARGO_MANIFEST_DIR")).join("target");
        fs::create_dir_all(&here).unwrap();
        tempfile::tempdir_in(here).unwrap()
    }

    #[test]
    fn a_link_of_ones_own_stays_one_and_a_planted_one_is_not_followed() {
        let folder = folder();
        let at = |name: &str| folder.path().join(name);
        let read = |name: &str| fs::read_to_string(at(name)).unwrap();
        fs::write(at("file"), "before").unwrap();
        symlink("file", at("link")).unwrap();
        replace(&at("link"), "ours", false).unwrap();
        assert!(fs::symlink_metadata(at("link")).unwrap().is_symlink());
        assert_eq!(read("file"), "ours");
        // Whoever may write there could have laid it.
        fs::create_dir(at("open")).unwrap();
        symlink("../file", at("open/link")).unwrap();
        fs::set_permissions(at("open"), Permissions::from_mode(0o777)).unwrap();
        let refused = replace(&at("open/link"), "theirs", false).unwrap_err().to_string();
        let open = at("open");
        let open = format!("'{}' can be written by others (mode 0777)", open.display());
        assert_eq!((refused, read("file")), (open, "ours".to_owned()));
    }

    #[test]
    fn what_stands_in_the_place_of_the_new_file_is_left_as_it_is() {
        let folder = folder();
        let at = |name: &str| folder.path().join(name);
        fs::write(at("victim"), "before").unwrap();
        let beside = format!("file.{}", std::process::id());
        symlink("victim", at(&beside)).unwrap();
        assert!(replace(&at("file"), "ours", false).is_err());
        assert_eq!(fs::read_to_string(at("victim")).unwrap(), "before");
        assert!(fs::symlink_metadata(at(&beside)).is_ok() && !at("file").exists());
        // A link to nothing is replaced; what it names is not made.
        symlink("nothing", at("new")).unwrap();
        replace(&at("new"), "ours", true).unwrap();
        assert_eq!(fs::read_to_string(at("new")).unwrap(), "ours");
        assert!(!at("nothing").exists());
    }
}
