//! Files that somebody named: never waited for, never read without end.
//!
//! `-H @/dev/zero` took gigabytes, and a FIFO named as a certificate kept the
//! start waiting for a writer that never came. So a name is looked at before it
//! is opened (opening a device may act on it: `/dev/watchdog` restarts the
//! host), opened without waiting, and looked at once more: the name may mean
//! something else by then.

use std::fs::{File, FileType, Metadata};
use std::io::{self, Read};
use std::os::unix::fs::FileTypeExt;
use std::path::Path;

use rustix::fs::{Mode, OFlags};

/// Why a named file is not read, for the end of a line that quotes its path.
#[derive(Debug, thiserror::Error)]
pub enum FileError {
    /// It is something else; what, in words.
    #[error("{0}; give a regular file")]
    NotAFile(&'static str),
    /// It is longer than anybody would write it.
    #[error("larger than {0} bytes, the most that is read of it")]
    TooLarge(u64),
    /// The kernel's word.
    #[error("{0}")]
    Io(#[from] io::Error),
}

/// Opens a regular file for reading. Never waits: not for the writer of a FIFO,
/// not for a lease somebody holds.
///
/// # Errors
/// When it is no regular file, or cannot be opened.
pub fn open_regular(path: &Path) -> Result<File, FileError> {
    regular(&std::fs::metadata(path)?)?;
    let flags = OFlags::RDONLY | OFlags::NONBLOCK | OFlags::CLOEXEC | OFlags::NOCTTY;
    let file = File::from(rustix::fs::open(path, flags, Mode::empty()).map_err(io::Error::from)?);
    regular(&file.metadata()?)?;
    Ok(file)
}

/// All of a regular file of at most `limit` bytes; also of one that tells no size
/// of its own (`/proc`) or grows meanwhile.
///
/// # Errors
/// When it is no regular file, larger, or cannot be read.
pub fn read_bounded(path: &Path, limit: u64) -> Result<Vec<u8>, FileError> {
    let file = open_regular(path)?;
    if file.metadata()?.len() > limit {
        return Err(FileError::TooLarge(limit));
    }
    let mut bytes = Vec::new();
    file.take(limit.saturating_add(1)).read_to_end(&mut bytes)?;
    if bytes.len() as u64 > limit {
        return Err(FileError::TooLarge(limit));
    }
    Ok(bytes)
}

fn regular(about: &Metadata) -> Result<(), FileError> {
    let kind = about.file_type();
    if kind.is_file() { Ok(()) } else { Err(FileError::NotAFile(words(kind))) }
}

fn words(kind: FileType) -> &'static str {
    if kind.is_dir() {
        "a folder"
    } else if kind.is_fifo() {
        "a pipe (FIFO)"
    } else if kind.is_socket() {
        "a socket"
    } else if kind.is_char_device() || kind.is_block_device() {
        "a device"
    } else {
        "no file"
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn refused(path: &Path) -> String {
        read_bounded(path, 100).expect_err("refused").to_string()
    }

    #[test]
    fn a_file_is_read_up_to_its_limit_and_not_beyond() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("a");
        std::fs::write(&path, [7; 100]).expect("written");
        assert_eq!(read_bounded(&path, 100).expect("read"), [7; 100]);
        std::fs::write(&path, [7; 101]).expect("written");
        assert!(refused(&path).contains("larger than 100 bytes"));
        assert!(refused(Path::new("/proc/self/mountinfo")).contains("larger than 100 bytes"));
        assert!(refused(&folder.path().join("b")).contains("No such file"));
    }

    #[test]
    fn what_is_no_file_is_named_and_nobody_waits_for_it() {
        let folder = tempfile::tempdir().expect("a folder");
        let fifo = folder.path().join("fifo");
        let mode = Mode::RUSR | Mode::WUSR;
        rustix::fs::mknodat(rustix::fs::CWD, &fifo, rustix::fs::FileType::Fifo, mode, 0)
            .expect("a fifo");
        let link = folder.path().join("link");
        std::os::unix::fs::symlink(&fifo, &link).expect("a link");
        let socket = folder.path().join("socket");
        let _bound = std::os::unix::net::UnixListener::bind(&socket).expect("a socket");
        for (path, what) in [
            (folder.path(), "a folder"),
            (&fifo, "a pipe"),
            (&link, "a pipe"),
            (&socket, "a socket"),
            (Path::new("/dev/zero"), "a device"),
        ] {
            let said = refused(path);
            assert!(said.starts_with(what) && said.ends_with("give a regular file"), "{said}");
        }
    }
}
