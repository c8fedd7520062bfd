//! What came of a log's lines, for the summary and for saying why there is none.

use memchr::{memchr, memchr_iter};

use crate::text;

use super::second::WIDTH;

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
    pub(super) told: u64,
    /// A line that told something and had no time.
    pub(super) timeless: Option<String>,
    /// Unmatched ones: the first, the tenth, the hundredth.
    pub(super) samples: Vec<String>,
    pub(super) next_sample: u64,
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
        if self.told > 0 {
            return None;
        }
        if self.lines == 0 {
            return Some("is empty".to_owned());
        }
        if let Some(line) = &self.timeless {
            return Some(format!(
                "none of the {} lines that tell something has a timestamp; give --log-time FORMAT for lines like '{}'",
                self.untimed,
                text::clean(line, 80)
            ));
        }
        if self.binary * 2 > self.lines {
            return Some("is no text: name a log of plain lines, or one packed by gzip".to_owned());
        }
        let like = self
            .samples
            .first()
            .map_or(String::new(), |line| format!(" for lines like '{}'", text::clean(line, 80)));
        Some(format!(
            "none of {} lines tells of a connection; give --log-open REGEX and --log-close REGEX{like}",
            self.lines
        ))
    }
}

/// The line as it may be shown.
pub(super) fn shown(line: &[u8]) -> String {
    let head = &line[..line.len().min(4 * WIDTH)];
    text::clean(&String::from_utf8_lossy(head), WIDTH)
}
