//! The shape of a series in one row.

use ratatui::layout::Rect;

use super::pen::Pen;
use crate::units::whole;

/// How many points of these series are known: those of a young run are as wide as there is
/// room, all of a table alike.
pub(super) fn known<'p>(series: impl Iterator<Item = &'p [Option<f64>]>) -> usize {
    let known = |points: &[Option<f64>]| {
        points.iter().position(Option::is_some).map_or(0, |first| points.len() - first)
    };
    series.map(known).max().unwrap_or(0)
}

/// Draws the series into one row, newest at the right. Shape only: each row
/// has its own scale, with room above a flat one so that calm looks calm.
pub(super) fn draw(pen: &mut Pen<'_>, area: Rect, points: &[Option<f64>], known: usize) {
    let style = pen.theme().series.opened.crest();
    let glyphs = pen.look.glyphs;
    let dots = glyphs.dots();
    let newest = points.get(points.len().saturating_sub(known)..).unwrap_or(points);
    let columns = fit(newest, usize::from(area.width * dots));
    let seen = || columns.iter().flatten().copied();
    let count = seen().count();
    if count == 0 {
        return;
    }
    let highest = seen().fold(0.0, f64::max);
    let mean = seen().sum::<f64>() / crate::units::float(count as u64);
    let scale = highest.max(mean * 3.0).max(f64::MIN_POSITIVE);
    let lowest = if dots > 1 { 2 } else { 1 };
    let eighths = |value: &Option<f64>| {
        value.map_or(0, |value| {
            u16::try_from(whole(value / scale * 7.0)).unwrap_or(8).clamp(lowest, 7)
        })
    };
    // The newest stands at the right edge, so the first cell may be a half.
    for (x, pair) in (0..area.width).rev().zip(columns.rchunks(usize::from(dots))) {
        let cell = match pair {
            [left, right] => [eighths(left), eighths(right)],
            [one] if dots > 1 => [0, eighths(one)],
            [one] => [eighths(one), 0],
            _ => [0, 0],
        };
        if cell != [0, 0] {
            pen.glyph(area.x + x, area.y, glyphs.rising(cell), style);
        }
    }
}

/// As many values as there are columns: fewer are as wide as there is room.
fn fit(points: &[Option<f64>], width: usize) -> Vec<Option<f64>> {
    if points.len() >= width {
        return squeeze(points, width);
    }
    (0..width).map(|column| points.get(column * points.len() / width).copied().flatten()).collect()
}

/// At most `width` values, each the highest of its share.
fn squeeze(points: &[Option<f64>], width: usize) -> Vec<Option<f64>> {
    if width == 0 {
        return Vec::new();
    }
    let share = points.len().div_ceil(width).max(1);
    let highest = |points: &[Option<f64>]| points.iter().flatten().copied().reduce(f64::max);
    let mut columns: Vec<_> = points.rchunks(share).map(highest).collect();
    columns.reverse();
    columns
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_young_run_is_as_wide_as_there_is_room() {
        let young = [None, None, None, Some(1.0), Some(2.0)];
        let none: [Option<f64>; 5] = [None; 5];
        assert_eq!(known([&young[..], &none[..]].into_iter()), 2);
        assert_eq!(fit(&young[3..], 5), [1.0, 1.0, 1.0, 2.0, 2.0].map(Some));
        assert_eq!(fit(&young, 2), [None, Some(2.0)], "or fewer than there are");
        assert!(fit(&[], 3).iter().all(Option::is_none));
    }

    #[test]
    fn the_highest_of_a_share_is_shown_and_a_gap_stays_a_gap() {
        let points = [Some(1.0), None, None, None, Some(5.0), Some(2.0)];
        assert_eq!(squeeze(&points, 3), [Some(1.0), None, Some(5.0)]);
        assert_eq!(squeeze(&points, 9).len(), 6);
        assert!(squeeze(&points, 0).is_empty());
    }
}
