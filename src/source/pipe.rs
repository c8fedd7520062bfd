//! A log or a recording that comes out of a pipe with a name.
//!
//! To open one for reading waits until somebody opens it for writing (`fifo(7)`),
//! which may be never: the program would neither start nor end. So it is opened
//! without waiting, and its writer is waited for as long as was said.

use std::fs::{File, Metadata};
use std::io::{self, Read};
use std::os::unix::fs::FileTypeExt;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use rustix::event::{PollFd, PollFlags, Timespec, poll};
use rustix::fs::{Mode, OFlags};

/// Who starts a reader and then a writer is done in less.
const PATIENCE: Duration = Duration::from_secs(3);
/// How often it is looked whether there is a writer by now, or nobody to read for.
const LOOK: Duration = Duration::from_millis(50);

/// A named file, opened without waiting.
pub(in crate::source) enum Named {
    /// A regular file.
    File(File, Metadata),
    /// A pipe with a name.
    Pipe(Pipe),
}

/// Opens a file or a pipe; a folder, a device and a socket are refused.
///
/// # Errors
/// When it is something else, or cannot be opened.
pub(in crate::source) fn open(path: &Path) -> io::Result<Named> {
    let refused = |what| io::Error::new(io::ErrorKind::InvalidInput, what);
    let readable = |about: &Metadata| {
        let kind = about.file_type();
        match () {
            () if kind.is_file() || kind.is_fifo() => Ok(()),
            () if kind.is_dir() => Err(refused("is a folder: name a file in it")),
            () if kind.is_socket() => Err(refused("is a socket: name a file")),
            () => Err(refused("is a device: name a file")),
        }
    };
    // To open a device may already do something: a watchdog begins to bite.
    readable(&std::fs::metadata(path)?)?;
    let flags = OFlags::RDONLY | OFlags::NONBLOCK | OFlags::CLOEXEC | OFlags::NOCTTY;
    let file = File::from(rustix::fs::open(path, flags, Mode::empty())?);
    let about = file.metadata()?;
    readable(&about)?;
    Ok(if about.is_file() {
        Named::File(file, about)
    } else {
        Named::Pipe(Pipe { file, written: false, stop: None })
    })
}

/// The reading end of a pipe.
#[derive(Debug)]
pub(in crate::source) struct Pipe {
    file: File,
    /// Somebody has it open for writing, or had.
    written: bool,
    /// Who follows it waits for a writer for ever, until this is set.
    stop: Option<Arc<AtomicBool>>,
}

impl Pipe {
    /// Waits for its writer however long that takes, until `stop` is set.
    pub(in crate::source) fn until(self, stop: Arc<AtomicBool>) -> Self {
        Self { stop: Some(stop), ..self }
    }

    fn is_stopped(&self) -> bool {
        self.stop.as_ref().is_some_and(|stop| stop.load(Ordering::Relaxed))
    }

    /// Until there is something to read, or it is time to look again.
    fn wait(&self) -> io::Result<()> {
        let time = Timespec::try_from(LOOK).unwrap_or_default();
        let mut polled = [PollFd::new(&self.file, PollFlags::IN)];
        match poll(&mut polled, Some(&time)) {
            Ok(_) | Err(rustix::io::Errno::INTR) => Ok(()),
            Err(error) => Err(error.into()),
        }
    }
}

impl Read for Pipe {
    fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
        let mut waited = Duration::ZERO;
        loop {
            match self.file.read(out) {
                // Before its first writer it reads as if it had ended.
                Ok(0) if !self.written && !out.is_empty() => {
                    if self.is_stopped() {
                        return Ok(0);
                    }
                    if self.stop.is_none() && waited >= PATIENCE {
                        let why = "is a pipe that nobody writes into";
                        return Err(io::Error::new(io::ErrorKind::TimedOut, why));
                    }
                    // Without a writer there never was there is nothing to wait on.
                    std::thread::sleep(LOOK);
                    waited += LOOK;
                }
                Err(error) if error.kind() == io::ErrorKind::WouldBlock => {
                    self.written = true;
                    if self.is_stopped() {
                        return Ok(0);
                    }
                    self.wait()?;
                }
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                read => {
                    self.written |= read.is_ok();
                    return read;
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use std::io::Write;

    use super::*;

    fn fifo(folder: &Path) -> std::path::PathBuf {
        let path = folder.join("fifo");
        let mode = Mode::RUSR | Mode::WUSR;
        rustix::fs::mknodat(rustix::fs::CWD, &path, rustix::fs::FileType::Fifo, mode, 0).unwrap();
        path
    }

    fn pipe(path: &Path) -> Pipe {
        match open(path).unwrap() {
            Named::Pipe(pipe) => pipe,
            Named::File(..) => panic!("a pipe"),
        }
    }

    #[test]
    fn a_writer_that_comes_later_is_heard_to_its_end() {
        let folder = tempfile::tempdir().unwrap();
        let path = fifo(folder.path());
        let mut pipe = pipe(&path);
        let writer = std::thread::spawn(move || {
            let mut file = File::options().write(true).open(path).unwrap();
            file.write_all(b"one ").unwrap();
            file.write_all(b"two").unwrap();
        });
        let mut text = String::new();
        pipe.read_to_string(&mut text).unwrap();
        writer.join().unwrap();
        assert_eq!(text, "one two");
    }

    #[test]
    fn nobody_is_waited_for_without_end() {
        let folder = tempfile::tempdir().unwrap();
        let error = pipe(&fifo(folder.path())).read(&mut [0]).unwrap_err();
        assert_eq!(error.to_string(), "is a pipe that nobody writes into");
    }

    #[test]
    fn who_follows_one_ends_when_told() {
        let folder = tempfile::tempdir().unwrap();
        let stop = Arc::new(AtomicBool::new(true));
        assert_eq!(pipe(&fifo(folder.path())).until(stop).read(&mut [0]).unwrap(), 0);
    }

    #[test]
    fn folders_and_devices_are_refused() {
        let folder = tempfile::tempdir().unwrap();
        for (path, why) in [(folder.path(), "is a folder"), (Path::new("/dev/zero"), "is a device")]
        {
            assert!(open(path).err().unwrap().to_string().starts_with(why));
        }
    }
}
