//! The bookkeeping of one listener.
//!
//! Every connection is opened once: with the first walk that sees it, or with its
//! death where none did. Where sockets have no cookie to know them by, the identity
//! *opened = change in open + destroyed* stands in for that, and a death that falls
//! beside its walk is a connection too many or too few.
//!
//! Between walks the closes are exact already and the opened are this listener's
//! share of the host's `PassiveOpens`; the next walk puts them right, also in the
//! past.

mod slots;
#[cfg(test)]
mod tests;

use std::time::Duration;

use crate::units::{float, whole};
pub(super) use slots::Slot;

/// What one walk found of a listener.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct WalkedConnections {
    pub(super) at: Duration,
    /// Full sockets.
    pub(super) live: u64,
    /// Established ones.
    pub(super) established: u64,
    /// Of the full ones, those that no walk had seen; none where that is not known.
    pub(super) fresh: Option<u64>,
    /// Up to when the accepted were put to accounts.
    pub(super) accepted_to: Duration,
    /// Where deaths were not told: its part of what the host accepted since the last
    /// walk; none = what was put to its account meanwhile.
    pub(super) accepted: Option<u64>,
}

/// Deaths told by the event lane.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct Deaths {
    pub(super) closed: u64,
    /// Of these, died before the last walk.
    pub(super) late: u64,
    /// Of these, never seen by a walk.
    pub(super) unseen: u64,
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
    /// Established at `from` and at `to`.
    pub(super) established_before: u64,
    pub(super) established: u64,
}

impl Settled {
    /// Whether anything came or went.
    pub(super) const fn has_moved(&self) -> bool {
        self.opened > 0 || self.closed > 0 || self.established != self.established_before
    }
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
    /// Since the last walk; none where nothing was told: of ten thousand listeners most.
    since: Option<Box<SinceWalk>>,
    /// Whether every death since the last walk was told.
    closes_known: bool,
    /// Deaths that were not told, as far as they were inferred.
    missed: u64,
    /// Opened in the interval just settled, if every death in it was told.
    last_opened: Option<u64>,
    /// Share of the host's `PassiveOpens` in the last interval.
    pub(super) share: Option<f64>,
    /// Rates of the last settled interval.
    pub(super) last: Option<(Duration, f64, f64)>,
    /// The last interval could not be settled: what came in it is not known, nor which
    /// part of the host's is its own.
    pub(super) blind: bool,
}

/// What was told since the last walk.
#[derive(Debug, Clone, Default)]
struct SinceWalk {
    pending: Vec<Slot>,
    /// Of the deaths: see [`Deaths`].
    late: u64,
    unseen: u64,
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

    /// Deaths told by the event lane, that were read since `from`. Before the first
    /// walk they mean nothing.
    pub(super) fn destroyed(&mut self, from: Duration, at: Duration, deaths: Deaths) {
        let Some((base, _)) = self.base else { return };
        let since = self.since.get_or_insert_default();
        if deaths.closed > 0 {
            slots::at(&mut since.pending, from.max(base), at).closed += float(deaths.closed);
        }
        since.late += deaths.late;
        since.unseen += deaths.unseen;
    }

    /// This listener's part of the connections that the host accepted since `from`.
    /// Of a reading that was late, what came before the last walk stands in that one.
    pub(super) fn accepted(&mut self, from: Duration, at: Duration, opened: f64) {
        let Some((base, _)) = self.base else { return };
        if opened > 0.0 {
            let all = Slot { from, at, opened, closed: 0.0 };
            let since = from.max(base);
            let part = if all.is_late() { all.part(since, at) } else { 1.0 };
            let pending = &mut self.since.get_or_insert_default().pending;
            slots::at(pending, since, at).opened += opened * part;
        }
    }

    /// Deaths were lost or are not listened to: the next walk has to infer them.
    pub(super) const fn closes_unknown(&mut self) {
        self.closes_known = false;
    }

    /// Whether nothing is open and nothing has come or gone since the last walk; before
    /// the first nothing is known to be.
    pub(super) fn is_quiet(&self) -> bool {
        self.base.is_none_or(|(_, live)| live == 0 && self.closes_known)
            && self.established == 0
            && self.since.is_none()
    }

    /// A walk has found nothing, as the one before.
    pub(super) fn sleeps(&mut self, at: Duration) {
        if self.base.replace((at, 0)).is_none() {
            self.closes_known = true;
            return;
        }
        self.last = Some((at, 0.0, 0.0));
        self.last_opened = Some(0);
    }

