//! What the first lines say of the whole log: its format, its wrappers, what its
//! stamps are of.

use super::{Reader, lines, read, stamp};
use crate::source::log::event::Pattern;
use crate::source::log::format::{FORMATS, Line, StampIs, read_any};
use crate::source::log::layout::Samples;
use crate::source::log::prefilter::Hints;
use crate::source::log::stamp::Stamps;
use crate::source::log::vote::FormatVote;
use crate::source::log::wrapper::Wrappers;

/// Nestings of wrappers that are told apart.
const NESTINGS: usize = 32;

/// What has been found out so far, until the format is known.
#[derive(Debug, Default)]
pub(super) struct Learning {
    pub(super) formats: FormatVote,
    pub(super) wrappers: Vec<(Wrappers, u32)>,
}

impl Reader {
    /// Takes the votes for a format in a block; whether more are needed.
    pub(in crate::source::log) fn learn(&mut self, block: &[u8], stamps: &mut Stamps) -> bool {
        let Self { peeler, learning, columns, own_lines, .. } = self;
        for line in lines(block) {
            if !learning.formats.is_open() {
                break;
            }
            let peeled = peeler.peel(line);
            if columns.take(peeled.body) {
                continue;
            }
            let read = read_any(peeled.body);
            if stamp(stamps, peeled.body, &read, peeled.time).is_none() {
                continue;
            }
            let in_columns = columns.fit(peeled.body);
            let line = Line { in_columns, ..Line::of(peeled.body) };
            learning.formats.vote(&line);
            own_lines.learn(&line);
            let known = learning.wrappers.iter().position(|(known, _)| *known == peeled.wrappers);
            match known {
                Some(at) => learning.wrappers[at].1 += 1,
                None if learning.wrappers.len() < NESTINGS => {
                    learning.wrappers.push((peeled.wrappers, 1));
                }
                None => {}
            }
        }
        self.learning.formats.is_open()
    }

    /// Decides format and layout by what was learnt and by these blocks.
    ///
    /// # Errors
    /// The candidates, where the lines need a format and none is sure.
    pub(in crate::source::log) fn decide(
        &mut self,
        blocks: &[Vec<u8>],
        stamps: &mut Stamps,
    ) -> Result<(), String> {
        self.undecided = None;
        self.format = match self.asked {
            Some(format) => Some(format),
            None => match self.learning.formats.format() {
                Ok(format) => format,
                Err(candidates) if self.needs_format(blocks) => return Err(candidates),
                Err(candidates) => {
                    self.undecided = Some(candidates);
                    None
                }
            },
        };
        let known = &self.learning.wrappers;
        if !self.learning.formats.is_open() && known.len() < NESTINGS {
            self.peeler.settle(known.iter().map(|(wrappers, _)| *wrappers));
        }
        if self.format.is_some_and(|format| format.by_columns) {
            stamps.read_bare_as_utc();
        }
        self.arrange(blocks, stamps);
        Ok(())
    }

    /// Whether lines tell of connections by what only a format says.
    fn needs_format(&mut self, blocks: &[Vec<u8>]) -> bool {
        if self.patterns.are_own() {
            return false;
        }
        let Self { peeler, .. } = self;
        let mut words = false;
        for line in blocks.iter().flat_map(|block| lines(block)).take(20_000) {
            let read = read_any(peeler.peel(line).body);
            let opened = read.events.opened.is_some_and(|opened| opened.pattern == Pattern::Event);
            if read.ended.is_some() || opened {
                return true;
            }
            words |= read.events.is_some();
        }
        !words
    }

    /// Finds out what the stamps are of.
    fn arrange(&mut self, blocks: &[Vec<u8>], stamps: &mut Stamps) {
        let mut samples = Samples::default();
        let (mut objects, mut texts) = (0_u32, 0_u32);
        let mut sessions = false;
        let Self { peeler, format, columns, own_lines, .. } = self;
        let inherits = format.is_some_and(|format| format.inherits);
        let mut above = None;
        for line in blocks.iter().flat_map(|block| lines(block)).take(20_000) {
            let peeled = peeler.peel(line);
            columns.take(peeled.body);
            let read = read(*format, (columns, own_lines), peeled.body);
            if !(read.request || inherits) {
                continue;
            }
            let at = stamp(stamps, peeled.body, &read, peeled.time).or(above);
            above = at.filter(|_| inherits);
            if !read.request {
                continue;
            }
            if let Some(pattern) = read.ended {
                sessions |= pattern == Pattern::Session;
                let object = peeled.body.first() == Some(&b'{');
                objects += u32::from(object);
                texts += u32::from(!object);
            }
            if let Some(at) = at {
                let kind = (read.ended.is_some(), read.began.is_some(), read.starts);
                samples.push(at.micros, at.coarse, kind, read.numbers.iter());
            }
        }
        self.layout = samples.decide(self.format);
        self.objects = (objects + texts > 0 && (objects == 0 || texts == 0)).then_some(objects > 0);
        self.name_family();
        if sessions || self.inherits() {
            // No word is in all lines of HAProxy's TCP format; and the time of a line
            // may stand in the one above.
            self.prefilter = self.patterns.prefilter(None, &[]).with_all(Hints::USUAL);
        }
    }

    /// Apache and nginx write the same lines: the one stamps the beginning.
    fn name_family(&mut self) {
        let is = |name: &str| self.format.is_some_and(|format| format.name == name);
        let named = match self.layout.stamp {
            StampIs::Start if is("nginx") => Some("apache"),
            _ => None,
        };
        if let Some(name) = named.filter(|_| self.asked.is_none()) {
            self.format = FORMATS.iter().copied().find(|format| format.name == name);
        }
    }
}
