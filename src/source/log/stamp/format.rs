//! `--log-time FORMAT`: a format of one's own, as `strftime(3)` writes it.

use chrono::format::{Item, StrftimeItems};
use chrono::{DateTime, NaiveDateTime};

use super::Civil;

/// A format, and the text it last fitted.
#[derive(Debug, Clone)]
pub struct TimeFormat {
    format: String,
    zoned: bool,
    coarse: bool,
    /// Where it last stood.
    at: usize,
    last: Option<(Vec<u8>, Civil)>,
}

impl TimeFormat {
    /// A format as `--log-time` takes it.
    ///
    /// # Errors
    /// What is wrong with it.
    pub fn new(format: &str) -> Result<Self, String> {
        let example = "give a format such as '%d.%m.%Y %H:%M:%S' (strftime)";
        if StrftimeItems::new(format).any(|item| item == Item::Error) {
            return Err(format!("is not understood; {example}"));
        }
        let mut made = Self {
            format: format.to_owned(),
            zoned: false,
            coarse: !["%f", "%.f", "%.3f", "%.6f", "%.9f", "%3f", "%6f", "%9f", "%+"]
                .iter()
                .any(|f| format.contains(f)),
            at: 0,
            last: None,
        };
        // What it writes it has to read: a format without a date does not.
        let trial = DateTime::from_timestamp(1_795_269_923, 0).unwrap_or_default().fixed_offset();
        let written = trial.format(format).to_string();
        made.zoned = DateTime::parse_and_remainder(&written, format).is_ok();
        let read = made.parse(written.as_bytes());
        match read {
            Some(civil) if civil.seconds == 1_795_269_923 => Ok(made),
            _ => Err(format!("tells no date with hours, minutes and seconds; {example}")),
        }
    }

    /// The first place at which it fits.
    pub(super) fn find(&mut self, line: &[u8], farthest: usize) -> Option<Civil> {
        if let Some((text, civil)) = &self.last
            && line.get(self.at..).is_some_and(|rest| rest.starts_with(text))
            && self.coarse
        {
            return Some(*civil);
        }
        let starts = |at: &usize| *at == 0 || !line[*at - 1].is_ascii_alphanumeric();
        let places = std::iter::once(self.at)
            .chain(0..line.len().min(farthest))
            .filter(|at| *at < line.len());
        for at in places.filter(starts).collect::<Vec<_>>() {
            if let Some(civil) = self.parse(&line[at..]) {
                self.at = at;
                return Some(civil);
            }
        }
        None
    }

    fn parse(&mut self, bytes: &[u8]) -> Option<Civil> {
        /// No format is longer than this.
        const LONGEST: usize = 64;
        let bytes = &bytes[..bytes.len().min(LONGEST)];
        let text = match std::str::from_utf8(bytes) {
            Ok(text) => text,
            Err(error) => std::str::from_utf8(&bytes[..error.valid_up_to()]).ok()?,
        };
        let (naive, east, rest) = if self.zoned {
            let (at, rest) = DateTime::parse_and_remainder(text, &self.format).ok()?;
            (at.naive_local(), Some(at.offset().local_minus_utc()), rest)
        } else {
            let (at, rest) = NaiveDateTime::parse_and_remainder(text, &self.format).ok()?;
            (at, None, rest)
        };
        let utc = naive.and_utc();
        let civil = Civil {
            seconds: utc.timestamp(),
            micros: i64::from(utc.timestamp_subsec_micros()),
            coarse: self.coarse,
            east,
        };
        self.last = Some((text.as_bytes()[..text.len() - rest.len()].to_vec(), civil));
        Some(civil)
    }
}