    /// Takes a walk in and settles the interval before it.
    pub(super) fn walked(&mut self, walk: WalkedConnections) -> Option<Settled> {
        let base = self.base.replace((walk.at, walk.live));
        let established_before = std::mem::replace(&mut self.established, walk.established);
        let SinceWalk { pending: mut slots, unseen, .. } =
            self.since.take().map(|since| *since).unwrap_or_default();
        let known = std::mem::replace(&mut self.closes_known, true);
        let fresh = walk.fresh.map(|fresh| fresh + unseen);
        let (from, live_before) = base?;
        let to = walk.at;
        let seen = whole(slots.iter().map(|s| s.closed).sum());
        if known
            && fresh.is_none()
            && untold(seen, (live_before, walk.live), to.saturating_sub(from))
        {
            self.closed_total = self.closed_total.saturating_add(seen);
            self.last = None;
            self.blind = true;
            return None;
        }
        self.blind = false;
        let (opened, closed) = if known && let Some(fresh) = fresh {
            (fresh, seen)
        } else {
            let guessed = || whole(slots.iter().map(|s| s.opened).sum());
            let accepted = (!known).then(|| walk.accepted.unwrap_or_else(guessed));
            exact(seen, (live_before, walk.live), fresh.unwrap_or(0), accepted)
        };
        self.missed = self.missed.saturating_add(closed.saturating_sub(seen));
        slots::put_right(&mut slots, (from, walk.accepted_to, to), opened, closed);
        self.last_opened = known.then_some(opened);
        self.opened_total = self.opened_total.saturating_add(opened);
        self.closed_total = self.closed_total.saturating_add(closed);
        let seconds = to.saturating_sub(from).as_secs_f64();
        if seconds > 0.0 {
            self.last = Some(self.rates(to, seconds, (float(opened), float(closed))));
        }
        let established = walk.established;
        Some(Settled { from, to, opened, closed, slots, established_before, established })
    }

    /// Opened and closed a second. A walk out of turn completes its second by what was
    /// before: of a burst of 40 a tenth of a second after the last walk it would tell
    /// 400/s.
    fn rates(
        &self,
        to: Duration,
        lasted: f64,
        (opened, closed): (f64, f64),
    ) -> (Duration, f64, f64) {
        const SECOND: f64 = 0.9;
        if lasted >= SECOND {
            return (to, opened / lasted, closed / lasted);
        }
        let (_, before, gone) = self.last.unwrap_or_default();
        let rest = 1.0 - lasted;
        (to, before.mul_add(rest, opened), gone.mul_add(rest, closed))
    }

    /// Learns its part of the connections the host accepted in the interval just
    /// settled; nothing accepted tells nothing. Where deaths were lost nothing is
    /// learned: a share of what was still told would be too small from then on.
    pub(super) fn learn_share(&mut self, accepted: u64) {
        let Some(opened) = self.last_opened.take() else { return };
        self.share = (accepted > 0).then(|| (float(opened) / float(accepted)).min(1.0));
    }

    /// Opened in the interval just settled, if every death in it was told.
    pub(super) const fn last_opened(&self) -> Option<u64> {
        self.last_opened
    }

    /// What has come since the last walk at the least, by the next one.
    pub(super) fn came(&self, fresh: Option<u64>, live: u64) -> u64 {
        let before = self.base.map_or(live, |(_, live)| live);
        let unseen = self.since.as_ref().map_or(0, |since| since.unseen);
        fresh.map_or_else(|| live.saturating_sub(before), |fresh| fresh + unseen)
    }

    /// How many deaths were not told, starting over.
    pub(super) const fn take_missed(&mut self) -> u64 {
        std::mem::replace(&mut self.missed, 0)
    }

    /// Ticks since the last walk, not settled yet.
    pub(super) fn pending(&self) -> &[Slot] {
        self.since.as_ref().map_or(&[], |since| since.pending.as_slice())
    }

    /// Established now: the last walk's, moved by what happened since.
    pub(super) fn established(&self) -> Option<u64> {
        self.base?;
        let moved: f64 = self.pending().iter().map(|s| s.opened - s.closed).sum();
        let late = self.since.as_ref().map_or(0, |since| since.late);
        Some(whole((float(self.established + late) + moved).max(0.0)))
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

/// Whether far more went than deaths were told, so that nobody knows what came: those
/// before the feed listened. Taken for 0 opened, a steady 20/s was a herd ten seconds
/// after the start. A walk that is no snapshot is off by what dies while it runs.
fn untold(seen: u64, (before, after): (u64, u64), lasted: Duration) -> bool {
    const AT_LEAST: f64 = 3.0;
    const WALK: f64 = 0.02;
    let skew = AT_LEAST + WALK * float(seen) / lasted.as_secs_f64().max(1.0);
    float(before.saturating_sub(after.saturating_add(seen))) > skew
}

/// Opened and closed, from what was open before and after; `seen` are the deaths that
/// were told, `came` the connections seen for the first time. Where deaths were not
/// told they follow from the connections the host `accepted`; never less than seen.
fn exact(seen: u64, open: (u64, u64), came: u64, accepted: Option<u64>) -> (u64, u64) {
    let (before, after) = open;
    let left = |accepted: u64| (accepted.max(came) + before).saturating_sub(after).max(seen);
    let closed = accepted.map_or(seen, left);
    // Fewer than none is the skew of a walk that is no snapshot: a socket that
    // died during the walk may be missing from it and be told afterwards.
    ((after + closed).saturating_sub(before).max(came), closed)
}
