//! How long a client waits before it comes back.

use std::time::Duration;

use super::dice::Dice;

/// How the last connection ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Ended {
    /// By the client itself.
    Left,
    /// 1012: the server restarts.
    Restarting,
    /// 1013: the server is full.
    Refused,
    /// No close code: refused, reset, cut.
    Broken,
}

/// Exponential backoff starts here ...
const FIRST: Duration = Duration::from_secs(1);
/// ... and stops here; a minute in the real world, too long to watch.
const LONGEST: Duration = Duration::from_secs(15);
/// After 1012 the clients are spread over this.
const RESTART: (Duration, Duration) = (Duration::from_secs(1), Duration::from_secs(5));

/// The wait after the `attempt`-th failure in a row. A stubborn client waits one
/// second each time: one in five, as there are always some.
pub(super) fn wait(ended: Ended, attempt: u32, stubborn: bool, dice: &mut Dice) -> Duration {
    match ended {
        Ended::Left => Duration::ZERO,
        _ if stubborn => FIRST,
        Ended::Restarting => dice.between(RESTART.0, RESTART.1),
        Ended::Refused | Ended::Broken => {
            let ceiling = FIRST * 2u32.saturating_pow(attempt.min(8));
            dice.between(Duration::ZERO, ceiling.min(LONGEST)).max(FIRST / 10)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn refusals_back_off_with_full_jitter_up_to_a_ceiling() {
        let mut dice = Dice::new(7);
        let mut longest = |attempt| {
            (0..200).map(|_| wait(Ended::Refused, attempt, false, &mut dice)).max().unwrap()
        };
        assert!(longest(0) <= FIRST);
        assert!(longest(2) > FIRST * 2 && longest(2) <= FIRST * 4);
        assert!(longest(99) <= LONGEST);
    }

    #[test]
    fn a_stubborn_client_comes_each_second() {
        let mut dice = Dice::new(7);
        assert_eq!(wait(Ended::Refused, 9, true, &mut dice), FIRST);
    }
}
