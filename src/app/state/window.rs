//! How long a stretch of time the charts show.

use std::time::Duration;

/// Time windows and how far one step goes in them, shortest first; seconds.
const WINDOWS: [(u64, u64); 11] = [
    (120, 1),
    (300, 5),
    (600, 10),
    (1_800, 30),
    (3_600, 60),
    (7_200, 120),
    (21_600, 300),
    (86_400, 1_200),
    (172_800, 3_600),
    (604_800, 10_800),
    (1_209_600, 21_600),
];
/// Ten minutes: an incident's beginning is on screen when one comes to look.
const DEFAULT_WINDOW: usize = 2;

/// One of the stretches there are.
#[derive(Debug, Clone, Copy)]
pub(super) struct Window(usize);

impl Default for Window {
    fn default() -> Self {
        Self(DEFAULT_WINDOW)
    }
}

impl Window {
    /// The shortest that holds so much.
    pub(super) fn over(span: Duration) -> Self {
        let holds = |(window, _): &(u64, u64)| *window > span.as_secs();
        Self(WINDOWS.iter().position(holds).unwrap_or(WINDOWS.len() - 1))
    }

    /// Its length.
    pub(super) const fn seconds(self) -> u64 {
        WINDOWS[self.0].0
    }

    /// How far one step goes in it, seconds.
    pub(super) const fn step(self) -> u64 {
        WINDOWS[self.0].1
    }

    /// The next longer one, if there is one.
    pub(super) fn longer(self) -> Self {
        Self((self.0 + 1).min(WINDOWS.len() - 1))
    }

    /// The next shorter one, if there is one.
    pub(super) const fn shorter(self) -> Self {
        Self(self.0.saturating_sub(1))
    }
}
