//! History in bounded memory: seconds, then ten seconds, then minutes.
//!
//! Every level keeps the highest second, so a peak of one second stays visible
//! at every zoom. What was not measured is a gap, never a zero.

use std::collections::VecDeque;
use std::time::Duration;

/// Seconds per point and points kept, finest first: 30 min of seconds, 6 h of
/// ten seconds, 48 h of minutes.
const LEVELS: [(u64, usize); 3] = [(1, 1800), (10, 2160), (60, 2880)];

/// Connections over one step of time.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub struct Point {
    /// Highest second of opened connections.
    pub opened_peak: f32,
    /// Highest second of closed connections.
    pub closed_peak: f32,
    /// Opened in the step.
    pub opened: f32,
    /// Closed in the step.
    pub closed: f32,
    /// Open at its end.
    pub open: f32,
}

impl Point {
    fn fold(&mut self, later: Self) {
        self.opened_peak = self.opened_peak.max(later.opened_peak);
        self.closed_peak = self.closed_peak.max(later.closed_peak);
        self.opened += later.opened;
        self.closed += later.closed;
        self.open = later.open;
    }
}

/// The history of one listener.
#[derive(Debug, Clone, Default)]
pub struct Series {
    levels: [Level; LEVELS.len()],
}

#[derive(Debug, Clone, Default)]
struct Level {
    /// Number of the step behind the last point.
    end: u64,
    points: VecDeque<Option<Point>>,
}

impl Series {
    /// Adds what happened in a second. Seconds may come again, to add to the
    /// newest, but not out of order; those passed over are gaps.
    pub fn add(&mut self, second: u64, opened: f32, closed: f32, open: f32) {
        for (level, (step, keep)) in self.levels.iter_mut().zip(LEVELS) {
            level.add(second / step, keep, |point| {
                point.opened += opened;
                point.closed += closed;
                point.open = open;
            });
        }
        let Some(&Some(newest)) = self.levels[0].points.back() else { return };
        let (opened, closed) = (newest.opened, newest.closed);
        for level in &mut self.levels {
            if let Some(Some(point)) = level.points.back_mut() {
                point.opened_peak = point.opened_peak.max(opened);
                point.closed_peak = point.closed_peak.max(closed);
            }
        }
    }

    /// Whether nothing has been added.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.levels[0].points.is_empty()
    }

    /// The steps of the window that ends with `now`, oldest first, and the
    /// seconds each covers.
    #[must_use]
    pub fn window(&self, now: u64, window: Duration) -> (Duration, Vec<Option<Point>>) {
        let seconds = window.as_secs();
        let fits = |&(step, keep): &(u64, usize)| step * keep as u64 >= seconds;
        let at = LEVELS.iter().position(fits).unwrap_or(LEVELS.len() - 1);
        let step = LEVELS[at].0;
        let last = now / step;
        let first = (last + 1).saturating_sub(seconds.div_ceil(step));
        let level = &self.levels[at];
        (Duration::from_secs(step), (first..=last).map(|n| level.get(n)).collect())
    }

    /// The steps of the last `seconds`, folded into one; none if all are gaps.
    #[must_use]
    pub fn last(&self, now: u64, seconds: u64) -> Option<Point> {
        let (_, points) = self.window(now, Duration::from_secs(seconds));
        points.into_iter().flatten().reduce(|mut sum, point| {
            sum.fold(point);
            sum
        })
    }
}

impl Level {
    fn add(&mut self, step: u64, keep: usize, change: impl FnOnce(&mut Point)) {
        if self.points.is_empty() {
            self.end = step;
        }
        if step.saturating_sub(self.end) > keep as u64 {
            self.points.clear();
            self.end = step;
        }
        while self.end <= step {
            self.points.push_back(None);
            self.end += 1;
        }
        while self.points.len() > keep {
            self.points.pop_front();
        }
        if let Some(point) = self.points.back_mut() {
            change(point.get_or_insert_default());
        }
    }

    fn get(&self, step: u64) -> Option<Point> {
        let back = self.end.checked_sub(step + 1)?;
        let at = self.points.len().checked_sub(usize::try_from(back).ok()? + 1)?;
        self.points.get(at).copied().flatten()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn opened(series: &Series, now: u64, window: u64) -> Vec<Option<f32>> {
        let (_, points) = series.window(now, Duration::from_secs(window));
        points.into_iter().map(|p| p.map(|p| p.opened_peak)).collect()
    }

    #[test]
    fn what_was_not_measured_is_a_gap() {
        let mut series = Series::default();
        series.add(5, 1.0, 0.0, 1.0);
        series.add(8, 2.0, 0.0, 3.0);
        assert_eq!(opened(&series, 9, 5), [Some(1.0), None, None, Some(2.0), None]);
    }

    #[test]
    fn a_second_told_in_two_parts_is_one_second() {
        let mut series = Series::default();
        series.add(5, 1.0, 0.0, 1.0);
        series.add(5, 2.0, 0.0, 3.0);
        assert_eq!(opened(&series, 5, 1), [Some(3.0)]);
    }

    #[test]
    fn a_peak_of_one_second_stays_visible_in_a_day() {
        let mut series = Series::default();
        for second in 0..40_000 {
            series.add(second, if second == 9_000 { 5_429.0 } else { 1.0 }, 0.0, 10.0);
        }
        let highest = |window| {
            let all = opened(&series, 39_999, window);
            all.into_iter().flatten().fold(0.0_f32, f32::max)
        };
        assert!((highest(86_400) - 5_429.0).abs() < 0.1);
        assert!(highest(1_800) < 1.1, "and is not in the last half hour");
        let sum = series.last(39_999, 7_200).unwrap().opened;
        assert!((sum - 7_200.0).abs() < 11.0, "sums survive the folding: {sum}");
    }

    #[test]
    fn memory_is_bounded_and_a_long_gap_forgets() {
        let mut series = Series::default();
        series.add(0, 1.0, 0.0, 1.0);
        series.add(1_000_000_000, 1.0, 0.0, 1.0);
        assert!(series.levels.iter().all(|level| level.points.len() == 1));
    }
}
