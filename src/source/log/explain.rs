//! `herdtop logs --explain FILE`: a few lines, marked with what was read from them.

use std::io::Read;
use std::path::Path;

use chrono::DateTime;

use super::clients;
use super::describe;
use super::format::Read as LineRead;
use super::lines::Lines;
use super::moments;
use super::open;
use super::options::Options;
use super::partial::Partial;
use super::phrases;
use super::reader::{MatchedLine, Reader, stamp};
use super::stamp::{SECOND, Stamps};
use super::tally::{Tally, complaint};
use crate::clock::{Clock, SystemClock};
use crate::sample::LogSource;
use crate::source::Advance;
use crate::text;

/// Blocks of lines that are looked at.
const BLOCKS: usize = 16;
/// Lines that are shown, and of each kind: of opens alone the closes are not understood.
const SHOWN: usize = 7;
const OF_A_KIND: u32 = 3;
/// Columns of a line that is shown.
const WIDTH: usize = 240;

/// How a log is read, and some of its lines.
#[derive(Debug)]
pub struct Explained {
    /// How it is read.
    pub source: LogSource,
    /// Lines with what was read from each.
    pub lines: Vec<Marked>,
}

/// A line and what was read from it.
#[derive(Debug)]
pub struct Marked {
    /// Without its wrappers, clean.
    pub line: String,
    /// Columns from and to, and what is there.
    pub marks: Vec<(usize, usize, &'static str)>,
    /// What it tells.
    pub tells: String,
}

/// Explains how a log is read, by its beginning.
///
/// # Errors
/// Why it cannot be read or understood; one line.
pub fn explain(path: &Path, options: &Options) -> Result<Explained, String> {
    let name = text::clean(&path.to_string_lossy(), 80);
    let now = SystemClock::start().now().wall.timestamp();
    let log = open::open(path, &Advance::new()).map_err(|why| complaint(&name, &why))?;
    let blocks = blocks(log.from)
        .map_err(|e| complaint(&name, &format!("cannot be read: {}", open::plain(&e))))?;
    let mut stamps = Stamps::new(options.time.clone(), log.written.unwrap_or(now));
    let mut reader = Reader::new(options);
    for block in &blocks {
        if !reader.learn(block, &mut stamps) {
            break;
        }
    }
    reader.decide(&blocks, &mut stamps).map_err(|candidates| {
        format!("'{name}': its format is not sure ({candidates}); give --log-format NAME")
    })?;
    stamps.begin();
    for block in &blocks {
        reader.vote(block);
    }
    let mut lines: Vec<Marked> = Vec::new();
    let mut tally = Tally::default();
    let mut kinds = [0_u32; 4];
    for line in blocks.iter().flat_map(|b| b.split(|c| *c == b'\n')).filter(|l| !l.is_empty()) {
        let layout = reader.layout.clone();
        let trusted = reader.trusted.clone();
        let found = reader.explain(line);
        tally.count(&found.events, &found.repeated);
        let kind = match (found.events.opened, found.events.closed) {
            (Some(_), None) => 0,
            (None, Some(_)) => 1,
            (Some(_), Some(_)) => 2,
            (None, None) => 3,
        };
        // Of those that tell nothing one is enough.
        let most = if kind == 3 { 1 } else { OF_A_KIND };
        if lines.len() >= SHOWN || kinds[kind] >= most {
            continue;
        }
        kinds[kind] += 1;
        let moments = moments::of(&mut stamps, &found, &layout);
        let place = place(&mut stamps, &found);
        let client = clients::client(found.read.peer, found.read.forwarded, &trusted);
        lines.push(mark(&found, place, moments, client, layout.duration.as_ref()));
    }
    let source = describe::source(&name, &reader.read_as(), &stamps, &tally);
    Ok(Explained { source, lines })
}

fn blocks(from: Box<dyn Read + Send>) -> std::io::Result<Vec<Vec<u8>>> {
    let mut lines = Lines::new(from);
    let mut partial = Partial::new();
    let mut blocks = Vec::new();
    while blocks.len() < BLOCKS {
        let mut block = Vec::new();
        if !lines.block(&mut block)? {
            partial.rest(&mut block);
            blocks.push(block);
            break;
        }
        partial.join(&mut block);
        blocks.push(block);
    }
    Ok(blocks)
}

/// Where the stamp stands in the body, if it was found there.
fn place(stamps: &mut Stamps, found: &MatchedLine<'_>) -> Option<(usize, usize)> {
    if let Some(time) = found.read.time {
        return part(found.body, time);
    }
    stamps.place = (0, 0);
    stamp(stamps, found.body, &LineRead::default(), found.outer)?;
    let (from, length) = stamps.place;
    (length > 0).then_some((from, from + length))
}

/// Where a part stands in the body.
fn part(body: &[u8], part: &[u8]) -> Option<(usize, usize)> {
    let from = part.as_ptr().addr().checked_sub(body.as_ptr().addr())?;
    (!part.is_empty() && from + part.len() <= body.len()).then_some((from, from + part.len()))
}

fn mark(
    found: &MatchedLine<'_>,
    stamp: Option<(usize, usize)>,
    moments: Option<moments::Moments>,
    client: Option<std::net::IpAddr>,
    duration: Option<&super::layout::Duration>,
) -> Marked {
    let read = &found.read;
    let mut marks: Vec<((usize, usize), &'static str)> = Vec::new();
    marks.extend(stamp.map(|at| (at, "stamp")));
    let mut add = |text: Option<&[u8]>, name| {
        marks.extend(text.and_then(|text| part(found.body, text)).map(|at| (at, name)));
    };
    add(read.began, "start");
    add(read.status.filter(|_| read.ended.is_some()), "status");
    let number = read.numbers.iter().find(|n| duration.is_some_and(|d| d.of(n).is_some()));
    add(number.map(|number| number.text), "duration");
    add(read.peer, "peer");
    add(read.forwarded, "forwarded");
    add(found.events.closed.and_then(|closed| closed.reason), "reason");
    if read.ended.is_none() {
        let event =
            [(found.events.opened.is_some(), "open"), (found.events.closed.is_some(), "close")];
        let event = event.into_iter().find(|(is, _)| *is).map(|(_, name)| name);
        marks.extend(event.and_then(|name| Some((event_word(found.body, name)?, name))));
        let code = found.events.closed.and_then(|closed| closed.code);
        marks.extend(code.and_then(|code| Some((code_digits(found.body, code)?, "code"))));
    }
    marks.sort_unstable();
    let (line, columns) = shown(found.body);
    let column = |at: usize| columns.get(at).copied().unwrap_or(WIDTH);
    let marks = marks.into_iter().filter(|((from, _), _)| column(*from) < WIDTH);
    let marks = marks.map(|((from, to), name)| (column(from), column(to), name)).collect();
    Marked { line, marks, tells: tells(found, moments, client) }
}

/// The word that tells the event, as far as one does.
fn event_word(body: &[u8], event: &str) -> Option<(usize, usize)> {
    let words: &[&[u8]] = match event {
        "open" => &[b"connect", b"open", b"accept", b"establish", b"upgraded", b"created"],
        _ => &[b"disconnect", b"close", b"lost", b"finish", b"remov", b"drop", b"terminat"],
    };
    let of_word = |c: &u8| c.is_ascii_alphanumeric() || *c == b'_';
    // The last one: a name of the logger or a path stands before it.
    let at = words.iter().find_map(|word| {
        let starts = std::iter::successors(phrases::find(body, word, 0), |at| {
            phrases::find(body, word, at + 1)
        });
        starts.last()
    })?;
    let from = at - body[..at].iter().rev().take_while(|c| of_word(c)).count();
    Some((from, at + body[at..].iter().take_while(|c| of_word(c)).count()))
}

/// Where the code is written.
fn code_digits(body: &[u8], code: u16) -> Option<(usize, usize)> {
    let digits = code.to_string();
    let alone = |at: &usize| {
        let beside = [at.checked_sub(1), Some(at + digits.len())];
        let digit = |at: usize| body.get(at).is_some_and(u8::is_ascii_digit);
        !beside.into_iter().flatten().any(digit)
    };
    let at = memchr::memmem::rfind_iter(body, digits.as_bytes()).find(alone)?;
    Some((at, at + digits.len()))
}

/// The line as it may be shown, and the column of each of its bytes.
fn shown(body: &[u8]) -> (String, Vec<usize>) {
    let mut line = String::new();
    let mut columns = Vec::with_capacity(body.len() + 1);
    let mut width = 0;
    for c in body.iter().take(4 * WIDTH) {
        columns.push(width);
        if width < WIDTH {
            // Bytes beyond ASCII are one column each: the marks have to stand below.
            line.push(if c.is_ascii_graphic() || *c == b' ' { char::from(*c) } else { '.' });
            width += 1;
        }
    }
    columns.push(width);
    (line, columns)
}

/// `open 14:00:00.000, close 14:00:50.123, code 1006, client 10.0.0.7`.
fn tells(
    found: &MatchedLine<'_>,
    moments: Option<moments::Moments>,
    client: Option<std::net::IpAddr>,
) -> String {
    let moment = |at: Option<i64>| {
        let at = at.and_then(|at| {
            DateTime::from_timestamp(
                at.div_euclid(SECOND),
                u32::try_from(at.rem_euclid(SECOND)).ok()? * 1000,
            )
        });
        at.map_or_else(|| "-".to_owned(), |at| at.format("%Y-%m-%dT%H:%M:%S%.3fZ").to_string())
    };
    let mut parts = Vec::new();
    if found.events.opened.is_some() {
        parts.push(format!("open {}", moment(moments.and_then(|m| m.began))));
    }
    if let Some(closed) = found.events.closed {
        parts.push(format!("close {}", moment(moments.and_then(|m| m.ended))));
        parts.push(closed.code.map_or("code -".to_owned(), |code| format!("code {code}")));
    }
    if parts.is_empty() {
        let again = found.repeated.is_some();
        return if again { "told otherwise already" } else { "tells nothing" }.to_owned();
    }
    parts.extend(client.map(|client| format!("client {client}")));
    parts.join(", ")
}
