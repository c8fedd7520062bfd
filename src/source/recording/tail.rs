//! The last of a run in memory, packed: to be written when somebody asks.
//!
//! In stretches of five minutes or half a megabyte, each readable without those before
//! it: the oldest goes when the whole is over 2 MiB. Figures: a quiet host makes
//! 2.5 MB an hour, one with 116 listeners and a thousand clients some 20 MB.

use std::collections::VecDeque;
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::sync::mpsc::{Receiver, SendError, Sender, SyncSender, channel, sync_channel};
use std::sync::{Mutex, PoisonError};
use std::thread;
use std::time::Duration;

use super::block;
use super::spool::Spool;
use super::writing::{create, last_line};
use super::{Header, Record};
use crate::sample::Stamp;

/// Handfuls that may wait: a minute.
const WAITING: usize = 64;
/// Records are handed over together: waking the thread for each of ten a second
/// took a tenth of all that a quiet host pays.
const HANDFUL: Duration = Duration::from_secs(1);
/// Or when there are so many.
const MANY: usize = 64;
/// All of it, bytes; with the history and the moments it stays under 32 MB.
const MOST: usize = 2 << 20;
/// Nobody asks for more, and a quiet host should not pay for it.
const LONGEST: Duration = Duration::from_hours(1);
/// One stretch, if it does not fill earlier.
const STRETCH: Duration = Duration::from_mins(5);
/// One block: together thirty seconds pack a third smaller than one by one.
const BLOCK: Duration = Duration::from_secs(30);
/// A block is packed before it holds more lines than this, bytes.
const FULL: usize = 256 << 10;
/// Nobody waits longer for a disk.
const PATIENCE: Duration = Duration::from_secs(2);

/// Keeps the last of a run on a thread of its own.
#[derive(Debug)]
pub struct Tail {
    queue: SyncSender<TailRequest>,
    handful: Mutex<Vec<Record>>,
}

enum TailRequest {
    Keep(Vec<Record>),
    Save(PathBuf, Sender<io::Result<Duration>>),
    Size(Sender<usize>),
}

impl Tail {
    /// Begins to keep.
    ///
    /// # Errors
    /// When there is no thread to be had.
    pub fn start(header: Header) -> io::Result<Self> {
        let (queue, asked) = sync_channel(WAITING);
        let keeping = Keeping::new(header);
        thread::Builder::new().name("tail".to_owned()).spawn(move || keeping.run(&asked))?;
        Ok(Self { queue, handful: Mutex::default() })
    }

    /// Takes a record; one that finds no room is not kept.
    pub fn record(&self, record: Record) {
        if let Some(handful) = self.gather(record) {
            let _ = self.queue.try_send(TailRequest::Keep(handful));
        }
    }

    /// Takes a record, waiting for room: for what is read, not measured.
    pub fn insert(&self, record: Record) {
        if let Some(handful) = self.gather(record) {
            let _ = self.queue.send(TailRequest::Keep(handful));
        }
    }

    /// Adds it to the handful, which is given back when it is one.
    fn gather(&self, record: Record) -> Option<Vec<Record>> {
        let at = record.at().mono;
        let mut handful = self.handful.lock().unwrap_or_else(PoisonError::into_inner);
        handful.push(record);
        let first = handful.first().map_or(at, |first| first.at().mono);
        let is_one = at.saturating_sub(first) >= HANDFUL || handful.len() >= MANY;
        is_one.then(|| std::mem::take(&mut *handful))
    }

    /// Asks for something that all records so far have a part in.
    fn ask(&self, asked: TailRequest) -> Result<(), SendError<TailRequest>> {
        let mut handful = self.handful.lock().unwrap_or_else(PoisonError::into_inner);
        self.queue.send(TailRequest::Keep(std::mem::take(&mut *handful)))?;
        self.queue.send(asked)
    }

    /// Writes what is kept into a new file, readable by its owner alone; how much time
    /// is in it.
    ///
    /// # Errors
    /// When the file exists, or cannot be written.
    pub fn save(&self, path: PathBuf) -> io::Result<Duration> {
        let (answer, saved) = channel();
        let ask = TailRequest::Save(path, answer);
        self.ask(ask).map_err(|_| io::Error::other("it is not kept any more"))?;
        let late = |_| io::Error::new(io::ErrorKind::TimedOut, "the disk does not answer");
        saved.recv_timeout(PATIENCE).map_err(late)?
    }

