//! One log from its beginning to its end, second by second.

use std::io;
use std::sync::Arc;
use std::time::Duration;

use super::attempts::Attempts;
use super::describe;
use super::events::Events;
use super::moments;
use super::open::OpenedLog;
use super::options::Options;
use super::read_ahead::{Arrival, ReadAhead, ReadEnd};
use super::read_block::ReadBlock;
use super::read_lines::{LineSource, ReadLines};
use super::reader::{ReadAs, Reader, Scanned};
use super::second::Second;
use super::stamp::Stamps;
use super::tally::{Tally, counted};
use crate::sample::LogSource;
use crate::source::Advance;

/// Who does not want the rest is not kept waiting for the next block of it: a
/// pipe may never bring one.
const STOPS_WITHIN: Duration = Duration::from_millis(100);
/// So many silences of that length, and the format is told by what has come.
const PATIENCE: u32 = 10;
/// The format is told by at most so many bytes: tracebacks without end do not vote.
const MOST_HELD: usize = 4 << 20;

/// A log being read.
pub(super) struct LogFile {
    /// Until its format is known.
    unread: Option<(ReadAhead, Reader)>,
    /// Once it is; none where it was refused.
    lines: Option<ReadLines>,
    /// It has a thread of its own for the lines.
    threaded: bool,
    read_as: ReadAs,
    events: Events,
    end: Option<ReadEnd>,
    advance: Arc<Advance>,
    finished: bool,
    /// Formats between which it could not be decided.
    refused: Option<String>,
}

impl LogFile {
    /// `now` is seconds since 1970, for a log that is still written; `threaded` where
    /// there are so few logs that each may have a thread for its lines.
    pub(super) fn new(
        log: OpenedLog,
        (options, now): (&Options, i64),
        advance: Arc<Advance>,
        threaded: bool,
    ) -> io::Result<Self> {
        let stamps = Stamps::new(options.time.clone(), log.written.unwrap_or(now));
        let reader = Reader::new(options);
        Ok(Self {
            lines: None,
            threaded,
            read_as: reader.read_as(),
            unread: Some((ReadAhead::start(log.from)?, reader)),
            events: Events::new(stamps),
            end: None,
            advance,
            finished: false,
            refused: None,
        })
    }

    /// Reads so much of it that its format is known, and tells when it begins: of an
    /// access log, in microseconds.
    pub(super) fn begin(&mut self) -> Option<i64> {
        let (ahead, mut reader) = self.unread.take()?;
        let held = self.learn(&ahead, &mut reader);
        let decided = reader.decide(&held, &mut self.events.stamps);
        self.read_as = reader.read_as();
        if let Err(candidates) = decided {
            self.refused = Some(candidates);
            return None;
        }
        let access = self.read_as.is_access();
        if access {
            self.events.window.hold_a_day();
        }
        let first = held.first().and_then(|block| self.events.first(&mut reader, block));
        self.events.stamps.begin();
        let source = LineSource::new(ahead, reader, held, Arc::clone(&self.advance));
        match ReadLines::start(source, self.threaded) {
            Ok(lines) => self.lines = Some(lines),
            Err(error) => {
                let broken = Some(format!("no thread for it: {error}"));
                self.end = Some(ReadEnd { broken, ..ReadEnd::default() });
            }
        }
        first.filter(|_| access)
    }

    /// The blocks by which its format is told.
    fn learn(&mut self, ahead: &ReadAhead, reader: &mut Reader) -> Vec<Vec<u8>> {
        let (mut silences, mut size) = (0, 0);
        let mut held = Vec::new();
        loop {
            match ahead.within(STOPS_WITHIN) {
                Arrival::Lines(block) => {
                    silences = 0;
                    size += block.len();
                    let open = reader.learn(&block, &mut self.events.stamps);
                    held.push(block);
                    if !open || size >= MOST_HELD {
                        return held;
                    }
                }
                Arrival::Silence => silences += 1,
                Arrival::End => {
                    self.end = Some(ahead.end());
                    return held;
                }
            }
            let waits = silences < PATIENCE || held.is_empty();
            if self.advance.is_stopped() || !waits {
                return held;
            }
        }
    }

    /// It is one of several access logs, of which the first begins then.
    pub(super) const fn belongs(&mut self, first: i64) {
        self.events.window.of_set_from(first);
    }

