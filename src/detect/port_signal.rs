//! What is remembered of one service's traffic: its herd, and what its process does not
//! close.

use std::collections::VecDeque;
use std::time::Duration;

use super::herd::Herd;
use crate::model::ListenerSnapshot;
use crate::sample::{Stamp, TICK};
use crate::units::{float, whole};

/// Steps in which a leak has to grow.
const STEP: Duration = Duration::from_secs(10);
const STEPS: usize = 13;
/// A stock is looked at over so long at most.
const STOCK: Duration = Duration::from_mins(1);
/// One that has become smaller than this part of its highest is being closed.
const STANDS: f64 = 0.97;
/// What is remembered of one listener.
#[derive(Debug, Clone)]
pub(super) struct PortSignal {
    pub(super) herd: Herd,
    at: Duration,
    rest: f64,
    peak: u64,
    /// `CLOSE_WAIT` every ten seconds.
    close_wait: VecDeque<(Duration, u64)>,
    /// The same at each walk of the last minute.
    stock: VecDeque<(Duration, u64)>,
}

impl PortSignal {
    pub(super) fn new(factor: f64, at: Duration) -> Self {
        // As the host's: of a herd that comes within ten seconds it depended on a busy
        // neighbour whether it was told.
        let herd = Herd::new(factor).eager();
        let close_wait = VecDeque::with_capacity(STEPS);
        Self { herd, at, rest: 0.0, peak: 0, close_wait, stock: VecDeque::new() }
    }

    pub(super) fn observe(&mut self, at: Stamp, listener: &ListenerSnapshot) {
        /// A longer interval is a gap: the machine slept.
        const GAP: Duration = Duration::from_secs(90);
        let dt = at.mono.saturating_sub(self.at);
        self.at = at.mono;
        match listener.opened {
            Some(opened) if dt < GAP => self.spread(dt, opened.0),
            _ => self.herd.gap(),
        }
        self.peak = self.herd.running().map_or(0, |(_, peak, _)| peak);
        let due = self.close_wait.back().is_none_or(|(then, _)| at.mono >= *then + STEP);
        if let Some(states) = listener.states.filter(|_| due) {
            if self.close_wait.len() == STEPS {
                self.close_wait.pop_front();
            }
            self.close_wait.push_back((at.mono, states.close_wait));
        }
        if let Some((walked, states)) = listener.walked.zip(listener.states) {
            self.stock_at(walked, states.close_wait);
        }
    }

    /// Takes in how many a walk found in `CLOSE_WAIT`; one walk is shown many times.
    fn stock_at(&mut self, walked: Duration, waiting: u64) {
        if self.stock.back().is_some_and(|(last, _)| *last >= walked) {
            return;
        }
        self.stock.push_back((walked, waiting));
        let old = |then: Duration| walked.saturating_sub(then) >= STOCK;
        while self.stock.get(1).is_some_and(|(then, _)| old(*then)) {
            self.stock.pop_front();
        }
    }

    /// How many have been in `CLOSE_WAIT` for so long, at the least; none where that
    /// is not known, or where they are being closed: after a mass drop a process has
    /// thousands for a moment.
    pub(super) fn standing(&self, long: Duration) -> Option<u64> {
        let &(newest, now) = self.stock.back()?;
        let since = newest.checked_sub(long.min(STOCK))?;
        let first = self.stock.iter().rposition(|(walked, _)| *walked <= since)?;
        let counts = || self.stock.iter().skip(first).map(|(_, waiting)| *waiting);
        let stands = float(now) >= STANDS * float(counts().max()?);
        counts().min().filter(|_| stands)
    }

    /// What was opened in the interval, spread over its ticks.
    fn spread(&mut self, dt: Duration, per_second: f64) {
        let ticks = whole((dt.as_secs_f64() / TICK.as_secs_f64()).max(0.0));
        for _ in 0..ticks {
            self.rest += per_second / 10.0;
            let now = self.rest.floor();
            self.rest -= now;
            self.herd.tick(whole(now));
        }
    }

    /// Ticks since its herd fell quiet, once that is certain.
    pub(super) fn quiet(&self) -> Option<u64> {
        /// Of a service one second is spread over ten ticks.
        const CERTAIN: u64 = 20;
        self.herd.quiet().filter(|ticks| *ticks > CERTAIN)
    }

    /// In how many of the steps of the last two minutes `CLOSE_WAIT` grew; none
    /// until two minutes are known.
    pub(super) fn leaking_steps(&self) -> Option<f64> {
        if self.close_wait.len() < STEPS {
            return None;
        }
        let counts: Vec<u64> = self.close_wait.iter().map(|(_, n)| *n).collect();
        let rising = counts.windows(2).filter(|w| w[1] > w[0]).count();
        Some(float(rising as u64) / float(counts.len() as u64 - 1))
    }
}
