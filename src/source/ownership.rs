//! Whose a file is that is obeyed, not only read.
//!
//! A config names a program to run, a theme decides what is on the screen, a ring
//! is written over: whoever can change one of them, or rename a folder on the way
//! to it, acts as the user who runs herdtop. For root, with the `HOME` and the
//! variables of whoever typed `sudo -E`, that is a way to become root. So each
//! step of the path has to belong to us, or to root, and nobody else may write it.
//! The system's temporary folder is no exception: in a sticky folder others cannot
//! take a name away, but they can be there first.

use std::collections::VecDeque;
use std::ffi::OsString;
use std::fs::Metadata;
use std::io;
use std::os::unix::fs::MetadataExt;
use std::path::{Component, Path, PathBuf};

use crate::text;

/// Links that are followed, as the kernel does (`path_resolution(7)`).
const MOST_LINKS: usize = 40;

/// Why a file is not obeyed; the end of a line.
#[derive(Debug, thiserror::Error)]
pub enum OwnershipError {
    /// It, or a folder above it, is somebody else's.
    #[error("'{path}' belongs to uid {owner}, not to {}", expected())]
    Foreign {
        /// What is.
        path: String,
        /// Whose it is.
        owner: u32,
    },
    /// Somebody else could change it, or put another in its place.
    #[error("'{path}' can be written by others (mode {mode:04o})")]
    Open {
        /// What can.
        path: String,
        /// Its permission bits.
        mode: u32,
    },
    /// The kernel's word.
    #[error("{0}")]
    Io(#[from] io::Error),
}

impl OwnershipError {
    /// Whether there is nothing of that name.
    #[must_use]
    pub fn is_missing(&self) -> bool {
        matches!(self, Self::Io(error) if error.kind() == io::ErrorKind::NotFound)
    }
}

/// Whose it would have to be.
fn expected() -> String {
    match rustix::process::geteuid().as_raw() {
        0 => "root".to_owned(),
        uid => format!("uid {uid}, who runs this, or root"),
    }
}

/// Where the path leads, each step of it ours: links resolved, so that it cannot
/// lead elsewhere afterwards.
///
/// # Errors
/// When a step belongs to somebody else, can be written by others, or is not there.
pub fn owned(path: &Path) -> Result<PathBuf, OwnershipError> {
    let mut left: VecDeque<OsString> = names(&std::path::absolute(path)?);
    let (mut at, mut links) = (PathBuf::from("/"), 0);
    check(&at, &std::fs::metadata(&at)?)?;
    while let Some(name) = left.pop_front() {
        if name == ".." {
            at.pop();
            continue;
        }
        let next = at.join(&name);
        let about = std::fs::symlink_metadata(&next)?;
        if about.is_symlink() {
            links += 1;
            if links > MOST_LINKS {
                return Err(io::Error::from(rustix::io::Errno::LOOP).into());
            }
            check_owner(&next, &about)?;
            let to = std::fs::read_link(&next)?;
            if to.is_absolute() {
                at = PathBuf::from("/");
            }
            let mut ahead = names(&to);
            ahead.append(&mut left);
            left = ahead;
            continue;
        }
        check(&next, &about)?;
        at = next;
    }
    Ok(at)
}

/// The same of a folder that may still have to be made: of it as far as it is there.
///
/// # Errors
/// As [`owned`], but for what is not there.
pub fn owned_so_far(folder: &Path) -> Result<(), OwnershipError> {
    for step in folder.ancestors().filter(|step| !step.as_os_str().is_empty()) {
        match owned(step) {
            Err(error) if error.is_missing() => {}
            found => return found.map(drop),
        }
    }
    owned(Path::new(".")).map(drop)
}

/// Whether an open file, named by the user, is the user's own: folders above it
/// are the user's choice.
///
/// # Errors
/// When it belongs to somebody else or can be written by others.
pub fn own_file(path: &Path, about: &Metadata) -> Result<(), OwnershipError> {
    check(path, about)
}

fn names(path: &Path) -> VecDeque<OsString> {
    let name = |part: Component<'_>| match part {
        Component::Normal(name) => Some(name.to_owned()),
        Component::ParentDir => Some(OsString::from("..")),
        _ => None,
    };
    path.components().filter_map(name).collect()
}

