//! Who closed: what the ends of some connections say of all.

use serde::{Deserialize, Serialize};

use crate::sample::Endings;
use crate::units::float;

/// A number known from some of those that it is of.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Estimate {
    /// The likeliest.
    pub count: f64,
    /// It is off by more than this once in twenty times.
    pub off_by: f64,
}

/// How many this side closed: those it reset, those it was sending to or had closed
/// when the peer reset, and of the orderly ones the part that was found in
/// `TIME_WAIT`. None where none could be asked for. The others were closed by the
/// clients, or (`silent`) had vanished.
#[must_use]
pub fn closed_by_server(ends: &Endings) -> Option<Estimate> {
    let sure = float(ends.unread + ends.cut + ends.aborted);
    if ends.orderly == 0 {
        return Some(Estimate { count: sure, off_by: 0.0 });
    }
    if ends.asked == 0 {
        return None;
    }
    let (orderly, asked) = (float(ends.orderly), float(ends.asked.min(ends.orderly)));
    let share = (float(ends.closed_here) / asked).min(1.0);
    // Of n alike that were asked for, 3 in n of the others may differ.
    let spread = (2.0 * (share * (1.0 - share) / asked).sqrt()).max(3.0 / asked).min(1.0);
    Some(Estimate { count: share.mul_add(orderly, sure), off_by: spread * (orderly - asked) })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn none() -> Endings {
        Endings::none(([127, 0, 0, 1], 80).into())
    }

    #[test]
    fn three_hundred_that_left_are_told_from_three_hundred_that_were_dropped() {
        let told = |asked, closed_here, unread| {
            let ends = Endings { orderly: 300, asked, closed_here, unread, ..none() };
            closed_by_server(&ends).map(|e| (e.count.round(), e.off_by.round()))
        };
        assert_eq!(told(30, 0, 0), Some((0.0, 27.0)));
        assert_eq!(told(30, 30, 5), Some((305.0, 27.0)));
        assert_eq!(told(300, 20, 0), Some((20.0, 0.0)), "all were asked for");
        assert_eq!(told(0, 0, 9), None);
        let reset = Endings { reset: 7, aborted: 2, ..none() };
        assert_eq!(closed_by_server(&reset), Some(Estimate { count: 2.0, off_by: 0.0 }));
    }
}
