//! Standard output that may be closed at any time.

use std::io::{self, Write};

/// Writes whole lines and flushes each: what is piped on is read now.
#[derive(Debug)]
pub struct Out {
    stdout: io::Stdout,
}

impl Default for Out {
    fn default() -> Self {
        Self { stdout: io::stdout() }
    }
}

impl Out {
    /// One line. `false` = the reader is gone (`| head -1`): time to stop, and no
    /// error.
    ///
    /// # Errors
    /// When the line cannot be written for another reason, such as a full disk.
    pub fn line(&mut self, text: &str) -> io::Result<bool> {
        let mut out = self.stdout.lock();
        match writeln!(out, "{text}").and_then(|()| out.flush()) {
            Ok(()) => Ok(true),
            Err(error) if error.kind() == io::ErrorKind::BrokenPipe => Ok(false),
            Err(error) => Err(error),
        }
    }
}
