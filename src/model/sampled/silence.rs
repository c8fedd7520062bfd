//! Who has been silent for longer than three ping periods.

use std::time::Duration;

use crate::sample::SampledGroup;

/// So many periods: one may be late, one may be lost.
pub(super) const PERIODS: u32 = 3;

/// Of so many connections so many are silent. Where the period was seen in the data only
/// those count whose client has talked by it; where it was given, all do.
pub(super) fn count(group: &SampledGroup, period: Duration, talks: bool) -> (u64, u64) {
    let longest = (period * PERIODS).as_millis();
    let mute = if talks { &[][..] } else { &group.mute };
    let both = |is: &dyn Fn(u32) -> bool| {
        SampledGroup::count(&group.talking, is).saturating_add(SampledGroup::count(mute, is))
    };
    (both(&|_| true), both(&|ms| u128::from(ms) > longest))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn who_never_talked_is_silent_only_by_a_period_that_was_given() {
        let group = SampledGroup {
            talking: vec![(4_000, 40), (76_000, 10)],
            mute: vec![(900, 1), (300_000, 5)],
            ..SampledGroup::none(([127, 0, 0, 1], 80).into())
        };
        let period = Duration::from_secs(25);
        assert_eq!(count(&group, period, true), (50, 10));
        assert_eq!(count(&group, period, false), (56, 15));
    }
}
