//! One log from its beginning to its end, second by second.

use std::io;
use std::sync::Arc;
use std::time::Duration;

use super::attempts::Attempts;
use super::clients;
use super::describe;
use super::events::Events;
use super::moments;
use super::open::OpenedLog;
use super::options::Options;
use super::read_ahead::{Arrival, ReadAhead, ReadEnd};
use super::reader::{Reader, Scanned};
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
    ahead: ReadAhead,
    reader: Reader,
    events: Events,
    end: Option<ReadEnd>,
    advance: Arc<Advance>,
    /// Blocks that wait until the format is known.
    held: Vec<Vec<u8>>,
    finished: bool,
    /// Formats between which it could not be decided.
    refused: Option<String>,
}

impl LogFile {
    /// `now` is seconds since 1970, for a log that is still written.
    pub(super) fn new(
        log: OpenedLog,
        options: &Options,
        now: i64,
        advance: Arc<Advance>,
    ) -> io::Result<Self> {
        let stamps = Stamps::new(options.time.clone(), log.written.unwrap_or(now));
        Ok(Self {
            ahead: ReadAhead::start(log.from)?,
            reader: Reader::new(options),
            events: Events::new(stamps),
            end: None,
            advance,
            held: Vec::new(),
            finished: false,
            refused: None,
        })
    }

    /// Reads so much of it that its format is known, and tells when it begins: of an
    /// access log, in microseconds.
    pub(super) fn begin(&mut self) -> Option<i64> {
        let mut silences = 0;
        let mut size = 0;
        loop {
            match self.ahead.within(STOPS_WITHIN) {
                Arrival::Lines(block) => {
                    silences = 0;
                    size += block.len();
                    let open = self.reader.learn(&block, &mut self.events.stamps);
                    self.held.push(block);
                    if !open || size >= MOST_HELD {
                        break;
                    }
                }
                Arrival::Silence => silences += 1,
                Arrival::End => {
                    self.end = Some(self.ahead.end());
                    break;
                }
            }
            let waits = silences < PATIENCE || self.held.is_empty();
            if self.advance.is_stopped() || !waits {
                break;
            }
        }
        if let Err(candidates) = self.reader.decide(&self.held, &mut self.events.stamps) {
            self.refused = Some(candidates);
            return None;
        }
        if self.reader.format.is_some_and(|format| format.access) {
            self.events.window.hold_a_day();
        }
        let first = self.held.first().and_then(|block| self.events.first(&mut self.reader, block));
        self.events.stamps.begin();
        first.filter(|_| self.reader.format.is_some_and(|format| format.access))
    }

    /// It is one of several access logs, of which the first begins then.
    pub(super) const fn belongs(&mut self, first: i64) {
        self.events.window.of_set_from(first);
    }

    /// The next second in which something was told.
    pub(super) fn next(&mut self) -> Option<Second> {
        if self.refused.is_some() {
            return None;
        }
        for block in std::mem::take(&mut self.held) {
            self.tell(&block);
            self.ahead.done(block);
        }
        loop {
            if let Some(second) = self.events.window.next() {
                return Some(second);
            }
            if self.finished {
                return None;
            }
            if self.end.is_none() && !self.advance.is_stopped() {
                match self.ahead.within(STOPS_WITHIN) {
                    Arrival::Lines(block) => {
                        self.tell(&block);
                        self.ahead.done(block);
                    }
                    Arrival::Silence => {}
                    Arrival::End => self.end = Some(self.ahead.end()),
                }
                continue;
            }
            self.end.get_or_insert_with(ReadEnd::default);
            self.finished = true;
            self.events.finish();
        }
    }

    fn tell(&mut self, block: &[u8]) {
        let Self { reader, events, .. } = self;
        // Lines that tell nothing of connections tell where the log begins, and how
        // far it has come.
        if events.tally.lines == 0 {
            events.note(reader, block.split(|c| *c == b'\n').find(|line| !line.is_empty()));
        }
        let trusted = Arc::clone(&reader.trusted);
        let (layout, inherits) = (reader.layout.clone(), reader.inherits());
        reader.each(block, |heard| match heard {
            Scanned::Line(found) => {
                let client = found
                    .events
                    .opened
                    .and_then(|_| clients::client(found.read.peer, found.read.forwarded, &trusted));
                let moments = moments::of(&mut events.stamps, &found, &layout);
                events.line(&found, moments, client, inherits);
            }
            Scanned::Stamp(found) => {
                let moments = moments::of(&mut events.stamps, &found, &layout);
                events.last = moments.map(|moments| moments.at).or(events.last);
                events.tally.skip(found.body);
            }
            Scanned::Nothing(lines) => events.tally.skip(lines),
        });
        events.note(reader, block.rsplit(|c| *c == b'\n').find(|line| !line.is_empty()));
    }

    /// The counts so far.
    pub(super) fn tally(&self) -> Tally {
        let late = self.events.window.late;
        Tally { late, ..self.events.tally.clone() }
    }

    /// Why opens, and why closes are not known.
    pub(super) fn unknown(&self) -> (Option<String>, Option<String>) {
        describe::unknown(&self.reader, &self.events.tally)
    }

    /// Who has tried.
    pub(super) const fn attempts(&self) -> &Attempts {
        &self.events.attempts
    }

    /// How it was read.
    pub(super) fn source(&self, name: &str) -> LogSource {
        describe::source(name, &self.reader, &self.events.stamps, &self.events.tally)
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
        let (opens, closes) = describe::unknown(&self.reader, tally);
        notes.extend(opens.into_iter().chain(closes));
        notes.extend(self.passed_over());
        if let Some(candidates) = &self.reader.undecided {
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
