//! What is kept of a listener: opened, closed and open connections.

use super::track::{Kept, Track};

/// One second of a listener.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub(in crate::model) struct Second {
    pub(in crate::model) opened: f64,
    /// Of these, what was read within a second or two: what a peak is made of.
    pub(in crate::model) measured: f64,
    pub(in crate::model) closed: f64,
    /// Open at its end.
    pub(in crate::model) open: f64,
}

impl Second {
    pub(in crate::model) fn plus(self, other: Self) -> Self {
        Self {
            opened: self.opened + other.opened,
            measured: self.measured + other.measured,
            closed: self.closed + other.closed,
            open: self.open + other.open,
        }
    }
}

/// Opened, closed and open connections over time.
#[derive(Debug, Clone)]
pub struct Connections {
    /// Opened per second.
    pub opened: Track,
    /// Closed per second.
    pub closed: Track,
    /// Open at the end of the second: established, those in the accept queue too.
    pub open: Track,
}

impl Connections {
    pub(super) const fn new(kept: Kept) -> Self {
        Self { opened: Track::new(kept), closed: Track::new(kept), open: Track::new(kept) }
    }

    pub(super) fn add(&mut self, second: u64, told: Second) {
        self.opened.add(second, narrow(told.opened));
        self.closed.add(second, narrow(told.closed));
        self.open.set(second, narrow(told.open));
    }

    pub(super) fn lengthen(&mut self, kept: Kept) {
        self.each(|track| track.lengthen(kept));
    }

    pub(super) fn shorten(&mut self) {
        self.each(Track::shorten);
    }

    fn each(&mut self, change: impl Fn(&mut Track)) {
        [&mut self.opened, &mut self.closed, &mut self.open].into_iter().for_each(change);
    }

    pub(super) fn bytes(&self) -> usize {
        self.opened.bytes() + self.closed.bytes() + self.open.bytes()
    }
}

/// 24 bits of mantissa: exact up to 16 million a second.
#[expect(clippy::cast_possible_truncation, reason = "see above")]
pub(super) fn narrow(value: f64) -> f32 {
    value as f32
}
