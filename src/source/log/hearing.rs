//! What a block of lines tells: the scout finds lines, the patterns read them, and
//! of several ways of telling the elected one is heard.

use super::election::Election;
use super::pattern::Patterns;
use super::scout::{Part, Scout};
use super::told::Told;

/// What there was in a block.
#[derive(Debug, Clone, Copy)]
pub(super) enum Heard<'a> {
    /// A line that tells of a connection, or of an error.
    Line { line: &'a [u8], told: Told<'a>, error: bool },
    /// Lines that tell nothing.
    Nothing(&'a [u8]),
}

/// Listens to one log.
#[derive(Debug)]
pub(super) struct Hearing {
    patterns: Patterns,
    scout: Scout,
    election: Election,
    /// The scout looks only for those who are elected.
    settled: bool,
}

impl Hearing {
    pub(super) fn new(patterns: Patterns) -> Self {
        let scout = patterns.scout(None, &[]);
        let election = patterns.election();
        Self { patterns, scout, election, settled: false }
    }

    /// Takes the votes of a block that is not told.
    pub(super) fn learn(&mut self, block: &[u8]) {
        let Self { patterns, scout, election, .. } = self;
        scout.each(block, |part| {
            if let Part::Line(line, hints) = part {
                election.vote(&patterns.told(line, hints));
            }
        });
    }

    /// Calls for all there is in the block, in its order.
    pub(super) fn each(&mut self, block: &[u8], mut act: impl FnMut(Heard<'_>)) {
        if self.election.is_open() {
            self.learn(block);
        } else if !self.settled {
            self.settled = true;
            self.scout = self.patterns.scout(Some(&self.election), block);
        }
        let Self { patterns, scout, election, .. } = self;
        scout.each(block, |part| match part {
            Part::Skipped(lines) => act(Heard::Nothing(lines)),
            Part::Line(line, hints) => {
                let told = election.heed(patterns.told(line, hints));
                let error = patterns.is_error(line, hints);
                if told.is_some() || error {
                    act(Heard::Line { line, told, error });
                } else {
                    act(Heard::Nothing(line));
                }
            }
        });
    }
}
