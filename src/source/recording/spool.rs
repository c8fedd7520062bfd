//! Records on their way into a block: lines that wait to be packed.

use std::io;
use std::time::Duration;

use super::block;
use super::changes::{Changes, MANY};
use super::known::Known;
use super::record::Wire;
use super::{Record, scrub};
use crate::sample::{Listener, Reading, Sample, Stamp};

/// Room for lines that is kept from one block to the next, bytes.
const ROOM: usize = 256 << 10;
/// Of very many listeners so many stand in a line, and lines are packed on the way from
/// this size on, bytes: what is large for a moment the heap keeps for long.
const IN_A_LINE: usize = 500;
const LONG: usize = 256 << 10;

/// The lines of the next block, and what they may refer to.
#[derive(Debug)]
pub(super) struct Spool {
    lines: Vec<u8>,
    /// The lines before these, packed.
    packed: Vec<u8>,
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
            packed: Vec::new(),
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
                Some(Reading::Seen(now)) => self.listening(sample, now),
                listeners => {
                    sample.listeners = listeners;
                    Wire::Sample(sample)
                }
            },
            Record::Derive { at, focus } => Wire::Derive { at, focus },
            Record::Mark { at, note } => Wire::Mark { at, note },
        }
    }

    /// A sample with these listeners, by what they were before where that is shorter.
    fn listening(&mut self, mut sample: Box<Sample>, now: Vec<Listener>) -> Wire {
        let before = self.listeners.as_ref();
        if before == Some(&now) {
            return Wire::Same(sample);
        }
        let many = before.filter(|before| before.len() > MANY);
        if let Some(listeners) = many.and_then(|before| Changes::between(before, &now)) {
            self.listeners = Some(now);
            return Wire::Changed { sample, listeners };
        }
        if now.len() > MANY {
            self.put_all(&now);
            self.listeners = Some(now);
            return Wire::Same(sample);
        }
        self.listeners = Some(now.clone());
        sample.listeners = Some(Reading::Seen(now));
        Wire::Sample(sample)
    }

    /// Adds very many listeners, for a line that refers to them.
    fn put_all(&mut self, listeners: &[Listener]) {
        for (n, some) in listeners.chunks(IN_A_LINE).enumerate() {
            self.put(&Wire::Listening { first: n == 0, all: some.to_vec() });
            if self.lines.len() > LONG
                && let Ok(block) = block::pack(&self.lines)
            {
                self.packed.extend(block);
                self.lines.clear();
            }
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

    /// What waits, packed.
    pub(super) fn pack(&self) -> io::Result<Vec<u8>> {
        let mut all = self.packed.clone();
        if !self.lines.is_empty() {
            all.extend(block::pack(&self.lines)?);
        }
        Ok(all)
    }

    /// Whether nothing waits.
    pub(super) const fn is_empty(&self) -> bool {
        self.lines.is_empty() && self.packed.is_empty()
    }

    /// How many bytes wait.
    pub(super) const fn size(&self) -> usize {
        self.lines.len() + self.packed.len()
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
        self.lines.shrink_to(ROOM);
        self.packed = Vec::new();
        self.first = None;
        std::mem::take(&mut self.records)
    }

    /// What comes next must not refer to what was before, but to what is known.
    pub(super) fn begin_anew(&mut self) {
        if !self.knows_listeners() {
            self.listeners = None;
        }
    }

    /// Very many listeners are told when they change, maybe never again.
    fn knows_listeners(&self) -> bool {
        self.listeners.as_ref().is_some_and(|all| all.len() > MANY)
    }

    /// What was told once and still holds, packed.
    pub(super) fn known(&self, at: Stamp) -> Option<Vec<u8>> {
        let known = self.known.sample(at);
        let listeners = self.listeners.as_ref().filter(|_| self.knows_listeners());
        if known.is_none() && listeners.is_none() {
            return None;
        }
        let mut begin = Self::new(at);
        begin.put_all(listeners.map_or(&[][..], Vec::as_slice));
        begin.put(&Wire::Known(Box::new(known.unwrap_or_else(|| Sample::at(at)))));
        begin.pack().ok()
    }
}
