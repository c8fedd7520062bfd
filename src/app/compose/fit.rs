//! How much of the time asked for a chart shows: as far back as there is data.

use std::time::Duration;

use super::super::frame::ChartPoint;

/// Stretches that a young run is shown in, in seconds. A run of two minutes in a tenth of
/// ten has its beginning in seven columns, one of 30 s in two minutes a third of a wide
/// screen.
const STRETCHES: [u64; 18] = [
    30, 60, 90, 120, 180, 240, 300, 420, 600, 900, 1_200, 1_800, 2_700, 3_600, 5_400, 7_200,
    10_800, 14_400,
];

/// The shortest of them that holds all readings, each of one step; never more than was
/// asked for, and from four hours on what was asked for.
pub(super) fn window(asked: Duration, step: Duration, points: &[Option<ChartPoint>]) -> Duration {
    let Some(first) = points.iter().position(Option::is_some) else { return asked };
    let held = u32::try_from(points.len() - first).unwrap_or(u32::MAX);
    let held = step.saturating_mul(held);
    let mut stretches = STRETCHES.into_iter().map(Duration::from_secs);
    stretches.find(|&m| m >= held).map_or(asked, |m| m.min(asked))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_young_run_fills_its_chart_and_an_old_one_has_what_was_asked_for() {
        let of = |held: usize, step: u64| {
            let mut points = vec![None; 750 - held.min(750)];
            points.extend(vec![Some(ChartPoint::default()); held]);
            window(Duration::from_mins(10), Duration::from_secs(step), &points)
        };
        let minutes = |m| Duration::from_mins(m);
        assert_eq!([of(5, 1), of(31, 1)], [Duration::from_secs(30), minutes(1)]);
        assert_eq!([of(118, 1), of(130, 1)], [minutes(2), minutes(3)]);
        assert_eq!([of(0, 1), of(590, 1), of(750, 1)], [minutes(10); 3]);
    }
}
