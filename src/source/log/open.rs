//! A log to be read from its beginning: a file, a pipe or standard input.
//!
//! A pipe is unpacked by the thread that reads it: its first bytes may come late.

use std::io::{self, Read};
use std::path::Path;
use std::sync::Arc;
use std::time::UNIX_EPOCH;

use super::unpack::unpacked;
use crate::source::Advance;
use crate::source::pipe::{self, Named};

/// A log opened, and when it was last written to (seconds since 1970).
pub(super) struct OpenedLog {
    pub(super) from: Box<dyn Read + Send>,
    /// None where that is now: standard input, a pipe.
    pub(super) written: Option<i64>,
}

/// Opens the file, or standard input for `-`; what is read of it is counted.
pub(super) fn open(path: &Path, advance: &Arc<Advance>) -> Result<OpenedLog, String> {
    if path == Path::new("-") {
        advance.expect(None);
        let counted = Arc::clone(advance).count(io::stdin());
        return Ok(OpenedLog { from: Box::new(Later::of(counted)), written: None });
    }
    let (file, about) = match pipe::open(path).map_err(|e| plain(&e))? {
        Named::File(file, about) => (file, about),
        Named::Pipe(pipe) => {
            advance.expect(None);
            let counted = Arc::clone(advance).count(pipe);
            return Ok(OpenedLog { from: Box::new(Later::of(counted)), written: None });
        }
    };
    let modified = about.modified().ok().and_then(|at| at.duration_since(UNIX_EPOCH).ok());
    let written = modified.and_then(|at| i64::try_from(at.as_secs()).ok());
    advance.expect(Some(about.len()));
    let from = unpacked(Box::new(Arc::clone(advance).count(file))).map_err(|e| plain(&e))?;
    Ok(OpenedLog { from, written })
}

/// Unpacked when it is read: the first bytes may come late.
enum Later {
    Packed(Option<Box<dyn Read + Send>>),
    Plain(Box<dyn Read + Send>),
}

impl Later {
    fn of(from: impl Read + Send + 'static) -> Self {
        Self::Packed(Some(Box::new(from)))
    }
}

impl Read for Later {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        if let Self::Packed(from) = self {
            let Some(from) = from.take() else { return Ok(0) };
            *self = Self::Plain(unpacked(from)?);
        }
        match self {
            Self::Plain(from) => from.read(into),
            Self::Packed(_) => Ok(0),
        }
    }
}

/// `No such file or directory` without the number behind it.
pub(super) fn plain(error: &io::Error) -> String {
    let text = error.to_string();
    text.split(" (os error").next().unwrap_or_default().to_owned()
}
