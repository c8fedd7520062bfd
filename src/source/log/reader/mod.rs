//! What a block of lines tells: the prefilter finds lines, their wrappers are peeled
//! off, the format reads them, and of several ways of telling the elected one counts.

mod learning;
mod own_lines;

use std::sync::Arc;

use super::clients::Network;
use super::event::{Closed, LineEvents, Opened};
use super::format::{Columns, FIELDS, LineFormat, Read, read_any};
use super::layout::Layout;
use super::options::Options;
use super::pattern::{Patterns, Sought};
use super::prefilter::{BlockPart, Hints, Literal, Needle, Prefilter};
use super::stamp::{Moment, Stamps};
use super::vote::PatternVote;
use super::wrapper::{Peeler, Wrapper, Wrappers};
use learning::Learning;
use own_lines::OwnLines;

/// What there was in a block.
#[derive(Debug, Clone, Copy)]
pub(super) enum Scanned<'a> {
    /// A line that tells of a connection, or of an error. By reference: each is half a
    /// kilobyte, and moving it about took a fifth of the time.
    Line(&'a MatchedLine<'a>),
    /// A line that tells nothing but the time of the lines below it.
    Stamp(&'a MatchedLine<'a>),
    /// Lines that tell nothing.
    Nothing(&'a [u8]),
}

/// A line that tells something.
#[derive(Debug, Clone, Copy)]
pub(super) struct MatchedLine<'a> {
    /// The line without its wrappers.
    pub(super) body: &'a [u8],
    /// The time as its innermost wrapper writes it.
    pub(super) outer: Option<&'a [u8]>,
    pub(super) read: Read<'a>,
    /// What of it counts.
    pub(super) events: LineEvents<'a>,
    /// What it tells, though something else counts.
    pub(super) repeated: LineEvents<'a>,
    /// How long the connection lasted, in microseconds.
    pub(super) lasted: Option<i64>,
    pub(super) error: bool,
}

/// How a log is read.
#[derive(Debug, Clone)]
pub(super) struct ReadAs {
    pub(super) format: Option<&'static LineFormat>,
    pub(super) layout: Layout,
    /// Formats between which it was not decided; no line needed one.
    pub(super) undecided: Option<String>,
    /// The wrappers of most lines.
    pub(super) wrappers: Option<String>,
}

impl ReadAs {
    /// It is an access log.
    pub(super) fn is_access(&self) -> bool {
        self.format.is_some_and(|format| format.access)
    }

    /// Whether lines without a stamp have that of the line above.
    pub(super) fn inherits(&self) -> bool {
        self.format.is_some_and(|format| format.inherits)
    }
}

/// Reads the lines of one log.
#[derive(Debug)]
pub(super) struct Reader {
    patterns: Patterns,
    asked: Option<&'static LineFormat>,
    own_lines: OwnLines,
    pub(super) trusted: Arc<[Network]>,
    peeler: Peeler,
    prefilter: Prefilter,
    learning: Learning,
    votes: PatternVote,
    pub(super) format: Option<&'static LineFormat>,
    pub(super) layout: Layout,
    /// Of a format in columns, which there are.
    columns: Columns,
    /// Formats between which it was not decided; no line needed one.
    pub(super) undecided: Option<String>,
    /// Its access lines are objects.
    objects: Option<bool>,
    /// The prefilter looks only for those who are elected.
    settled: bool,
}

impl Reader {
    pub(super) fn new(options: &Options) -> Self {
        let patterns = options.patterns.clone();
        Self {
            prefilter: patterns.prefilter(None, &[]),
            votes: patterns.vote(),
            asked: options.format,
            own_lines: OwnLines::of(options.format),
            trusted: Arc::clone(&options.trusted),
            patterns,
            peeler: Peeler::default(),
            learning: Learning::default(),
            format: options.format,
            layout: Layout::of(options.format),
            columns: Columns::default(),
            undecided: None,
            objects: None,
            settled: false,
        }
    }

    /// How the log is read, as far as that is known.
    pub(super) fn read_as(&self) -> ReadAs {
        let most = self.learning.wrappers.iter().max_by_key(|(_, times)| *times);
        ReadAs {
            format: self.format,
            layout: self.layout.clone(),
            undecided: self.undecided.clone(),
            wrappers: most.and_then(|(wrappers, _)| wrappers.names()),
        }
    }

    /// Whether lines without a stamp have that of the line above.
    pub(super) fn inherits(&self) -> bool {
        self.format.is_some_and(|format| format.inherits)
    }

    /// Takes the votes for a way of telling in a block that is not told.
    pub(super) fn vote(&mut self, block: &[u8]) {
        let Self { patterns, prefilter, votes, peeler, format, columns, own_lines, .. } = self;
        prefilter.each(block, |part| {
            if let BlockPart::Line(line, hints) = part {
                let peeled = peeler.peel(line);
                let events = events(&read(*format, (columns, own_lines), peeled.body));
                votes.vote(&patterns.events(events, (peeled.body, line), hints));
            }
        });
    }

