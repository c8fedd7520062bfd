//! Reads ahead on a thread of its own: what is unpacked or copied by the kernel
//! meanwhile is not waited for.

use std::io::Read;
use std::sync::mpsc::{Receiver, RecvTimeoutError, Sender, SyncSender, channel, sync_channel};
use std::time::Duration;

use super::lines::Lines;
use super::open::plain;
use super::partial::Partial;

/// Blocks that may wait: one is read while another is understood.
const WAITING: usize = 2;

/// A log being read ahead.
pub(super) struct ReadAhead {
    blocks: Receiver<Vec<u8>>,
    /// Blocks to be filled anew.
    used: Sender<Vec<u8>>,
    end: Receiver<ReadEnd>,
}

/// What has come.
#[derive(Debug)]
pub(super) enum Arrival<T = Vec<u8>> {
    /// Whole lines.
    Lines(T),
    /// Nothing yet.
    Silence,
    /// Nothing will come any more.
    End,
}

/// How the reading ended.
#[derive(Debug, Default)]
pub(super) struct ReadEnd {
    /// Lines that were cut.
    pub(super) cut: u64,
    /// Why it ended before the log did.
    pub(super) broken: Option<String>,
}

impl ReadAhead {
    /// Starts reading.
    pub(super) fn start(from: impl Read + Send + 'static) -> std::io::Result<Self> {
        let (out, blocks) = sync_channel(WAITING);
        let (used, spare) = channel();
        let (over, end) = channel();
        let read = move || {
            let mut lines = Lines::new(from);
            let mut partial = Partial::new();
            let broken = read(&mut lines, &mut partial, &out, &spare);
            let _ = over.send(ReadEnd { cut: lines.cut + partial.cut, broken });
        };
        std::thread::Builder::new().name("log".to_owned()).spawn(read)?;
        Ok(Self { blocks, used, end })
    }

    /// The next block of whole lines, if it comes within this time.
    pub(super) fn within(&self, time: Duration) -> Arrival {
        match self.blocks.recv_timeout(time) {
            Ok(block) => Arrival::Lines(block),
            Err(RecvTimeoutError::Timeout) => Arrival::Silence,
            Err(RecvTimeoutError::Disconnected) => Arrival::End,
        }
    }

    /// Gives a block back.
    pub(super) fn done(&self, block: Vec<u8>) {
        let _ = self.used.send(block);
    }

    /// How it ended, once it has.
    pub(super) fn end(&self) -> ReadEnd {
        self.end.recv().unwrap_or_default()
    }
}

/// Reads to the end; why it ended before.
fn read(
    lines: &mut Lines<impl Read>,
    partial: &mut Partial,
    out: &SyncSender<Vec<u8>>,
    spare: &Receiver<Vec<u8>>,
) -> Option<String> {
    loop {
        let mut block = spare.try_recv().unwrap_or_default();
        let more = lines.block(&mut block);
        match more {
            Ok(true) => partial.join(&mut block),
            Ok(false) | Err(_) => partial.rest(&mut block),
        }
        // Nobody listens any more.
        if !block.is_empty() && out.send(block).is_err() {
            return None;
        }
        match more {
            Ok(true) => {}
            Ok(false) => return None,
            Err(error) => return Some(plain(&error)),
        }
    }
}
