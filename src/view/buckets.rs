//! Columns of time that stand still.
//!
//! A bucket begins at a multiple of its length since the epoch, so a complete
//! column never changes again: it only moves left when a new one begins. That
//! keeps the picture calm and the terminal idle.

use std::collections::BTreeMap;
use std::time::Duration;

use chrono::{DateTime, Utc};

use crate::app::{Chart, ChartPoint};

/// How time falls onto columns.
#[derive(Debug, Clone, Copy)]
pub(super) struct Buckets {
    /// Milliseconds one bucket covers.
    pub(super) length: i64,
    /// Columns one bucket takes: more than one when there are fewer points
    /// than columns.
    pub(super) per: u16,
    /// Columns in all.
    pub(super) columns: u16,
    /// Columns of one cell: two where they are drawn as dots.
    dots: u16,
    /// Number of the newest bucket since the epoch.
    newest: i64,
    /// Milliseconds one point covers.
    step: i64,
    /// Number of the newest point since the epoch.
    newest_point: i64,
}

fn millis(span: Duration) -> i64 {
    i64::try_from(span.as_millis()).unwrap_or(i64::MAX / 4).max(1)
}

impl Buckets {
    pub(super) fn new(chart: &Chart, columns: u16) -> Self {
        Self::over(chart.window, chart.step, chart.end, columns)
    }

    /// The same over cells of so many columns each.
    pub(super) fn in_cells(chart: &Chart, cells: u16, dots: u16) -> Self {
        Self { dots, ..Self::new(chart, cells.saturating_mul(dots)) }
    }

    /// A window that ends at `end`, of points of `step`.
    pub(super) fn over(window: Duration, step: Duration, end: DateTime<Utc>, columns: u16) -> Self {
        let step = millis(step);
        let wide = i64::from(columns.max(1));
        let points = (millis(window) / step).max(1);
        let steps = points / wide + i64::from(points % wide > 0);
        let length = step.saturating_mul(steps.max(1));
        let shown = points / steps.max(1) + i64::from(points % steps.max(1) > 0);
        // Rounded, not cut: `end` may tremble around the full second.
        let newest_point = (end.timestamp_millis() + step / 2).div_euclid(step).saturating_sub(1);
        Self {
            length,
            per: u16::try_from(wide / shown.max(1)).unwrap_or(1).max(1),
            columns,
            dots: 1,
            newest: newest_point.saturating_mul(step).div_euclid(length),
            step,
            newest_point,
        }
    }

    /// The cell with the leftmost column of the bucket that holds this time; none
    /// where it lies outside.
    pub(super) fn column(&self, at: DateTime<Utc>) -> Option<u16> {
        let bucket = at.timestamp_millis().div_euclid(self.length);
        Some(self.place((self.newest - bucket).max(0))? / self.dots)
    }

    /// Milliseconds that go into so many cells.
    pub(super) fn millis_in(&self, cells: i64) -> i64 {
        self.length.saturating_mul(cells * i64::from(self.dots)) / i64::from(self.per)
    }

    /// Values as cells: each with what its columns hold, from the left.
    pub(super) fn cells<T: Copy>(&self, values: &[(u16, T)]) -> BTreeMap<u16, [Option<T>; 2]> {
        let mut cells = BTreeMap::new();
        for (column, value) in values {
            for column in *column..column.saturating_add(self.per) {
                let cell: &mut [Option<T>; 2] = cells.entry(column / self.dots).or_default();
                cell[usize::from(column % self.dots)] = Some(*value);
            }
        }
        cells
    }

    /// The leftmost column of the bucket so many before the newest.
    fn place(&self, back: i64) -> Option<u16> {
        let back = u16::try_from(back).ok()?;
        self.columns.checked_sub(back.checked_add(1)?.checked_mul(self.per)?)
    }

    /// Seconds one cell covers.
    pub(super) fn seconds_a_cell(&self) -> f64 {
        let millis = u32::try_from(self.length).map_or(f64::MAX, f64::from);
        millis / 1000.0 / f64::from(self.per) * f64::from(self.dots)
    }

    /// The last millisecond of the newest bucket in a cell: by then all that it
    /// shows had happened.
    pub(super) fn moment(&self, cell: u16) -> Option<DateTime<Utc>> {
        let column = cell.checked_add(1)?.checked_mul(self.dots)?.checked_sub(1)?;
        let back = i64::from(self.columns.checked_sub(column)?.checked_sub(1)? / self.per);
        let bucket = self.newest.saturating_sub(back);
        let ends = bucket.saturating_add(1).saturating_mul(self.length).saturating_sub(1);
        DateTime::from_timestamp_millis(ends)
    }

