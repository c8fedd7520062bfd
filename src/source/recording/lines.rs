//! Lines to records: what a block says, checked before it is believed.

use std::time::Duration;

use chrono::{DateTime, Utc};
use serde::de::DeserializeOwned;

use super::record::{Record, Wire};
use super::scrub;
use crate::sample::{Listener, Reading, Sample, Stamp};

/// No run lasts longer; beyond it the sums of the model would overflow.
const LONGEST_RUN: Duration = Duration::from_hours(24 * 365 * 10);
/// 2200-01-01: clocks of recorded hosts may be wrong, but not by centuries.
const LATEST: i64 = 7_258_118_400;

/// A line of a host with ten thousand listeners has 3 MB. What is made of one takes
/// ten times its size for a moment.
const LONGEST_LINE: usize = 8 << 20;

const NO_CLOCK: &str = "a time no clock shows";

/// A line made out.
pub(super) enum RecordingLine {
    Record(Record),
    /// What a reader of the parts before knows already.
    Known(Record),
    /// The part was ended here, not cut off.
    End,
}

/// Makes out the lines of one part.
#[derive(Debug, Default)]
pub(super) struct LineReader {
    listeners: Option<Vec<Listener>>,
}

impl LineReader {
    /// The next line, or what is wrong with it.
    pub(super) fn read(&mut self, line: &[u8]) -> Result<RecordingLine, String> {
        let record = match parse::<Wire>(line)? {
            Wire::Sample(sample) => {
                if let Some(Reading::Seen(listeners)) = &sample.listeners {
                    self.listeners = Some(listeners.clone());
                }
                Record::Sample(sample)
            }
            Wire::Same(sample) => {
                let Some(listeners) = self.listeners.clone() else {
                    return Err("the same listeners as before, but there are none".to_owned());
                };
                let listeners = Some(Reading::Seen(listeners));
                Record::Sample(Box::new(Sample { listeners, ..*sample }))
            }
            Wire::Known(sample) => {
                let credible = is_credible(sample.at).then_some(Record::Sample(sample));
                return credible.map(RecordingLine::Known).ok_or_else(|| NO_CLOCK.to_owned());
            }
            Wire::Derive { at, focus } => Record::Derive { at, focus },
            Wire::Mark { at, note } => Record::Mark { at, note },
            Wire::End { .. } => return Ok(RecordingLine::End),
        };
        if is_credible(record.at()) {
            Ok(RecordingLine::Record(record))
        } else {
            Err(NO_CLOCK.to_owned())
        }
    }
}

/// A line as a value, its texts clean.
pub(super) fn parse<T: DeserializeOwned>(line: &[u8]) -> Result<T, String> {
    let words = |error: serde_json::Error| crate::text::clean(&error.to_string(), 120);
    if line.len() > LONGEST_LINE {
        return Err(format!("a line of {} bytes, beyond all measure", line.len()));
    }
    if scrub::is_plain(line) {
        return serde_json::from_slice(line).map_err(words);
    }
    let mut value: serde_json::Value = serde_json::from_slice(line).map_err(words)?;
    if !scrub::clean(&mut value, "") {
        return Err("a number no kernel tells".to_owned());
    }
    // Written and read again: a second reader, of values, would be compiled for
    // every type of a sample, for the few lines with something to clean.
    let line = serde_json::to_vec(&value).map_err(words)?;
    serde_json::from_slice(&line).map_err(words)
}

/// Whether a clock can have shown that.
pub(super) fn is_credible(at: Stamp) -> bool {
    let latest = DateTime::<Utc>::from_timestamp(LATEST, 0);
    at.mono <= LONGEST_RUN && at.wall.timestamp() >= 0 && latest.is_none_or(|l| at.wall < l)
}
