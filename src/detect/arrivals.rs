//! Arrivals of the whole network namespace, ten times a second: the herd
//! detector and, within an incident, the search for waves.

mod own;

use std::time::Duration;

use serde::{Deserialize, Serialize};

use super::echoes::Echoes;
use super::foreign::Share;
use super::herd::{Herd, HerdState};
use super::record::HerdRecord;
use super::refused::Refused;
use super::retries::Retries;
use super::waves::Train;
use crate::model::ConnectAttemptCounter;
use crate::sample::{Counters, Stamp, TICK};
use crate::units::PerSecond;

/// A pause of this many ticks is a gap: the machine slept or we were stopped.
const GAP: u128 = 30;
/// Ticks without a line that are gone through one by one: a herd that runs ends
/// within these. A log that was silent for longer begins anew.
const SILENCE: u128 = 9_000;
/// Herds kept for the status document.
const KEPT: usize = 200;

/// Arrivals against what is usual.
#[derive(Debug, Clone, Copy, Default, PartialEq, Serialize, Deserialize)]
pub struct HerdLevel {
    /// The usual arrivals per second; none while it is learned.
    pub baseline: Option<f64>,
    /// From which rate on a herd is suspected.
    pub threshold: Option<PerSecond>,
    /// Whether a herd runs.
    pub running: bool,
}

/// Arrivals per second of the whole network namespace.
#[derive(Debug, Clone)]
pub(super) struct Arrivals {
    herd: Herd,
    last: Option<(Stamp, Counters)>,
    connect_attempts: ConnectAttemptCounter,
    /// Time not yet made into ticks.
    rest: Duration,
    ticks: u64,
    /// Up to where a log has told its arrivals.
    told_upto: Option<Duration>,
    retries: Retries,
    /// Dropped SYNs come again, and are no new attempts.
    echoes: Echoes,
    /// Refused or dropped since the start, and when last: no walk counts these.
    turned_away: u64,
    turned_away_at: Option<Duration>,
    /// Connects that were refused lately, and whose they were.
    refused: Refused,
    first_second: Option<u64>,
    /// Herds that are over, and the one that runs.
    herds: Vec<HerdRecord>,
    /// What of the herd that runs is somebody else's.
    foreign: Share,
    /// Ticks since what is watched fell quiet, where walks tell.
    own_quiet: Option<u64>,
}

impl Arrivals {
    /// A herd is so many times the baseline from now on.
    pub(super) fn retune(&mut self, factor: f64) {
        self.herd.retune(factor);
    }

    pub(super) fn new(factor: f64) -> Self {
        Self {
            herd: Herd::new(factor).eager(),
            last: None,
            connect_attempts: ConnectAttemptCounter::default(),
            rest: Duration::ZERO,
            ticks: 0,
            told_upto: None,
            retries: Retries::default(),
            echoes: Echoes::default(),
            turned_away: 0,
            turned_away_at: None,
            refused: Refused::default(),
            first_second: None,
            herds: vec![],
            foreign: Share::default(),
            own_quiet: None,
        }
    }

    /// The average since boot, before the first tick.
    pub(super) fn suppose(&mut self, per_second: f64) {
        self.herd.suppose(per_second);
    }

    /// Open connections grew by a tenth within ten seconds.
    pub(super) fn saw_growth(&mut self, grew: bool) {
        let doubled = self.first_second.is_some_and(|first| self.herd.sum() >= 2 * first.max(1));
        self.herd.saw_change(grew || doubled || self.turned_away > 0);
    }

    pub(super) fn count(&mut self, at: Stamp, counters: &Counters) {
        let Some((then, before)) = self.last.replace((at, *counters)) else { return };
        let dt = at.mono.saturating_sub(then.mono) + self.rest;
        let ticks = (dt + TICK / 2).as_millis() / TICK.as_millis();
        if ticks == 0 {
            // A sample early by more than half a tick: its arrivals come with the next.
            self.last = Some((then, before));
            return;
        }
        let came = self.connect_attempts.between(at.mono, &before, counters);
        if came.anew {
            return self.herd.gap();
        }
        if ticks > GAP {
            self.rest = Duration::ZERO;
            return self.herd.gap();
        }
        // What this kernel does not tell adds nothing.
        let told = |came: Option<u64>| came.unwrap_or(0);
        let refused = self.refused.note(at.mono, told(came.refused));
        let dropped = self.echoes.fresh(at.mono, told(came.dropped));
        let turned_away = told(came.refused) + told(came.dropped);
        let tries = told(came.opened) + refused;
        let all = tries + dropped;
        let ticks = u32::try_from(ticks).unwrap_or(1);
        // Real intervals, not tick counts: what a late sample brings is spread.
        self.rest = dt.saturating_sub(TICK * ticks);
        self.turned_away += turned_away;
        if refused + dropped > 0 {
            self.turned_away_at = Some(at.mono);
        }
        for n in 0..u64::from(ticks) {
            let share = |of: u64| of * (n + 1) / u64::from(ticks) - of * n / u64::from(ticks);
            self.tick(at, share(all), share(tries));
        }
    }

