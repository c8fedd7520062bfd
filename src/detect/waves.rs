//! Do clients come in waves: they back off, but all together.
//!
//! Runs only within an incident. A wave is a hump of arrivals; a train of waves
//! with equal gaps is a fixed retry interval without jitter, one whose gaps
//! double is exponential backoff without jitter. In both cases the next wave can
//! be foretold, and neither heals by itself.

#[cfg(test)]
mod tests;

use std::collections::VecDeque;

use serde::{Deserialize, Serialize};

use crate::sample::TICK;
use crate::units::float;

/// Ticks of 100 ms whose sum is looked at: one wave is rarely shorter.
const SPAN: usize = 3;
/// A wave has at least this many arrivals in a span, and this many times the
/// trough before it, four standard deviations above it.
const LEAST: f64 = 10.0;
const RISE: f64 = 4.0;
const SIGMAS: f64 = 4.0;
/// It is over at this share of its peak.
const FALL: f64 = 0.25;
/// Smaller ones are noise: fewer arrivals, or a tenth of the largest lately.
const LEAST_MASS: u64 = 20;
const LEAST_SHARE: f64 = 0.1;
const LATELY: u64 = 3_000;
/// Waves further apart than 90 s belong to different trains.
const LONGEST_GAP: f64 = 900.0;
/// Waves apart by less than twice their width are one swell.
const LEAST_GAP_WIDTHS: f64 = 2.0;
/// The train has to carry this share of what arrived above the baseline.
const TRAIN_SHARE: f64 = 0.7;
/// Fixed interval: so many waves, gaps alike within 15 %, at most 35 s.
const FIXED_WAVES: usize = 4;
const FIXED_SPREAD: f64 = 0.15;
const FIXED_LONGEST: f64 = 350.0;
/// Exponential: so many waves, each gap about twice the one before.
const DOUBLING_WAVES: usize = 3;
const DOUBLING: std::ops::Range<f64> = 1.6..2.5;
/// Waves remembered: more tell nothing new.
const KEPT: usize = 64;

/// How the clients wait between their attempts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum Rhythm {
    /// The same time each try.
    Fixed,
    /// Twice as long each try.
    Exponential,
}

/// A train of waves.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Train {
    /// How they wait.
    pub rhythm: Rhythm,
    /// The last gap, ticks.
    pub gap: f64,
    /// When the next wave is due, by its middle; ticks since the start.
    pub next: f64,
    /// How many waves.
    pub waves: usize,
    /// Arrivals of the largest.
    pub largest: u64,
}

impl Train {
    /// From one wave to the next, seconds.
    #[must_use]
    pub fn period(&self) -> f64 {
        self.gap / (1.0 / TICK.as_secs_f64())
    }
}

/// The detector's state within one incident.
#[derive(Debug, Clone)]
pub struct Waves {
    tick: u64,
    span: VecDeque<u64>,
    /// The lowest span since the last wave.
    trough: f64,
    rising: Option<Rising>,
    seen: VecDeque<Wave>,
    /// Everything since the start: arrivals up to each remembered wave's start.
    arrived: u64,
    expected: f64,
    train: Option<Train>,
}

#[derive(Debug, Clone)]
struct Rising {
    start: u64,
    peak: f64,
    arrivals: Vec<u64>,
    arrived_before: u64,
    expected_before: f64,
}

#[derive(Debug, Clone, Copy)]
struct Wave {
    /// Middle by mass, in ticks.
    at: f64,
    /// From its start to its end, less what the span smears, ticks.
    width: f64,
    mass: u64,
    end: u64,
    arrived_before: u64,
    expected_before: f64,
}

impl Waves {
    /// A detector that starts with the tick numbered `tick`; `before` are the
    /// spans' worth of arrivals just before.
    #[must_use]
    pub fn new(tick: u64) -> Self {
        Self {
            tick,
            span: VecDeque::with_capacity(SPAN),
            trough: f64::INFINITY,
            rising: None,
            seen: VecDeque::new(),
            arrived: 0,
            expected: 0.0,
            train: None,
        }
    }