fn check(path: &Path, about: &Metadata) -> Result<(), OwnershipError> {
    check_owner(path, about)?;
    let mode = about.mode() & 0o7777;
    let (group, others) = (mode & 0o020 != 0, mode & 0o002 != 0);
    // Where every user has a group of the same number (useradd's default), files
    // are made writable by it; there is nobody else in it.
    let alone = about.gid() == about.uid() && about.uid() != 0;
    if others || group && !alone {
        return Err(OwnershipError::Open { path: shown(path), mode });
    }
    Ok(())
}

fn check_owner(path: &Path, about: &Metadata) -> Result<(), OwnershipError> {
    let owner = about.uid();
    if owner == 0 || owner == rustix::process::geteuid().as_raw() {
        return Ok(());
    }
    Err(OwnershipError::Foreign { path: shown(path), owner })
}

fn shown(path: &Path) -> String {
    text::clean(&path.to_string_lossy(), 80)
}

#[cfg(test)]
mod tests {
    use std::fs::Permissions;
    use std::os::unix::fs::{PermissionsExt, symlink};

    use super::*;

    /// A folder with nobody else's above it: the temporary one is not.
    fn folder() -> tempfile::TempDir {
        let here = Path::new(env!("CARGO_MANIFEST_DIR")).join("target");
        std::fs::create_dir_all(&here).unwrap();
        tempfile::tempdir_in(here).unwrap()
    }

    fn why(path: &Path) -> String {
        owned(path).map_or_else(|error| error.to_string(), |_| "ours".to_owned())
    }

    #[test]
    fn a_sticky_folder_above_it_is_enough_to_distrust_it() {
        let folder = tempfile::tempdir_in("/tmp").unwrap();
        assert_eq!(why(folder.path()), "'/tmp' can be written by others (mode 1777)");
    }

    #[test]
    fn every_step_counts_also_those_a_link_leads_over() {
        let folder = folder();
        let at = |name: &str| folder.path().join(name);
        std::fs::create_dir(at("open")).unwrap();
        std::fs::write(at("open/file"), "").unwrap();
        std::fs::write(at("file"), "").unwrap();
        assert_eq!(why(&at("file")), "ours");
        assert_eq!(why(&at("open/file")), "ours");
        std::fs::set_permissions(at("open"), Permissions::from_mode(0o777)).unwrap();
        let open = format!("'{}' can be written by others (mode 0777)", at("open").display());
        assert_eq!(why(&at("open/file")), open);
        symlink(at("open/file"), at("link")).unwrap();
        assert_eq!(why(&at("link")), open);
        // The link leads out of the open folder again, but is itself in it.
        symlink(at("file"), at("open/back")).unwrap();
        symlink("open/back", at("there")).unwrap();
        assert_eq!(why(&at("there")), open);
        symlink("round", at("round")).unwrap();
        assert!(why(&at("round")).contains("Too many levels"), "{}", why(&at("round")));
    }

    #[test]
    fn what_its_group_may_write_is_not_ours_alone() {
        let folder = folder();
        let file = folder.path().join("file");
        std::fs::write(&file, "").unwrap();
        std::fs::set_permissions(&file, Permissions::from_mode(0o666)).unwrap();
        assert!(why(&file).ends_with("can be written by others (mode 0666)"), "{}", why(&file));
    }

    #[test]
    fn what_is_to_be_made_is_as_good_as_what_is_above_it() {
        let folder = folder();
        assert!(owned_so_far(&folder.path().join("a/b/c")).is_ok());
        assert!(owned_so_far(Path::new("/tmp/a-name-nobody-has/b")).is_err());
        assert!(owned(&folder.path().join("a")).unwrap_err().is_missing());
    }
}