    /// The next second in which something was told.
    pub(super) fn next(&mut self) -> Option<Second> {
        loop {
            if let Some(second) = self.events.window.next() {
                return Some(second);
            }
            if self.finished || self.refused.is_some() {
                return None;
            }
            let Some(lines) = &mut self.lines else {
                self.finished = true;
                self.events.finish();
                continue;
            };
            match lines.within(STOPS_WITHIN) {
                Arrival::Lines(block) => {
                    self.tell(&block);
                    if let Some(lines) = &self.lines {
                        lines.done(block);
                    }
                }
                Arrival::Silence => {}
                Arrival::End => {
                    self.end.get_or_insert_with(|| lines.end());
                    self.lines = None;
                }
            }
        }
    }

    fn tell(&mut self, block: &ReadBlock) {
        let Self { read_as, events, .. } = self;
        let (access, inherits) = (read_as.is_access(), read_as.inherits());
        // Lines that tell nothing of connections tell where the log begins, and how
        // far it has come.
        events.note(block.begins().as_ref(), access);
        block.each(|heard, client| match heard {
            Scanned::Line(found) => {
                let above = events.last.filter(|_| inherits && found.events.is_some());
                let stamps = &mut events.stamps;
                let moments = moments::of(stamps, found, &read_as.layout).or_else(|| {
                    above.map(|above| moments::below(above, stamps, found, &read_as.layout))
                });
                events.line(found, moments, client);
            }
            Scanned::Stamp(found) => {
                let moments = moments::of(&mut events.stamps, found, &read_as.layout);
                events.last = moments.map(|moments| moments.at).or(events.last);
                events.tally.skip(found.body);
            }
            Scanned::Nothing(lines) => events.tally.skip(lines),
        });
        events.note(block.ends().as_ref(), access);
    }

    /// The counts so far, but for the lines that came too late.
    pub(super) const fn tally(&self) -> &Tally {
        &self.events.tally
    }

    /// Lines that came too late.
    pub(super) const fn late(&self) -> u64 {
        self.events.window.late
    }

    /// Why opens, and why closes are not known.
    pub(super) fn unknown(&self) -> (Option<String>, Option<String>) {
        describe::unknown(&self.read_as, &self.events.tally)
    }

    /// Who has tried.
    pub(super) const fn attempts(&self) -> &Attempts {
        &self.events.attempts
    }

    /// How it was read.
    pub(super) fn source(&self, name: &str) -> LogSource {
        describe::source(name, &self.read_as, &self.events.stamps, &self.events.tally)
    }

    /// Formats between which it could not be decided.
    pub(super) fn refused(&self) -> Option<&str> {
        self.refused.as_deref()
    }

    /// Why it ended before its end.
    pub(super) fn broken(&self) -> Option<&str> {
        self.end.as_ref()?.broken.as_deref()
    }

    /// What a reader has to know of this log.
    pub(super) fn notes(&self) -> Vec<String> {
        let Events { window, stamps, tally, .. } = &self.events;
        let mut notes = Vec::new();
        if let Some(why) = self.broken() {
            notes.push(format!("could not be read to its end: {why}"));
        }
        notes.extend(stamps.remarks());
        if window.jumps.0 > 0 {
            let (times, far) = window.jumps;
            let often =
                if times == 1 { "once,".to_owned() } else { format!("{times} times, last") };
            notes.push(format!("the clock went back {often} by {far} s"));
        }
        if window.older > 0 {
            let older = counted(window.older, "connection was", "connections were");
            notes.push(format!(
                "{older} opened before the log begins: in the total, not in the rates"
            ));
        }
        let (opens, closes) = describe::unknown(&self.read_as, tally);
        notes.extend(opens.into_iter().chain(closes));
        notes.extend(self.passed_over());
        if let Some(candidates) = &self.read_as.undecided {
            notes.push(format!(
                "several formats ({candidates}); its words tell, --log-format NAME says which"
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

    /// Lines that told again what others had told.
    fn passed_over(&self) -> Option<String> {
        let tally = &self.events.tally;
        let passed: u64 = tally.passed.iter().flatten().sum();
        let source = self.source("");
        let names = source.patterns.iter().filter(|p| p.passed_over > 0);
        let names: Vec<String> = names.map(|p| format!("'{}'", p.pattern)).collect();
        (passed > 0).then(|| {
            let lines = counted(passed, "line", "lines");
            format!(
                "{lines} by {} not counted: the same connections are told otherwise",
                names.join(", ")
            )
        })
    }
}
