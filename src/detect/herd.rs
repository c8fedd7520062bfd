//! Does a herd arrive: onset and end, from arrivals per 100 ms.
//!
//! Arrivals are opened + refused + dropped, so that a herd against a dead server
//! is seen too. The last second's count is held against a baseline with its own
//! uncertainty and dispersion (Anscombe's transform); over 1 100 simulated days
//! of Poisson traffic at 0.05 to 500 per second this raises no alarm.

mod baseline;
#[cfg(test)]
mod tests;

use std::collections::VecDeque;

use self::baseline::Baseline;
use crate::units::float;

/// Ticks of 100 ms in the sum.
const RING: usize = 10;
/// The herd has to be quiet this long to be over, in ticks: 10 s, or 2.5 times
/// the pause between its waves, at most 90 s.
const HOLD: (f64, f64) = (100.0, 900.0);
const HOLD_PER_GAP: f64 = 2.5;
/// What lasts ten minutes is the new normal.
const LEVEL_SHIFT: u64 = 6_000;
/// A new onset this soon after an end is the same incident.
const SAME_INCIDENT: u64 = 900;

/// What a tick changed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum HerdState {
    /// Nothing.
    Unchanged,
    /// A herd began with this tick.
    Onset,
    /// It was over after that tick; known only now.
    Ended {
        /// The last tick before the quiet.
        tick: u64,
    },
    /// It lasted ten minutes: this is the new normal.
    LevelShift,
}

/// The detector's state.
#[derive(Debug, Clone)]
pub struct Herd {
    baseline: Baseline,
    ring: VecDeque<u64>,
    tick: u64,
    running: Option<Running>,
    ended: Option<u64>,
}

/// A herd under way.
#[derive(Debug, Clone, Copy)]
struct Running {
    onset: u64,
    last_hot: u64,
    was_cold: bool,
    gap: u64,
    quiet_since: Option<u64>,
    baseline: f64,
    /// Against our own first seconds: these are not learned from while it runs.
    early: bool,
    /// All of it, and up to the quiet that lasts: what comes then is the usual.
    total: u64,
    loud: u64,
    peak: u64,
}

impl Herd {
    /// Alarms at so many times the baseline from now on.
    pub(super) fn retune(&mut self, factor: f64) {
        self.baseline.factor = factor;
    }

    /// A detector that alarms at `factor` times the baseline (3 by default).
    #[must_use]
    pub fn new(factor: f64) -> Self {
        Self {
            baseline: Baseline::new(factor),
            ring: VecDeque::with_capacity(RING),
            tick: 0,
            running: None,
            ended: None,
        }
    }

    /// Its own first seconds count from the first one on, each with the uncertainty of
    /// so few: a herd that came from two to five seconds after the start was missed,
    /// its own seconds being half of the ten that the baseline was made of.
    #[must_use]
    pub const fn eager(mut self) -> Self {
        self.baseline.eager = true;
        self
    }

    /// Starts from an average that others measured, until ten seconds of our own
    /// are known: herdtop is opened in the middle of incidents.
    pub fn suppose(&mut self, baseline: f64) {
        if self.tick == 0 {
            self.baseline.suppose(baseline);
        }
    }

    /// Whether the baseline is still the supposed one.
    #[must_use]
    pub const fn supposes(&self) -> bool {
        self.baseline.is_supposed()
    }

    /// While the baseline is only supposed, a herd needs a change that we saw: a
    /// new container on an old host has an average far too low.
    pub fn saw_change(&mut self, changed: bool) {
        self.baseline.changed = changed;
    }

    /// Takes the arrivals of the next 100 ms in.
    pub fn tick(&mut self, arrivals: u64) -> HerdState {
        let tick = self.tick;
        self.tick += 1;
        if self.ring.len() == RING {
            self.ring.pop_front();
        }
        self.ring.push_back(arrivals);
        let sum = self.sum();
        let hot = self.is_whole() && self.baseline.is_hot(float(sum));
        let change = self.follow(tick, arrivals, sum, hot);
        if self.tick.is_multiple_of(RING as u64) {
            self.baseline.learn(float(sum), hot, self.running.map(|herd| herd.early));
        }
        change
    }

    /// Whether a whole second is known.
    fn is_whole(&self) -> bool {
        self.ring.len() == RING
    }

    /// The machine slept or samples are missing: the last second is unknown, what
    /// was learned is not.
    pub fn gap(&mut self) {
        self.ring.clear();
        self.tick = self.tick.next_multiple_of(RING as u64);
    }

    /// Arrivals of the last second.
    #[must_use]
    pub fn sum(&self) -> u64 {
        self.ring.iter().sum()
    }

    /// Ticks taken in, with those that a gap passed over.
    #[must_use]
    pub const fn now(&self) -> u64 {
        self.tick
    }

    /// The usual arrivals per second; none while warming up.
    #[must_use]
    pub const fn baseline(&self) -> Option<f64> {
        self.baseline.rate()
    }

