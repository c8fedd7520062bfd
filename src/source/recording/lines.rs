//! Lines to records: what a block says, checked before it is believed.

use std::time::Duration;

use chrono::{DateTime, Utc};
use serde::de::DeserializeOwned;

use super::changes::MOST;
use super::record::{Record, Wire};
use super::scrub;
use crate::sample::{Listener, Reading, Sample, Stamp};

/// No run lasts longer; beyond it the sums of the model would overflow.
const LONGEST_RUN: Duration = Duration::from_hours(24 * 365 * 10);
/// 2200-01-01: clocks of recorded hosts may be wrong, but not by centuries.
const LATEST: i64 = 7_258_118_400;

/// A line of a host with ten thousand listeners had 3 MB once. What is made of one takes
/// ten times its size for a moment.
const LONGEST_LINE: usize = 8 << 20;

const NO_CLOCK: &str = "a time no clock shows";

/// A line made out.
pub(super) enum RecordingLine {
    Record(Record),
    /// What a reader of the parts before knows already.
    Known(Record),
    /// A part of what a line behind it refers to.
    Part,
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
                self.note(&sample);
                Record::Sample(sample)
            }
            Wire::Same(sample) => {
                let listeners = self.before()?.to_vec();
                listening(sample, listeners)
            }
            Wire::Changed { sample, listeners } => {
                let listeners = listeners.apply(self.before()?)?;
                self.listeners = Some(listeners.clone());
                listening(sample, listeners)
            }
            Wire::Listening { first, all } => {
                self.gather(first, all)?;
                return Ok(RecordingLine::Part);
            }
            Wire::Known(mut sample) => {
                // Those before it, where there are very many.
                let before = || self.listeners.clone().map(Reading::Seen);
                sample.listeners = sample.listeners.take().or_else(before);
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

    /// What following lines may refer to.
    fn note(&mut self, sample: &Sample) {
        if let Some(Reading::Seen(listeners)) = &sample.listeners {
            self.listeners = Some(listeners.clone());
        }
    }

    /// Very many listeners come one by one.
    fn gather(&mut self, first: bool, more: Vec<Listener>) -> Result<(), String> {
        let all = self.listeners.get_or_insert_default();
        if first {
            all.clear();
        }
        if all.len() + more.len() > MOST {
            return Err(format!("more than {MOST} listeners"));
        }
        all.extend(more);
        Ok(())
    }

    /// The listeners that a line refers to.
    fn before(&self) -> Result<&[Listener], String> {
        let none = || "the same listeners as before, but there are none".to_owned();
        self.listeners.as_deref().ok_or_else(none)
    }
}

/// The sample with these listeners.
fn listening(sample: Box<Sample>, listeners: Vec<Listener>) -> Record {
    let listeners = Some(Reading::Seen(listeners));
    Record::Sample(Box::new(Sample { listeners, ..*sample }))
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
