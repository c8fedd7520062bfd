//! The thread that packs records and puts them on disk.

use std::fs::{File, OpenOptions};
use std::io::{self, Seek, SeekFrom, Write};
use std::os::unix::fs::{FileExt, MetadataExt, OpenOptionsExt, PermissionsExt};
use std::path::{Path, PathBuf};
use std::sync::mpsc::{Receiver, RecvTimeoutError};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use rustix::time::{ClockId, clock_gettime};

use super::block::{self, FULL};
use super::fault::shown;
use super::parts::{self, Keep};
use super::record::Wire;
use super::spool::Spool;
use super::status::Status;
use super::syncing::{SyncAnswer, Syncing};
use super::{Header, Record};
use crate::sample::Stamp;

/// A block is written this long after its first record at the latest, so twice
/// this is the most that a killed program loses.
const BLOCK: Duration = Duration::from_secs(1);
/// What was written is on the disk itself at the latest then: after a loss of
/// power at most two seconds are missing. Blocks come each second, so that it is
/// every second one.
const SYNC: Duration = Duration::from_millis(1_500);
/// A disk that takes longer than this is spoken of.
const SLOW: Duration = Duration::from_secs(10);
/// Lines that wait while the disk is full, bytes: some minutes of a small host.
const MOST_WAITING: usize = 4 << 20;

/// How a gzip member begins (RFC 1952).
const MAGIC: [u8; 2] = [0x1f, 0x8b];

/// What the thread holds.
pub(super) struct Writing {
    path: PathBuf,
    keep: Keep,
    header: Header,
    status: Arc<Mutex<Status>>,
    file: File,
    /// Bytes of this part that are whole.
    good: u64,
    /// Where the newest block begins, and the eight bytes before it; and its own last.
    seam: Option<(u64, [u8; 8])>,
    tail: [u8; 8],
    /// When this part began.
    began: Stamp,
    spool: Spool,
    /// What this part has to begin with, until it is written.
    known: Option<Vec<u8>>,
    /// Makes sure that all is on the disk; none where that is not asked for.
    disk: Option<Syncing>,
    /// When the disk was last asked.
    synced: Duration,
    /// Something was written since.
    unsure: bool,
    /// Losses that are already told in the recording.
    told: u64,
    /// What was done to the file from outside, once it was.
    broken_off: Option<String>,
}

impl Writing {
    /// Makes the file and writes its header.
    pub(super) fn begin(
        path: PathBuf,
        keep: Keep,
        header: Header,
        status: Arc<Mutex<Status>>,
        disk: Option<Syncing>,
    ) -> io::Result<Self> {
        let file = create(&path)?;
        let began = header.started;
        let mut writing = Self {
            path,
            keep,
            status,
            file,
            good: 0,
            seam: None,
            tail: [0; 8],
            began,
            spool: Spool::new(began),
            known: None,
            disk,
            synced: began.mono,
            unsure: false,
            told: 0,
            broken_off: None,
            header,
        };
        writing.put_header()?;
        Ok(writing)
    }

    /// Writes until nobody sends any more.
    pub(super) fn run(mut self, records: &Receiver<Record>) {
        loop {
            match records.recv_timeout(BLOCK) {
                Ok(record) => {
                    self.take(record);
                    if self.spool.age() >= BLOCK || self.spool.size() >= FULL {
                        self.flush();
                    }
                }
                Err(RecvTimeoutError::Timeout) => self.flush_all(),
                Err(RecvTimeoutError::Disconnected) => break,
            }
        }
        self.end();
    }

    /// Puts a record into the next block. A line that cannot be put in words is a
    /// loss of one record.
    fn take(&mut self, record: Record) {
        if self.spool.size() > MOST_WAITING {
            self.spool.seen(record.at());
            self.lose(1);
            return;
        }
        self.spool.seen(record.at());
        self.tell_losses();
        if !self.spool.take(record) {
            self.lose(1);
        }
    }

    /// A gap says of itself that it is one.
    fn tell_losses(&mut self) {
        let lost = self.status().lost;
        if lost > self.told {
            let note = format!("{} records were lost here", lost - self.told);
            self.told = lost;
            self.spool.put(&Wire::Mark { at: self.spool.last(), note });
        }
    }

