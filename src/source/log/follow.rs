//! A log beside the sockets: what it tells, as it is written.
//!
//! The time is ours: a line is told a moment after it was written, and logs
//! without a stamp are followed as well as others.

use std::io::{self, Read};
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::thread::JoinHandle;
use std::time::Duration;

use tokio::sync::mpsc::Sender;

use super::attempts::Attempts;
use super::clients;
use super::describe;
use super::format::StampIs;
use super::open::plain;
use super::options::Options;
use super::read_ahead::{Arrival, ReadAhead};
use super::reader::{Reader, Scanned};
use super::second::Second;
use super::stamp::Stamps;
use super::tail::{Tail, TailStatus};
use super::tally::{Tally, complaint, shown};
use crate::clock::Clock;
use crate::sample::{LogLine, LogReading, Reading, Sample};
use crate::source::pipe::{self, Named, PipeWriters};
use crate::text;

/// Between two samples: the detector's tick.
const EVERY: Duration = Duration::from_millis(100);

/// A log being followed; it ends when this is dropped.
#[derive(Debug)]
pub struct Follow {
    stop: Arc<AtomicBool>,
    /// Kept for its name in a debugger; standard input may never let it end.
    _thread: JoinHandle<()>,
}

impl Drop for Follow {
    fn drop(&mut self) {
        self.stop.store(true, Ordering::Relaxed);
    }
}

impl Follow {
    /// Starts following the file, or standard input for `-`.
    ///
    /// # Errors
    /// Why it cannot be read; one line.
    pub fn start(
        path: &Path,
        options: &Options,
        clock: Arc<dyn Clock>,
        out: Sender<Sample>,
    ) -> Result<Self, String> {
        let name = text::clean(&path.to_string_lossy(), 60);
        let refused = |error: io::Error| format!("--log {}", complaint(&name, &plain(&error)));
        let stop = Arc::new(AtomicBool::new(false));
        let now = clock.now().wall.timestamp();
        let mut listener = FollowedLog {
            reader: Reader::new(options),
            stamps: Stamps::new(options.time.clone(), now),
            seen: Vec::new(),
            learns: true,
            unsure: None,
            attempts: Attempts::default(),
            tail_status: Arc::default(),
            writers: Arc::default(),
            sent: Tally::default(),
            fresh: Fresh::default(),
            clock,
            out,
            name: name.clone(),
            began: false,
            warned: false,
            noted: Noted::default(),
        };
        let from = listener.open(path, &stop).map_err(refused)?;
        let ahead = ReadAhead::start(from).map_err(refused)?;
        let stopped = Arc::clone(&stop);
        let thread = std::thread::Builder::new()
            .name("follow".to_owned())
            .spawn(move || listener.run(&ahead, &stopped))
            .map_err(refused)?;
        Ok(Self { stop, _thread: thread })
    }
}

/// What has been heard and not yet told.
#[derive(Debug, Default)]
struct Fresh {
    second: Second,
    tally: Tally,
    /// A connection was told of when it was over.
    late: bool,
}

struct FollowedLog {
    reader: Reader,
    stamps: Stamps,
    /// What the format is told by, until that is sure.
    seen: Vec<Vec<u8>>,
    learns: bool,
    /// Formats between which it is not decided yet.
    unsure: Option<String>,
    attempts: Attempts,
    tail_status: Arc<TailStatus>,
    /// Of a pipe with a name.
    writers: Arc<PipeWriters>,
    /// Counts as far as they have been told.
    sent: Tally,
    fresh: Fresh,
    clock: Arc<dyn Clock>,
    out: Sender<Sample>,
    name: String,
    /// Something has been told.
    began: bool,
    /// That openings are told late has been told.
    warned: bool,
    noted: Noted,
}

/// What has been told of the file, or of the writers of the pipe.
#[derive(Debug, Default, Clone, Copy)]
struct Noted {
    cut: u64,
    missed: u64,
    gone: bool,
    ended: u64,
    torn: u64,
}

impl FollowedLog {
    /// A file is followed from its end; what is no file is read as it comes.
    fn open(&mut self, path: &Path, stop: &Arc<AtomicBool>) -> io::Result<Box<dyn Read + Send>> {
        if path == Path::new("-") {
            return Ok(Box::new(io::stdin()));
        }
        let file = match pipe::open(path)? {
            Named::File(file, _) => file,
            Named::Pipe(pipe) => {
                let pipe = pipe.follow(Arc::clone(stop), Arc::clone(&self.writers));
                return Ok(Box::new(pipe));
            }
        };
        let mut tail = Tail::open(path.to_owned(), file, Arc::clone(stop))?;
        self.tail_status = tail.status();
        let history = tail.history()?;
        // It may begin in the middle of a line.
        let from = history.iter().position(|c| *c == b'\n').map_or(0, |at| at + 1);
        let whole = if history.len() < 256 * 1024 { &history[..] } else { &history[from..] };
        self.learn(whole.to_vec());
        self.reader.vote(whole);
        Ok(Box::new(tail))
    }

    /// The format is told by what there was and what comes, until that is sure.
    fn learn(&mut self, block: Vec<u8>) {
        /// So much is looked at for it.
        const MOST: usize = 1 << 20;
        if !self.learns {
            return;
        }
        let open = self.reader.learn(&block, &mut self.stamps);
        self.seen.push(block);
        self.unsure = self.reader.decide(&self.seen, &mut self.stamps).err();
        self.learns = open && self.seen.iter().map(Vec::len).sum::<usize>() < MOST;
        if !self.learns {
            self.seen = Vec::new();
        }
    }

