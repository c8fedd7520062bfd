//! The only place that asks what time it is.
//!
//! Everything inside gets a [`Stamp`] handed in, so a recording replays to the
//! same result as the live run and no test waits for a second to pass.

use std::time::{Duration, Instant};

use chrono::Utc;

use crate::sample::Stamp;

/// Where the time comes from.
pub trait Clock: Send + Sync {
    /// Now, on both clocks at once.
    fn now(&self) -> Stamp;
}

/// The host's clocks; monotonic time counts from when this was made, or resumed.
#[derive(Debug, Clone, Copy)]
pub struct SystemClock {
    start: Instant,
    /// What it showed at its start.
    from: Duration,
}

impl SystemClock {
    /// A clock that starts at zero now.
    #[must_use]
    pub fn start() -> Self {
        Self::resumed(Duration::ZERO)
    }

    /// A clock that goes on from there: samples of before keep their place.
    #[must_use]
    pub fn resumed(from: Duration) -> Self {
        Self { start: Instant::now(), from }
    }
}

impl Clock for SystemClock {
    fn now(&self) -> Stamp {
        Stamp { mono: self.from + self.start.elapsed(), wall: Utc::now() }
    }
}

/// A clock that moves only when told to.
#[derive(Debug)]
pub struct ManualClock {
    now: std::sync::Mutex<Stamp>,
}

impl ManualClock {
    /// A clock standing at monotonic zero and the given wall time.
    #[must_use]
    pub fn at(wall: chrono::DateTime<Utc>) -> Self {
        Self { now: std::sync::Mutex::new(Stamp { mono: Duration::ZERO, wall }) }
    }

    /// Moves both clocks forward together.
    pub fn advance(&self, by: Duration) {
        let mut now = self.now.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        *now = now.plus(by);
    }
}

impl Clock for ManualClock {
    fn now(&self) -> Stamp {
        *self.now.lock().unwrap_or_else(std::sync::PoisonError::into_inner)
    }
}