    /// Takes the next tick in: opened and refused, never dropped SYNs, whose
    /// retries by the kernel have a rhythm of their own. `baseline` is per second.
    pub fn tick(&mut self, arrivals: u64, baseline: f64) -> Option<Train> {
        if self.span.len() == SPAN {
            self.span.pop_front();
        }
        self.span.push_back(arrivals);
        let sum = float(self.span.iter().sum());
        let tick = self.tick;
        self.tick += 1;
        if let Some(rising) = &mut self.rising {
            rising.arrivals.push(arrivals);
            rising.peak = rising.peak.max(sum);
            if sum <= FALL * rising.peak {
                self.crest(tick, sum);
            }
        } else {
            let low = self.trough.min(sum).max(0.3 * baseline);
            let known = self.trough.is_finite();
            let risen =
                sum >= LEAST && sum >= RISE * low && 2.0 * (sum.sqrt() - low.sqrt()) >= SIGMAS;
            if known && risen {
                self.rising = Some(Rising {
                    start: tick,
                    peak: sum,
                    arrivals: vec![arrivals],
                    arrived_before: self.arrived,
                    expected_before: self.expected,
                });
            }
            self.trough = self.trough.min(sum);
        }
        self.arrived += arrivals;
        self.expected += baseline / 10.0;
        self.train
    }

    /// A wave is over.
    fn crest(&mut self, tick: u64, sum: f64) {
        let Some(rising) = self.rising.take() else { return };
        self.trough = sum;
        let mass: u64 = rising.arrivals.iter().sum();
        let lately = self.seen.iter().filter(|w| w.end + LATELY > tick);
        let largest = lately.map(|w| w.mass).max().unwrap_or(0);
        if mass < LEAST_MASS || float(mass) < LEAST_SHARE * float(largest) {
            return;
        }
        if self.seen.len() == KEPT {
            self.seen.pop_front();
        }
        let moment: f64 = (0..).zip(&rising.arrivals).map(|(n, a)| float(n) * float(*a)).sum();
        self.seen.push_back(Wave {
            at: float(rising.start) + moment / float(mass),
            width: float((tick - rising.start).saturating_sub(SPAN as u64 - 1)),
            mass,
            end: tick,
            arrived_before: rising.arrived_before,
            expected_before: rising.expected_before,
        });
        // The tick that ended it has not been added yet.
        let upto = (self.arrived + rising.arrivals.last().copied().unwrap_or(0), self.expected);
        self.train = self.judge(upto);
    }

    /// The longest train that ends with the last wave, if it has a rhythm.
    fn judge(&self, (arrived, expected): (u64, f64)) -> Option<Train> {
        let waves: Vec<&Wave> = self.seen.iter().collect();
        let mut first = waves.len().checked_sub(1)?;
        while let Some(before) = first.checked_sub(1) {
            let gap = waves[first].at - waves[before].at;
            let wide = waves[first].width.max(waves[before].width);
            if gap < LEAST_GAP_WIDTHS * wide || gap > LONGEST_GAP {
                break;
            }
            first = before;
        }
        let train = &waves[first..];
        let mass: u64 = train.iter().map(|w| w.mass).sum();
        let above =
            float(arrived - train[0].arrived_before) - (expected - train[0].expected_before);
        if float(mass) < TRAIN_SHARE * above {
            return None;
        }
        let gaps: Vec<f64> = train.windows(2).map(|w| w[1].at - w[0].at).collect();
        let rhythm = rhythm(&gaps)?;
        let last = train.last()?;
        let gap = *gaps.last()?;
        let next = last.at + if rhythm == Rhythm::Fixed { gap } else { 2.0 * gap };
        let largest = train.iter().map(|w| w.mass).max()?;
        Some(Train { rhythm, gap, next, waves: train.len(), largest })
    }

    /// The train as of the last wave.
    #[must_use]
    pub const fn train(&self) -> Option<Train> {
        self.train
    }

    /// Ticks taken in, counted from the number it was started with.
    #[must_use]
    pub const fn now(&self) -> u64 {
        self.tick
    }
}

fn rhythm(gaps: &[f64]) -> Option<Rhythm> {
    if gaps.len() + 1 >= FIXED_WAVES {
        let last = &gaps[gaps.len() - 3..];
        let mut sorted = last.to_vec();
        sorted.sort_unstable_by(f64::total_cmp);
        let middle = sorted[1];
        let alike = last.iter().all(|gap| (gap - middle).abs() <= FIXED_SPREAD * middle);
        if alike && middle <= FIXED_LONGEST {
            return Some(Rhythm::Fixed);
        }
    }
    if gaps.len() + 1 < DOUBLING_WAVES {
        return None;
    }
    let ratios: Vec<f64> = gaps.windows(2).map(|w| w[1] / w[0]).collect();
    let last = &ratios[ratios.len().saturating_sub(2)..];
    last.iter().all(|ratio| DOUBLING.contains(ratio)).then_some(Rhythm::Exponential)
}
