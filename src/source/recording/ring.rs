//! The last day of this host, kept in the state folder by `stream --ring`.

use std::fs::{DirBuilder, File, OpenOptions};
use std::io;
use std::os::unix::fs::{DirBuilderExt, OpenOptionsExt};
use std::path::{Path, PathBuf};

use rustix::fs::{FlockOperation, flock};

use super::parts::{self, Keep};
use super::writing::NO_LINK;
use crate::source::ownership::{self, OwnershipError};

/// The newest part.
const NAME: &str = "ring.rec";

/// Held while the ring is written: two writers would drop each other's parts.
#[derive(Debug)]
pub struct Claim {
    _lock: File,
}

/// Where the newest part of a folder's ring is.
#[must_use]
pub fn file(folder: &Path) -> PathBuf {
    folder.join(NAME)
}

/// Whether what is in this ring may be believed: it is shown as what was before.
///
/// # Errors
/// When it, or a folder above it, is somebody else's or can be written by others.
pub fn own(folder: &Path) -> Result<(), OwnershipError> {
    ownership::owned(&file(folder)).map(drop)
}

/// Makes the folder its owner's alone, takes the ring for us, and moves what an
/// earlier run has left one part back.
///
/// # Errors
/// When the folder cannot be made or written, others may write it or a folder above
/// it, or another herdtop keeps it.
pub fn claim(folder: &Path, keep: Keep) -> io::Result<Claim> {
    ownership::owned_so_far(folder).map_err(io::Error::other)?;
    DirBuilder::new().recursive(true).mode(0o700).create(folder)?;
    let mut options = OpenOptions::new();
    let lock = options.create(true).truncate(false).write(true).mode(0o600);
    let lock = lock.custom_flags(NO_LINK).open(folder.join("ring.lock"))?;
    flock(&lock, FlockOperation::NonBlockingLockExclusive).map_err(|error| match error {
        rustix::io::Errno::WOULDBLOCK => io::Error::other("another herdtop keeps the ring there"),
        other => other.into(),
    })?;
    parts::shift(&file(folder), keep.older)?;
    Ok(Claim { _lock: lock })
}
