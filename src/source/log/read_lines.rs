//! The blocks of one log with their lines read: on a thread of its own, or here where
//! there are many logs.

use std::io;
use std::sync::Arc;
use std::sync::mpsc::{Receiver, RecvTimeoutError, Sender, channel, sync_channel};
use std::time::Duration;

use super::read_ahead::{Arrival, ReadAhead, ReadEnd};
use super::read_block::ReadBlock;
use super::reader::Reader;
use crate::source::Advance;

/// Blocks that may wait to be counted.
const WAITING: usize = 1;
/// Who does not want the rest is heard within this time.
const STOPS_WITHIN: Duration = Duration::from_millis(100);

/// The lines of a log as they are read.
pub(super) enum ReadLines {
    /// When they are asked for.
    Here(Box<LineSource>),
    /// Ahead of that.
    Ahead { blocks: Receiver<ReadBlock>, used: Sender<ReadBlock>, end: Receiver<ReadEnd> },
}

/// What is needed to read them.
pub(super) struct LineSource {
    ahead: ReadAhead,
    reader: Reader,
    /// Blocks by which the format was told.
    held: std::vec::IntoIter<Vec<u8>>,
    advance: Arc<Advance>,
    begun: bool,
}

impl LineSource {
    pub(super) fn new(
        ahead: ReadAhead,
        reader: Reader,
        held: Vec<Vec<u8>>,
        advance: Arc<Advance>,
    ) -> Self {
        Self { ahead, reader, held: held.into_iter(), advance, begun: false }
    }

    /// The next block, in one that was used.
    fn next(&mut self, mut used: ReadBlock, time: Duration) -> Arrival<ReadBlock> {
        let block = match self.held.next() {
            Some(block) => block,
            None if self.advance.is_stopped() => return Arrival::End,
            None => match self.ahead.within(time) {
                Arrival::Lines(block) => block,
                Arrival::Silence => return Arrival::Silence,
                Arrival::End => return Arrival::End,
            },
        };
        self.ahead.done(std::mem::replace(&mut used.block, block));
        used.read(&mut self.reader, !std::mem::replace(&mut self.begun, true));
        Arrival::Lines(used)
    }
}

impl LineSource {
    /// How the reading ended; who stopped it does not wait for that.
    fn end(&self) -> ReadEnd {
        if self.advance.is_stopped() { ReadEnd::default() } else { self.ahead.end() }
    }
}

impl ReadLines {
    /// Starts reading; `ahead` on a thread of its own.
    pub(super) fn start(mut source: LineSource, ahead: bool) -> io::Result<Self> {
        if !ahead {
            return Ok(Self::Here(Box::new(source)));
        }
        let (out, blocks) = sync_channel(WAITING);
        let (used, spare) = channel();
        let (over, end) = channel();
        let read = move || {
            loop {
                let used = spare.try_recv().unwrap_or_default();
                match source.next(used, STOPS_WITHIN) {
                    Arrival::Lines(block) => {
                        if out.send(block).is_err() {
                            return;
                        }
                    }
                    Arrival::Silence => {}
                    Arrival::End => break,
                }
            }
            let _ = over.send(source.end());
        };
        std::thread::Builder::new().name("lines".to_owned()).spawn(read)?;
        Ok(Self::Ahead { blocks, used, end })
    }

    /// The next block, if it comes within this time.
    pub(super) fn within(&mut self, time: Duration) -> Arrival<ReadBlock> {
        match self {
            Self::Here(source) => source.next(ReadBlock::default(), time),
            Self::Ahead { blocks, .. } => match blocks.recv_timeout(time) {
                Ok(block) => Arrival::Lines(block),
                Err(RecvTimeoutError::Timeout) => Arrival::Silence,
                Err(RecvTimeoutError::Disconnected) => Arrival::End,
            },
        }
    }

    /// Gives a block back.
    pub(super) fn done(&self, block: ReadBlock) {
        match self {
            Self::Here(source) => source.ahead.done(block.block),
            Self::Ahead { used, .. } => {
                let _ = used.send(block);
            }
        }
    }

    /// How it ended, once it has.
    pub(super) fn end(&self) -> ReadEnd {
        match self {
            Self::Here(source) => source.end(),
            Self::Ahead { end, .. } => end.recv().unwrap_or_default(),
        }
    }
}
