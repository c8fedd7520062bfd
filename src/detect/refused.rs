//! Connects that were refused on this host: a refusal has no port.

use std::collections::VecDeque;
use std::time::Duration;

/// They are spoken of this long.
const LATELY: Duration = Duration::from_secs(10);

/// What was refused lately.
#[derive(Debug, Clone)]
pub(super) struct Refused {
    /// Whether one can have been meant for what is watched.
    pub(super) is_ours: bool,
    /// On ports that are not watched, tick by tick, of the last seconds.
    elsewhere: VecDeque<(Duration, u64)>,
    /// When a client of what is watched was refused last.
    ours_at: Option<Duration>,
}

impl Default for Refused {
    fn default() -> Self {
        Self { is_ours: true, elsewhere: VecDeque::new(), ours_at: None }
    }
}

impl Refused {
    /// How many of so many refused ones were meant for what is watched: they are put to a
    /// watched port only while nobody listens there. A neighbour's 300 clients were a herd
    /// on a port that was fine.
    pub(super) fn note(&mut self, at: Duration, refused: u64) -> u64 {
        let old = |(then, _): &(Duration, u64)| at.saturating_sub(*then) > LATELY;
        while self.elsewhere.front().is_some_and(old) {
            self.elsewhere.pop_front();
        }
        if refused == 0 {
            return 0;
        }
        if self.is_ours {
            self.ours_at = Some(at);
            return refused;
        }
        self.elsewhere.push_back((at, refused));
        0
    }

    /// How many were not.
    pub(super) fn elsewhere(&self) -> u64 {
        self.elsewhere.iter().map(|(_, refused)| refused).sum()
    }

    /// Whether clients of what is watched were refused in the last seconds.
    pub(super) fn lately(&self, now: Option<Duration>) -> bool {
        self.ours_at.is_some_and(|at| now.is_none_or(|now| now.saturating_sub(at) < LATELY))
    }
}
