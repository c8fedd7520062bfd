//! When a screen shows what has moved: at once after quiet, then four times a second,
//! in the long run as far as the bytes a second allow.

use std::time::Duration;

/// From one derivation that showed something to the next.
const GAP: Duration = Duration::from_millis(250);
/// After so long without a change the next one is the first after quiet.
const QUIET: Duration = Duration::from_millis(900);

/// When to derive out of turn.
#[derive(Debug)]
pub(super) struct Pace {
    /// An interval as short as the gap needs no derivation out of turn.
    is_needed: bool,
    /// When something was last shown.
    shown: Option<Duration>,
    due: Option<Duration>,
    bytes: Allowance,
}

/// Bytes that may be written, and were: of both the last seconds count.
#[derive(Debug, Default)]
struct Allowance {
    last: Option<(Duration, u64)>,
    left: i64,
}

/// Seconds' worth of bytes that a calm stretch saves, and that an incident may begin with
/// on top of that.
const SAVED: i64 = 2;
const LENT: i64 = 2;

impl Allowance {
    /// Whether any are left; `written` are the bytes of all frames so far.
    fn is_left(&mut self, now: Duration, written: u64, per_second: u64) -> bool {
        let signed = |n: u64| i64::try_from(n).unwrap_or(i64::MAX);
        let second = signed(per_second);
        if let Some((then, before)) = self.last.replace((now, written)) {
            let passed = now.saturating_sub(then).min(Duration::from_secs(10)).as_millis();
            let passed = i64::try_from(passed).unwrap_or(0);
            let earned = passed.saturating_mul(second) / 1000;
            // A whole screen, which a key or another size asks for, is not made up for.
            let spent = signed(written.saturating_sub(before)).min(second.saturating_mul(2));
            let left = self.left.saturating_add(earned).saturating_sub(spent);
            self.left = left.clamp(-(LENT + 1) * second, SAVED * second);
        }
        self.left > -LENT * second
    }
}

impl Pace {
    /// Of derivations that come so often in turn.
    pub(super) fn new(every: Duration) -> Self {
        let bytes = Allowance::default();
        Self { is_needed: every > GAP, shown: None, due: None, bytes }
    }

    /// Something has moved; `written` are the bytes of all frames so far, `per_second`
    /// what they may be.
    pub(super) fn ask(&mut self, now: Duration, written: u64, per_second: u64) {
        if !self.is_needed || self.due.is_some() {
            return;
        }
        let is_left = self.bytes.is_left(now, written, per_second);
        let shown = self.shown.filter(|shown| now.saturating_sub(*shown) < QUIET);
        match shown {
            None => self.due = Some(now),
            Some(shown) if is_left => self.due = Some(now.max(shown + GAP)),
            Some(_) => {}
        }
    }

    /// It was derived, in turn or out of it, and whether something had moved.
    pub(super) fn derived(&mut self, now: Duration, moved: bool) {
        self.due = None;
        if moved {
            self.shown = Some(now);
        }
    }

    /// How long until it is to be derived out of turn; none where nothing has moved.
    pub(super) fn wait(&self, now: Duration) -> Option<Duration> {
        self.due.map(|due| due.saturating_sub(now))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const fn ms(millis: u64) -> Duration {
        Duration::from_millis(millis)
    }

    #[test]
    fn the_first_change_is_shown_at_once_and_later_ones_four_times_a_second() {
        let mut pace = Pace::new(ms(1_000));
        assert_eq!(pace.wait(ms(5_000)), None, "nothing has moved");
        pace.ask(ms(5_000), 30_000, 1_000);
        assert_eq!(pace.wait(ms(5_000)), Some(Duration::ZERO));
        pace.derived(ms(5_000), true);
        assert_eq!(pace.wait(ms(5_050)), None);
        pace.ask(ms(5_100), 30_700, 1_000);
        assert_eq!(pace.wait(ms(5_100)), Some(ms(150)));
        pace.derived(ms(5_250), true);
        pace.derived(ms(5_300), false);
        pace.ask(ms(5_600), 31_400, 1_000);
        assert_eq!(pace.wait(ms(5_600)), Some(Duration::ZERO));
    }

    #[test]
    fn what_moves_all_the_time_stays_within_its_bytes() {
        let (mut pace, mut written, mut out_of_turn) = (Pace::new(ms(1_000)), 0, 0);
        let mut in_turn = ms(0);
        for tick in 50..650 {
            let now = ms(tick * 100);
            pace.ask(now, written, 1_200);
            let is_due = pace.wait(now) == Some(Duration::ZERO);
            out_of_turn += u64::from(is_due);
            if is_due || now >= in_turn {
                written += 500;
                in_turn = now + ms(1_000);
                pace.derived(now, true);
            }
        }
        assert!(written / 60 <= 1_250, "{} bytes a second", written / 60);
        assert!(out_of_turn >= 100, "{out_of_turn} in a minute");
    }

    #[test]
    fn a_whole_screen_does_not_hold_up_the_next_change() {
        let mut pace = Pace::new(ms(1_000));
        pace.ask(ms(5_000), 0, 1_000);
        pace.derived(ms(5_000), true);
        pace.ask(ms(5_100), 30_000, 1_000);
        assert_eq!(pace.wait(ms(5_100)), Some(ms(150)));
    }

    #[test]
    fn a_short_interval_is_quick_enough_by_itself() {
        let mut pace = Pace::new(ms(100));
        pace.ask(ms(500), 0, 1_000);
        assert_eq!(pace.wait(ms(500)), None);
    }
}
