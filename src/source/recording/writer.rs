//! The end of the recording that the run holds: takes records, never waits.

use std::fs::File;
use std::io;
use std::path::PathBuf;
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread;
use std::time::Duration;

use super::fault::shown;
use super::parts::{self, Keep};
use super::status::Status;
use super::syncing::Syncing;
use super::writing::Writing;
use super::{Header, Record};
use crate::clock::SystemClock;

/// Records that may wait for the disk: 50 s of the fast lane.
const WAITING: usize = 512;
/// A disk that does not answer must not hold up who wants to leave.
const LAST_WORDS: Duration = Duration::from_secs(3);

/// Writes on a thread of its own.
#[derive(Debug)]
pub struct Writer {
    queue: Option<SyncSender<Record>>,
    done: Receiver<()>,
    status: Arc<Mutex<Status>>,
}

impl Writer {
    /// Begins a recording of its own: neither the file nor what it will be moved to
    /// when it is full may be there.
    ///
    /// # Errors
    /// When one of them exists, or the file cannot be made.
    pub fn start_new(path: PathBuf, keep: Keep, header: Header) -> io::Result<Self> {
        let older = parts::nth(&path, 1);
        if std::fs::symlink_metadata(&older).is_ok() {
            let why = format!("'{}' exists already and would be written over", shown(&older));
            return Err(io::Error::new(io::ErrorKind::AlreadyExists, why));
        }
        Self::start(path, keep, header)
    }

    /// Begins a new file, readable by its owner alone.
    ///
    /// # Errors
    /// When it exists already and is not empty, or cannot be made.
    pub fn start(path: PathBuf, keep: Keep, header: Header) -> io::Result<Self> {
        let status = Arc::<Mutex<Status>>::default();
        let sync = |file: &File| file.sync_data();
        let clock = Arc::new(SystemClock::start());
        let disk = keep.durable.then(|| Syncing::start(Box::new(sync), clock)).transpose()?;
        Self::over(Writing::begin(path, keep, header, Arc::clone(&status), disk)?, status)
    }

    /// Starts the thread that writes.
    pub(super) fn over(writing: Writing, status: Arc<Mutex<Status>>) -> io::Result<Self> {
        let (queue, records) = sync_channel(WAITING);
        let (farewell, done) = sync_channel(1);
        thread::Builder::new().name("recording".to_owned()).spawn(move || {
            writing.run(&records);
            let _ = farewell.send(());
        })?;
        Ok(Self { queue: Some(queue), done, status })
    }

    /// Takes a record; one that finds no room is counted as lost.
    pub fn record(&self, record: Record) {
        let taken = self.queue.as_ref().is_some_and(|queue| queue.try_send(record).is_ok());
        if !taken {
            self.status.lock().unwrap_or_else(PoisonError::into_inner).lost += 1;
        }
    }

    /// Takes a record, waiting for room: for what is read, not measured.
    pub fn insert(&self, record: Record) {
        if let Some(queue) = &self.queue {
            let _ = queue.send(record);
        }
    }

    /// How it goes.
    #[must_use]
    pub fn status(&self) -> Status {
        self.status.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }
}

impl Drop for Writer {
    /// Writes what waits and the last line.
    fn drop(&mut self) {
        self.queue = None;
        let _ = self.done.recv_timeout(LAST_WORDS);
    }
}
