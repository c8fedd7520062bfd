//! One file of a recording: its header, then its lines.

use std::io::{self, BufRead, BufReader, ErrorKind, Read};
use std::path::Path;
use std::sync::Arc;

use super::block::{self, Counted};
use super::fault::{Fault, FaultKind, OpenError, shown};
use super::lines::{self, LineReader, RecordingLine};
use super::{Header, Record, SCHEMA, VERSION};
use crate::source::Advance;
use crate::source::pipe::{self, Named};
use crate::text;

/// Where gzip begins (RFC 1952 section 2.3.1).
const MAGIC: [u8; 2] = [0x1f, 0x8b];

/// A header has 1 KB, and 30 bytes more for every port with a capacity.
const LONGEST_HEADER: usize = 256 << 10;

/// An open part.
pub(super) struct Part {
    input: Counted<Box<dyn BufRead + Send>>,
    file: String,
    header: Header,
    block: Vec<u8>,
    /// Where the next line begins in the block.
    next: usize,
    /// Where the block begins in the file.
    block_at: u64,
    line: u64,
    lines: LineReader,
    /// Said its last line.
    ended: bool,
    /// No part before it is read.
    pub(super) is_oldest: bool,
}

impl Part {
    /// Opens a file; `-` is standard input. What is read of it is counted.
    pub(super) fn open(path: &Path, advance: &Arc<Advance>) -> Result<Self, OpenError> {
        if path.as_os_str() == "-" {
            advance.expect(None);
            let input = Arc::clone(advance).count(io::stdin());
            return Self::read("-".to_owned(), Box::new(BufReader::new(input)));
        }
        let file = shown(path);
        let unreadable = |error| OpenError::Unreadable { file: file.clone(), error };
        let buffered = |input| -> Box<dyn BufRead + Send> {
            Box::new(BufReader::with_capacity(64 << 10, input))
        };
        match pipe::open(path) {
            Ok(Named::File(opened, about)) => {
                advance.expect(Some(about.len()));
                let input: Box<dyn Read + Send> = Box::new(Arc::clone(advance).count(opened));
                Self::read(file, buffered(input))
            }
            Ok(Named::Pipe(opened)) => {
                advance.expect(None);
                let input: Box<dyn Read + Send> = Box::new(Arc::clone(advance).count(opened));
                Self::read(file, buffered(input))
            }
            Err(error) if error.kind() == ErrorKind::InvalidInput => {
                Err(OpenError::Other { file, what: format!("it {error}") })
            }
            Err(error) => Err(unreadable(error)),
        }
    }

    /// Reads from anything.
    pub(super) fn read(file: String, input: Box<dyn BufRead + Send>) -> Result<Self, OpenError> {
        let mut input = Counted::new(input);
        let unreadable = |error| OpenError::Unreadable { file: file.clone(), error };
        let start = input.fill_buf().map_err(unreadable)?;
        match start {
            [] => return Err(OpenError::Empty(file)),
            [first, rest @ ..]
                if *first != MAGIC[0] || rest.first().is_some_and(|b| *b != MAGIC[1]) =>
            {
                let begins = String::from_utf8_lossy(&start[..start.len().min(24)]).into_owned();
                let what = format!("it begins with '{}'", text::clean(&begins, 24));
                return Err(OpenError::Other { file, what });
            }
            _ => {}
        }
        let block = match block::unpack(&mut input) {
            Ok(block) => block.unwrap_or_default(),
            Err(error) => return Err(OpenError::Broken(fault_of(&file, 0, 0, &error))),
        };
        let (first, _) = split(&block, 0);
        let header = header(&file, first)?;
        let next = first.len() + 1;
        Ok(Self {
            input,
            file,
            header,
            block,
            next,
            block_at: 0,
            line: 1,
            lines: LineReader::default(),
            ended: false,
            is_oldest: true,
        })
    }

    pub(super) const fn header(&self) -> &Header {
        &self.header
    }

