//! The end of a log that is still written: follows it through rotation.

use std::collections::VecDeque;
use std::fs::{File, Metadata};
use std::io::{self, Read, Seek, SeekFrom};
use std::os::unix::fs::{FileExt, MetadataExt};
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::thread::sleep;
use std::time::Duration;

/// How often a log is looked at that has nothing new: a tenth of what a reader
/// of the screen could tell.
const PAUSE: Duration = Duration::from_millis(100);
/// So much of what is already there tells what the log looks like.
const HISTORY: u64 = 256 * 1024;
/// Bytes by which a log is known again.
const MARK: usize = 64;
/// Rotated names that are looked at: `app.log.1` to `app.log.9`.
const ROTATED: usize = 9;
/// A log that has no name for this many looks is gone.
const GONE: u32 = 50;

/// What has become of a log while it was followed.
#[derive(Debug, Default)]
pub(super) struct TailStatus {
    /// Times it was cut: what was written since the look before is lost.
    pub(super) cut: AtomicU64,
    /// Times it was rotated more than once between two looks, and what lay between
    /// has no name that it could be found by.
    pub(super) missed: AtomicU64,
    /// It has no name any more.
    pub(super) gone: AtomicBool,
}

/// A file that never ends; reading waits.
pub(super) struct Tail {
    path: PathBuf,
    file: File,
    /// Which file that is: device and inode.
    identity: (u64, u64),
    at: u64,
    /// The last bytes before that: a log that was cut and has grown past it since
    /// has others there.
    mark: Vec<u8>,
    /// The files that have taken its name since, the oldest first. The old one is
    /// read once more before: a writer goes on with it until it is told.
    successors: VecDeque<File>,
    nameless: u32,
    status: Arc<TailStatus>,
    stop: Arc<AtomicBool>,
}

impl Tail {
    /// Opens it, and goes to its end.
    pub(super) fn open(path: PathBuf, file: File, stop: Arc<AtomicBool>) -> io::Result<Self> {
        let about = file.metadata()?;
        let identity = identity(&about);
        let at = about.len();
        let mark = before(&file, at)?;
        let (successors, status) = (VecDeque::new(), Arc::default());
        let mut tail =
            Self { path, file, identity, at, mark, successors, nameless: 0, status, stop };
        tail.file.seek(SeekFrom::Start(at))?;
        Ok(tail)
    }

    /// What becomes of it.
    pub(super) fn status(&self) -> Arc<TailStatus> {
        Arc::clone(&self.status)
    }

    /// The last lines that are already there.
    pub(super) fn history(&mut self) -> io::Result<Vec<u8>> {
        let mut text = Vec::new();
        self.file.seek(SeekFrom::Start(self.at.saturating_sub(HISTORY)))?;
        (&mut self.file).take(HISTORY.min(self.at)).read_to_end(&mut text)?;
        self.file.seek(SeekFrom::Start(self.at))?;
        Ok(text)
    }

    /// Begins anew where the log has been cut.
    fn rewind_if_cut(&mut self) -> io::Result<()> {
        let start = self.at - self.mark.len() as u64;
        let mut now = vec![0; self.mark.len()];
        let same = match self.file.read_exact_at(&mut now, start) {
            Ok(()) => now == self.mark,
            Err(error) if error.kind() == io::ErrorKind::UnexpectedEof => false,
            Err(error) => return Err(error),
        };
        if !same {
            self.status.cut.fetch_add(1, Ordering::Relaxed);
            self.at = self.file.seek(SeekFrom::Start(0))?;
            self.mark.clear();
        }
        Ok(())
    }

    fn advance(&mut self, read: &[u8]) {
        self.at += read.len() as u64;
        self.mark.extend_from_slice(&read[read.len().saturating_sub(MARK)..]);
        let surplus = self.mark.len().saturating_sub(MARK);
        self.mark.drain(..surplus);
    }

    /// At the end: has another file its name?
    fn turn(&mut self) -> io::Result<()> {
        if let Some(successor) = self.successors.pop_front() {
            let about = successor.metadata()?;
            (self.file, self.identity) = (successor, identity(&about));
            (self.at, self.mark) = (0, Vec::new());
            return Ok(());
        }
        // Between the two names there may be none for a while. What is no file by
        // now is not opened: a pipe would keep us waiting.
        let about = std::fs::metadata(&self.path).ok().filter(Metadata::is_file);
        let Some(about) = about else {
            self.nameless += 1;
            self.status.gone.store(self.nameless >= GONE, Ordering::Relaxed);
            return Ok(());
        };
        self.nameless = 0;
        self.status.gone.store(false, Ordering::Relaxed);
        if identity(&about) != self.identity
            && let Ok(file) = File::open(&self.path)
        {
            self.between();
            self.successors.push_back(file);
        }
        Ok(())
    }

    /// Those that had its name and lost it again between two looks.
    fn between(&mut self) {
        let mut found = Vec::new();
        for n in 1..=ROTATED {
            let mut name = self.path.clone().into_os_string();
            name.push(format!(".{n}"));
            let about = std::fs::metadata(&name).ok().filter(Metadata::is_file);
            let Some(about) = about else { break };
            if identity(&about) == self.identity {
                self.successors.extend(found.into_iter().rev());
                return;
            }
            let Ok(file) = File::open(&name) else { break };
            found.push(file);
        }
        // Renamed to something else, or beyond the last one; or packed at once. One that
        // was removed was not rotated.
        let removed = self.file.metadata().is_ok_and(|about| about.nlink() == 0);
        if !found.is_empty() && !removed {
            self.status.missed.fetch_add(1, Ordering::Relaxed);
        }
    }
}