    fn run(&mut self, ahead: &ReadAhead, stop: &AtomicBool) {
        // From now on it is known that a log is read, though it be silent.
        let mut due = self.clock.now().mono;
        let mut ended = false;
        while !ended && !stop.load(Ordering::Relaxed) {
            match ahead.within(EVERY) {
                Arrival::Lines(block) => {
                    self.read_block(&block);
                    ahead.done(block);
                }
                Arrival::Silence => {}
                Arrival::End => ended = true,
            }
            let now = self.clock.now().mono;
            if (now >= due || ended) && !self.tell() {
                return;
            }
            if now >= due {
                due = now + EVERY;
            }
        }
        if ended && !stop.load(Ordering::Relaxed) {
            let why = ahead.end().broken.unwrap_or_else(|| "has ended".to_owned());
            let log = Reading::Denied(format!("log {}: {why}", self.name));
            let sample = Sample { log: Some(log), ..Sample::at(self.clock.now()) };
            let _ = self.out.blocking_send(sample);
        }
    }

    fn read_block(&mut self, block: &[u8]) {
        if self.learns {
            self.learn(block.to_vec());
        }
        let at = self.clock.now().wall;
        let trusted = Arc::clone(&self.reader.trusted);
        let layout = self.reader.layout.clone();
        let Self { reader, fresh, attempts, .. } = self;
        let Fresh { second, tally, late } = fresh;
        reader.each(block, |heard| match heard {
            Scanned::Stamp(found) => tally.skip(found.body),
            Scanned::Nothing(lines) => tally.skip(lines),
            Scanned::Line(found) => {
                tally.lines += 1;
                tally.count(&found.events, &found.repeated);
                let ended = found.read.ended.is_some();
                // A line of an access log is written when the connection has ended:
                // then both are told, whenever it began.
                *late |= ended && found.events.is_some();
                let begun = !ended
                    || layout.began
                    || layout.stamp == StampIs::Start
                    || found.lasted.is_some();
                if found.events.opened.is_some() {
                    second.opened += u32::from(begun);
                    tally.unbegun += u64::from(!begun);
                    let (peer, forwarded) = (found.read.peer, found.read.forwarded);
                    if let Some(client) = clients::client(peer, forwarded, &trusted) {
                        attempts.add(client);
                        second.came_from(client);
                    }
                }
                if let Some(closed) = found.events.closed {
                    second.close(closed.code, closed.reason);
                }
                if found.error {
                    second.error(LogLine { at, text: shown(found.body) });
                }
            }
        });
    }

    /// Sends what is new; false when nobody listens any more.
    fn tell(&mut self) -> bool {
        let tally = &self.fresh.tally;
        let news = tally.since(&self.sent);
        let notes = self.notes();
        if news.lines == 0 && self.began && notes.is_empty() {
            return true;
        }
        self.began = true;
        self.sent = self.fresh.tally.clone();
        let unsure = self.unsure.as_ref().map(|candidates| {
            format!(
                "log {}: its format is not sure ({candidates}); give --log-format NAME",
                self.name
            )
        });
        let read_as = self.reader.read_as();
        let (opens, _) = describe::unknown(&read_as, &self.sent);
        let reading = LogReading {
            lines: news.lines,
            unmatched: news.unmatched,
            unmatched_lines: news.samples,
            notes,
            unknown_opens: unsure.clone().or(opens),
            unknown_closes: unsure,
            sources: vec![describe::source(&self.name, &read_as, &self.stamps, &self.sent)],
            clients: self.attempts.summary(),
            // Host counters feed the detector here.
            ticks: Vec::new(),
            ..std::mem::take(&mut self.fresh.second).reading()
        };
        let sample = Sample { log: Some(Reading::Seen(reading)), ..Sample::at(self.clock.now()) };
        self.out.blocking_send(sample).is_ok()
    }

    /// What has to be known and has not been told.
    fn notes(&mut self) -> Vec<String> {
        let mut notes = Vec::new();
        let name = &self.name;
        if self.fresh.late && !std::mem::replace(&mut self.warned, true) {
            notes.push(format!(
                "{name}: its lines are written when a connection ends, and its opening is counted then"
            ));
        }
        let count = |of: &AtomicU64| of.load(Ordering::Relaxed);
        let now = Noted {
            cut: count(&self.tail_status.cut),
            missed: count(&self.tail_status.missed),
            gone: self.tail_status.gone.load(Ordering::Relaxed),
            ended: count(&self.writers.ended),
            torn: count(&self.writers.torn),
        };
        let before = std::mem::replace(&mut self.noted, now);
        if now.cut > before.cut {
            notes.push(format!(
                "{name}: was cut; lines written in the tenth of a second before are lost"
            ));
        }
        if now.missed > before.missed {
            notes.push(format!(
                "{name}: was rotated more than once between two looks; the lines between are lost"
            ));
        }
        if now.gone && !before.gone {
            notes.push(format!("{name}: is gone; a new one of that name is waited for"));
        }
        if now.torn > before.torn {
            notes.push(format!(
                "{name}: its writer closed it within a line, whose rest is lost; the next writer is waited for"
            ));
        } else if now.ended > before.ended {
            notes.push(format!("{name}: its writer closed it; the next one is waited for"));
        }
        notes
    }
}
