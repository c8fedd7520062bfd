//! How many connections there were before they dropped, and how many are back.

use std::collections::VecDeque;
use std::time::Duration;

use serde::{Deserialize, Serialize};

use crate::model::Snapshot;
use crate::sample::Stamp;
use crate::units::{PerSecond, float};

/// A loss happens within this time.
const AT_ONCE: Duration = Duration::from_millis(3500);
/// Who came back has stayed for so long.
const STAYS: Duration = Duration::from_millis(1200);
/// What is looked back on for the rate of return.
const WINDOW: Duration = Duration::from_secs(10);
/// A mass drop: at least so many connections and this share of them.
const LEAST: u64 = 10;
const SHARE: f64 = 0.2;
/// Back is this share of those before: some clients never return.
const BACK: f64 = 0.95;
/// Waves of those who come back follow a loss for so long.
const WAVES: Duration = Duration::from_mins(1);
/// Without an end after this it is the new normal.
const LONGEST: Duration = Duration::from_mins(15);

/// One mass drop and what became of it.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Outage {
    /// When the connections dropped.
    pub since: Stamp,
    /// Open before.
    pub before: u64,
    /// Open now.
    pub open: u64,
    /// The fewest since.
    pub lowest: u64,
    /// When they were back.
    pub recovered: Option<Stamp>,
    /// Connections that come back per second, net, over the last ten.
    pub rate: PerSecond,
}

impl Outage {
    /// Still missing.
    #[must_use]
    pub const fn missing(&self) -> u64 {
        self.before.saturating_sub(self.open)
    }

    /// Until all are back, at this rate; none while they do not come back.
    #[must_use]
    pub fn complete_in(&self) -> Option<Duration> {
        let seconds = float(self.missing()) / self.rate.0;
        (self.rate.0 > 0.0).then(|| Duration::try_from_secs_f64(seconds).ok()).flatten()
    }

    /// Whether a part of what was lost has come back.
    #[must_use]
    pub fn heals(&self) -> bool {
        let lost = self.before.saturating_sub(self.lowest);
        self.open.saturating_sub(self.lowest) * 20 >= lost && self.rate.0 > 0.0
    }
}

/// Watches the sum of the watched connections.
#[derive(Debug, Clone, Default)]
pub(super) struct Outages {
    lately: VecDeque<(Stamp, u64)>,
    current: Option<Outage>,
}

impl Outages {
    /// Takes a snapshot in; while those who come are turned away, or pass, they are none
    /// that are lost.
    pub(super) fn observe(&mut self, snapshot: &Snapshot, turns_away: bool) {
        let known = || snapshot.listeners.iter().filter_map(|l| l.open);
        if !snapshot.ready {
            return;
        }
        let others = snapshot.others.and_then(|others| others.open).unwrap_or(0);
        let (at, open) = (snapshot.at, known().fold(others, u64::saturating_add));
        let age = |then: &Stamp| at.mono.saturating_sub(then.mono);
        while self.lately.front().is_some_and(|(then, _)| age(then) > WINDOW) {
            self.lately.pop_front();
        }
        // A loss happens at once: what leaves within ten seconds is the churn of a
        // small service.
        let just_now = self.lately.iter().filter(|(then, _)| age(then) <= AT_ONCE);
        let highest = just_now.max_by_key(|(_, open)| *open).copied();
        let rate = self
            .lately
            .front()
            .and_then(|(then, first)| PerSecond::over(float(open) - float(*first), age(then)));
        // Who is told 1013 is there for a moment: back is who has stayed.
        let stays = self.lately.iter().filter(|(then, _)| age(then) <= STAYS);
        let stays = stays.map(|(_, open)| *open).fold(open, u64::min);
        if let Some(outage) = &mut self.current {
            outage.open = stays;
            outage.rate = rate.unwrap_or_default();
            if open < outage.lowest {
                (outage.lowest, outage.recovered) = (open, None);
            }
            if float(stays) >= BACK * float(outage.before) {
                outage.recovered.get_or_insert(at);
            }
        }
        if let Some((since, before)) = highest
            && before.saturating_sub(open) >= LEAST.max(crate::units::whole(SHARE * float(before)))
            && !turns_away
            && self.current.is_none_or(|o| {
                // A wave that is let in for a moment is more than there were before.
                let is_old = age(&o.since) > WAVES;
                o.recovered.is_some() || (before > o.before && is_old)
            })
        {
            let rate = PerSecond::default();
            self.current =
                Some(Outage { since, before, open, lowest: open, recovered: None, rate });
            self.lately.clear();
        }
        self.lately.push_back((at, open));
        if self.current.is_some_and(|o| age(&o.since) > LONGEST) {
            self.current = None;
        }
    }

    /// The drop that is not recovered from, or the last one.
    pub(super) const fn current(&self) -> Option<&Outage> {
        self.current.as_ref()
    }

    /// Whether connections grew by a tenth within ten seconds.
    pub(super) fn grew(&self) -> bool {
        let Some((_, now)) = self.lately.back() else { return false };
        let least = self.lately.iter().map(|(_, open)| *open).min().unwrap_or(*now);
        *now >= 10 && float(*now) >= 1.1 * float(least)
    }
}
