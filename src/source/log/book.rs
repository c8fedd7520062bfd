//! One log from its beginning to its end, second by second.

use std::io;
use std::sync::Arc;
use std::time::Duration;

use chrono::DateTime;

use super::ahead::{Ahead, Come, End};
use super::hearing::{Heard, Hearing};
use super::open::Opened;
use super::pattern::Patterns;
use super::second::Second;
use super::stamp::{Stamps, TimeFormat};
use super::tally::{Tally, counted, shown};
use super::told::{Told, Voice};
use super::window::{Event, Window};
use crate::sample::LogLine;
use crate::source::Advance;

/// Who does not want the rest is not kept waiting for the next block of it: a
/// pipe may never bring one.
const STOPS_WITHIN: Duration = Duration::from_millis(100);

/// A log being read.
pub(super) struct Book {
    ahead: Ahead,
    hearing: Hearing,
    reader: Reader,
    end: Option<End>,
    advance: Arc<Advance>,
}

/// What is made of its lines.
struct Reader {
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
    pub(super) fn new(
        log: Opened,
        patterns: Patterns,
        time: Option<TimeFormat>,
        now: i64,
        advance: Arc<Advance>,
    ) -> io::Result<Self> {
        let reader = Reader {
            stamps: Stamps::new(time, log.written.unwrap_or(now)),
            window: Window::default(),
            tally: Tally::default(),
            last: None,
            unlasting: 0,
        };
        let hearing = Hearing::new(patterns);
        Ok(Self { ahead: Ahead::start(log.from)?, hearing, reader, end: None, advance })
    }

    /// The next second in which something was told.
    pub(super) fn next(&mut self) -> Option<Second> {
        loop {
            if let Some(second) = self.reader.window.next() {
                return Some(second);
            }
            if self.end.is_some() {
                return None;
            }
            match self.ahead.within(STOPS_WITHIN) {
                Come::Lines(block) => {
                    self.block(&block);
                    self.ahead.done(block);
                }
                Come::Silence => {}
                Come::End => {
                    self.end = Some(self.ahead.end());
                    self.reader.window.finish();
                }
            }
            if self.advance.is_stopped() && self.end.is_none() {
                self.end = Some(End::default());
                self.reader.window.finish();
            }
        }
    }

    fn block(&mut self, block: &[u8]) {
        let Self { hearing, reader, .. } = self;
        // Lines that tell nothing of connections tell where the log begins, and how
        // far it has come.
        if reader.tally.lines == 0 {
            reader.note(block.split(|c| *c == b'\n').next());
        }
        hearing.each(block, |heard| match heard {
            Heard::Line { line, told, error } => reader.line(line, &told, error),
            Heard::Nothing(lines) => reader.tally.skip(lines),
        });
        reader.reach(block.rsplit(|c| *c == b'\n').find(|line| !line.is_empty()));
    }

    /// The counts so far.
    pub(super) fn tally(&self) -> Tally {
        let late = self.reader.window.late;
        Tally { late, ..self.reader.tally.clone() }
    }

    /// Why it ended before its end.
    pub(super) fn broken(&self) -> Option<&str> {
        self.end.as_ref()?.broken.as_deref()
    }

    /// What a reader has to know of this log.
    pub(super) fn notes(&self) -> Vec<String> {
        let Reader { window, stamps, tally, unlasting, .. } = &self.reader;
        let mut notes = Vec::new();
        if let Some(why) = self.broken() {
            notes.push(format!("could not be read to its end: {why}"));
        }
        notes.extend(stamps.remark());
        if window.jumps.0 > 0 {
            let (times, far) = window.jumps;
            let often =
                if times == 1 { "once,".to_owned() } else { format!("{times} times, last") };
            notes.push(format!("the clock went back {often} by {far} s"));
        }
        if window.older > 0 {
            let older = counted(window.older, "connection was", "connections were");
            notes.push(format!("{older} opened before the log begins"));
        }
        if *unlasting > 0 {
            let told = counted(*unlasting, "access line tells", "access lines tell");
            notes.push(format!(
                "{told} no duration, so that no opening is known; add $request_time to nginx's log_format"
            ));
        }
        let cut = self.end.as_ref().map_or(0, |end| end.cut);
        if cut > 0 {
            let lines = counted(cut, "line was", "lines were");
            notes.push(format!("{lines} longer than 64 KiB and cut"));
        }
        if tally.binary > 0 {
            let lines = counted(tally.binary, "line holds", "lines hold");
            notes.push(format!("{lines} binary data"));
        }
        notes
    }
}

impl Reader {
    fn note(&mut self, line: Option<&[u8]>) {
        if let Some(at) = line.and_then(|line| self.stamps.find(line)) {
            self.window.note(at.micros);
        }
    }

    /// The log has come to this line, if that is further. `HAProxy`'s has the stamp of
    /// the connection's beginning, and one a block was counted as out of order.
    fn reach(&mut self, line: Option<&[u8]>) {
        let at = line.and_then(|line| self.stamps.find(line)).map(|at| at.micros);
        if let Some(at) = at.filter(|&at| self.window.is_further(at)) {
            self.window.note(at);
        }
    }

    fn line(&mut self, line: &[u8], told: &Told<'_>, error: bool) {
        self.tally.lines += 1;
        let keyed = told.time.and_then(|value| self.stamps.value(value));
        match keyed.or_else(|| self.stamps.find(line)) {
            Some(moment) => {
                self.last = Some(moment.micros);
                self.tally.told += 1;
                self.event(told, moment.micros, moment.coarse);
                if error {
                    self.error(line, moment.micros);
                }
            }
            // A traceback has no stamp of its own: the line above it has.
            None if error && !told.is_some() => match self.last {
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
