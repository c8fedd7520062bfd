//! The most that came in a second and was served: it stayed, nobody was rejected, and
//! answers came in time, then and in the seconds after. Advice names no other rate:
//! "let clients in at 1 131/s" was the one at which a server melted.

use std::collections::VecDeque;
use std::time::Duration;

use crate::model::ListenerSnapshot;
use crate::units::float;

/// What a second did to the service is known so long after it.
const SETTLES: Duration = Duration::from_secs(4);
/// So long before a strain was noted it may have begun.
const BEFORE: Duration = Duration::from_secs(3);
/// A queue over half its backlog says that accepting was already too slow.
const BUSY: f64 = 0.5;

/// The intake of one service, as far as it was served.
#[derive(Debug, Clone, Default)]
pub(in crate::detect) struct Served {
    best: f64,
    /// A walk, and how many a second of those that came up to it were there.
    pending: VecDeque<(Duration, f64)>,
    walked: Option<(Duration, u64)>,
}

impl Served {
    /// Takes the figures of a service in; `strained` where a probe was rejected or
    /// answered late just now, or what comes does not stay.
    pub(super) fn observe(&mut self, now: Duration, whole: &ListenerSnapshot, strained: bool) {
        let queue = whole.fullest_queue.is_some_and(|share| share > BUSY);
        if strained || queue || whole.drops.is_some_and(|drops| drops.0 > 0.0) {
            self.pending.retain(|(then, _)| now.saturating_sub(*then) > BEFORE);
            self.walked = None;
        }
        while let Some(&(then, rate)) = self.pending.front() {
            if now.saturating_sub(then) < SETTLES {
                break;
            }
            self.best = self.best.max(rate);
            self.pending.pop_front();
        }
        let Some((walked, ages)) = whole.walked.zip(whole.ages) else { return };
        let Some((then, before)) = self.walked.replace((walked, whole.opened_total)) else {
            return;
        };
        let took = walked.saturating_sub(then);
        if took.is_zero() {
            return;
        }
        let young =
            ages.classes[0] + if took > Duration::from_secs(1) { ages.classes[1] } else { 0 };
        let met = young.min(whole.opened_total.saturating_sub(before));
        self.pending.push_back((walked, float(met) / took.as_secs_f64().max(1.0)));
    }

    /// A second; none where nothing was served that way.
    pub(in crate::detect) fn best(&self) -> Option<f64> {
        (self.best > 0.0).then_some(self.best)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sample::Ages;

    #[test]
    fn a_rate_at_which_somebody_was_rejected_is_none_that_was_served() {
        let mut served = Served::default();
        let mut opened = 0;
        // 40 a second are taken in; of 300 a second the event loop lags.
        for second in 0..40_u64 {
            let came = if (20..24).contains(&second) { 300 } else { 40 };
            opened += came;
            let mut ages = Ages::default();
            ages.classes[0] = came;
            let whole = ListenerSnapshot {
                walked: Some(Duration::from_secs(second)),
                ages: Some(ages),
                opened_total: opened,
                ..ListenerSnapshot::nothing(([0, 0, 0, 0], 80).into())
            };
            served.observe(Duration::from_secs(second), &whole, (22..26).contains(&second));
        }
        assert_eq!(served.best(), Some(40.0));
    }
}