    /// Memory held by what is kept, bytes, once all that was sent is.
    #[must_use]
    pub fn bytes(&self) -> usize {
        let (answer, size) = channel();
        let asked = self.ask(TailRequest::Size(answer)).is_ok();
        if asked { size.recv().unwrap_or_default() } else { 0 }
    }
}

/// What the thread holds.
struct Keeping {
    header: Header,
    spool: Spool,
    stretches: VecDeque<Stretch>,
}

/// Some minutes that can be read alone.
struct Stretch {
    began: Stamp,
    /// What was told before and holds on, packed.
    known: Option<Box<[u8]>>,
    blocks: Vec<Box<[u8]>>,
}

impl Stretch {
    /// Of its own records.
    fn packed(&self) -> usize {
        self.blocks.iter().map(|block| block.len()).sum()
    }

    fn bytes(&self) -> usize {
        let known = self.known.as_ref().map_or(0, |known| known.len());
        known + self.packed() + self.blocks.capacity() * size_of::<Box<[u8]>>() + size_of::<Self>()
    }
}

impl Keeping {
    fn new(header: Header) -> Self {
        let spool = Spool::new(header.started);
        Self { header, spool, stretches: VecDeque::new() }
    }

    fn run(mut self, asked: &Receiver<TailRequest>) {
        while let Ok(asked) = asked.recv() {
            match asked {
                TailRequest::Keep(handful) => {
                    for record in handful {
                        self.keep(record);
                    }
                }
                TailRequest::Save(path, answer) => drop(answer.send(self.save(&path))),
                TailRequest::Size(answer) => drop(answer.send(self.bytes())),
            }
        }
    }

    fn keep(&mut self, record: Record) {
        let at = record.at();
        let is_full = |stretch: &Stretch| {
            at.mono.saturating_sub(stretch.began.mono) >= STRETCH || stretch.packed() > MOST / 8
        };
        if self.stretches.back().is_none_or(is_full) {
            self.pack();
            self.spool.begin_anew();
            let known = self.spool.known(at).map(Vec::into_boxed_slice);
            self.stretches.push_back(Stretch { began: at, known, blocks: Vec::new() });
            self.forget(at);
        }
        self.spool.take(record);
        if self.spool.age() >= BLOCK || self.spool.size() >= FULL {
            self.pack();
            self.forget(at);
        }
    }

    /// What waits becomes a block of the newest stretch.
    fn pack(&mut self) {
        if let Some(stretch) = self.stretches.back_mut()
            && !self.spool.is_empty()
            && let Ok(block) = self.spool.pack()
        {
            stretch.blocks.push(block.into_boxed_slice());
        }
        self.spool.clear();
    }

    /// Lets the oldest go that are too much, or not needed for an hour.
    fn forget(&mut self, now: Stamp) {
        let is_spare = |next: &Stretch| now.mono.saturating_sub(next.began.mono) > LONGEST;
        while self.stretches.get(1).is_some_and(|next| is_spare(next) || self.bytes() > MOST) {
            self.stretches.pop_front();
        }
    }

    fn bytes(&self) -> usize {
        self.stretches.iter().map(Stretch::bytes).sum()
    }

    fn save(&mut self, path: &Path) -> io::Result<Duration> {
        self.pack();
        self.spool.begin_anew();
        let first = self.stretches.front().filter(|first| !first.blocks.is_empty());
        let first = first.ok_or_else(|| io::Error::other("nothing has been kept yet"))?;
        let header = Header { started: first.began, ..self.header.clone() };
        let mut lines = serde_json::to_vec(&header)?;
        lines.push(b'\n');
        let mut file = create(path)?;
        let mut put = |block: &[u8]| file.write_all(block);
        let written = block::pack(&lines).and_then(|block| put(&block)).and_then(|()| {
            first.known.iter().try_for_each(|known| put(known))?;
            let blocks = self.stretches.iter().flat_map(|stretch| &stretch.blocks);
            blocks.into_iter().try_for_each(|block| put(block))?;
            put(&last_line("closed")?)
        });
        if let Err(error) = written {
            // Half of it would be taken for the whole.
            let _ = std::fs::remove_file(path);
            return Err(error);
        }
        Ok(self.spool.last().mono.saturating_sub(header.started.mono))
    }
}
