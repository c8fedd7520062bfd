//! The y axis: grows at once, shrinks only after a minute, in round numbers.

use std::time::Duration;

/// An axis that shrinks at every lull makes the same traffic look different.
const SHRINKS_AFTER: Duration = Duration::from_mins(1);

/// Upper and lower end of the mirrored chart.
#[derive(Debug, Clone, Copy, Default)]
pub(in crate::app) struct Scale {
    top: Side,
    bottom: Side,
}

#[derive(Debug, Clone, Copy, Default)]
struct Side {
    end: f64,
    roomy_since: Option<Duration>,
}

impl Scale {
    /// Fits the highest opened and the highest closed rate.
    pub(in crate::app) fn fit(&mut self, now: Duration, opened: f64, closed: f64) -> (f64, f64) {
        (self.top.fit(now, opened), self.bottom.fit(now, closed))
    }
}

impl Side {
    fn fit(&mut self, now: Duration, highest: f64) -> f64 {
        let wanted = round_up(highest);
        if wanted >= self.end {
            *self = Self { end: wanted, roomy_since: None };
            return wanted;
        }
        let since = *self.roomy_since.get_or_insert(now);
        if now.saturating_sub(since) >= SHRINKS_AFTER {
            *self = Self { end: wanted, roomy_since: None };
        }
        self.end
    }
}

/// The next of 1, 1.5, 2, 3, 5, 7 times a power of ten, at least 10 so that a
/// single connection does not fill the chart.
fn round_up(value: f64) -> f64 {
    const SMALLEST: f64 = 10.0;
    if value <= SMALLEST {
        return SMALLEST;
    }
    let magnitude = 10f64.powf(value.log10().floor());
    let steps = [1.0, 1.5, 2.0, 3.0, 5.0, 7.0, 10.0];
    steps.iter().map(|s| s * magnitude).find(|&end| end >= value).unwrap_or(value)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_axis_ends_in_a_round_number_above_the_data() {
        let ends: Vec<_> = [0.0, 10.1, 99.0, 128.0, 5_429.0].map(round_up).to_vec();
        assert_eq!(ends, [10.0, 15.0, 100.0, 150.0, 7_000.0]);
    }

    #[test]
    fn it_grows_at_once_and_shrinks_after_a_minute() {
        let mut scale = Scale::default();
        let mut top = |second, opened| scale.fit(Duration::from_secs(second), opened, 0.0).0;
        assert!((top(0, 900.0) - 1_000.0).abs() < 0.1);
        assert!((top(1, 20.0) - 1_000.0).abs() < 0.1);
        assert!((top(60, 20.0) - 1_000.0).abs() < 0.1);
        assert!((top(61, 20.0) - 20.0).abs() < 0.1);
    }
}
