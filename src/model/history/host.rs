//! What the herd detector lives on, for the whole network namespace.

use super::connections::narrow;
use super::ring::Ring;
use super::track::{Kept, Track};
use crate::model::connect_attempts::ConnectAttempts;
use crate::units::float;

/// Ten minutes of ticks of 100 ms.
const TICKS: usize = 6_000;
/// Two hours of seconds, a day of ten seconds, two weeks of minutes.
const KEPT: Kept = Kept { seconds: 7_200, tens: 8_640, minutes: 20_160 };
/// A reading later than this many ticks tells nothing of the time between: the
/// machine slept, or we were stopped.
const GAP: u64 = 30;

/// Arrivals by kind.
#[derive(Debug, Clone)]
pub struct HostHistory {
    /// Accepted by the kernel (`PassiveOpens`).
    pub opened: Series,
    /// Refused: resets that see nobody off, see [`ConnectAttempts::refused`].
    pub refused: Series,
    /// Dropped by full listeners (`ListenDrops`), SYN retries included.
    pub dropped: Series,
    /// The tick of the reading before.
    before: Option<u64>,
}

/// One of them: the last minutes by tick, and by second for long.
#[derive(Debug, Clone)]
pub struct Series {
    ticks: Ring<f32>,
    /// By the second.
    pub seconds: Track,
}

impl Series {
    const fn new() -> Self {
        Self { ticks: Ring::new(TICKS), seconds: Track::new(KEPT) }
    }

    /// So many within 100 ms.
    fn add(&mut self, tick: u64, count: f64) {
        if let Some(slot) = self.ticks.at(tick) {
            *slot = if slot.is_nan() { 0.0 } else { *slot } + narrow(count);
        }
        self.seconds.add(tick / 10, narrow(count));
    }

    /// Ticks of 100 ms from `from` to `to`, both numbered since the beginning;
    /// none = not measured, or more than ten minutes ago.
    #[must_use]
    pub fn ticks(&self, from: u64, to: u64) -> Vec<Option<f32>> {
        (from..=to).map(|tick| self.ticks.get(tick)).collect()
    }

    fn bytes(&self) -> usize {
        self.ticks.bytes() + self.seconds.bytes()
    }
}

impl HostHistory {
    pub(super) const fn new() -> Self {
        Self { opened: Series::new(), refused: Series::new(), dropped: Series::new(), before: None }
    }

    /// Takes in what came since the reading before; `tick` is its time in steps of
    /// 100 ms.
    pub(super) fn count(&mut self, tick: u64, came: Option<ConnectAttempts>) {
        let then = self.before.replace(tick);
        let (Some(then), Some(came)) = (then, came) else { return };
        let ticks = tick.saturating_sub(then);
        if ticks > GAP {
            return;
        }
        for (series, came) in [
            (&mut self.opened, came.opened),
            (&mut self.refused, came.refused),
            (&mut self.dropped, came.dropped),
        ] {
            let Some(came) = came else { continue };
            // What a late reading brings is spread over the ticks it was late.
            let parts = ticks.max(1);
            for n in 1..=parts {
                series.add(tick - (parts - n).min(tick), float(came) / float(parts));
            }
        }
    }

    pub(super) fn bytes(&self) -> usize {
        let all = [&self.opened, &self.refused, &self.dropped];
        all.into_iter().map(Series::bytes).sum()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn came(opened: u64, refused: u64) -> ConnectAttempts {
        ConnectAttempts {
            opened: Some(opened),
            refused: Some(refused),
            ..ConnectAttempts::default()
        }
    }

    #[test]
    fn a_late_reading_is_spread_and_a_long_pause_is_a_gap() {
        let mut host = HostHistory::new();
        host.count(100, None);
        host.count(101, Some(came(5, 3)));
        host.count(105, Some(came(20, 0)));
        let seen = host.opened.ticks(100, 106);
        assert_eq!(seen, [None, Some(5.0), Some(5.0), Some(5.0), Some(5.0), Some(5.0), None]);
        assert_eq!(host.refused.ticks(101, 102), [Some(3.0), Some(0.0)]);
        assert_eq!(host.dropped.ticks(101, 102), [None, None], "this kernel does not tell");
        host.count(205, Some(came(8_000, 0)));
        assert!(host.opened.ticks(106, 205).iter().all(Option::is_none));
    }

    #[test]
    fn a_second_is_the_sum_of_its_ticks() {
        let mut host = HostHistory::new();
        for tick in 0..600 {
            host.count(tick, Some(came(7, 0)));
        }
        let minute = host.opened.seconds.total(10, 59, 59).unwrap();
        assert_eq!((minute.max, minute.min, minute.count), (70.0, 70.0, 50));
    }

    #[test]
    fn a_counter_that_begins_anew_is_a_gap() {
        let mut host = HostHistory::new();
        let anew = Some(ConnectAttempts { anew: true, ..ConnectAttempts::default() });
        for (tick, came) in
            [(10, None), (11, Some(came(10, 0))), (12, anew), (13, Some(came(1, 0)))]
        {
            host.count(tick, came);
        }
        assert_eq!(host.opened.ticks(10, 13), [None, Some(10.0), None, Some(1.0)]);
    }
}
