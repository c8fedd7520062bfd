//! The host's counters: what they have grown by, and how fast.

use std::time::Duration;

use super::Model;
use super::recent_rate::RecentRate;
use super::snapshot::HostRates;
use crate::sample::Counters;
use crate::units::{PerSecond, float};

/// What a counter of the kernel has grown by since it was first read; none where
/// the kernel does not have it.
#[derive(Debug, Clone, Default)]
pub(super) struct CounterGrowth {
    total: Option<u64>,
    recent: RecentRate,
}

impl CounterGrowth {
    fn grow(&mut self, before: Option<u64>, now: Option<u64>) {
        let Some(now) = now else { return };
        // One that went backwards has begun anew.
        let more = before.map_or(0, |before| now.saturating_sub(before));
        self.total = Some(self.total.unwrap_or(0) + more);
    }
}

impl Model {
    pub(super) fn read_counters(&mut self, at: Duration, counters: Counters) {
        let before = self.counters.replace((at, counters));
        let came = before.map(|(_, before)| self.connect_attempts.between(at, &before, &counters));
        let then = before.map(|(_, before)| before);
        self.overflows.grow(then.and_then(|c| c.listen_overflows), counters.listen_overflows);
        self.dropped.grow(then.and_then(|c| c.listen_drops), counters.listen_drops);
        self.history.count(self.timeline.tick(at), came);
        if let (Some(opened), Some((from, _))) = (came.and_then(|came| came.opened), before) {
            self.attribute(from, at, opened);
        }
    }

    /// With a single listener in the whole namespace `PassiveOpens` is its own.
    pub(super) fn is_alone(&self) -> bool {
        self.config.everything && self.listeners.len() == 1
    }

    /// Rates since the last derivation, or over the last second where that was later:
    /// what came within a tenth of a second is no rate.
    pub(super) fn host_rates(&mut self) -> HostRates {
        const SECOND: Duration = Duration::from_millis(900);
        let newest = self.counters;
        let readings = &mut self.counters_at_derive;
        let is_past = |(then, _): &(Duration, Counters)| {
            newest.is_some_and(|(now, _)| now.saturating_sub(*then) >= SECOND)
        };
        while readings.get(1).is_some_and(is_past) {
            readings.pop_front();
        }
        let before = readings.front().copied();
        readings.extend(newest);
        for grown in [&mut self.overflows, &mut self.dropped] {
            if let (Some(total), Some((at, _))) = (grown.total, newest) {
                grown.recent.add(at, total);
            }
        }
        let Some(((now_at, now), (then_at, then))) = newest.zip(before) else {
            return HostRates::default();
        };
        let interval = now_at.saturating_sub(then_at);
        let rate = |of: fn(&Counters) -> Option<u64>| {
            PerSecond::over(float(of(&now)?.checked_sub(of(&then)?)?), interval)
        };
        HostRates {
            accepted: rate(|c| c.passive_opens),
            listen_overflows: self.overflows.recent.rate(),
            listen_drops: self.dropped.recent.rate(),
            listen_overflows_mean: self.overflows.recent.mean(),
            listen_drops_mean: self.dropped.recent.mean(),
        }
    }
}
