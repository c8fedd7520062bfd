//! How far the reading of a file has come: for whoever waits for it.

use std::io::{self, Read};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};

/// Bytes read of all there are, on disk: of a packed file the packed ones.
#[derive(Debug, Default)]
pub struct Advance {
    read: AtomicU64,
    total: AtomicU64,
    /// One of the sources has no size: standard input, a pipe.
    endless: AtomicBool,
    stopped: AtomicBool,
}

impl Advance {
    /// Nothing read yet.
    #[must_use]
    pub fn new() -> Arc<Self> {
        Arc::default()
    }

    /// Bytes read so far.
    pub fn read(&self) -> u64 {
        self.read.load(Ordering::Relaxed)
    }

    /// Bytes there are in all; none where that is not known.
    pub fn total(&self) -> Option<u64> {
        let endless = self.endless.load(Ordering::Relaxed);
        (!endless).then(|| self.total.load(Ordering::Relaxed)).filter(|total| *total > 0)
    }

    /// What is left is not to be read: what was read is the whole.
    pub fn stop(&self) {
        self.stopped.store(true, Ordering::Relaxed);
    }

    pub(super) fn is_stopped(&self) -> bool {
        self.stopped.load(Ordering::Relaxed)
    }

    /// There is this much more to read; none = nobody knows.
    pub(super) fn expect(&self, bytes: Option<u64>) {
        match bytes {
            Some(bytes) => drop(self.total.fetch_add(bytes, Ordering::Relaxed)),
            None => self.endless.store(true, Ordering::Relaxed),
        }
    }

    /// The same source, and what is read from it counted.
    pub(super) const fn count<R: Read>(self: Arc<Self>, inner: R) -> Counting<R> {
        Counting { inner, advance: self }
    }
}

/// A source whose bytes are counted.
#[derive(Debug)]
pub(super) struct Counting<R> {
    inner: R,
    advance: Arc<Advance>,
}

impl<R: Read> Read for Counting<R> {
    fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
        let n = self.inner.read(out)?;
        self.advance.read.fetch_add(n as u64, Ordering::Relaxed);
        Ok(n)
    }
}