/// Which file it is: device and inode.
fn identity(about: &Metadata) -> (u64, u64) {
    (about.dev(), about.ino())
}

impl Read for Tail {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        loop {
            self.rewind_if_cut()?;
            let read = self.file.read(into)?;
            if read > 0 {
                self.advance(&into[..read]);
                return Ok(read);
            }
            if self.stop.load(Ordering::Relaxed) {
                return Ok(0);
            }
            let waits = self.successors.is_empty();
            self.turn()?;
            if waits {
                sleep(PAUSE);
            }
        }
    }
}

/// The last bytes before that place.
fn before(file: &File, at: u64) -> io::Result<Vec<u8>> {
    let start = at.saturating_sub(MARK as u64);
    let mut mark = vec![0; usize::try_from(at - start).unwrap_or(MARK)];
    file.read_exact_at(&mut mark, start)?;
    Ok(mark)
}

#[cfg(test)]
mod tests {
    use std::io::Write;

    use super::*;

    /// A log in a folder of its own, followed.
    fn followed() -> (tempfile::TempDir, PathBuf, Tail) {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("app.log");
        std::fs::write(&path, "before\n").unwrap();
        let file = File::open(&path).unwrap();
        let tail = Tail::open(path.clone(), file, Arc::default()).unwrap();
        (folder, path, tail)
    }

    /// Reads until there are that many bytes.
    fn read(tail: &mut Tail, bytes: usize) -> String {
        let mut text = vec![0; bytes];
        tail.read_exact(&mut text).unwrap();
        String::from_utf8(text).unwrap()
    }

    fn append(path: &PathBuf, text: &str) {
        File::options()
            .append(true)
            .create(true)
            .open(path)
            .unwrap()
            .write_all(text.as_bytes())
            .unwrap();
    }

    #[test]
    fn only_what_is_new_is_told_and_the_rest_is_history() {
        let (_folder, path, mut tail) = followed();
        assert_eq!(tail.history().unwrap(), b"before\n");
        append(&path, "after\n");
        assert_eq!(read(&mut tail, 6), "after\n");
    }

    #[test]
    fn a_renamed_log_is_read_to_its_end_and_then_the_new_one() {
        let (folder, path, mut tail) = followed();
        let old = folder.path().join("app.log.1");
        std::fs::rename(&path, &old).unwrap();
        append(&old, "late\n");
        append(&path, "new\n");
        assert_eq!(read(&mut tail, 9), "late\nnew\n");
    }

    #[test]
    fn what_is_written_after_the_new_one_is_there_is_not_lost() {
        let (folder, path, mut tail) = followed();
        let old = folder.path().join("app.log.1");
        std::fs::rename(&path, &old).unwrap();
        append(&path, "new\n");
        tail.turn().unwrap();
        append(&old, "last\n");
        assert_eq!(read(&mut tail, 9), "last\nnew\n");
    }

    #[test]
    fn a_truncated_log_is_read_from_its_beginning() {
        let (_folder, path, mut tail) = followed();
        for text in ["new\n", "longer than what was there before\n"] {
            File::options().write(true).open(&path).unwrap().set_len(0).unwrap();
            append(&path, text);
            assert_eq!(read(&mut tail, text.len()), text);
        }
    }

    #[test]
    fn what_was_rotated_twice_between_two_looks_is_read_and_what_is_lost_is_told() {
        let (folder, path, mut tail) = followed();
        let name = |n: u32| folder.path().join(format!("app.log.{n}"));
        std::fs::rename(&path, name(2)).unwrap();
        std::fs::write(name(1), "between\n").unwrap();
        append(&path, "new\n");
        assert_eq!(read(&mut tail, 12), "between\nnew\n");
        assert_eq!(tail.status.missed.load(Ordering::Relaxed), 0);
        std::fs::remove_file(name(1)).unwrap();
        std::fs::rename(&path, folder.path().join("app.log-20261121")).unwrap();
        std::fs::write(name(1), "lost\n").unwrap();
        append(&path, "newest\n");
        assert_eq!(read(&mut tail, 7), "newest\n");
        assert_eq!(tail.status.missed.load(Ordering::Relaxed), 1);
    }

    #[test]
    fn a_name_that_is_a_pipe_by_now_is_not_waited_for() {
        let (folder, path, mut tail) = followed();
        std::fs::rename(&path, folder.path().join("old")).unwrap();
        let made = std::process::Command::new("mkfifo").arg(&path).status().unwrap();
        assert!(made.success());
        for _ in 0..GONE {
            tail.turn().unwrap();
        }
        assert!(tail.status.gone.load(Ordering::Relaxed));
    }

    #[test]
    fn it_ends_when_it_is_told_to() {
        let (_folder, _path, mut tail) = followed();
        tail.stop.store(true, Ordering::Relaxed);
        assert_eq!(tail.read(&mut [0; 9]).unwrap(), 0);
    }
}
