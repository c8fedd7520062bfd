//! What is usual: arrivals per second with their own uncertainty and dispersion, learned
//! from the first second on, and what is far above it.

use super::RING;
use crate::units::float;

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

/// The usual arrivals.
#[derive(Debug, Clone)]
pub(super) struct Baseline {
    /// So many times it are a herd.
    pub(super) factor: f64,
    rate: Option<f64>,
    warm_up: Vec<f64>,
    phi: f64,
    bins: f64,
    /// It is an average over the host's life, not what we saw.
    prior: bool,
    /// While only the prior exists: whether we saw a change ourselves.
    pub(super) changed: bool,
    /// Whether the first seconds count before ten are known.
    pub(super) eager: bool,
}

impl Baseline {
    pub(super) const fn new(factor: f64) -> Self {
        Self {
            factor,
            rate: None,
            warm_up: Vec::new(),
            phi: 1.0,
            bins: 0.0,
            prior: false,
            changed: false,
            eager: false,
        }
    }

    /// Starts from an average that others measured.
    pub(super) fn suppose(&mut self, rate: f64) {
        if self.rate.is_none() {
            (self.rate, self.bins, self.prior) = (Some(rate), PRIOR_BINS, true);
        }
    }

    /// Whether it is still the supposed one.
    pub(super) const fn is_supposed(&self) -> bool {
        self.prior
    }

    /// A second; none while warming up.
    pub(super) const fn rate(&self) -> Option<f64> {
        self.rate
    }

    /// The same as we have seen it ourselves, where that is less: an average over the host's
    /// life may be of other days.
    pub(super) fn seen(&self) -> Option<f64> {
        let n = float(self.warm_up.len() as u64);
        let own = (n > 0.0).then(|| self.warm_up.iter().sum::<f64>() / n);
        match (self.rate, own) {
            // Of a herd that runs already our own seconds are the herd.
            (Some(others), Some(own)) if self.prior => Some(others.min(own)),
            (rate, own) => rate.or(own),
        }
    }

    /// 1 is Poisson.
    pub(super) const fn dispersion(&self) -> f64 {
        self.phi
    }

    /// From how many a second on a herd is possible.
    pub(super) fn threshold(&self) -> Option<f64> {
        self.upper().map(|upper| N_MIN.max(self.factor * upper))
    }

    /// What a herd that begins now is held against.
    pub(super) fn at_onset(&self) -> f64 {
        self.early().or(self.rate).unwrap_or(0.0)
    }

    /// Below how many a second it is quiet; `own` is what the herd under way is held
    /// against, where that are our own first seconds.
    pub(super) fn cold_below(&self, own: Option<f64>) -> f64 {
        let b = own.or(self.rate).unwrap_or(0.0);
        (2.0 * b).max(b + 4.0 * (self.phi * b.max(0.25)).sqrt()).max(N_MIN / 2.0)
    }

    /// Upper end of what the baseline may be.
    fn upper(&self) -> Option<f64> {
        let b = self.rate?;
        Some(b + 2.0 * (b.max(1.0 / 60.0) / self.bins.max(1.0)).sqrt())
    }

    /// The busiest of the seconds seen so far, while ten are not known; one alone is
    /// enough beside an average that others measured. Not their middle: the first
    /// second can be cut short, and a steady 30/s after a 1 was a herd for minutes.
    fn early(&self) -> Option<f64> {
        if !self.eager || !(self.prior || self.rate.is_none()) {
            return None;
        }
        let least = if self.prior { 1 } else { 2 };
        let others = self.rate.filter(|_| self.prior).unwrap_or(0.0);
        let enough = self.warm_up.len() >= least;
        enough.then(|| self.warm_up.iter().copied().fold(others, f64::max))
    }

    /// Whether it is far above the first seconds.
    pub(super) fn is_hot_early(&self, sum: f64) -> bool {
        let Some(b) = self.early() else { return false };
        let n = float(self.warm_up.len() as u64);
        let upper = b + 2.0 * (b.max(1.0 / 60.0) / n).sqrt();
        let anscombe = |v: f64| (v + 3.0 / 8.0).sqrt();
        let z = 2.0 * (anscombe(sum) - anscombe(upper));
        sum >= N_MIN && sum >= self.factor * upper && z >= Z
    }

    /// Whether so many in a second are far above what is usual.
    pub(super) fn is_hot(&self, sum: f64) -> bool {
        if self.is_hot_early(sum) {
            return true;
        }
        let Some(upper) = self.upper() else { return false };
        let anscombe = |v: f64| (v + 3.0 / 8.0).sqrt();
        let z = 2.0 * (anscombe(sum) - anscombe(upper)) / self.phi.sqrt();
        let factor = if self.prior { PRIOR_FACTOR.max(self.factor) } else { self.factor };
        let trusted = !self.prior || self.changed;
        trusted && sum >= N_MIN && sum >= factor * upper && z >= Z
    }

    /// So many a second are what is usual from now on.
    pub(super) fn shift(&mut self, rate: f64) {
        (self.rate, self.phi, self.bins) = (Some(rate), 1.0, 10.0);
    }

    /// Takes a completed second in; `running` is of a herd under way: whether it is held
    /// against our own first seconds.
    pub(super) fn learn(&mut self, bin: f64, hot: bool, running: Option<bool>) {
        let Some(b) = self.rate.filter(|_| !self.prior) else {
            if running == Some(true) {
                return;
            }
            // Never withheld because it is hot: a first version did, and from 40
            // arrivals a second on it waited for a baseline for ever.
            self.warm_up.push(bin);
            if self.warm_up.len() == RING {
                self.warm_up.sort_unstable_by(f64::total_cmp);
                let middle = f64::midpoint(self.warm_up[RING / 2 - 1], self.warm_up[RING / 2]);
                if running.is_none() {
                    (self.rate, self.bins) = (Some(middle), 10.0);
                }
                self.prior = false;
            }
            return;
        };
        if running.is_some() || hot {
            return;
        }
        self.bins += 1.0;
        let weight = (1.0 / self.bins).max(1.0 - (-1.0 / MEMORY).exp());
        let clipped = bin.min(b + CLIP * (self.phi * b.max(1.0)).sqrt());
        let off = clipped - b;
        let b = b + weight * off;
        self.rate = Some(b);
        self.phi = (self.phi + weight * (off * off / b.max(1.0) - self.phi)).clamp(1.0, 25.0);
    }
}