    /// The usual arrivals per second as we have seen them ourselves, as far as we have.
    pub(super) fn seen(&self) -> Option<f64> {
        self.baseline.seen()
    }

    /// Ticks since the first of the second that made the herd one: since what came was over
    /// twice the usual.
    pub(super) fn began_ago(&self) -> usize {
        let usual = 2.0 * self.seen().unwrap_or(0.0) / 10.0;
        let many = self.ring.iter().rev().take_while(|arrivals| float(**arrivals) > usual);
        many.count().saturating_sub(1)
    }

    /// Dispersion of the usual arrivals: 1 is Poisson.
    #[must_use]
    pub const fn dispersion(&self) -> f64 {
        self.baseline.dispersion()
    }

    /// Arrivals per second above which an onset is possible.
    #[must_use]
    pub fn threshold(&self) -> Option<f64> {
        self.baseline.threshold()
    }

    /// Arrivals up to now or the quiet, highest second and ticks since the onset, of the
    /// herd under way.
    #[must_use]
    pub fn running(&self) -> Option<(u64, u64, u64)> {
        self.running.map(|r| (r.loud, r.peak, self.tick - r.onset))
    }

    /// Ticks of the herd under way, up to the quiet that lasts.
    #[must_use]
    pub fn loud_for(&self) -> Option<u64> {
        self.running.map(|r| r.quiet_since.unwrap_or(self.tick).saturating_sub(r.onset))
    }

    /// Ticks since the herd under way fell quiet; it is over when that lasts.
    #[must_use]
    pub fn quiet(&self) -> Option<u64> {
        self.running.and_then(|r| r.quiet_since).map(|since| self.tick - since)
    }

    /// Ticks since it was last far above what is usual, of the herd under way.
    #[must_use]
    pub fn last_hot(&self) -> Option<u64> {
        self.running.map(|r| self.tick.saturating_sub(r.last_hot + 1))
    }

    /// Times the baseline at the onset, of the herd under way.
    #[must_use]
    pub fn burst_factor(&self) -> Option<f64> {
        self.factor_of(self.sum())
    }

    /// How many times that baseline so many a second are.
    #[must_use]
    pub fn factor_of(&self, arrivals: u64) -> Option<f64> {
        self.running.map(|r| float(arrivals) / r.baseline.max(1.0))
    }

    fn is_cold(&self, sum: f64) -> bool {
        let own = self.running.filter(|r| r.early).map(|r| r.baseline);
        sum < self.baseline.cold_below(own)
    }

    fn follow(&mut self, tick: u64, arrivals: u64, sum: u64, hot: bool) -> HerdState {
        let cold = self.is_cold(float(sum));
        let Some(mut herd) = self.running else {
            return if hot { self.begin(tick, sum) } else { HerdState::Unchanged };
        };
        herd.total += arrivals;
        herd.peak = herd.peak.max(sum);
        if hot {
            if herd.was_cold {
                herd.gap = tick - herd.last_hot;
            }
            (herd.last_hot, herd.was_cold) = (tick, false);
        }
        herd.was_cold |= cold;
        herd.quiet_since = cold.then(|| herd.quiet_since.unwrap_or(tick));
        if herd.quiet_since.is_none() {
            herd.loud = herd.total;
        }
        self.running = Some(herd);
        let hold = (HOLD_PER_GAP * float(herd.gap)).clamp(HOLD.0, HOLD.1);
        if let Some(quiet) = herd.quiet_since
            && float(tick + 1 - quiet) >= hold
        {
            self.running = None;
            let last = quiet.saturating_sub(1);
            self.ended = Some(last);
            return HerdState::Ended { tick: last };
        }
        if tick - herd.onset >= LEVEL_SHIFT {
            self.running = None;
            self.baseline.shift(float(sum));
            return HerdState::LevelShift;
        }
        HerdState::Unchanged
    }

    fn begin(&mut self, tick: u64, sum: u64) -> HerdState {
        self.running = Some(Running {
            onset: tick,
            last_hot: tick,
            was_cold: false,
            gap: 0,
            quiet_since: None,
            baseline: self.baseline.at_onset(),
            early: self.is_whole() && self.baseline.is_hot_early(float(sum)),
            total: sum,
            loud: sum,
            peak: sum,
        });
        HerdState::Onset
    }

    /// It has been quiet for so many ticks, by what somebody else knows: it is over.
    pub(super) fn stop(&mut self, quiet: u64) -> HerdState {
        let last = self.tick.saturating_sub(quiet + 1);
        (self.running, self.ended) = (None, Some(last));
        HerdState::Ended { tick: last }
    }

    /// Whether the onset just told belongs to the incident before.
    #[must_use]
    pub fn is_same_incident(&self) -> bool {
        self.ended.is_some_and(|ended| self.tick.saturating_sub(ended) < SAME_INCIDENT)
    }
}