    /// Calls for all there is in the block, in its order.
    pub(super) fn each(&mut self, block: &[u8], mut act: impl FnMut(Scanned<'_>)) {
        if self.votes.is_open() {
            self.vote(block);
        } else if !self.settled {
            self.settled = true;
            let ansi = |(wrappers, _): &(Wrappers, u32)| wrappers.has(Wrapper::Ansi);
            let coloured = self.learning.wrappers.iter().any(ansi);
            let sought = Sought { vote: &self.votes, objects: self.objects, coloured };
            self.prefilter = self.patterns.prefilter(Some(sought), block);
            if self.inherits() {
                self.prefilter = self.prefilter.clone().with_all(Hints::USUAL);
            }
            if self.format.is_some_and(|format| format.by_columns) {
                let text = Literal::Exact(FIELDS.to_vec());
                self.prefilter.push(&Needle { text, of: Hints::USUAL });
            }
        }
        let inherits = self.inherits();
        let Self { patterns, prefilter, votes, peeler, format, layout, columns, own_lines, .. } =
            self;
        prefilter.each(block, |part| match part {
            BlockPart::Skipped(lines) => act(Scanned::Nothing(lines)),
            BlockPart::Line(line, hints) => {
                let peeled = peeler.peel(line);
                if columns.take(peeled.body) {
                    return act(Scanned::Nothing(line));
                }
                let read = read(*format, (columns, own_lines), peeled.body);
                let all = patterns.events(events(&read), (peeled.body, line), hints);
                let events = votes.keep_elected(all);
                let error = patterns.is_error(peeled.body, hints);
                let tells = all.is_some() || error;
                if !tells && !inherits {
                    return act(Scanned::Nothing(line));
                }
                let repeated = LineEvents {
                    opened: all.opened.filter(|_| events.opened.is_none()),
                    closed: all.closed.filter(|_| events.closed.is_none()),
                };
                let lasted = layout.duration.as_ref();
                let lasted = lasted.and_then(|d| read.numbers.iter().find_map(|n| d.of(n)));
                let (body, outer) = (peeled.body, peeled.time);
                let found = MatchedLine { body, outer, read, events, repeated, lasted, error };
                act(if tells { Scanned::Line(&found) } else { Scanned::Stamp(&found) });
            }
        });
    }

    /// One line by itself, for who explains it.
    pub(super) fn explain<'a>(&'a mut self, line: &'a [u8]) -> MatchedLine<'a> {
        let Self { patterns, votes, peeler, format, layout, columns, own_lines, .. } = self;
        let peeled = peeler.peel(line);
        columns.take(peeled.body);
        let read = read(*format, (columns, own_lines), peeled.body);
        let hints = Hints(u8::MAX);
        let all = patterns.events(events(&read), (peeled.body, line), hints);
        let lasted = layout.duration.as_ref();
        let lasted = lasted.and_then(|d| read.numbers.iter().find_map(|n| d.of(n)));
        let events = votes.keep_elected(all);
        let repeated = LineEvents {
            opened: all.opened.filter(|_| events.opened.is_none()),
            closed: all.closed.filter(|_| events.closed.is_none()),
        };
        MatchedLine {
            body: peeled.body,
            outer: peeled.time,
            read,
            events,
            repeated,
            lasted,
            error: false,
        }
    }
}

/// By the format, or as it comes.
fn read<'a>(
    format: Option<&'static LineFormat>,
    (columns, own_lines): (&Columns, &OwnLines),
    body: &'a [u8],
) -> Read<'a> {
    match format {
        Some(_) if !own_lines.has(body, |body| columns.fit(body)) => Read::default(),
        Some(format) if format.by_columns => columns.read(body),
        Some(format) => (format.read)(body),
        None => read_any(body),
    }
}

/// What a line tells, the end of an access line as both.
fn events<'a>(read: &Read<'a>) -> LineEvents<'a> {
    match read.ended {
        Some(pattern) => LineEvents {
            opened: Some(Opened { pattern, after: 0 }),
            closed: Some(Closed { pattern, after: 0, code: None, reason: None }),
        },
        None => read.events,
    }
}

/// The lines of a block that are not empty.
fn lines(block: &[u8]) -> impl Iterator<Item = &[u8]> {
    block.split(|c| *c == b'\n').filter(|line| !line.is_empty())
}

/// When a line was written: by its format, by itself, or by its innermost wrapper.
pub(super) fn stamp(
    stamps: &mut Stamps,
    body: &[u8],
    read: &Read<'_>,
    outer: Option<&[u8]>,
) -> Option<Moment> {
    let own = read.time.and_then(|time| stamps.value(time));
    let at = match (own, outer) {
        (Some(at), _) => at,
        (None, Some(outer)) => stamps.near(body).or_else(|| stamps.value(outer))?,
        (None, None) => stamps.find(body)?,
    };
    Some(match read.within.filter(|_| at.coarse) {
        Some(within) => Moment { micros: at.micros.saturating_add(within), coarse: false },
        None => at,
    })
}
