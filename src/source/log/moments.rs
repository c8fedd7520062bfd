//! When the connection of a line began and ended.

use super::end_order::width;
use super::format::StampIs;
use super::layout::Layout;
use super::reader::{MatchedLine, stamp};
use super::stamp::{Moment, SECOND, Stamps};

/// The moments of a line, in microseconds since 1970.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Moments {
    /// The stamp itself.
    pub(super) at: i64,
    /// None where the line does not tell.
    pub(super) began: Option<i64>,
    pub(super) ended: Option<i64>,
    /// The stamp is of whole seconds.
    pub(super) coarse: bool,
    /// Microseconds by which the end may be later than told.
    pub(super) unsure: Option<i64>,
    /// A moment that was calculated may lie before the log's first stamp.
    pub(super) calculated: bool,
}

/// The moments of a line; none where it has no stamp.
pub(super) fn of(stamps: &mut Stamps, found: &MatchedLine<'_>, layout: &Layout) -> Option<Moments> {
    let at = stamp(stamps, found.body, &found.read, found.outer)?;
    Some(told_at(at, stamps, found, layout))
}

/// The same of a line without a stamp, by that of the line above.
pub(super) fn below(
    above: i64,
    stamps: &mut Stamps,
    found: &MatchedLine<'_>,
    layout: &Layout,
) -> Moments {
    // Not finer than that: it may have come some lines later.
    told_at(Moment { micros: above, coarse: true }, stamps, found, layout)
}

fn told_at(at: Moment, stamps: &mut Stamps, found: &MatchedLine<'_>, layout: &Layout) -> Moments {
    let read = &found.read;
    let mut moments = Moments {
        at: at.micros,
        began: Some(at.micros),
        ended: Some(at.micros),
        coarse: at.coarse,
        unsure: None,
        calculated: false,
    };
    if !read.request {
        return moments;
    }
    let lasted = found.lasted;
    if let Some(began) = read.began.filter(|_| layout.began).and_then(|text| stamps.value(text)) {
        // The finer of the two and what it lasted say more than two clocks.
        moments.began = Some(began.micros);
        moments.ended = lasted.map_or(Some(at.micros), |lasted| began.micros.checked_add(lasted));
        moments.coarse &= began.coarse;
        return moments;
    }
    match layout.stamp {
        StampIs::Start => {
            moments.ended = lasted.and_then(|lasted| at.micros.checked_add(lasted));
            moments.unsure = lasted.filter(|_| at.coarse).map(width);
        }
        StampIs::End => {
            moments.began = lasted.and_then(|lasted| began(at.micros, at.coarse, lasted));
            moments.calculated = true;
        }
    }
    moments
}

/// What is missing of a moment, on average, as a stamp of whole seconds is cut off.
/// Without that a connection of 50 ms always began in the second before its end. A
/// duration of whole seconds is cut off as well, and one makes up for the other.
const fn cut_off(coarse: bool, lasted: i64) -> i64 {
    if coarse && lasted % SECOND != 0 { SECOND / 2 } else { 0 }
}

/// When what ended then had begun.
fn began(at: i64, coarse: bool, lasted: i64) -> Option<i64> {
    Some(at.checked_add(cut_off(coarse, lasted))?.checked_sub(lasted)?.min(at))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_stamp_of_whole_seconds_is_half_a_second_later_on_average() {
        let at = 100 * SECOND;
        assert_eq!(began(at, true, 50_000), Some(at), "in its own second");
        assert_eq!((cut_off(true, 50_000), cut_off(true, 2 * SECOND)), (SECOND / 2, 0));
        assert_eq!(began(at, true, 2_300_000), Some(at - 1_800_000));
        assert_eq!(began(at, true, 2 * SECOND), Some(at - 2 * SECOND));
        assert_eq!(began(at, false, 50_000), Some(at - 50_000));
        assert_eq!(began(i64::MIN, false, 1), None);
    }
}
