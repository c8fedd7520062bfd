//! Does a herd arrive: onset and end, from arrivals per 100 ms.
//!
//! Arrivals are opened + refused + dropped, so that a herd against a dead server
//! is seen too. The last second's count is held against a baseline with its own
//! uncertainty and dispersion (Anscombe's transform); over 1 100 simulated days
//! of Poisson traffic at 0.05 to 500 per second this raises no alarm.

#[cfg(test)]
mod tests;

use std::collections::VecDeque;

use crate::units::float;

/// Ticks of 100 ms in the sum.
const RING: usize = 10;
/// Fewer arrivals in a second are no herd, whatever the baseline.
const N_MIN: f64 = 20.0;
/// Standard deviations above the baseline.
const Z: f64 = 6.0;
/// A supposed baseline counts as so many seconds seen, and needs this factor.
const PRIOR_BINS: f64 = 30.0;
const PRIOR_FACTOR: f64 = 10.0;
/// The baseline forgets over a minute.
const MEMORY: f64 = 60.0;
/// One bin moves the baseline by no more than this many deviations.
const CLIP: f64 = 4.0;
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
    factor: f64,
    ring: VecDeque<u64>,
    tick: u64,
    baseline: Option<f64>,
    warm_up: Vec<f64>,
    phi: f64,
    bins: f64,
    running: Option<Running>,
    ended: Option<u64>,
    /// The baseline is an average over the host's life, not what we saw.
    prior: bool,
    /// While only the prior exists: whether we saw a change ourselves.
    changed: bool,
    /// Whether the first seconds count before ten are known.
    eager: bool,
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
        self.factor = factor;
    }

    /// A detector that alarms at `factor` times the baseline (3 by default).
    #[must_use]
    pub fn new(factor: f64) -> Self {
        Self {
            factor,
            ring: VecDeque::with_capacity(RING),
            tick: 0,
            baseline: None,
            warm_up: Vec::new(),
            phi: 1.0,
            bins: 0.0,
            running: None,
            ended: None,
            prior: false,
            changed: false,
            eager: false,
        }
    }

    /// Its own first seconds count from the first one on, each with the uncertainty of
    /// so few: a herd that came from two to five seconds after the start was missed,
    /// its own seconds being half of the ten that the baseline was made of.
    #[must_use]
    pub const fn eager(mut self) -> Self {
        self.eager = true;
        self
    }

    /// Starts from an average that others measured, until ten seconds of our own
    /// are known: herdtop is opened in the middle of incidents.
    pub fn suppose(&mut self, baseline: f64) {
        if self.baseline.is_none() && self.tick == 0 {
            (self.baseline, self.bins, self.prior) = (Some(baseline), PRIOR_BINS, true);
        }
    }

    /// Whether the baseline is still the supposed one.
    #[must_use]
    pub const fn supposes(&self) -> bool {
        self.prior
    }

    /// While the baseline is only supposed, a herd needs a change that we saw: a
    /// new container on an old host has an average far too low.
    pub fn saw_change(&mut self, changed: bool) {
        self.changed = changed;
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
        let hot = self.is_hot(float(sum));
        let change = self.follow(tick, arrivals, sum, hot);
        if self.tick.is_multiple_of(RING as u64) {
            self.learn(float(sum), hot);
        }
        change
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
        self.baseline
    }

    /// Dispersion of the usual arrivals: 1 is Poisson.
    #[must_use]
    pub const fn dispersion(&self) -> f64 {
        self.phi
    }

    /// Arrivals per second above which an onset is possible.
    #[must_use]
    pub fn threshold(&self) -> Option<f64> {
        self.upper().map(|upper| N_MIN.max(self.factor * upper))
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

    /// Upper end of what the baseline may be.
    fn upper(&self) -> Option<f64> {
        let b = self.baseline?;
        Some(b + 2.0 * (b.max(1.0 / 60.0) / self.bins.max(1.0)).sqrt())
    }

    /// The busiest of the seconds seen so far, while ten are not known; one alone is
    /// enough beside an average that others measured. Not their middle: the first
    /// second can be cut short, and a steady 30/s after a 1 was a herd for minutes.
    fn early(&self) -> Option<f64> {
        if !self.eager || !(self.prior || self.baseline.is_none()) {
            return None;
        }
        let least = if self.prior { 1 } else { 2 };
        let others = self.baseline.filter(|_| self.prior).unwrap_or(0.0);
        let enough = self.warm_up.len() >= least;
        enough.then(|| self.warm_up.iter().copied().fold(others, f64::max))
    }

    /// Whether it is far above the first seconds.
    fn is_hot_early(&self, sum: f64) -> bool {
        let Some(b) = self.early() else { return false };
        let n = float(self.warm_up.len() as u64);
        let upper = b + 2.0 * (b.max(1.0 / 60.0) / n).sqrt();
        let anscombe = |v: f64| (v + 3.0 / 8.0).sqrt();
        let z = 2.0 * (anscombe(sum) - anscombe(upper));
        self.ring.len() == RING && sum >= N_MIN && sum >= self.factor * upper && z >= Z
    }

    fn is_hot(&self, sum: f64) -> bool {
        if self.is_hot_early(sum) {
            return true;
        }
        let Some(upper) = self.upper() else { return false };
        let anscombe = |v: f64| (v + 3.0 / 8.0).sqrt();
        let z = 2.0 * (anscombe(sum) - anscombe(upper)) / self.phi.sqrt();
        let factor = if self.prior { PRIOR_FACTOR.max(self.factor) } else { self.factor };
        let trusted = !self.prior || self.changed;
        trusted && self.ring.len() == RING && sum >= N_MIN && sum >= factor * upper && z >= Z
    }

    fn is_cold(&self, sum: f64) -> bool {
        let own = self.running.filter(|r| r.early).map(|r| r.baseline);
        let b = own.or(self.baseline).unwrap_or(0.0);
        sum < (2.0 * b).max(b + 4.0 * (self.phi * b.max(0.25)).sqrt()).max(N_MIN / 2.0)
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
            self.shift(float(sum));
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
            baseline: self.early().or(self.baseline).unwrap_or(0.0),
            early: self.is_hot_early(float(sum)),
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

    fn shift(&mut self, sum: f64) {
        self.running = None;
        self.baseline = Some(sum);
        self.phi = 1.0;
        self.bins = 10.0;
    }

    /// Takes a completed second into the baseline.
    fn learn(&mut self, bin: f64, hot: bool) {
        let Some(b) = self.baseline.filter(|_| !self.prior) else {
            if self.running.is_some_and(|herd| herd.early) {
                return;
            }
            // Never withheld because it is hot: a first version did, and from 40
            // arrivals a second on it waited for a baseline for ever.
            self.warm_up.push(bin);
            if self.warm_up.len() == RING {
                self.warm_up.sort_unstable_by(f64::total_cmp);
                let middle = f64::midpoint(self.warm_up[RING / 2 - 1], self.warm_up[RING / 2]);
                if self.running.is_none() {
                    (self.baseline, self.bins) = (Some(middle), 10.0);
                }
                self.prior = false;
            }
            return;
        };
        if self.running.is_some() || hot {
            return;
        }
        self.bins += 1.0;
        let weight = (1.0 / self.bins).max(1.0 - (-1.0 / MEMORY).exp());
        let clipped = bin.min(b + CLIP * (self.phi * b.max(1.0)).sqrt());
        let off = clipped - b;
        let b = b + weight * off;
        self.baseline = Some(b);
        self.phi = (self.phi + weight * (off * off / b.max(1.0) - self.phi)).clamp(1.0, 25.0);
    }
}
