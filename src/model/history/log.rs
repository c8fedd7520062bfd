//! What the application's log told, by the second.

use super::connections::narrow;
use super::track::{Kept, Track};
use crate::sample::LogReading;
use crate::units::float;

/// Two hours of seconds, six of ten seconds, two weeks of minutes. 1.4 MB, where a
/// log is read.
const KEPT: Kept = Kept { seconds: 7_200, tens: 2_160, minutes: 20_160 };
/// A log that says nothing for a while tells of nothing; one that is silent for
/// longer than this may have been switched off.
const SILENCE: u64 = 3_600;

/// Connections and errors as the log tells them.
#[derive(Debug, Clone)]
pub struct LogHistory {
    /// Opened per second.
    pub opened: Track,
    /// Closed per second.
    pub closed: Track,
    /// Error lines per second.
    pub errors: Track,
    /// The newest second that was told of.
    last: Option<u64>,
}

impl LogHistory {
    pub(super) const fn new() -> Self {
        Self {
            opened: Track::new(KEPT),
            closed: Track::new(KEPT),
            errors: Track::new(KEPT),
            last: None,
        }
    }

    /// Takes in what was told of a second; the seconds since the last one told of
    /// nothing.
    pub(super) fn note(&mut self, second: u64, told: &LogReading) {
        if self.last.is_some_and(|last| last > second) {
            return self.add(second, [told.opened, told.closed, told.errors]);
        }
        let silent = self.last.filter(|last| second.saturating_sub(*last) <= SILENCE);
        for quiet in silent.map_or(second, |last| last + 1)..second {
            self.add(quiet, [0; 3]);
        }
        self.add(second, [told.opened, told.closed, told.errors]);
        self.last = Some(second);
    }

    fn add(&mut self, second: u64, counts: [u64; 3]) {
        let tracks = [&mut self.opened, &mut self.closed, &mut self.errors];
        for (track, count) in tracks.into_iter().zip(counts) {
            track.add(second, narrow(float(count)));
        }
    }

    pub(super) fn bytes(&self) -> usize {
        self.opened.bytes() + self.closed.bytes() + self.errors.bytes()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn silence_is_nothing_and_a_night_of_it_is_a_gap() {
        let mut log = LogHistory::new();
        let told = |errors| LogReading { opened: 2, errors, ..LogReading::default() };
        log.note(100, &told(1));
        log.note(100, &told(1));
        log.note(103, &told(0));
        let errors = log.errors.steps(1, 99, 104);
        let seen: Vec<_> = errors.iter().map(|step| step.map(|step| step.sum)).collect();
        assert_eq!(seen, [None, Some(2.0), Some(0.0), Some(0.0), Some(0.0), None]);
        log.note(9_000, &told(5));
        assert_eq!(log.opened.total(0, 9_000, 9_000).map(|all| all.count), Some(5));
    }
}
