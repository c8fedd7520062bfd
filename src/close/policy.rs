//! When to try again: one table for the prober and for what is advised.

use std::time::Duration;

use super::Outcome;

/// A fresh attempt never waits longer, so as not to be blind in an incident;
/// `Retry-After` and [`Policy::Minute`] do.
pub const CEILING_FRESH: Duration = Duration::from_secs(15);
/// The held connection never waits longer, with the same exceptions.
pub const CEILING_HELD: Duration = Duration::from_mins(1);
/// A server may ask for a year; beyond this we ask again.
const LONGEST_RETRY_AFTER: Duration = Duration::from_mins(10);

/// The wait before the next attempt.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Policy {
    /// As scheduled.
    Usual,
    /// Random between 1 and 5 s.
    Soon,
    /// From 1 s, doubling, full jitter.
    Backoff,
    /// What the server asked for, then as [`Policy::Backoff`].
    RetryAfter(Duration),
    /// One attempt a minute: it fails until somebody changes something.
    Minute,
}

impl Policy {
    /// The policy after an outcome.
    #[must_use]
    pub fn after(outcome: &Outcome) -> Self {
        match outcome {
            Outcome::OpenOk => Self::Usual,
            Outcome::Http { retry_after: Some(seconds), .. } => {
                Self::RetryAfter(Duration::from_secs(*seconds).min(LONGEST_RETRY_AFTER))
            }
            // 403 is also how Channels and Starlette refuse before accepting.
            Outcome::Http { status: 403 | 408 | 429 | 500..=599, .. } => Self::Backoff,
            Outcome::Http { .. } | Outcome::MissingExtension(_) => Self::Minute,
            Outcome::CloseClean { code, .. } => match code.0 {
                1000 => Self::Usual,
                1001 | 1012 | 3008 => Self::Soon,
                1002 | 1003 | 1007..=1010 | 3000 | 3003 | 4000..=4099 => Self::Minute,
                _ => Self::Backoff,
            },
            Outcome::CloseNoCode => Self::Soon,
            _ => Self::Backoff,
        }
    }

    /// The wait, given how many attempts in a row have failed (from 1) and a
    /// random number in 0..1.
    #[must_use]
    pub fn wait(self, usual: Duration, ceiling: Duration, failures: u32, dice: f64) -> Duration {
        const FIRST: Duration = Duration::from_secs(1);
        let backoff = || {
            let doublings = failures.saturating_sub(1).min(16);
            (FIRST * (1 << doublings)).min(ceiling).mul_f64(dice)
        };
        match self {
            Self::Usual => usual.mul_f64(0.9 + 0.2 * dice),
            Self::Soon => FIRST + Duration::from_secs(4).mul_f64(dice),
            Self::Backoff => backoff(),
            // Jitter only ever adds: earlier than asked for is not honoured.
            Self::RetryAfter(asked) => asked + backoff(),
            Self::Minute => Duration::from_mins(1).mul_f64(1.0 + 0.2 * dice),
        }
    }

    /// The policy in words, for the screen.
    #[must_use]
    pub fn words(self) -> &'static str {
        match self {
            Self::Usual => "as scheduled",
            Self::Soon => "random 1-5 s",
            Self::Backoff => "backing off",
            Self::RetryAfter(_) => "as Retry-After asks",
            Self::Minute => "once a minute: needs a change",
        }
    }
}
