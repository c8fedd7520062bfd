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
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
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
        Named::Pipe(Pipe { file, written: false, last: b'\n', followed: None })
    })
}

/// The reading end of a pipe.
#[derive(Debug)]
pub(in crate::source) struct Pipe {
    file: File,
    /// Somebody has it open for writing, or had.
    written: bool,
    /// The last byte that was read.
    last: u8,
    /// Who follows it waits for a writer for ever, and for the next one after it.
    followed: Option<(Arc<AtomicBool>, Arc<PipeWriters>)>,
}

/// What has become of the writers of a pipe that is followed.
#[derive(Debug, Default)]
pub(in crate::source) struct PipeWriters {
    /// Those that have closed it.
    pub(in crate::source) ended: AtomicU64,
    /// Of these, the ones whose last line had no end.
    pub(in crate::source) torn: AtomicU64,
}

impl Pipe {
    /// Waits for its writers however long that takes, until `stop` is set.
    pub(in crate::source) fn follow(
        self,
        stop: Arc<AtomicBool>,
        writers: Arc<PipeWriters>,
    ) -> Self {
        Self { followed: Some((stop, writers)), ..self }
    }

    fn is_stopped(&self) -> bool {
        self.followed.as_ref().is_some_and(|(stop, _)| stop.load(Ordering::Relaxed))
    }

    /// The last writer has closed it, another one is waited for: whether the line it
    /// left open has to be ended, that the next one's first is not a part of it.
    fn next_writer(&mut self, writers: &PipeWriters) -> bool {
        self.written = false;
        writers.ended.fetch_add(1, Ordering::Relaxed);
        let torn = std::mem::replace(&mut self.last, b'\n') != b'\n';
        writers.torn.fetch_add(u64::from(torn), Ordering::Relaxed);
        torn
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
                    if self.followed.is_none() && waited >= PATIENCE {
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
                Ok(0) if !out.is_empty() && !self.is_stopped() && self.followed.is_some() => {
                    let writers = self.followed.as_ref().map(|(_, writers)| Arc::clone(writers));
                    if writers.is_some_and(|writers| self.next_writer(&writers)) {
                        out[0] = b'\n';
                        return Ok(1);
                    }
                }
                read => {
                    self.written |= read.is_ok();
                    if let Some(last) = read.as_ref().ok().and_then(|read| out[..*read].last()) {
                        self.last = *last;
                    }
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
        let mut pipe = pipe(&fifo(folder.path())).follow(stop, Arc::default());
        assert_eq!(pipe.read(&mut [0]).unwrap(), 0);
    }

    #[test]
    fn who_follows_one_waits_for_the_next_writer() {
        let folder = tempfile::tempdir().unwrap();
        let path = fifo(folder.path());
        let (stop, writers) = (Arc::new(AtomicBool::new(false)), Arc::<PipeWriters>::default());
        let mut pipe = pipe(&path).follow(stop, Arc::clone(&writers));
        for (said, heard) in [("one\n", "one\n"), ("tw", "tw"), ("", "\n"), ("three\n", "three\n")]
        {
            if !said.is_empty() {
                let mut writer = File::options().write(true).open(&path).unwrap();
                writer.write_all(said.as_bytes()).unwrap();
            }
            let mut text = vec![0; heard.len()];
            pipe.read_exact(&mut text).unwrap();
            assert_eq!(String::from_utf8(text).unwrap(), heard);
        }
        let count = |of: &AtomicU64| of.load(Ordering::Relaxed);
        // The end of the first one was not seen: the second had opened it by then.
        assert_eq!((count(&writers.ended), count(&writers.torn)), (1, 1));
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
