//! Attempts without dropped SYNs, which the kernel sends again in a rhythm of its own: how
//! many a second, and within an incident the search for waves.

use std::collections::VecDeque;
use std::time::Duration;

use super::waves::{Train, Waves};
use crate::sample::TICK;
use crate::units::float;

/// An onset is known a second after it began: the waves start before that.
const LOOK_BACK: usize = 30;
/// Their rate is over this many ticks.
const KEPT: usize = 100;

/// Opened and refused.
#[derive(Debug, Clone, Default)]
pub(super) struct Retries {
    /// Of the last ticks, newest last.
    ticks: VecDeque<u64>,
    waves: Option<Waves>,
}

impl Retries {
    /// Takes the next tick in; the train of waves that it ends with, if any.
    pub(super) fn tick(&mut self, tries: u64, baseline: f64) -> Option<Train> {
        if self.ticks.len() == KEPT {
            self.ticks.pop_front();
        }
        self.ticks.push_back(tries);
        self.waves.as_mut()?.tick(tries, baseline)
    }

    /// From now on waves are looked for, and a little before; so many ticks have been.
    pub(super) fn begin(&mut self, ticks: u64, baseline: f64) {
        if self.waves.is_some() {
            return;
        }
        let back = self.ticks.len().min(LOOK_BACK);
        let mut waves = Waves::new(ticks.saturating_sub(back as u64));
        for tries in self.ticks.range(self.ticks.len() - back..) {
            waves.tick(*tries, baseline);
        }
        self.waves = Some(waves);
    }

    /// And no more.
    pub(super) fn end(&mut self) {
        self.waves = None;
    }

    /// The train of waves, and until its next one.
    pub(super) fn train(&self) -> Option<(Train, Duration)> {
        let waves = self.waves.as_ref()?;
        let train = waves.train()?;
        let ahead = (train.next - float(waves.now())).max(0.0);
        // A wave that failed to come for a whole gap ends the train.
        let late = float(waves.now()) - train.next;
        (late <= train.gap).then(|| (train, TICK.mul_f64(ahead)))
    }

    /// A second, over the last ten.
    pub(super) fn per_second(&self) -> f64 {
        let seconds = float(self.ticks.len() as u64) / 10.0;
        float(self.ticks.iter().sum()) / seconds.max(1.0)
    }
}
