//! How far a long read has come, in one line.

use std::time::Duration;

use crate::fmt;
use crate::units::{Bytes, Ratio, float, whole};

/// What has been read, in so much time.
#[derive(Debug, Clone, Copy)]
pub struct Progress {
    /// Bytes.
    pub read: u64,
    /// Of so many; none where that is not known.
    pub total: Option<u64>,
    /// Lines, where they are counted.
    pub lines: Option<u64>,
    /// Since the reading began.
    pub elapsed: Duration,
}

impl Progress {
    /// `43 %`; without a known size what was read: `1.2 GiB`.
    #[must_use]
    pub fn share(&self) -> String {
        match self.total {
            // Who writes on meanwhile may make it more than all.
            Some(total) => fmt::percent(Ratio((float(self.read) / float(total)).min(1.0))),
            None => fmt::bytes(Bytes(self.read)),
        }
    }

    /// `128 MiB/s  1 204 331 lines`.
    #[must_use]
    pub fn pace(&self) -> String {
        let seconds = self.elapsed.as_secs_f64().max(0.001);
        let rate = fmt::bytes(Bytes(whole(float(self.read) / seconds)));
        let lines = self.lines.map_or_else(String::new, |n| format!("  {} lines", fmt::count(n)));
        format!("{rate}/s{lines}")
    }

    /// `reading incident.hd  43 %  128 MiB/s`.
    #[must_use]
    pub fn line(&self, name: &str) -> String {
        format!("reading {name}  {}  {}", self.share(), self.pace())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_known_size_has_a_share_and_a_pipe_what_was_read() {
        let elapsed = Duration::from_secs(2);
        let file = Progress { read: 43 << 20, total: Some(100 << 20), lines: Some(1_200), elapsed };
        assert_eq!(file.line("app.log"), "reading app.log  43 %  21.5 MiB/s  1 200 lines");
        let pipe = Progress { total: None, lines: None, ..file };
        assert_eq!(pipe.line("-"), "reading -  43 MiB  21.5 MiB/s");
        let grown = Progress { total: Some(1 << 20), ..file };
        assert_eq!(grown.share(), "100 %");
    }
}
