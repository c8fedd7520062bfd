//! How long until full: growth of the open connections, and whether it is real.
//!
//! `g` = mean of the one-second differences over W = 60 and 300 s, `SE` their
//! standard deviation over the root of W. Growth counts only when `g > 2 SE`,
//! so a step or plain noise gives no forecast.

use std::collections::VecDeque;
use std::time::Duration;

use serde::{Deserialize, Serialize};

use super::limit::{Limit, LimitKind};
use crate::units::float;

/// Windows, seconds, short first.
const WINDOWS: [f64; 2] = [60.0, 300.0];
/// Before this many seconds, and this many differences, nothing is said.
const ENOUGH: f64 = 20.0;
const FEWEST: f64 = 4.0;
/// A shown forecast is held this long: from a 15 s slope it flips between 41s
/// and none inside each wave of a herd.
const HOLD: Duration = Duration::from_secs(10);
/// Further away than this is no forecast: 99 hours of steady growth are not known.
const HORIZON: f64 = 99.0 * 3600.0;

/// Until the binding limit is reached.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Forecast {
    /// At the mean growth.
    pub full_in: Duration,
    /// At the growth's upper end.
    pub soonest: Duration,
    /// At its lower end; none = may be never.
    pub latest: Option<Duration>,
    /// Whether the short window's growth is behind it.
    pub short: bool,
    /// Its window is not full yet.
    pub estimated: bool,
}

/// In the newest quarter of a window it has to grow at half its mean at least.
const NEWEST: f64 = 4.0;
/// Readings further apart than this tell nothing of the time between.
const GAP: u64 = 30;

/// One difference of open connections.
#[derive(Debug, Clone, Copy)]
struct Difference {
    seconds: f64,
    per_second: f64,
}

/// The differences of the last five minutes.
#[derive(Debug, Clone, Default)]
pub(super) struct Growth {
    last: Option<(u64, f64)>,
    steps: VecDeque<Difference>,
    shown: Option<HeldForecast>,
}

/// A forecast that is held, when it was made, and what it was made of.
#[derive(Debug, Clone, Copy)]
struct HeldForecast {
    since: Duration,
    forecast: Forecast,
    of: LimitKind,
    room: f64,
}

/// With so much more room it is not filling any more: a worker that was full has
/// ended, and "full in 0:00" stood above an empty one.
const ROOMIER: f64 = 1.25;

impl HeldForecast {
    /// The forecast as it has become, while it can still be that.
    fn held(&self, now: Duration, of: LimitKind, room: f64) -> Option<Forecast> {
        let gone = now.saturating_sub(self.since);
        let holds = gone < HOLD && self.of == of && room <= self.room * ROOMIER;
        let Forecast { full_in, soonest, latest, .. } = self.forecast;
        // What is not full will not be full now.
        let left = full_in.checked_sub(gone).filter(|left| !left.is_zero() && holds)?;
        // With its interval: an estimate never lies outside of its own.
        Some(Forecast {
            full_in: left,
            soonest: soonest.saturating_sub(gone),
            latest: latest.map(|latest| latest.saturating_sub(gone)),
            ..self.forecast
        })
    }
}

impl Growth {
    /// Takes the open connections at this second in; a gap starts over.
    pub(super) fn observe(&mut self, second: u64, open: f64) {
        match self.last {
            Some((last, _)) if second <= last => return,
            Some((last, before)) if second - last <= GAP => {
                let seconds = float(second - last);
                self.steps.push_back(Difference { seconds, per_second: (open - before) / seconds });
            }
            Some(_) => self.steps.clear(),
            None => {}
        }
        self.last = Some((second, open));
        while self.steps.len() > 1 && self.reach() - self.steps[0].seconds >= WINDOWS[1] {
            self.steps.pop_front();
        }
    }

    /// Seconds the differences cover.
    fn reach(&self) -> f64 {
        self.steps.iter().map(|s| s.seconds).sum()
    }

    /// The forecast until this limit, which binds, is reached. What is full has no time
    /// to full; the forecast would hang on at 0:00.
    pub(super) fn until(&mut self, now: Duration, limit: Option<&Limit>) -> Option<Forecast> {
        let limit = limit?;
        let left = limit.headroom.filter(|&left| left > 0)?;
        self.forecast(now, limit.kind, float(left))
    }

    /// The forecast for `room` more connections below a limit of this kind.
    fn forecast(&mut self, now: Duration, of: LimitKind, room: f64) -> Option<Forecast> {
        let held = self.shown.as_ref().and_then(|shown| shown.held(now, of, room));
        if held.is_some() {
            return held;
        }
        let fresh = WINDOWS.iter().find_map(|&window| self.over(window, room));
        self.shown = fresh.map(|forecast| HeldForecast { since: now, forecast, of, room });
        fresh
    }

    /// Mean growth over the newest seconds.
    fn newest(&self, seconds: f64) -> f64 {
        let (mut reach, mut grown) = (0.0, 0.0);
        for step in self.steps.iter().rev() {
            if reach >= seconds {
                break;
            }
            reach += step.seconds;
            grown += step.per_second * step.seconds;
        }
        grown / reach
    }

