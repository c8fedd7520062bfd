//! The application's own count beside the kernel's.
//!
//! A connection that only the application still counts was never removed from
//! its books: a leak. One that only the kernel counts has not become a WebSocket,
//! or has been forgotten.

use std::collections::VecDeque;
use std::time::Duration;

use crate::sample::Application;
use crate::units::{float, whole};

/// A difference has to last: the two counts are never of the same moment.
const LASTING: Duration = Duration::from_mins(1);
/// Fewer, or a smaller share of the kernel's count, are no leak.
const LEAST: u64 = 10;
const SHARE: f64 = 0.02;
/// Older than this a reading is a gap.
const STALE: Duration = Duration::from_secs(5);

/// What is known of the application now.
#[derive(Debug, Clone, PartialEq)]
pub struct ApplicationSnapshot {
    /// Where from, without secrets.
    pub url: String,
    /// Lag of its event loop, p99.
    pub lag_p99: Option<Duration>,
    /// What it says is open.
    pub connections: Option<u64>,
    /// What the kernel says is open.
    pub kernel: Option<u64>,
    /// For how long the two have differed by more than chance.
    pub differs_for: Option<Duration>,
}

impl ApplicationSnapshot {
    /// Its count less the kernel's.
    #[must_use]
    pub fn difference(&self) -> Option<i64> {
        self.connections?.checked_signed_diff(self.kernel?)
    }

    /// Whether the difference has lasted a minute.
    #[must_use]
    pub fn leaks(&self) -> bool {
        self.differs_for.is_some_and(|lasted| lasted >= LASTING)
    }
}

/// The state behind it.
#[derive(Debug, Clone, Default)]
pub(super) struct ApplicationState {
    last: Option<(Duration, Application)>,
    /// Since when the counts differ in the same direction.
    since: Option<(Duration, bool)>,
    /// Kernel counts of the last seconds: the application's is a little older.
    kernel: VecDeque<(Duration, u64)>,
}

impl ApplicationState {
    pub(super) fn read(&mut self, at: Duration, application: Application) {
        self.last = Some((at, application));
    }

    /// Holds the two counts together.
    pub(super) fn snapshot(
        &mut self,
        now: Duration,
        every: Duration,
        kernel: Option<u64>,
    ) -> Option<ApplicationSnapshot> {
        if let Some(kernel) = kernel {
            self.kernel.push_back((now, kernel));
        }
        while self.kernel.front().is_some_and(|(at, _)| now.saturating_sub(*at) > STALE) {
            self.kernel.pop_front();
        }
        let (at, application) = self.last.as_ref()?;
        if now.saturating_sub(*at) > STALE.max(every * 3) {
            self.since = None;
            return None;
        }
        let apart = application.connections.and_then(|own| self.apart(own));
        self.since = match (apart, self.since) {
            (Some(above), Some((since, same))) if above == same => Some((since, same)),
            (Some(above), _) => Some((now, above)),
            (None, _) => None,
        };
        Some(ApplicationSnapshot {
            url: application.url.clone(),
            lag_p99: application.lag_p99,
            connections: application.connections,
            kernel,
            differs_for: self.since.map(|(since, _)| now.saturating_sub(since)),
        })
    }

    /// Whether its count is above (or below) all counts of the last seconds.
    fn apart(&self, own: u64) -> Option<bool> {
        let counts = || self.kernel.iter().map(|(_, open)| *open);
        let (least, most) = (counts().min()?, counts().max()?);
        let margin = LEAST.max(whole(SHARE * float(most)));
        if own > most + margin {
            return Some(true);
        }
        (own + margin < least).then_some(false)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Both counts each second; what is said at the end.
    fn run(counts: impl IntoIterator<Item = (u64, u64)>) -> ApplicationSnapshot {
        let mut state = ApplicationState::default();
        let mut last = None;
        for (second, (own, kernel)) in (0..).zip(counts) {
            let at = Duration::from_secs(second);
            state.read(
                at,
                Application {
                    url: String::new(),
                    lag_p99: None,
                    connections: Some(own),
                    missing: None,
                },
            );
            last = state.snapshot(at, Duration::from_secs(1), Some(kernel));
        }
        last.unwrap()
    }

    #[test]
    fn a_difference_that_lasts_a_minute_is_a_leak() {
        let leak = run((0..62).map(|_| (150, 100)));
        assert_eq!((leak.difference(), leak.leaks()), (Some(50), true));
        assert!(!run((0..50).map(|_| (150, 100))).leaks(), "not yet");
        assert!(run((0..62).map(|_| (50, 100))).leaks(), "the other way round too");
    }

    #[test]
    fn counts_of_different_moments_are_no_leak() {
        let growing = (0..120).map(|n| (1_000 + n * 50, 1_000 + (n + 1) * 50));
        assert!(!run(growing).leaks(), "the application's is a second old");
        assert!(!run((0..120).map(|_| (1_015, 1_000))).leaks(), "2 % is chance");
        let swinging = (0..120).map(|n| if n % 2 == 0 { (150, 100) } else { (50, 100) });
        assert!(!run(swinging).leaks());
    }

    #[test]
    fn an_old_reading_is_a_gap() {
        let mut state = ApplicationState::default();
        let application =
            Application { url: String::new(), lag_p99: None, connections: None, missing: None };
        state.read(Duration::ZERO, application);
        let second = Duration::from_secs(1);
        assert!(state.snapshot(Duration::from_secs(4), second, None).is_some());
        assert!(state.snapshot(Duration::from_secs(6), second, None).is_none());
    }
}
