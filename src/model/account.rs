//! The bookkeeping of one listener: *opened = change in open + destroyed*.
//!
//! Two walks and the deaths between them give exact figures. Between walks the
//! closes are exact already and the opened are this listener's share of the
//! host's `PassiveOpens`; the next walk puts them right, also in the past.

use std::time::Duration;

use crate::sample::TICK;
use crate::units::{float, whole};

/// What happened in one tick since the last walk.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Slot {
    pub(super) at: Duration,
    pub(super) opened: f64,
    pub(super) closed: u64,
}

/// An interval between two walks, settled.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Settled {
    pub(super) from: Duration,
    pub(super) to: Duration,
    pub(super) opened: u64,
    pub(super) closed: u64,
    /// Its ticks, scaled to the exact sums.
    pub(super) slots: Vec<Slot>,
    /// Live sockets at `from`.
    pub(super) live_before: u64,
}

/// The running account.
#[derive(Debug, Clone, Default)]
pub(super) struct Account {
    /// Time and live sockets of the last walk.
    base: Option<(Duration, u64)>,
    /// Established at the last walk.
    established: u64,
    opened_total: u64,
    closed_total: u64,
    pending: Vec<Slot>,
    /// Whether every death since the last walk was told.
    closes_known: bool,
    /// Opened in the interval just settled.
    last_opened: Option<u64>,
    /// Share of the host's `PassiveOpens` in the last interval.
    pub(super) share: Option<f64>,
    /// Rates of the last settled interval.
    pub(super) last: Option<(Duration, f64, f64)>,
}

impl Account {
    /// Whether a walk has been seen.
    pub(super) const fn is_open(&self) -> bool {
        self.base.is_some()
    }

    /// Begins with none open: nobody listened there before.
    pub(super) const fn begin(&mut self, at: Duration) {
        self.base = Some((at, 0));
        self.closes_known = true;
    }

    /// Deaths told by the event lane. Before the first walk they mean nothing.
    pub(super) fn destroyed(&mut self, at: Duration, closed: u64) {
        if self.base.is_some() && closed > 0 {
            self.slot(at).closed += closed;
        }
    }

    /// This listener's part of the connections the host accepted.
    pub(super) fn accepted(&mut self, at: Duration, opened: f64) {
        if self.base.is_some() && opened > 0.0 {
            self.slot(at).opened += opened;
        }
    }

    /// Deaths were lost or are not listened to: the next walk has to infer them.
    pub(super) const fn closes_unknown(&mut self) {
        self.closes_known = false;
    }

    fn slot(&mut self, at: Duration) -> &mut Slot {
        // Ticks are 100 ms; what falls into the same one is added up.
        let tick = |at: Duration| at.as_millis() / TICK.as_millis();
        let fresh = self.pending.last().is_none_or(|s| tick(at) > tick(s.at));
        if fresh {
            self.pending.push(Slot { at, opened: 0.0, closed: 0 });
        }
        let last = self.pending.len() - 1;
        &mut self.pending[last]
    }

    /// Takes a walk in and settles the interval before it.
    pub(super) fn walked(&mut self, at: Duration, live: u64, established: u64) -> Option<Settled> {
        let base = self.base.replace((at, live));
        self.established = established;
        let mut slots = std::mem::take(&mut self.pending);
        let known = std::mem::replace(&mut self.closes_known, true);
        let (from, live_before) = base?;
        let (opened, closed) = exact(&slots, live_before, live, known);
        scale(&mut slots, from, at, opened, closed);
        self.last_opened = Some(opened);
        self.opened_total += opened;
        self.closed_total += closed;
        let seconds = at.saturating_sub(from).as_secs_f64();
        if seconds > 0.0 {
            self.last = Some((at, float(opened) / seconds, float(closed) / seconds));
        }
        Some(Settled { from, to: at, opened, closed, slots, live_before })
    }

    /// Learns its part of the connections the host accepted in the interval just
    /// settled; nothing accepted tells nothing.
    pub(super) fn learn_share(&mut self, accepted: u64) {
        let opened = self.last_opened.take();
        self.share = opened.filter(|_| accepted > 0).map(|o| (float(o) / float(accepted)).min(1.0));
    }

    /// Ticks since the last walk, not settled yet.
    pub(super) fn pending(&self) -> &[Slot] {
        &self.pending
    }

    /// Established now: the last walk's, moved by what happened since.
    pub(super) fn established(&self) -> Option<u64> {
        self.base?;
        let moved: f64 = self.pending.iter().map(|s| s.opened - float(s.closed)).sum();
        Some(whole((float(self.established) + moved).max(0.0)))
    }

    /// Established at the last walk.
    pub(super) fn established_at_walk(&self) -> Option<u64> {
        self.base.map(|_| self.established)
    }

    /// Live sockets at the last walk.
    pub(super) fn live_at_walk(&self) -> Option<u64> {
        self.base.map(|(_, live)| live)
    }

    /// Opened and closed since the first walk, as far as settled.
    pub(super) const fn totals(&self) -> (u64, u64) {
        (self.opened_total, self.closed_total)
    }
}

