//! The clock under the chart.

use chrono::{DateTime, FixedOffset, Utc};
use ratatui::layout::Rect;

use super::buckets::Buckets;
use super::pen::Pen;
use crate::fmt;

/// Distances between labels that read as times, in seconds.
const STEPS: [i64; 18] = [
    10, 30, 60, 120, 300, 600, 900, 1_800, 3_600, 7_200, 10_800, 21_600, 43_200, 86_400, 172_800,
    345_600, 604_800, 1_209_600,
];

/// Columns from one label to the next, at the least.
const APART: i64 = 10;

/// `──╵13:54──────╵13:56───── now`; `end` is the word at the right.
pub(super) fn draw(pen: &mut Pen<'_>, area: Rect, buckets: &Buckets, now: &Now<'_>) {
    let theme = pen.theme();
    let word = pen.put_right(area.right(), area.y, now.word, theme.text.body);
    let right = word.saturating_sub(1);
    pen.rule(area.x, area.y, right, "─", theme.ui.rule);
    let newest = now.end.timestamp();
    let offset = i64::from(now.offset.local_minus_utc());
    let wanted = |step: &&i64| {
        let apart = if **step < 60 { APART + 3 } else { APART };
        step.saturating_mul(1000) >= buckets.millis_in(apart)
    };
    let Some(step) = STEPS.iter().find(wanted) else { return };
    // Whole steps of local time: 14:00 stays 14:00 half an hour east of it.
    let last = (newest + offset).div_euclid(*step) * step - offset;
    for back in 0..i64::from(area.width) {
        let Some(at) = DateTime::<Utc>::from_timestamp(last - back * step, 0) else { break };
        let Some(column) = buckets.column(at) else { break };
        let local = at.with_timezone(&now.offset);
        let label = match *step {
            0..60 => fmt::clock(&local),
            60..86_400 => fmt::clock_short(&local),
            _ => fmt::day(&local),
        };
        let x = area.x + column;
        if x + 1 + pen.width(&label) <= right {
            pen.cell(x, area.y, "╵", theme.text.muted);
            pen.put(x + 1, area.y, &label, theme.text.muted);
        }
    }
}

/// Where the axis ends.
pub(super) struct Now<'t> {
    /// The newest moment.
    pub(super) end: DateTime<Utc>,
    /// Local time against UTC.
    pub(super) offset: FixedOffset,
    /// `now`, or the time of a picture that stands.
    pub(super) word: &'t str,
}
