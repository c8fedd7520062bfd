//! Logs read afterwards: all of them, in the order of their own time.
//!
//! Each file is read once, from beginning to end, and only as far as the others:
//! the logs of eight workers or a week of rotated files need no more memory than
//! one.

use std::path::PathBuf;
use std::sync::Arc;
use std::sync::mpsc::{Receiver, RecvTimeoutError, sync_channel};
use std::thread::JoinHandle;
use std::time::Duration;

use chrono::DateTime;

use super::attempts::Attempts;
use super::log_file::LogFile;
use super::open;
use super::options::Options;
use super::second::Second;
use super::tally::{Tally, colon, complaint};
use crate::clock::{Clock, SystemClock};
use crate::sample::{LogReading, Sample, Stamp};
use crate::source::Advance;
use crate::text;

/// Samples that are handed over together: a day has 86 400, and waking the other
/// side for each took a third of a second.
const TOGETHER: usize = 64;
/// Of more logs than these each has its lines read when it is its turn: what is read
/// ahead of them would take more room than it saves time.
const THREADED: usize = 4;
/// Handfuls that may wait.
const WAITING: usize = 4;

/// Logs being read on a thread of their own.
#[derive(Debug)]
pub struct Batch {
    handfuls: Receiver<Vec<Sample>>,
    handful: std::vec::IntoIter<Sample>,
    thread: Option<JoinHandle<Result<(), String>>>,
    advance: Arc<Advance>,
}

/// What came of waiting.
#[derive(Debug)]
pub enum Next {
    /// The next second in which something was told.
    Sample(Box<Sample>),
    /// Nothing yet.
    Silence,
    /// All has been read.
    End,
}

impl Batch {
    /// Opens all of them, or none.
    ///
    /// # Errors
    /// Which one cannot be read, why, and what would help; one line.
    pub fn start(paths: &[PathBuf], options: &Options) -> Result<Self, String> {
        let now = SystemClock::start().now().wall.timestamp();
        let mut files = Vec::new();
        let advance = Advance::new();
        for path in paths {
            let name = text::clean(&path.to_string_lossy(), 80);
            let log = open::open(path, &advance).map_err(|why| complaint(&name, &why))?;
            let threaded = paths.len() <= THREADED;
            let file = LogFile::new(log, (options, now), Arc::clone(&advance), threaded);
            let file = file.map_err(|error| format!("cannot start reading '{name}': {error}"))?;
            files.push((name, file));
        }
        let (out, handfuls) = sync_channel(WAITING);
        let reading = move || {
            let mut merged = Merged::new(files);
            loop {
                let handful: Vec<_> = std::iter::from_fn(|| merged.next()).take(TOGETHER).collect();
                if handful.is_empty() || out.send(handful).is_err() {
                    return merged.verdict();
                }
            }
        };
        let thread = std::thread::Builder::new().name("logs".to_owned()).spawn(reading);
        let thread = thread.map_err(|error| format!("cannot start reading: {error}"))?;
        Ok(Self { handfuls, handful: Vec::new().into_iter(), thread: Some(thread), advance })
    }

    /// The next second in which something was told, if it comes within this time.
    pub fn within(&mut self, time: Duration) -> Next {
        loop {
            if let Some(sample) = self.handful.next() {
                return Next::Sample(Box::new(sample));
            }
            match self.handfuls.recv_timeout(time) {
                Ok(handful) => self.handful = handful.into_iter(),
                Err(RecvTimeoutError::Timeout) => return Next::Silence,
                Err(RecvTimeoutError::Disconnected) => return Next::End,
            }
        }
    }

    /// How far the reading has come; stopped here, what was read is told to its
    /// last line and the end comes.
    #[must_use]
    pub const fn advance(&self) -> &Arc<Advance> {
        &self.advance
    }

    /// How it ended, once it has.
    ///
    /// # Errors
    /// Why nothing could be read out of them, and what would help; one line.
    pub fn end(&mut self) -> Result<(), String> {
        let ended = self.thread.take().map_or(Ok(Ok(())), JoinHandle::join);
        ended.unwrap_or_else(|_| Err("reading the log failed".to_owned()))
    }
}

/// Several logs as one.
struct Merged {
    files: Vec<(String, LogFile, Option<Second>)>,
    sent: Tally,
    /// The last second, and monotonic seconds up to it.
    last: Option<(i64, u64)>,
    over: bool,
}

impl Merged {
    fn new(mut files: Vec<(String, LogFile)>) -> Self {
        // The access logs of a rotated set are one log: it begins with the first.
        let begun: Vec<Option<i64>> = files.iter_mut().map(|(_, file)| file.begin()).collect();
        if let Some(first) = begun.iter().flatten().min() {
            let access = files.iter_mut().zip(&begun).filter(|(_, begun)| begun.is_some());
            access.for_each(|((_, file), _)| file.belongs(*first));
        }
        let with_head = |(name, mut file): (String, LogFile)| {
            let head = file.next();
            (name, file, head)
        };
        let files = files.into_iter().map(with_head).collect();
        Self { files, sent: Tally::default(), last: None, over: false }
    }