/// The identity. Where deaths are not known, they follow from the connections
/// the host accepted; never less than were seen.
fn exact(slots: &[Slot], before: u64, after: u64, known: bool) -> (u64, u64) {
    let seen: u64 = slots.iter().map(|s| s.closed).sum();
    let closed = if known {
        seen
    } else {
        let accepted = whole(slots.iter().map(|s| s.opened).sum());
        (accepted + before).saturating_sub(after).max(seen)
    };
    // Fewer than none is the skew of a walk that is no snapshot: a socket that
    // died during the walk may be missing from it and be told afterwards.
    ((after + closed).saturating_sub(before), closed)
}

/// Puts the guesses of the ticks right. The last tick is the walk's own moment,
/// so there is always one to carry the sum.
fn scale(slots: &mut Vec<Slot>, from: Duration, to: Duration, opened: u64, closed: u64) {
    let guessed: f64 = slots.iter().map(|s| s.opened).sum();
    let seen: u64 = slots.iter().map(|s| s.closed).sum();
    if guessed > 0.0 {
        let factor = float(opened) / guessed;
        for slot in slots.iter_mut() {
            slot.opened *= factor;
        }
    } else if opened > 0 {
        spread(slots, from, to, float(opened));
    }
    if closed > seen {
        // Inferred deaths have no time of their own: they go to the end.
        slots.push(Slot { at: to, opened: 0.0, closed: closed - seen });
    }
}

/// Spreads over the interval what no tick accounts for, second by second.
fn spread(slots: &mut Vec<Slot>, from: Duration, to: Duration, opened: f64) {
    let parts = u32::try_from((to.saturating_sub(from)).as_secs()).unwrap_or(60).clamp(1, 60);
    let step = to.saturating_sub(from) / parts;
    for part in 1..=parts {
        slots.push(Slot { at: from + step * part, opened: opened / f64::from(parts), closed: 0 });
    }
    slots.sort_by_key(|s| s.at);
}

#[cfg(test)]
mod tests {
    use super::*;

    const fn s(seconds: u64) -> Duration {
        Duration::from_secs(seconds)
    }

    #[test]
    fn connections_accepted_and_closed_between_two_walks_are_counted() {
        let mut account = Account::default();
        account.destroyed(s(0), 7);
        assert_eq!(
            account.walked(s(1), 500, 500),
            None,
            "deaths before the first walk are not ours"
        );
        account.destroyed(s(2), 400);
        let settled = account.walked(s(3), 510, 505).unwrap();
        assert_eq!((settled.opened, settled.closed), (410, 400));
        assert_eq!(account.totals(), (410, 400));
        assert_eq!(account.established(), Some(505));
    }

    #[test]
    fn a_listener_that_comes_late_has_opened_all_it_has() {
        let mut account = Account::default();
        account.begin(s(5));
        account.destroyed(s(6), 2);
        let settled = account.walked(s(7), 3, 3).unwrap();
        assert_eq!((settled.opened, settled.closed), (5, 2));
    }

    #[test]
    fn guesses_between_walks_are_put_right_by_the_next() {
        let mut account = Account::default();
        account.walked(s(0), 100, 100);
        account.accepted(s(1), 30.0);
        account.accepted(s(2), 10.0);
        account.destroyed(s(2), 5);
        assert_eq!(account.established(), Some(135));
        let settled = account.walked(s(3), 115, 115).unwrap();
        assert_eq!((settled.opened, settled.closed), (20, 5));
        let shape: Vec<_> = settled.slots.iter().map(|slot| slot.opened).collect();
        assert_eq!(shape, [15.0, 5.0], "the shape stays, the sum is exact");
    }

    #[test]
    fn opened_without_a_guess_are_spread_over_the_interval() {
        let mut account = Account::default();
        account.walked(s(0), 0, 0);
        let settled = account.walked(s(4), 8, 8).unwrap();
        let shape: Vec<_> =
            settled.slots.iter().map(|slot| (slot.at.as_secs(), slot.opened)).collect();
        assert_eq!(shape, [(1, 2.0), (2, 2.0), (3, 2.0), (4, 2.0)]);
    }

    #[test]
    fn lost_deaths_are_inferred_from_what_the_host_accepted() {
        let mut account = Account::default();
        account.walked(s(0), 100, 100);
        account.accepted(s(1), 50.0);
        account.destroyed(s(1), 10);
        account.closes_unknown();
        let settled = account.walked(s(2), 110, 110).unwrap();
        assert_eq!((settled.opened, settled.closed), (50, 40));
        account.destroyed(s(3), 3);
        assert_eq!(account.walked(s(4), 110, 110).unwrap().closed, 3, "known again after a walk");
    }

    #[test]
    fn a_walk_that_is_no_snapshot_never_gives_a_negative_count() {
        let mut account = Account::default();
        account.walked(s(0), 100, 100);
        assert_eq!(account.walked(s(1), 98, 98).unwrap().opened, 0);
        account.destroyed(s(2), 2);
    }
}
