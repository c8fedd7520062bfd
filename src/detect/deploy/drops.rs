//! Connections that ended beyond the usual.

use std::time::Duration;

use crate::model::ListenerSnapshot;
use crate::units::{float, whole};

/// Ends of connections that were there at the walk before: an attempt that is rejected
/// at once ends too, and was never a client that had something to lose.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Drops {
    since: Option<Duration>,
    /// So many ended by themselves, in this time.
    usual: (u64, Duration),
    /// The same since the deploy began.
    ended: (u64, Duration),
    /// Whether some ended of which nothing was told.
    is_blind: bool,
    /// When more than the usual ended, first and last.
    first: Option<Duration>,
    last: Option<Duration>,
}

impl Drops {
    /// Learns the usual.
    pub(super) fn learn(&mut self, now: Duration, service: Option<&ListenerSnapshot>) {
        let (ended, took) = self.interval(now, service);
        self.usual = (self.usual.0 + ended, self.usual.1 + took);
    }

    /// Counts those of the deploy.
    pub(super) fn observe(&mut self, now: Duration, service: Option<&ListenerSnapshot>) {
        let (ended, took) = self.interval(now, service);
        self.ended = (self.ended.0 + ended, self.ended.1 + took);
        let expected = self.expected(took);
        // Of what comes by chance one in a thousand is above this.
        if float(ended) > 3.0_f64.mul_add(expected.sqrt(), expected) {
            self.first.get_or_insert(now);
            self.last = Some(now);
        }
    }

    /// So many beyond the usual; none where nobody tells which connections end. What
    /// the few seconds before cannot tell from the usual is none.
    pub(super) fn dropped(&self) -> Option<u64> {
        let (ended, took) = (float(self.ended.0), self.ended.1);
        let expected = self.expected(took);
        // The usual is known from few: its own error counts as often as it is used.
        let times = took.as_secs_f64() / self.usual.1.as_secs_f64().max(1.0);
        let error = (expected + times * times * float(self.usual.0)).sqrt();
        let beyond = ended - expected;
        let told = if beyond > 2.0 * error { whole(beyond) } else { 0 };
        (!self.is_blind).then_some(told)
    }

    /// When the first was dropped.
    pub(super) const fn first(&self) -> Option<Duration> {
        self.first
    }

    /// When the last was dropped.
    pub(super) const fn last(&self) -> Option<Duration> {
        self.last
    }

    /// How many end by themselves in this time.
    fn expected(&self, took: Duration) -> f64 {
        let (ended, of) = self.usual;
        float(ended) * took.as_secs_f64() / of.as_secs_f64().max(1.0)
    }

    /// What ended since the last look, and how long ago that was.
    fn interval(&mut self, now: Duration, service: Option<&ListenerSnapshot>) -> (u64, Duration) {
        let took = self.since.map_or(Duration::ZERO, |since| now.saturating_sub(since));
        self.since = Some(now);
        let Some(service) = service else { return (0, took) };
        self.is_blind |= !service.flow_known;
        (service.endings.standing, took)
    }
}