    fn over(&self, window: f64, headroom: f64) -> Option<Forecast> {
        let mut reach = 0.0;
        let within = self.steps.iter().rev().take_while(|step| {
            reach += step.seconds;
            reach <= window
        });
        let steps: Vec<Difference> = within.copied().collect();
        let seconds: f64 = steps.iter().map(|s| s.seconds).sum();
        let n = float(steps.len() as u64);
        if seconds < ENOUGH || n < FEWEST {
            return None;
        }
        let mean = steps.iter().map(|s| s.per_second * s.seconds).sum::<f64>() / seconds;
        let variance = steps.iter().map(|s| (s.per_second - mean).powi(2)).sum::<f64>() / (n - 1.0);
        let error = (variance / n).sqrt();
        // A start-up that is over has grown as well, but grows no more.
        if self.newest(seconds / NEWEST) < mean / 2.0 {
            return None;
        }
        if mean <= 0.0 || mean <= 2.0 * error || headroom / mean > HORIZON {
            return None;
        }
        let until = |rate: f64| Duration::try_from_secs_f64(headroom / rate).ok();
        Some(Forecast {
            full_in: until(mean)?,
            soonest: until(2.0f64.mul_add(error, mean))?,
            latest: until(mean - 2.0 * error),
            short: window <= WINDOWS[0],
            estimated: seconds < window,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn grown(seconds: u64, open: impl Fn(u64) -> f64) -> Growth {
        let mut growth = Growth::default();
        (0..=seconds).for_each(|s| growth.observe(s, open(s)));
        growth
    }

    fn noise(second: u64) -> f64 {
        // A fixed scramble: the same numbers in every run.
        let scrambled = second.wrapping_mul(0x9E37_79B9_7F4A_7C15) >> 40;
        f64::from(u32::try_from(scrambled % 41).unwrap()) - 20.0
    }

    #[test]
    fn steady_growth_tells_when() {
        let mut growth = grown(300, |s| 1_000.0 + float(s) * 5.0 + noise(s));
        let forecast =
            growth.forecast(Duration::from_mins(5), LimitKind::Capacity, 1_500.0).unwrap();
        assert!((270..330).contains(&forecast.full_in.as_secs()), "{forecast:?}");
        assert!(forecast.soonest < forecast.full_in);
    }

    #[test]
    fn noise_and_a_single_step_tell_nothing() {
        assert_eq!(
            grown(300, |s| 1_000.0 + noise(s)).forecast(Duration::ZERO, LimitKind::Capacity, 10.0),
            None
        );
        let step = |s| if s > 250 { 4_000.0 } else { 1_000.0 };
        assert_eq!(grown(300, step).forecast(Duration::ZERO, LimitKind::Capacity, 100.0), None);
    }

    #[test]
    fn a_start_that_is_over_tells_nothing() {
        let start = |s: u64| float(s.min(9)) * 27.0 + noise(s) / 10.0;
        for seconds in 20..120 {
            let told = grown(seconds, start).forecast(Duration::ZERO, LimitKind::Capacity, 160.0);
            assert_eq!(told, None, "after {seconds} s");
        }
    }

    #[test]
    fn below_twenty_seconds_nothing_is_said_and_until_a_minute_it_is_marked() {
        let ramp = |s| float(s) * 10.0;
        assert_eq!(grown(19, ramp).forecast(Duration::ZERO, LimitKind::Capacity, 100.0), None);
        assert!(
            grown(20, ramp).forecast(Duration::ZERO, LimitKind::Capacity, 100.0).unwrap().estimated
        );
        assert!(
            !grown(60, ramp)
                .forecast(Duration::ZERO, LimitKind::Capacity, 100.0)
                .unwrap()
                .estimated
        );
    }

    #[test]
    fn seldom_readings_tell_as_well_but_not_across_a_gap() {
        let mut growth = Growth::default();
        (0..=12).for_each(|n| growth.observe(n * 5, float(n) * 50.0));
        assert_eq!(
            growth.forecast(Duration::ZERO, LimitKind::Capacity, 100.0).unwrap().full_in.as_secs(),
            10
        );
        let mut gap = grown(60, |s| float(s) * 10.0);
        gap.observe(3_600, 9_000.0);
        assert_eq!(gap.forecast(Duration::ZERO, LimitKind::Capacity, 100.0), None);
    }

    #[test]
    fn the_shown_value_is_held_and_counts_down() {
        let mut growth = grown(60, |s| float(s) * 10.0);
        let full_in = |growth: &mut Growth, at, headroom| {
            let Forecast { full_in, soonest, latest, .. } =
                growth.forecast(Duration::from_secs(at), LimitKind::Capacity, headroom).unwrap();
            assert!(soonest <= full_in && latest.is_none_or(|latest| full_in <= latest), "{at}");
            full_in.as_secs()
        };
        assert_eq!(full_in(&mut growth, 60, 1_000.0), 100);
        assert_eq!(full_in(&mut growth, 61, 1_000.0), 99);
        assert_eq!(full_in(&mut growth, 69, 1_000.0), 91);
        assert_eq!(full_in(&mut growth, 65, 5.0), 95);
        assert_eq!(full_in(&mut growth, 70, 800.0), 80);
    }
}
