//! What came of a log's lines, for the summary and for saying why there is none.

use memchr::{memchr, memchr_iter};

use super::event::{LineEvents, PATTERNS};
use crate::text;

/// Columns of a line that is kept.
pub(super) const WIDTH: usize = 200;

/// Unmatched lines that are kept.
const SAMPLES: usize = 3;

/// Counts of one log.
#[derive(Debug, Clone, Default)]
pub(super) struct Tally {
    pub(super) lines: u64,
    pub(super) unmatched: u64,
    pub(super) untimed: u64,
    pub(super) late: u64,
    /// Lines with a zero byte in them.
    pub(super) binary: u64,
    /// Lines that told of a connection or an error and had a time.
    pub(super) timed: u64,
    /// A line that told something and had no time.
    pub(super) timeless: Option<String>,
    /// Unmatched ones: the first, the tenth, the hundredth.
    pub(super) samples: Vec<String>,
    pub(super) next_sample: u64,
    /// Lines that counted as an open, and as a close, by pattern.
    pub(super) matched: [[u64; PATTERNS.len()]; 2],
    /// Lines of another pattern that told the same again.
    pub(super) passed: [[u64; PATTERNS.len()]; 2],
    /// Access lines that tell no opening, and no end.
    pub(super) unbegun: u64,
    pub(super) unended: u64,
}

impl Tally {
    /// Lines that tell nothing.
    pub(super) fn skip(&mut self, lines: &[u8]) {
        let ended = lines.last() == Some(&b'\n');
        let count = memchr_iter(b'\n', lines).count() as u64 + u64::from(!ended);
        self.lines += count;
        self.unmatched += count;
        if memchr(0, lines).is_some() {
            let each = lines.split_inclusive(|c| *c == b'\n');
            self.binary += each.filter(|line| memchr(0, line).is_some()).count() as u64;
        }
        if self.samples.len() < SAMPLES && self.unmatched >= self.next_sample {
            let shown = lines.split(|c| *c == b'\n').map(shown).find(|line| !line.is_empty());
            if let Some(shown) = shown {
                self.next_sample = self.unmatched * 10;
                self.samples.push(shown);
            }
        }
    }

    /// What counted of a line, and what did not.
    pub(super) fn count(&mut self, events: &LineEvents<'_>, repeated: &LineEvents<'_>) {
        for (into, events) in [(&mut self.matched, events), (&mut self.passed, repeated)] {
            if let Some(opened) = events.opened {
                into[0][opened.pattern as usize] += 1;
            }
            if let Some(closed) = events.closed {
                into[1][closed.pattern as usize] += 1;
            }
        }
    }

    /// A line that tells something, but not when.
    pub(super) fn timeless(&mut self, line: &[u8]) {
        self.untimed += 1;
        if self.timeless.is_none() {
            self.timeless = Some(shown(line));
        }
    }

    /// What has come since `before`.
    pub(super) fn since(&self, before: &Self) -> Self {
        Self {
            lines: self.lines - before.lines,
            unmatched: self.unmatched - before.unmatched,
            untimed: self.untimed - before.untimed,
            late: self.late.saturating_sub(before.late),
            samples: self.samples.get(before.samples.len()..).unwrap_or_default().to_vec(),
            ..Self::default()
        }
    }

    /// Why nothing came of it, and what would help; none when something did.
    pub(super) fn nothing(&self) -> Option<String> {
        if self.timed > 0 {
            return None;
        }
        if self.lines == 0 {
            return Some("is empty".to_owned());
        }
        if let Some(line) = &self.timeless {
            let none = match self.untimed {
                1 => "the one line that tells something has no timestamp".to_owned(),
                many => format!("none of the {many} lines that tell something has a timestamp"),
            };
            let line = text::clean(line, 80);
            return Some(format!("{none}; give --log-time FORMAT for lines like '{line}'"));
        }
        if self.binary * 2 > self.lines {
            return Some(
                "is no text: name a log of plain lines, or one packed by gzip or zstd".to_owned(),
            );
        }
        let like = self
            .samples
            .first()
            .map_or(String::new(), |line| format!(" for lines like '{}'", text::clean(line, 80)));
        let none = match self.lines {
            1 => "its only line tells of no connection".to_owned(),
            many => format!("none of {many} lines tells of a connection"),
        };
        Some(format!("{none}; give --log-open REGEX and --log-close REGEX{like}"))
    }
}

/// `1 line was`, `2 lines were`.
pub(super) fn counted(count: u64, one: &str, more: &str) -> String {
    format!("{count} {}", if count == 1 { one } else { more })
}

/// Why nothing came of a log, with its name in quotes: `'app.log' is empty`.
pub(super) fn complaint(name: &str, why: &str) -> String {
    format!("'{name}'{} {why}", colon(why))
}

/// Between a name and what is said of it.
pub(super) fn colon(said: &str) -> &'static str {
    if said.starts_with("is ") { "" } else { ":" }
}

/// The line as it may be shown.
pub(super) fn shown(line: &[u8]) -> String {
    let head = &line[..line.len().min(4 * WIDTH)];
    text::clean(&String::from_utf8_lossy(head), WIDTH)
}
