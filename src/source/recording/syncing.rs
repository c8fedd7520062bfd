//! The thread that waits until the disk has what was written.
//!
//! Beside a build that filled the page cache a disk took 20 s for one sync. Had
//! the thread that writes waited for it, its queue would have overflowed, and
//! 125 records of a host in trouble with them.

use std::fs::File;
use std::io;
use std::sync::mpsc::{Receiver, Sender, channel};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::thread::{self, JoinHandle};
use std::time::Duration;

use crate::clock::Clock;

/// How a file is made safe: `File::sync_data`, or what a test puts in its place.
pub(super) type ToDisk = Box<dyn Fn(&File) -> io::Result<()> + Send>;

/// What both threads see.
#[derive(Debug, Default)]
struct SyncState {
    /// Since when the disk has been waited for.
    busy: Option<Duration>,
    failed: Option<io::Error>,
}

type Shared = Arc<Mutex<SyncState>>;

/// What became of a wish.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum SyncAnswer {
    /// It is the disk's turn.
    Taken,
    /// The disk has not answered the one before, for so long.
    Waits(Duration),
}

/// The end that the writing holds.
pub(super) struct Syncing {
    files: Option<Sender<File>>,
    shared: Shared,
    clock: Arc<dyn Clock>,
    thread: Option<JoinHandle<()>>,
}

impl Syncing {
    /// Starts the thread.
    pub(super) fn start(to_disk: ToDisk, clock: Arc<dyn Clock>) -> io::Result<Self> {
        let (files, asked) = channel();
        let shared = Shared::default();
        let theirs = Arc::clone(&shared);
        let thread = thread::Builder::new()
            .name("sync".to_owned())
            .spawn(move || serve(&asked, &theirs, &to_disk))?;
        Ok(Self { files: Some(files), shared, clock, thread: Some(thread) })
    }

    /// Has the file made safe in a moment, unless an earlier wish still waits.
    ///
    /// # Errors
    /// What the last sync failed with, once; or no descriptor is left.
    pub(super) fn ask(&self, file: &File) -> io::Result<SyncAnswer> {
        {
            let mut state = lock(&self.shared);
            if let Some(error) = state.failed.take() {
                return Err(error);
            }
            if let Some(since) = state.busy {
                return Ok(SyncAnswer::Waits(self.clock.now().mono.saturating_sub(since)));
            }
        }
        self.insist(file.try_clone()?);
        Ok(SyncAnswer::Taken)
    }

    /// Has the file made safe, after all that was asked for before.
    pub(super) fn insist(&self, file: File) {
        let now = self.clock.now().mono;
        lock(&self.shared).busy.get_or_insert(now);
        if let Some(files) = &self.files {
            let _ = files.send(file);
        }
    }
}

impl Drop for Syncing {
    /// Waits for the disk. Who cannot wait does not wait for the writing either.
    fn drop(&mut self) {
        self.files = None;
        if let Some(thread) = self.thread.take() {
            let _ = thread.join();
        }
    }
}

fn lock(shared: &Shared) -> MutexGuard<'_, SyncState> {
    shared.lock().unwrap_or_else(PoisonError::into_inner)
}

fn serve(asked: &Receiver<File>, shared: &Shared, to_disk: &ToDisk) {
    for file in asked {
        let outcome = to_disk(&file);
        let mut state = lock(shared);
        state.busy = None;
        state.failed = outcome.err();
    }
}
