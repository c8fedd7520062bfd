//! Records on their way into a block: lines that wait to be packed.

use std::time::Duration;

use super::known::Known;
use super::record::Wire;
use super::{Record, scrub};
use crate::sample::{Listener, Reading, Sample, Stamp};

/// The lines of the next block, and what they may refer to.
#[derive(Debug)]
pub(super) struct Spool {
    lines: Vec<u8>,
    records: u64,
    /// When the first of them was taken, and the last.
    first: Option<Stamp>,
    last: Stamp,
    listeners: Option<Vec<Listener>>,
    known: Known,
}

impl Spool {
    pub(super) fn new(at: Stamp) -> Self {
        Self {
            lines: Vec::new(),
            records: 0,
            first: None,
            last: at,
            listeners: None,
            known: Known::default(),
        }
    }

    /// Takes a record in, without its secrets; false where it cannot be put in
    /// words.
    pub(super) fn take(&mut self, mut record: Record) -> bool {
        self.seen(record.at());
        self.first.get_or_insert(self.last);
        scrub::without_secrets(&mut record);
        if let Record::Sample(sample) = &record {
            self.known.note(sample);
        }
        let wire = self.wire(record);
        let put = self.put(&wire);
        self.records += u64::from(put);
        put
    }

    /// So late it is, though nothing was taken.
    pub(super) const fn seen(&mut self, at: Stamp) {
        self.last = at;
    }

    fn wire(&mut self, record: Record) -> Wire {
        match record {
            Record::Sample(mut sample) => match sample.listeners.take() {
                Some(Reading::Seen(now)) if self.listeners.as_ref() == Some(&now) => {
                    Wire::Same(sample)
                }
                listeners => {
                    if let Some(Reading::Seen(now)) = &listeners {
                        self.listeners = Some(now.clone());
                    }
                    sample.listeners = listeners;
                    Wire::Sample(sample)
                }
            },
            Record::Derive { at, focus } => Wire::Derive { at, focus },
            Record::Mark { at, note } => Wire::Mark { at, note },
        }
    }

    /// Adds a line of our own.
    pub(super) fn put(&mut self, wire: &Wire) -> bool {
        let before = self.lines.len();
        let put = serde_json::to_writer(&mut self.lines, wire).is_ok();
        if put {
            self.lines.push(b'\n');
        } else {
            self.lines.truncate(before);
        }
        put
    }

    /// What waits.
    pub(super) fn lines(&self) -> &[u8] {
        &self.lines
    }

    /// When the last record was taken.
    pub(super) const fn last(&self) -> Stamp {
        self.last
    }

    /// For how long the first of what waits has waited.
    pub(super) fn age(&self) -> Duration {
        self.first.map_or(Duration::ZERO, |first| self.last.mono.saturating_sub(first.mono))
    }

    /// Nothing waits any more; how many records did.
    pub(super) fn clear(&mut self) -> u64 {
        self.lines.clear();
        self.first = None;
        std::mem::take(&mut self.records)
    }

    /// What comes next must not refer to what was before.
    pub(super) fn begin_anew(&mut self) {
        self.listeners = None;
    }

    /// What was told once and still holds.
    pub(super) fn known(&self, at: Stamp) -> Option<Sample> {
        self.known.sample(at)
    }
}
