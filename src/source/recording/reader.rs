//! A recording from its oldest part to its newest.

use std::collections::VecDeque;
use std::io::BufRead;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::fault::{Fault, OpenError};
use super::part::Part;
use super::parts;
use super::{Header, Record};
use crate::source::Advance;

/// The records of a file and of the parts before it, one by one.
///
/// It gives what can be read and then none; [`Reader::fault`] says whether that
/// was the end.
#[derive(Debug)]
pub struct Reader {
    header: Header,
    parts: VecDeque<Part>,
    fault: Option<Fault>,
}

impl Reader {
    /// Opens a file and the parts of the same run before it; `-` is standard
    /// input.
    ///
    /// # Errors
    /// One line: it cannot be read, is empty, is no recording, or is from a newer
    /// version.
    pub fn open(path: &Path) -> Result<Self, OpenError> {
        Self::open_counted(path, &Advance::new())
    }

    /// The same, and what is read of them is counted.
    ///
    /// # Errors
    /// As [`Reader::open`].
    pub fn open_counted(path: &Path, advance: &Arc<Advance>) -> Result<Self, OpenError> {
        Self::open_parts(path, usize::MAX, advance)
    }

    /// The same with at most so many parts, the newest ones.
    ///
    /// # Errors
    /// As [`Reader::open`].
    pub fn open_last(path: &Path, most: usize) -> Result<Self, OpenError> {
        Self::open_parts(path, most, &Advance::new())
    }

    fn open_parts(path: &Path, most: usize, advance: &Arc<Advance>) -> Result<Self, OpenError> {
        let newest = Part::open(path, advance)?;
        let mut all = VecDeque::from([newest]);
        let mut name: PathBuf = path.to_owned();
        while path.as_os_str() != "-" && all.len() < most {
            name = parts::before(&name);
            let Ok(older) = Part::open(&name, advance) else { break };
            if !all.front().is_some_and(|part| part.header().follows(older.header())) {
                break;
            }
            if let Some(part) = all.front_mut() {
                part.is_oldest = false;
            }
            all.push_front(older);
        }
        Ok(Self::of(all))
    }

    /// Reads from anything; `name` stands in its faults.
    ///
    /// # Errors
    /// As [`Reader::open`].
    pub fn read(name: &str, input: Box<dyn BufRead + Send>) -> Result<Self, OpenError> {
        Ok(Self::of(VecDeque::from([Part::read(name.to_owned(), input)?])))
    }

    fn of(parts: VecDeque<Part>) -> Self {
        let header = parts[0].header().clone();
        Self { header, parts, fault: None }
    }

    /// The header of its oldest part.
    #[must_use]
    pub const fn header(&self) -> &Header {
        &self.header
    }

    /// Where reading had to stop; none while it goes on, or if it came to the end.
    #[must_use]
    pub fn fault(&self) -> Option<Fault> {
        self.fault.clone()
    }
}

impl Iterator for Reader {
    type Item = Record;

    fn next(&mut self) -> Option<Record> {
        while self.fault.is_none() {
            match self.parts.front_mut()?.next() {
                Ok(Some(record)) => return Some(record),
                Ok(None) => drop(self.parts.pop_front()),
                Err(fault) => self.fault = Some(fault),
            }
        }
        None
    }
}