    /// Whether a watched port has no listener at this moment.
    pub(super) fn may_be_refused(&mut self, may: bool) {
        self.refused.is_ours = may;
    }

    /// Whether clients of what is watched were refused in the last seconds.
    pub(super) fn refuses(&self) -> bool {
        self.refused.lately(self.last.as_ref().map(|(now, _)| now.mono))
    }

    /// Connects that were refused on this host lately, on ports that are not watched.
    pub(super) fn refused_elsewhere(&self) -> u64 {
        self.refused.elsewhere()
    }

    /// Arrivals that a log told, of each 100 ms from `at` on in the log's own
    /// time. What lies between these and the last ones had none.
    pub(super) fn told(&mut self, at: Stamp, ticks: &[u32]) {
        let silent = self.told_upto.map_or(Duration::ZERO, |upto| at.mono.saturating_sub(upto));
        let silent = silent.as_millis() / TICK.as_millis();
        for n in (1..=silent.min(SILENCE)).rev() {
            let back = TICK * u32::try_from(n).unwrap_or(u32::MAX);
            let mono = at.mono.saturating_sub(back);
            let wall = at.wall - back;
            self.tick(Stamp { mono, wall }, 0, 0);
        }
        if silent > SILENCE {
            self.herd.gap();
        }
        let mut now = at;
        for &arrivals in ticks {
            self.tick(now, arrivals.into(), arrivals.into());
            now = now.plus(TICK);
        }
        self.told_upto = Some(now.mono);
    }

    /// The next 100 ms.
    fn tick(&mut self, at: Stamp, all: u64, tries: u64) {
        let change = self.herd.tick(all);
        let train = self.retries.tick(tries, self.herd.baseline().unwrap_or(0.0));
        if let (Some(train), Some(last)) = (train, self.herds.last_mut()) {
            last.train = Some(train);
        }
        self.follow(at, tries, change);
        self.ticks += 1;
        if self.ticks == 10 {
            self.first_second = Some(self.herd.sum());
        }
    }

    /// An incident begins: from now on waves are looked for.
    pub(super) fn incident(&mut self, begins: bool) {
        if begins {
            self.retries.begin(self.ticks, self.herd.baseline().unwrap_or(0.0));
        } else if self.herd.running().is_none() {
            self.retries.end();
        }
    }

    fn follow(&mut self, at: Stamp, tries: u64, change: HerdState) {
        match change {
            HerdState::Unchanged => {}
            HerdState::Onset => {
                self.incident(true);
                (self.foreign, self.own_quiet) = (Share::default(), None);
                if self.herd.is_same_incident()
                    && let Some(last) = self.herds.last_mut()
                {
                    last.reopen();
                } else {
                    if self.herds.len() == KEPT {
                        self.herds.remove(0);
                    }
                    let baseline = self.herd.baseline().unwrap_or(0.0);
                    let usual = self.herd.seen().unwrap_or(baseline);
                    // It is one from twenty on: it began with the first of them.
                    let ago = TICK * u32::try_from(self.herd.began_ago()).unwrap_or(0);
                    let mono = at.mono.saturating_sub(ago);
                    let began = Stamp { mono, wall: at.wall - ago };
                    self.herds.push(HerdRecord::new(began, baseline, usual));
                }
            }
            HerdState::Ended { .. } | HerdState::LevelShift => {
                // Told only when the quiet has lasted: it was over before.
                let quiet = match change {
                    HerdState::Ended { tick } => self.herd.now().saturating_sub(tick + 1),
                    _ => 0,
                };
                if let Some(last) = self.herds.last_mut() {
                    last.end = Some(at.wall - TICK * u32::try_from(quiet).unwrap_or(0));
                    last.level_shift = change == HerdState::LevelShift;
                }
            }
        }
        if let (Some((total, peak, _)), Some(last)) = (self.herd.running(), self.herds.last_mut()) {
            last.note(at, tries, total, peak);
        }
    }

    /// The herd detector.
    pub(super) const fn herd(&self) -> &Herd {
        &self.herd
    }

    /// The record of the herd that runs.
    #[must_use]
    pub(super) fn running(&self) -> Option<&HerdRecord> {
        self.herds.last().filter(|_| self.herd.running().is_some())
    }

    /// The train of waves, and until its next one.
    pub(super) fn train(&self) -> Option<(Train, Duration)> {
        self.retries.train()
    }

    /// Opened and refused per second over the last ten.
    pub(super) fn tries_per_second(&self) -> f64 {
        self.retries.per_second()
    }

    /// The usual arrivals per second; none while warming up.
    #[must_use]
    pub(super) fn baseline(&self) -> Option<f64> {
        self.herd.baseline()
    }

    /// Against what is usual.
    pub(super) fn level(&self) -> HerdLevel {
        HerdLevel {
            baseline: self.herd.baseline(),
            threshold: self.herd.threshold().map(PerSecond),
            running: self.running().is_some(),
        }
    }

    /// The herds so far.
    #[must_use]
    pub(super) fn herds(&self) -> &[HerdRecord] {
        &self.herds
    }
}
