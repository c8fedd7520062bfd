//! One log from its beginning to its end, second by second.

use std::io::Read;
use std::ops::Range;

use chrono::DateTime;
use memchr::memchr;

use super::election::Election;
use super::lines::Lines;
use super::open::{Opened, plain};
use super::pattern::Patterns;
use super::scout::Scout;
use super::second::Second;
use super::stamp::{Stamps, TimeFormat};
use super::tally::{Tally, shown};
use super::told::{Told, Voice};
use super::window::{Event, Window};
use crate::sample::LogLine;

/// A log being read.
pub(super) struct Book {
    lines: Lines<Box<dyn Read + Send>>,
    reader: Reader,
    /// Why it ended early, if it did.
    broken: Option<String>,
    over: bool,
}

/// What is made of its lines.
struct Reader {
    patterns: Patterns,
    /// None where any line might tell something.
    scout: Option<Scout>,
    election: Election,
    stamps: Stamps,
    window: Window,
    tally: Tally,
    /// When the last line with a stamp was written, microseconds.
    last: Option<i64>,
    /// Access lines that do not say how long it lasted.
    unlasting: u64,
}

impl Book {
    /// `now` is seconds since 1970, for a log that is still written.
    pub(super) fn new(log: Opened, patterns: Patterns, time: Option<TimeFormat>, now: i64) -> Self {
        let scout = patterns.clues().map(|clues| Scout::new(clues.iter().map(String::as_str)));
        let reader = Reader {
            scout,
            patterns,
            election: Election::default(),
            stamps: Stamps::new(time, log.written.unwrap_or(now)),
            window: Window::default(),
            tally: Tally::default(),
            last: None,
            unlasting: 0,
        };
        Self { lines: Lines::new(log.from), reader, broken: None, over: false }
    }

    /// The next second in which something was told.
    pub(super) fn next(&mut self) -> Option<Second> {
        loop {
            if let Some(second) = self.reader.window.next() {
                return Some(second);
            }
            if self.over {
                return None;
            }
            match self.lines.block() {
                Ok(Some(block)) => self.reader.block(block),
                Ok(None) => self.over = true,
                Err(error) => {
                    self.over = true;
                    self.broken = Some(plain(&error));
                }
            }
            if self.over {
                self.reader.window.finish();
            }
        }
    }

    /// The counts so far.
    pub(super) fn tally(&self) -> Tally {
        let late = self.reader.window.late;
        Tally { late, ..self.reader.tally.clone() }
    }

    /// Why it ended before its end.
    pub(super) fn broken(&self) -> Option<&str> {
        self.broken.as_deref()
    }

    /// What a reader has to know of this log.
    pub(super) fn notes(&self) -> Vec<String> {
        let Reader { window, stamps, tally, unlasting, .. } = &self.reader;
        let mut notes = Vec::new();
        if let Some(why) = &self.broken {
            notes.push(format!("could not be read to its end: {why}"));
        }
        notes.extend(stamps.remark());
        if window.jumps.0 > 0 {
            let (times, far) = window.jumps;
            notes.push(format!("the clock went back {times} times, last by {far} s"));
        }
        if window.older > 0 {
            notes.push(format!("{} connections were opened before the log begins", window.older));
        }
        if *unlasting > 0 {
            notes.push(format!(
                "{unlasting} access lines tell no duration: their openings are not known; add $request_time to nginx's log_format"
            ));
        }
        if self.lines.cut > 0 {
            notes.push(format!("{} lines were longer than 64 KiB and cut", self.lines.cut));
        }
        if tally.binary > 0 {
            notes.push(format!("{} lines hold binary data", tally.binary));
        }
        notes
    }
}

impl Reader {
    fn block(&mut self, block: &[u8]) {
        if self.election.is_open() {
            self.each(block, Self::vote);
        }
        self.each(block, Self::line);
        // Lines that tell nothing of connections tell how far the log has come.
        if let Some(at) = last_line(block).and_then(|line| self.stamps.find(line)) {
            self.window.note(at.micros);
        }
    }

    /// Calls for each line of the block, and whether it is worth reading.
    fn each(&mut self, block: &[u8], mut act: impl FnMut(&mut Self, &[u8], bool)) {
        if let Some(scout) = &mut self.scout {
            scout.start();
        }
        let mut start = 0;
        while start < block.len() {
            let end = memchr(b'\n', &block[start..]).map_or(block.len(), |at| start + at);
            let range: Range<usize> = start..end;
            let worth = self.scout.as_mut().is_none_or(|scout| scout.finds(block, &range));
            act(self, &block[range], worth);
            start = end + 1;
        }
    }

    fn vote(&mut self, line: &[u8], worth: bool) {
        if worth {
            self.election.vote(&self.patterns.told(line));
        }
    }

    fn line(&mut self, line: &[u8], worth: bool) {
        self.tally.lines += 1;
        if !worth {
            self.tally.binary += u64::from(is_binary(line));
            return self.tally.miss(line);
        }
        let told = self.patterns.told(line);
        let heeded = self.election.heed(told);
        let error = self.patterns.is_error(line);
        if !told.is_some() && !error {
            self.tally.binary += u64::from(is_binary(line));
            return self.tally.miss(line);
        }
        if !heeded.is_some() && !error {
            return;
        }
        let keyed = told.time.and_then(|value| self.stamps.value(value));
        match keyed.or_else(|| self.stamps.find(line)) {
            Some(moment) => {
                self.last = Some(moment.micros);
                self.tally.told += 1;
                self.event(&heeded, moment.micros, moment.coarse);
                if error {
                    self.error(line, moment.micros);
                }
            }
            // A traceback has no stamp of its own: the line above it has.
            None if error && !heeded.is_some() => match self.last {
                Some(at) => self.error(line, at),
                None => self.tally.timeless(line),
            },
            None => self.tally.timeless(line),
        }
    }

    fn event(&mut self, told: &Told<'_>, at: i64, coarse: bool) {
        if !told.is_some() {
            return;
        }
        let opened = told.opened.map(|o| at.saturating_add(o.after));
        let closed = told.closed.map(|c| at.saturating_add(c.after));
        if told.closed.is_some_and(|c| c.voice == Voice::Access) && opened.is_none() {
            self.unlasting += 1;
        }
        self.window.add(Event {
            opened,
            closed,
            code: told.closed.and_then(|c| c.code),
            reason: told.closed.and_then(|c| c.reason),
            coarse,
        });
    }

    fn error(&mut self, line: &[u8], at: i64) {
        let Some(time) = DateTime::from_timestamp_micros(at) else { return };
        self.window.note(at);
        self.window.error(at, LogLine { at: time, text: shown(line) });
    }
}

fn is_binary(line: &[u8]) -> bool {
    memchr(0, line).is_some()
}

/// The last line that is not empty.
fn last_line(block: &[u8]) -> Option<&[u8]> {
    block.rsplit(|c| *c == b'\n').find(|line| !line.is_empty())
}
