//! One loss of connections, and how many of them are back.

use std::time::Duration;

use super::Closes;
use crate::sample::Stamp;
use crate::units::float;

/// It goes on for so long at most: what falls later is another one.
pub(super) const GOES_ON: Duration = Duration::from_secs(8);
/// Back is this share of those before: some clients never return.
const BACK: f64 = 0.95;

/// One loss.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(in crate::detect) struct Loss {
    /// When the first of them closed.
    pub(in crate::detect) at: Stamp,
    /// Open before.
    pub(in crate::detect) before: u64,
    /// The fewest since.
    pub(in crate::detect) lowest: u64,
    /// Open now.
    pub(in crate::detect) open: u64,
    /// How many closed in it; more than the fall where they come back at once.
    pub(in crate::detect) closed: u64,
    /// When they were back.
    pub(in crate::detect) returned: Option<Stamp>,
    /// The most since the worst, and since when that is so.
    pub(in crate::detect) most: (u64, Duration),
    /// A large part of a service, not only of one worker of many.
    pub(in crate::detect) mass: bool,
}

impl Loss {
    /// How many fewer there were at the worst.
    pub(in crate::detect) const fn fell(&self) -> u64 {
        self.before.saturating_sub(self.lowest)
    }

    /// Which share of these is back.
    pub(in crate::detect) fn back(&self) -> f64 {
        float(self.open.saturating_sub(self.lowest)) / float(self.fell().max(1))
    }

    /// Takes in how many are open now, and stay, and how many more closed.
    pub(super) fn update(&mut self, at: Stamp, open: u64, closes: Option<&Closes>) {
        self.open = open;
        let age = at.mono.saturating_sub(self.at.mono);
        if open < self.lowest && self.returned.is_none() {
            (self.lowest, self.most) = (open, (open, at.mono));
        }
        if open > self.most.0 {
            self.most = (open, at.mono);
        }
        if let Some(closes) = closes
            && age < GOES_ON
            && self.returned.is_none()
        {
            let from = self.at.mono.saturating_sub(Duration::from_millis(150));
            self.closed = self.closed.max(closes.between(from, at.mono));
        }
        let missing = self.before.saturating_sub(open);
        let small = float(missing) <= 0.1 * float(self.fell());
        if age >= Duration::from_secs(1) && (float(open) >= BACK * float(self.before) || small) {
            self.returned.get_or_insert(at);
        }
    }
}