    fn lose(&mut self, records: u64) {
        self.status().lost += records;
    }

    /// Writes the block, or keeps it for the next try.
    fn flush(&mut self) {
        let over = self.spool.last().mono.saturating_sub(self.synced) >= SYNC;
        let outcome = self.follow_the_name().and_then(|()| self.write());
        let outcome = outcome.and_then(|()| if over { self.sync() } else { Ok(()) });
        self.account(outcome);
    }

    /// The same where nothing more will come for a while.
    fn flush_all(&mut self) {
        let outcome = self.follow_the_name().and_then(|()| self.write());
        let outcome = outcome.and_then(|()| self.sync());
        self.account(outcome);
    }

    /// Has the disk take it, without waiting for that: it may take a while.
    fn sync(&mut self) -> io::Result<()> {
        let Some(disk) = self.disk.as_ref().filter(|_| self.unsure) else { return Ok(()) };
        match disk.ask(&self.file)? {
            SyncAnswer::Taken => {
                self.unsure = false;
                self.synced = self.spool.last().mono;
                Ok(())
            }
            SyncAnswer::Waits(so_far) if so_far < SLOW => Ok(()),
            SyncAnswer::Waits(so_far) => {
                let secs = so_far.as_secs();
                Err(io::Error::other(format!("the disk has not answered for {secs} s")))
            }
        }
    }

    fn account(&self, outcome: io::Result<()>) {
        let cpu = Duration::try_from(clock_gettime(ClockId::ThreadCPUTime)).unwrap_or_default();
        let name = shown(&self.path);
        let mut status = self.status();
        status.cpu = cpu;
        let lost = status.lost;
        let losses = (lost > 0).then(|| format!("{lost} records were lost"));
        let faults: Vec<String> = self.broken_off.iter().cloned().chain(losses).collect();
        let losses =
            (!faults.is_empty()).then(|| format!("recording '{name}': {}", faults.join("; ")));
        status.fault = match outcome {
            Ok(()) => losses,
            Err(error) => Some(format!(
                "recording '{name}': {error}; {lost} records lost so far, it goes on when it can"
            )),
        };
    }

    fn write(&mut self) -> io::Result<()> {
        if self.spool.is_empty() {
            return Ok(());
        }
        let block = self.spool.pack()?;
        self.put_header()?;
        self.put_block(&block)?;
        self.spool.clear();
        // A part has to end between two blocks: what is the same as before must
        // have its before in the same file.
        let size = block.len() as u64;
        let full = self.good + 2 * size > self.keep.bytes;
        let over = self.spool.last().mono.saturating_sub(self.began.mono) >= self.keep.span;
        if full || over { self.rotate() } else { Ok(()) }
    }

    /// Begins the next part.
    fn rotate(&mut self) -> io::Result<()> {
        parts::shift(&self.path, self.keep.older)?;
        let mut old = std::mem::replace(&mut self.file, create(&self.path)?);
        // Without this line a reader takes the part for cut off; no more.
        let _ = last_line("continued").and_then(|line| old.write_all(&line));
        if let Some(disk) = &self.disk {
            disk.insist(old);
        }
        self.next_part();
        self.put_header()
    }

    fn next_part(&mut self) {
        self.header.part = self.header.part.saturating_add(1);
        self.good = 0;
        self.began = self.spool.last();
        self.spool.begin_anew();
        // By now: what comes may refer to it, also where the disk is full meanwhile.
        self.known = self.spool.known(self.began);
    }

