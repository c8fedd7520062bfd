//! The files of a process, as it sees them itself.
//!
//! Whoever listens names them, so they are hostile: looked up below the root of the
//! process (`openat2(2)` with `RESOLVE_IN_ROOT`: no link and no `..` leads out of it),
//! regular or not at all, opened without waiting, and with an end. What they hold is never
//! shown: a number is taken from them, and the line it stands on.

use std::fs::{self, File};
use std::io::{self, Read};
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};

use rustix::fd::{AsFd, OwnedFd};
use rustix::fs::{CWD, Dir, FileType, Mode, OFlags, ResolveFlags, fstat, openat, openat2};

/// The most that is read of one file, and of all files of one process.
const MOST_OF_ONE: u64 = 1 << 20;
const MOST_OF_ALL: u64 = 4 << 20;
/// So many files are opened for one process, and so many names looked at in a folder.
const MOST_FILES: usize = 128;
const MOST_NAMES: usize = 1024;

/// The files of one process.
#[derive(Debug)]
pub(super) struct ProcessFiles {
    root: OwnedFd,
    /// Where its relative paths begin; none where that is not told.
    cwd: Option<PathBuf>,
    files_left: usize,
    bytes_left: u64,
}

impl ProcessFiles {
    /// Of the process with this folder below `/proc`.
    ///
    /// # Errors
    /// When its root may not be looked into, or it has ended.
    pub(super) fn of(dir: &Path) -> io::Result<Self> {
        // HAProxy shuts itself up in an empty folder when it has read its settings: in our
        // own namespace of mounts what it names is found from our root.
        let namespace = |dir: &Path| fs::metadata(dir.join("ns/mnt")).map(|about| about.ino());
        let ours = namespace(Path::new("/proc/self"))?;
        let shared = namespace(dir)? == ours;
        let root = if shared { PathBuf::from("/") } else { dir.join("root") };
        let flags = OFlags::PATH | OFlags::DIRECTORY | OFlags::CLOEXEC;
        let root = openat(CWD, &root, flags, Mode::empty())?;
        let cwd = fs::read_link(dir.join("cwd")).ok().filter(|cwd| cwd.is_absolute());
        Ok(Self { root, cwd, files_left: MOST_FILES, bytes_left: MOST_OF_ALL })
    }

    /// Where a path that it named leads, from its root.
    pub(super) fn absolute(&self, path: &str) -> Option<PathBuf> {
        let path = Path::new(path);
        if path.is_absolute() { Some(path.to_owned()) } else { Some(self.cwd.as_ref()?.join(path)) }
    }

    /// The text of a regular file.
    ///
    /// # Errors
    /// When there is none, it is something else, too large, or one too many.
    pub(super) fn read(&mut self, path: &Path) -> io::Result<String> {
        self.files_left = self.files_left.checked_sub(1).ok_or_else(many)?;
        // First without opening it: to open a device may act on it.
        regular(self.open(path, OFlags::PATH)?.as_fd())?;
        let flags = OFlags::RDONLY | OFlags::NONBLOCK | OFlags::NOCTTY;
        let file = self.open(path, flags)?;
        regular(file.as_fd())?;
        let most = MOST_OF_ONE.min(self.bytes_left);
        let mut bytes = Vec::new();
        File::from(file).take(most + 1).read_to_end(&mut bytes)?;
        let read = bytes.len() as u64;
        if read > most {
            return Err(many());
        }
        self.bytes_left -= read;
        Ok(String::from_utf8_lossy(&bytes).into_owned())
    }

    /// The names in a folder, in their order.
    ///
    /// # Errors
    /// When it is no folder, or may not be read.
    pub(super) fn names(&self, folder: &Path) -> io::Result<Vec<String>> {
        let dir = self.open(folder, OFlags::RDONLY | OFlags::DIRECTORY)?;
        let names = Dir::new(dir)?.take(MOST_NAMES).flatten();
        let names = names.filter_map(|entry| entry.file_name().to_str().ok().map(str::to_owned));
        let mut names: Vec<String> = names.filter(|name| !name.starts_with('.')).collect();
        names.sort_unstable();
        Ok(names)
    }

    fn open(&self, path: &Path, flags: OFlags) -> io::Result<OwnedFd> {
        let resolve = ResolveFlags::IN_ROOT | ResolveFlags::NO_MAGICLINKS;
        let flags = flags | OFlags::CLOEXEC;
        Ok(openat2(&self.root, path, flags, Mode::empty(), resolve)?)
    }
}

fn regular(file: impl AsFd) -> io::Result<()> {
    if FileType::from_raw_mode(fstat(file)?.st_mode) == FileType::RegularFile {
        return Ok(());
    }
    Err(io::Error::new(io::ErrorKind::InvalidInput, "no regular file"))
}

fn many() -> io::Error {
    io::Error::new(io::ErrorKind::FileTooLarge, "more settings than are read")
}

/// `nginx.conf:12`: enough to find it, and no path from outside on the screen.
pub(super) fn place(path: &Path, line: usize) -> String {
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    format!("{}:{line}", crate::text::clean(&name, 40))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_no_file_or_has_no_end_is_not_read() {
        let folder = tempfile::tempdir().expect("a folder");
        let fifo = folder.path().join("fifo");
        rustix::fs::mknodat(CWD, &fifo, FileType::Fifo, Mode::RUSR | Mode::WUSR, 0).expect("made");
        let large = folder.path().join("large");
        File::create(&large).expect("made").set_len(MOST_OF_ONE + 1).expect("as large");
        let link = folder.path().join("link");
        std::os::unix::fs::symlink(&fifo, &link).expect("a link");
        let mut files = ProcessFiles::of(Path::new("/proc/self")).expect("our own");
        for path in [&fifo, &large, &link, Path::new("/dev/zero"), folder.path()] {
            assert!(files.read(path).is_err(), "{}", path.display());
        }
        let small = folder.path().join("small");
        fs::write(&small, "x").expect("written");
        assert_eq!(files.read(&small).expect("read"), "x");
        assert_eq!(files.names(folder.path()).expect("listed"), ["fifo", "large", "link", "small"]);
    }

    #[test]
    fn a_process_has_as_many_files_as_anybody_writes_and_no_more() {
        let folder = tempfile::tempdir().expect("a folder");
        let one = folder.path().join("one");
        fs::write(&one, "x").expect("written");
        let mut files = ProcessFiles::of(Path::new("/proc/self")).expect("our own");
        let read = (0..1000).take_while(|_| files.read(&one).is_ok()).count();
        assert_eq!(read, MOST_FILES);
    }
}