    /// The next record; none at the end of the part.
    pub(super) fn next(&mut self) -> Result<Option<Record>, Fault> {
        while !self.ended {
            if self.next >= self.block.len() {
                if !self.load()? {
                    let what = "its last line is missing: the program that wrote it was killed, \
                                or still writes";
                    return Err(self.fault(FaultKind::Truncated, what.to_owned()));
                }
                continue;
            }
            let (line, next) = split(&self.block, self.next);
            let read = self.lines.read(line);
            self.next = next;
            match read {
                Ok(RecordingLine::Record(record)) => {
                    self.line += 1;
                    return Ok(Some(record));
                }
                Ok(RecordingLine::Known(record)) => {
                    self.line += 1;
                    if self.is_oldest {
                        return Ok(Some(record));
                    }
                }
                Ok(RecordingLine::Part) => self.line += 1,
                Ok(RecordingLine::End) => self.ended = true,
                Err(what) => return Err(self.fault(FaultKind::Damaged, what)),
            }
        }
        Ok(None)
    }

    /// The next block; false at the end of the file.
    fn load(&mut self) -> Result<bool, Fault> {
        self.block_at = self.input.read;
        match block::unpack(&mut self.input) {
            Ok(Some(block)) => {
                self.block = block;
                self.next = 0;
                Ok(true)
            }
            Ok(None) => Ok(false),
            Err(error) => Err(fault_of(&self.file, self.block_at, self.line, &error)),
        }
    }

    fn fault(&self, kind: FaultKind, what: String) -> Fault {
        Fault { kind, file: self.file.clone(), byte: self.block_at, line: self.line, what }
    }
}

/// The line that begins there, without its end, and where the next one begins.
fn split(block: &[u8], from: usize) -> (&[u8], usize) {
    let rest = block.get(from..).unwrap_or_default();
    let end = rest.iter().position(|byte| *byte == b'\n').unwrap_or(rest.len());
    (&rest[..end], from + end + 1)
}

fn fault_of(file: &str, byte: u64, line: u64, error: &io::Error) -> Fault {
    let (kind, what) = match error.kind() {
        ErrorKind::UnexpectedEof => (FaultKind::Truncated, "it breaks off there".to_owned()),
        ErrorKind::InvalidData | ErrorKind::InvalidInput => {
            (FaultKind::Damaged, format!("a block does not add up ({error})"))
        }
        _ => (FaultKind::Damaged, format!("it cannot be read there ({error})")),
    };
    Fault { kind, file: file.to_owned(), byte, line, what: text::clean(&what, 120) }
}

/// The first line, whatever wrote it.
fn header(file: &str, line: &[u8]) -> Result<Header, OpenError> {
    let other = |what: String| OpenError::Other { file: file.to_owned(), what };
    if line.len() > LONGEST_HEADER {
        return Err(other("its first line is too long for one".to_owned()));
    }
    let value: serde_json::Value =
        lines::parse(line).map_err(|_| other("it is some other compressed file".to_owned()))?;
    let word = |key: &str| value.get(key).and_then(serde_json::Value::as_str).unwrap_or_default();
    let version = word("schema").strip_prefix(SCHEMA).and_then(|v| v.parse::<u32>().ok());
    let version = version.ok_or_else(|| other("its first line names no format".to_owned()))?;
    if version > VERSION {
        let herdtop = text::clean(word("herdtop"), 20);
        return Err(OpenError::Newer { file: file.to_owned(), version, herdtop });
    }
    let damaged = |what: String| {
        let file = file.to_owned();
        let what = format!("its header is wrong: {what}");
        OpenError::Broken(Fault { kind: FaultKind::Damaged, file, byte: 0, line: 0, what })
    };
    let header: Header = lines::parse(line).map_err(damaged)?;
    if !lines::is_credible(header.started) || !header.model.is_credible() {
        return Err(damaged("its numbers cannot be".to_owned()));
    }
    Ok(header.cut())
}

impl std::fmt::Debug for Part {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Part")
            .field("file", &self.file)
            .field("line", &self.line)
            .finish_non_exhaustive()
    }
}