    /// Column and value of each bucket that has one, newest first. The value
    /// is the highest second in it, of the open ones the last.
    pub(super) fn values(&self, chart: &Chart) -> Vec<(u16, ChartPoint)> {
        let mut columns: Vec<(u16, ChartPoint)> = Vec::new();
        let Some(from) = self.complete_from(chart) else { return columns };
        for (number, point) in
            (0..).map(|back| self.newest_point - back).zip(chart.points.iter().rev())
        {
            let start = number.saturating_mul(self.step);
            if start < from {
                break;
            }
            let Some(column) = self.place(self.newest - start.div_euclid(self.length)) else {
                break;
            };
            let Some(point) = point else { continue };
            match columns.last_mut() {
                Some((last, highest)) if *last == column => {
                    highest.opened = highest.opened.max(point.opened);
                    highest.closed = highest.closed.max(point.closed);
                    highest.open = highest.open.or(point.open);
                    highest.errors = match (highest.errors, point.errors) {
                        (Some(one), Some(other)) => Some(one.max(other)),
                        (one, other) => one.or(other),
                    };
                }
                _ => columns.push((column, *point)),
            }
        }
        columns
    }

    /// From when on buckets are whole. The oldest one loses points as the
    /// window slides, and would change while it leaves; before the window is
    /// full it is the beginning and stays.
    fn complete_from(&self, chart: &Chart) -> Option<i64> {
        let held = i64::try_from(chart.points.len()).ok()?;
        let oldest = (self.newest_point + 1 - held).saturating_mul(self.step);
        let full = held.saturating_mul(self.step) >= millis(chart.window);
        let begun = oldest.rem_euclid(self.length) != 0;
        if full && begun {
            Some(oldest.div_euclid(self.length).saturating_add(1).saturating_mul(self.length))
        } else {
            Some(oldest)
        }
    }
}

#[cfg(test)]
mod tests {
    use chrono::TimeZone;

    use super::*;
    use crate::view::fixtures;

    fn at(second: i64) -> DateTime<Utc> {
        Utc.timestamp_opt(1_795_000_000 + second, 0).single().expect("a plain second")
    }

    /// Ten minutes that end at a second; each point is its own second.
    fn chart(end: i64) -> Chart {
        let points = (end - 600..end).map(|s| {
            let opened = f64::from(i32::try_from(s).expect("small"));
            Some(ChartPoint { opened, ..ChartPoint::default() })
        });
        Chart {
            window: Duration::from_mins(10),
            asked: Duration::from_mins(10),
            step: Duration::from_secs(1),
            end: at(end),
            points: points.collect(),
            ..fixtures::calm().chart
        }
    }

    #[test]
    fn complete_columns_move_left_and_never_change() {
        let values = |end: i64| -> Vec<f64> {
            let chart = chart(end);
            Buckets::new(&chart, 70).values(&chart).iter().skip(1).map(|(_, p)| p.opened).collect()
        };
        for end in 0..40 {
            let (before, after) = (values(end), values(end + 1));
            let moved = usize::from(after.first() != before.first());
            let kept = before.len().min(after.len() - moved);
            assert_eq!(before[..kept], after[moved..moved + kept], "from second {end} to the next");
        }
    }

    #[test]
    fn a_trembling_end_moves_nothing() {
        let mut early = chart(600);
        let mut late = early.clone();
        early.end -= chrono::TimeDelta::milliseconds(200);
        late.end += chrono::TimeDelta::milliseconds(300);
        assert_eq!(Buckets::new(&early, 70).values(&early), Buckets::new(&late, 70).values(&late));
    }

    #[test]
    fn the_moment_of_a_column_lies_in_that_column() {
        for columns in [1, 7, 60, 70, 100, 601, 1300] {
            let buckets = Buckets::new(&chart(600), columns);
            for column in 0..columns {
                let at = buckets.moment(column).expect("a moment");
                let drawn = buckets.column(at);
                // Left of the first whole bucket nothing is drawn.
                let first =
                    drawn.is_none_or(|first| (first..first + buckets.per).contains(&column));
                assert!(first, "{column} of {columns}: {at} is drawn at {drawn:?}");
            }
        }
    }

    #[test]
    fn few_points_take_several_columns_each() {
        let chart = Chart { window: Duration::from_secs(30), ..chart(600) };
        let buckets = Buckets::new(&chart, 100);
        assert_eq!((buckets.length, buckets.per), (1000, 3));
        assert_eq!(buckets.column(at(599)), Some(97));
        assert_eq!(buckets.column(at(600)), Some(97), "the end belongs to the newest");
        assert_eq!(buckets.column(at(0)), None);
    }
}