    /// The file may have been removed or moved away, as logrotate does: then a
    /// new one begins under the name that was asked for. One that was cut, as by its
    /// `copytruncate`, begins anew: written on behind a hole it would be none. That is
    /// seen too where a block was under way meanwhile and stands behind such a hole.
    fn follow_the_name(&mut self) -> io::Result<()> {
        let ours = self.file.metadata()?;
        let same = std::fs::symlink_metadata(&self.path)
            .is_ok_and(|found| (found.dev(), found.ino()) == (ours.dev(), ours.ino()));
        if same && ours.len() >= self.good && self.is_seamless() {
            return Ok(());
        }
        let note = if same {
            self.file.set_len(0)?;
            // With a hole it is as long as it was.
            let short = (ours.len() < self.good)
                .then(|| format!(", from {} to {} bytes", self.good, ours.len()));
            format!("it was cut from outside{}", short.unwrap_or_default())
        } else {
            let removed =
                |error: io::Error| io::Error::new(error.kind(), format!("it was removed: {error}"));
            self.file = create(&self.path).map_err(removed)?;
            "it was removed or moved away".to_owned()
        };
        let note = format!("{note}; a new part begins");
        // What waits may refer to what was in it.
        let waiting = self.spool.clear();
        self.lose(waiting);
        self.next_part();
        self.spool.put(&Wire::Mark { at: self.spool.last(), note: format!("recording: {note}") });
        self.broken_off = Some(note);
        self.put_header()
    }

    /// Whether the file still begins as a recording does, and what was written before the
    /// newest block is there.
    fn is_seamless(&self) -> bool {
        let Some((at, before)) = self.seam else { return true };
        let (mut begin, mut found) = ([0; 2], [0; 8]);
        let read = self.file.read_exact_at(&mut begin, 0);
        let read = read.and_then(|()| self.file.read_exact_at(&mut found, at.saturating_sub(8)));
        read.is_ok() && begin == MAGIC && found == before
    }

    /// Writes the header where the part has none yet.
    fn put_header(&mut self) -> io::Result<()> {
        if self.good > 0 {
            return Ok(());
        }
        let mut lines = serde_json::to_vec(&self.header)?;
        lines.push(b'\n');
        let mut block = block::pack(&lines)?;
        block.extend(self.known.iter().flatten());
        self.put_block(&block)?;
        self.known = None;
        Ok(())
    }

    /// All of the block or nothing: half a block would end the file for readers.
    fn put_block(&mut self, block: &[u8]) -> io::Result<()> {
        self.file.seek(SeekFrom::Start(self.good))?;
        if let Err(error) = self.file.write_all(block) {
            let _ = self.file.set_len(self.good);
            return Err(error);
        }
        self.seam = (self.good > 0).then_some((self.good, self.tail));
        self.tail = block.last_chunk().copied().unwrap_or_default();
        self.good += block.len() as u64;
        self.unsure = true;
        self.status().bytes += block.len() as u64;
        Ok(())
    }

    /// The very last block.
    fn end(mut self) {
        self.flush();
        if let Ok(line) = last_line("closed") {
            let _ = self.put_block(&line);
        }
        if let Some(disk) = &self.disk {
            disk.insist(self.file);
        }
    }

    fn status(&self) -> MutexGuard<'_, Status> {
        self.status.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The line that says that a part was ended.
pub(super) fn last_line(why: &str) -> io::Result<Vec<u8>> {
    let mut line = serde_json::to_vec(&Wire::End { why: why.to_owned() })?;
    line.push(b'\n');
    block::pack(&line)
}

/// What is created is never a link to something else.
pub(super) const NO_LINK: i32 = rustix::fs::OFlags::NOFOLLOW.bits().cast_signed();

/// A new file, readable by its owner alone. An empty one of ours will do, as
/// mktemp makes it; nothing that exists is written over.
pub(super) fn create(path: &Path) -> io::Result<File> {
    let mut options = OpenOptions::new();
    options.read(true).write(true).mode(0o600);
    match options.clone().create_new(true).open(path) {
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {}
        made => return made,
    }
    let found = std::fs::symlink_metadata(path)?;
    let ours = found.uid() == rustix::process::geteuid().as_raw();
    if !(found.is_file() && found.len() == 0 && ours) {
        let why = "it exists already; give a name that is free, or remove it";
        return Err(io::Error::new(io::ErrorKind::AlreadyExists, why));
    }
    let file = options.custom_flags(NO_LINK).open(path)?;
    file.set_permissions(std::fs::Permissions::from_mode(0o600))?;
    Ok(file)
}