    fn next(&mut self) -> Option<Sample> {
        if self.over || self.refused().is_some() {
            return None;
        }
        let Some(second) = self.second() else {
            self.over = true;
            return self.farewell();
        };
        // A clock that went back starts anew, a second later.
        let mono = match self.last {
            Some((last, mono)) if second.at > last => mono + second.at.abs_diff(last),
            Some((_, mono)) => mono + 1,
            None => 0,
        };
        self.last = Some((second.at, mono));
        let at = self.stamp(0)?;
        let reading = self.counted(second.reading());
        Some(Sample { log: Some(crate::sample::Reading::Seen(reading)), ..Sample::at(at) })
    }

    /// The oldest second of all of them, and the same one of others.
    fn second(&mut self) -> Option<Second> {
        let heads = self.files.iter().filter_map(|(_, _, head)| head.as_ref());
        let oldest = heads.map(|head| head.at).min()?;
        let mut whole: Option<Second> = None;
        for (_, file, head) in &mut self.files {
            let Some(second) = head.take_if(|head| head.at == oldest) else { continue };
            *head = file.next();
            match &mut whole {
                Some(whole) => whole.add(second),
                None => whole = Some(second),
            }
        }
        whole
    }

    /// With what has been counted since the last one.
    fn counted(&mut self, reading: LogReading) -> LogReading {
        let mut all = Tally::default();
        let tallies = || self.files.iter().map(|(_, file, _)| file.tally());
        for (_, file, _) in &self.files {
            let tally = file.tally();
            all.lines += tally.lines;
            all.unmatched += tally.unmatched;
            all.untimed += tally.untimed;
            all.late += file.late();
        }
        // Written anew only when there is another one: this is asked for each second.
        let samples = || tallies().flat_map(|tally| &tally.samples);
        let more = samples().count() > self.sent.samples.len();
        all.samples.extend(samples().filter(|_| more).cloned());
        let fresh = all.since(&self.sent);
        if !more {
            all.samples = std::mem::take(&mut self.sent.samples);
        }
        self.sent = all;
        LogReading {
            lines: fresh.lines,
            unmatched: fresh.unmatched,
            untimed: fresh.untimed,
            late: fresh.late,
            unmatched_lines: fresh.samples,
            ..reading
        }
    }

    /// Formats between which it could not be decided, and of which log.
    fn refused(&self) -> Option<(&str, &str)> {
        let mut each =
            self.files.iter().filter_map(|(name, file, _)| Some((name, file.refused()?)));
        each.next().map(|(name, candidates)| (name.as_str(), candidates))
    }

    /// What is left to say when all has been read.
    fn farewell(&mut self) -> Option<Sample> {
        if self.refused().is_some() {
            return None;
        }
        let at = self.stamp(1)?;
        let mut reading = self.counted(LogReading::default());
        let mut attempts = Attempts::default();
        for (name, file, _) in &self.files {
            attempts.merge(file.attempts());
            reading.sources.push(file.source(name));
            let (opens, closes) = file.unknown();
            reading.unknown_opens = reading.unknown_opens.or(opens);
            reading.unknown_closes = reading.unknown_closes.or(closes);
        }
        reading.clients = attempts.summary();
        let several = self.files.len() > 1;
        for (name, file, _) in &self.files {
            let empty = file.tally().nothing().into_iter().filter(|_| several);
            for note in file.notes().into_iter().chain(empty) {
                reading.notes.push(format!("{name}{} {note}", colon(&note)));
            }
        }
        Some(Sample { log: Some(crate::sample::Reading::Seen(reading)), ..Sample::at(at) })
    }

    /// The moment of the last second, or some later.
    fn stamp(&self, later: u64) -> Option<Stamp> {
        let (at, mono) = self.last?;
        let wall = DateTime::from_timestamp(at, 0)?;
        Some(Stamp { mono: Duration::from_secs(mono), wall }.plus(Duration::from_secs(later)))
    }

    /// An error when nothing came of any of them.
    fn verdict(&self) -> Result<(), String> {
        if let Some((name, candidates)) = self.refused() {
            return Err(format!(
                "'{name}': its format is not sure ({candidates}); give --log-format NAME"
            ));
        }
        let mut complaints = Vec::new();
        for (name, file, _) in &self.files {
            match file.tally().nothing() {
                None => return Ok(()),
                Some(why) => {
                    let broken = file.broken().map(|why| format!("cannot be read: {why}"));
                    complaints.push(complaint(name, &broken.unwrap_or(why)));
                }
            }
        }
        complaints.into_iter().next().map_or(Ok(()), Err)
    }
}
