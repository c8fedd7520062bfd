//! When to try again: one table for the prober and for what is advised.

use std::time::Duration;

use super::{Class, Outcome};

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
            Outcome::Http { status: 403, .. } => Self::Backoff,
            Outcome::Http { .. } if outcome.class() != Class::Misconfigured => Self::Backoff,
            Outcome::Http { .. } | Outcome::MissingExtension(_) | Outcome::TlsClientCert(_) => {
                Self::Minute
            }
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::close::CloseCode;

    const USUAL: Duration = Duration::from_secs(5);

    fn closed(code: u16) -> Outcome {
        Outcome::CloseClean { code: CloseCode(code), reason: String::new() }
    }

    fn http(status: u16, retry_after: Option<u64>) -> Outcome {
        Outcome::Http { status, retry_after, server: None, body: String::new(), hint: None }
    }

    /// The shortest and the longest wait after so many failures, seconds.
    fn bounds(outcome: &Outcome, failures: u32) -> (f64, f64) {
        let policy = Policy::after(outcome);
        let wait = |dice| policy.wait(USUAL, CEILING_FRESH, failures, dice).as_secs_f64();
        (wait(0.0), wait(1.0))
    }

    #[test]
    fn overload_and_crashes_back_off_from_a_second_with_full_jitter() {
        let refused = [Outcome::TcpRefused, Outcome::HsEof { bytes: 0 }, Outcome::RstNoClose];
        for outcome in [closed(1013), closed(1011), http(503, None), http(429, None)]
            .into_iter()
            .chain(refused)
        {
            let waits: Vec<f64> = (1..=6).map(|n| bounds(&outcome, n).1).collect();
            assert_eq!(waits, [1.0, 2.0, 4.0, 8.0, 15.0, 15.0], "{outcome:?}");
            assert!(bounds(&outcome, 3).0 <= 0.0, "{outcome:?}: from nothing on");
        }
    }

    #[test]
    fn a_restart_is_waited_for_one_to_five_seconds() {
        for code in [1012, 1001] {
            assert_eq!(bounds(&closed(code), 4), (1.0, 5.0));
        }
    }

    #[test]
    fn what_only_a_change_heals_is_tried_once_a_minute() {
        let missing = Outcome::MissingExtension("permessage-deflate".to_owned());
        for outcome in [closed(1008), closed(1010), closed(4000), closed(4099), missing] {
            assert!(bounds(&outcome, 1).0 >= 60.0, "{outcome:?}");
        }
        assert!(bounds(&closed(4100), 1).1 <= 1.0, "4100 and up may pass");
    }

    #[test]
    fn retry_after_is_honoured_and_never_for_longer_than_ten_minutes() {
        assert!(bounds(&http(503, Some(7)), 1).0 >= 7.0);
        assert!(bounds(&http(429, Some(7)), 5).1 <= 7.0 + 15.0);
        assert!(bounds(&http(503, Some(1_000_000)), 1).1 <= 601.0);
    }

    #[test]
    fn all_well_goes_on_as_scheduled_with_a_little_jitter() {
        assert_eq!(bounds(&Outcome::OpenOk, 0), (4.5, 5.5));
    }
}
