//! A log beside the sockets: what it tells, as it is written.
//!
//! The time is ours: a line is told a moment after it was written, and logs
//! without a stamp are followed as well as others.

use std::io::{self, Read};
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread::JoinHandle;
use std::time::Duration;

use tokio::sync::mpsc::Sender;

use super::ahead::{Ahead, Come};
use super::batch::Options;
use super::hearing::{Heard, Hearing};
use super::open::plain;
use super::second::Second;
use super::tail::Tail;
use super::tally::{Tally, complaint, shown};
use crate::clock::Clock;
use crate::sample::{LogLine, LogReading, Reading, Sample};
use crate::source::pipe::{self, Named};
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
        let mut hearing = Hearing::new(options.patterns.clone());
        let from = open(path, &stop, &mut hearing).map_err(refused)?;
        let ahead = Ahead::start(from).map_err(refused)?;
        let (told, fresh) = (Tally::default(), Fresh::default());
        let mut listener = Listener {
            hearing,
            told,
            fresh,
            clock,
            out,
            name: name.clone(),
            began: false,
            warned: false,
        };
        let stopped = Arc::clone(&stop);
        let thread = std::thread::Builder::new()
            .name("follow".to_owned())
            .spawn(move || listener.run(&ahead, &stopped))
            .map_err(refused)?;
        Ok(Self { stop, _thread: thread })
    }
}

/// A file is followed from its end; a pipe is read as it comes, and its writer may
/// come later.
fn open(
    path: &Path,
    stop: &Arc<AtomicBool>,
    hearing: &mut Hearing,
) -> io::Result<Box<dyn Read + Send>> {
    if path == Path::new("-") {
        return Ok(Box::new(io::stdin()));
    }
    let file = match pipe::open(path)? {
        Named::File(file, _) => file,
        Named::Pipe(pipe) => return Ok(Box::new(pipe.until(Arc::clone(stop)))),
    };
    let mut tail = Tail::open(path.to_owned(), file, Arc::clone(stop))?;
    hearing.learn(&tail.history()?);
    Ok(Box::new(tail))
}

/// What has been heard and not yet told.
#[derive(Debug, Default)]
struct Fresh {
    second: Second,
    tally: Tally,
    /// A connection was told of when it was over.
    late: bool,
}

struct Listener {
    hearing: Hearing,
    /// Counts as far as they have been told.
    told: Tally,
    fresh: Fresh,
    clock: Arc<dyn Clock>,
    out: Sender<Sample>,
    name: String,
    /// Something has been told.
    began: bool,
    /// That openings are told late has been told.
    warned: bool,
}

impl Listener {
    fn run(&mut self, ahead: &Ahead, stop: &AtomicBool) {
        // From now on it is known that a log is read, though it be silent.
        let mut due = self.clock.now().mono;
        let mut ended = false;
        while !ended && !stop.load(Ordering::Relaxed) {
            match ahead.within(EVERY) {
                Come::Lines(block) => {
                    self.hear(&block);
                    ahead.done(block);
                }
                Come::Silence => {}
                Come::End => ended = true,
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

    fn hear(&mut self, block: &[u8]) {
        let at = self.clock.now().wall;
        let Fresh { second, tally, late } = &mut self.fresh;
        self.hearing.each(block, |heard| match heard {
            Heard::Nothing(lines) => tally.skip(lines),
            Heard::Line { line, told, error } => {
                tally.lines += 1;
                // A line of an access log is written when the connection has ended:
                // then both are told, whenever it began.
                *late |= told.opened.is_some_and(|o| o.after < 0)
                    || told.closed.is_some_and(|c| c.after > 0);
                second.opened += u32::from(told.opened.is_some());
                if let Some(closed) = told.closed {
                    second.close(closed.code, closed.reason);
                }
                if error {
                    second.error(LogLine { at, text: shown(line) });
                }
            }
        });
    }

    /// Sends what is new; false when nobody listens any more.
    fn tell(&mut self) -> bool {
        let tally = &self.fresh.tally;
        let news = tally.since(&self.told);
        if news.lines == 0 && self.began {
            return true;
        }
        self.began = true;
        self.told = tally.clone();
        let mut notes = Vec::new();
        if self.fresh.late && !std::mem::replace(&mut self.warned, true) {
            notes.push(format!(
                "{}: its lines are written when a connection ends, and its opening is counted then",
                self.name
            ));
        }
        let reading = LogReading {
            lines: news.lines,
            unmatched: news.unmatched,
            unmatched_lines: news.samples,
            notes,
            // Host counters feed the detector here.
            ticks: Vec::new(),
            ..std::mem::take(&mut self.fresh.second).reading()
        };
        let sample = Sample { log: Some(Reading::Seen(reading)), ..Sample::at(self.clock.now()) };
        self.out.blocking_send(sample).is_ok()
    }
}
