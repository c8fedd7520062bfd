//! The application's own count beside the kernel's.
//!
//! A connection that only the application still counts was never removed from
//! its books: a leak. One that only the kernel counts has not become a WebSocket,
//! or has been forgotten.

use std::collections::VecDeque;
use std::net::SocketAddr;
use std::time::Duration;

use serde::{Deserialize, Serialize};

use crate::sample::Application;
use crate::units::{float, whole};

/// A difference has to last: the two counts are never of the same moment.
const LASTING: Duration = Duration::from_mins(1);
/// Fewer, or a smaller share of the kernel's count, are no leak.
const LEAST: u64 = 10;
const SHARE: f64 = 0.02;
/// Older than this, and than three intervals, a reading is a gap.
const STALE: Duration = Duration::from_secs(5);

/// What is known of the application now.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
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
    /// Whose connections the kernel's counts are.
    listener: Option<SocketAddr>,
    /// Kernel counts for as long as a reading lives: the application's is older
    /// than the last of them, by up to an interval.
    kernel: VecDeque<(Duration, u64)>,
}

impl ApplicationState {
    pub(super) fn read(&mut self, at: Duration, application: Application) {
        self.last = Some((at, application));
    }

    /// Holds the two counts together: the kernel's is of this listener.
    pub(super) fn snapshot(
        &mut self,
        now: Duration,
        every: Duration,
        listener: Option<SocketAddr>,
        kernel: Option<u64>,
    ) -> Option<ApplicationSnapshot> {
        if self.listener != listener {
            // Somebody else's connections tell nothing about a difference so far.
            (self.listener, self.since) = (listener, None);
            self.kernel.clear();
        }
        self.kernel.extend(kernel.map(|open| (now, open)));
        let stale = STALE.max(every * 3);
        while self.kernel.front().is_some_and(|(at, _)| now.saturating_sub(*at) > stale) {
            self.kernel.pop_front();
        }
        let (at, application) = self.last.as_ref()?;
        if now.saturating_sub(*at) > stale {
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

    /// Whether its count is above (or below) all of the kernel's lately.
    fn apart(&self, own: u64) -> Option<bool> {
        let counts = || self.kernel.iter().map(|(_, open)| *open);
        let (least, most) = (counts().min()?, counts().max()?);
        let margin = LEAST.max(whole(SHARE * float(most)));
        // What the application says of itself can be any number.
        if own > most.saturating_add(margin) {
            return Some(true);
        }
        (own.saturating_add(margin) < least).then_some(false)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const LISTENER: Option<SocketAddr> = Some(listener(80));

    const fn listener(port: u16) -> SocketAddr {
        SocketAddr::new(std::net::IpAddr::V4(std::net::Ipv4Addr::LOCALHOST), port)
    }

    fn silent() -> Application {
        Application { url: String::new(), lag_p99: None, connections: None, missing: None }
    }

    /// Both counts each second; what is said at the end.
    fn run(counts: impl IntoIterator<Item = (u64, u64)>) -> ApplicationSnapshot {
        let mut state = ApplicationState::default();
        let mut last = None;
        for (second, (own, kernel)) in (0..).zip(counts) {
            let at = Duration::from_secs(second);
            state.read(at, Application { connections: Some(own), ..silent() });
            last = state.snapshot(at, Duration::from_secs(1), LISTENER, Some(kernel));
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
    fn a_ramp_seen_at_a_long_interval_is_no_leak() {
        // Read 1 s after each derivation, ten seconds apart, 50 more a second.
        let mut state = ApplicationState::default();
        let every = Duration::from_secs(10);
        for n in 0..30 {
            let at = every * n;
            let open = 1_000 + u64::from(n) * 500;
            let now = state.snapshot(at, every, LISTENER, Some(open));
            assert!(!now.is_some_and(|now| now.leaks()), "after {at:?}");
            let own = Application { connections: Some(open + 50), ..silent() };
            state.read(at + Duration::from_secs(1), own);
        }
    }

    #[test]
    fn another_listener_begins_anew() {
        let mut state = ApplicationState::default();
        let told: Vec<bool> = (0..100)
            .map(|second| {
                let at = Duration::from_secs(second);
                state.read(at, Application { connections: Some(150), ..silent() });
                let of = Some(listener(if second < 50 { 80 } else { 22 }));
                let now = state.snapshot(at, Duration::from_secs(1), of, Some(1));
                now.is_some_and(|now| now.leaks())
            })
            .collect();
        assert!(!told.contains(&true), "neither of them for a minute");
    }

    #[test]
    fn an_old_reading_is_a_gap() {
        let mut state = ApplicationState::default();
        state.read(Duration::ZERO, silent());
        let second = Duration::from_secs(1);
        assert!(state.snapshot(Duration::from_secs(4), second, None, None).is_some());
        assert!(state.snapshot(Duration::from_secs(6), second, None, None).is_none());
    }
}
