//! Arrivals of the whole network namespace, ten times a second: the herd
//! detector and, within an incident, the search for waves.

use std::collections::VecDeque;
use std::time::Duration;

use serde::{Deserialize, Serialize};

use super::echoes::Echoes;
use super::foreign::Share;
use super::herd::{Herd, HerdState};
use super::record::HerdRecord;
use super::waves::{Train, Waves};
use crate::model::ConnectAttemptCounter;
use crate::sample::{Counters, Stamp, TICK};
use crate::units::{PerSecond, float, whole};

/// A pause of this many ticks is a gap: the machine slept or we were stopped.
const GAP: u128 = 30;
/// Ticks without a line that are gone through one by one: a herd that runs ends
/// within these. A log that was silent for longer begins anew.
const SILENCE: u128 = 9_000;
/// Connects refused elsewhere are spoken of this long.
const ELSEWHERE: Duration = Duration::from_secs(10);
/// Herds kept for the status document.
const KEPT: usize = 200;
/// An onset is known a second after it began: the waves start before that.
const LOOK_BACK: usize = 30;
/// Rates of retries are over this many ticks.
const RATE: usize = 100;
/// Ticks of quiet after which a herd is over, by walks: a neighbour may go on.
const OVER: u64 = 100;

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
    /// Opened and refused of the last ticks, newest last: without dropped SYNs,
    /// which the kernel retries in a rhythm of its own.
    tries: VecDeque<u64>,
    waves: Option<Waves>,
    /// Dropped SYNs come again, and are no new attempts.
    echoes: Echoes,
    /// Refused or dropped since the start.
    turned_away: u64,
    /// Whether a refused connect can have been meant for what is watched.
    may_be_refused: bool,
    /// Refused on ports that are not watched, tick by tick, of the last seconds.
    elsewhere: VecDeque<(Duration, u64)>,
    /// When a client of what is watched was refused last.
    refused_at: Option<Duration>,
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
            tries: VecDeque::with_capacity(RATE),
            waves: None,
            echoes: Echoes::default(),
            turned_away: 0,
            may_be_refused: true,
            elsewhere: VecDeque::new(),
            refused_at: None,
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
        // Refused connects have no port: they are put to a watched one only while
        // nobody listens there. A neighbour's 300 clients were a herd on a port that
        // was fine.
        let refused = if self.may_be_refused { told(came.refused) } else { 0 };
        self.note_elsewhere(at.mono, told(came.refused).saturating_sub(refused));
        if refused > 0 {
            self.refused_at = Some(at.mono);
        }
        let dropped = self.echoes.fresh(at.mono, told(came.dropped));
        let turned_away = told(came.refused) + told(came.dropped);
        let tries = told(came.opened) + refused;
        let all = tries + dropped;
        let ticks = u32::try_from(ticks).unwrap_or(1);
        // Real intervals, not tick counts: what a late sample brings is spread.
        self.rest = dt.saturating_sub(TICK * ticks);
        self.turned_away += turned_away;
        for n in 0..u64::from(ticks) {
            let share = |of: u64| of * (n + 1) / u64::from(ticks) - of * n / u64::from(ticks);
            self.tick(at, share(all), share(tries));
        }
    }

    /// Whether a watched port has no listener at this moment.
    pub(super) fn may_be_refused(&mut self, may: bool) {
        self.may_be_refused = may;
    }

    /// Whether clients of what is watched were refused in the last seconds.
    pub(super) fn refuses(&self) -> bool {
        self.refused_at.is_some_and(|at| {
            self.last.as_ref().is_none_or(|(now, _)| now.mono.saturating_sub(at) < ELSEWHERE)
        })
    }

    fn note_elsewhere(&mut self, at: Duration, refused: u64) {
        if refused > 0 {
            self.elsewhere.push_back((at, refused));
        }
        let old = |(then, _): &(Duration, u64)| at.saturating_sub(*then) > ELSEWHERE;
        while self.elsewhere.front().is_some_and(old) {
            self.elsewhere.pop_front();
        }
    }

    /// Connects that were refused on this host lately, on ports that are not watched.
    pub(super) fn refused_elsewhere(&self) -> u64 {
        self.elsewhere.iter().map(|(_, refused)| refused).sum()
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
        self.try_waves(tries);
        self.follow(at, tries, change);
        self.ticks += 1;
        if self.ticks == 10 {
            self.first_second = Some(self.herd.sum());
        }
    }

    fn try_waves(&mut self, tries: u64) {
        if let Some(waves) = &mut self.waves {
            let train = waves.tick(tries, self.herd.baseline().unwrap_or(0.0));
            if let (Some(train), Some(last)) = (train, self.herds.last_mut()) {
                last.train = Some(train);
            }
        }
        if self.tries.len() == RATE {
            self.tries.pop_front();
        }
        self.tries.push_back(tries);
    }

    /// An incident begins: from now on waves are looked for.
    pub(super) fn incident(&mut self, begins: bool) {
        if !begins {
            if self.herd.running().is_none() {
                self.waves = None;
            }
        } else if self.waves.is_none() {
            let back = self.tries.len().min(LOOK_BACK);
            let mut waves = Waves::new(self.ticks.saturating_sub(back as u64));
            for tries in self.tries.range(self.tries.len() - back..) {
                waves.tick(*tries, self.herd.baseline().unwrap_or(0.0));
            }
            self.waves = Some(waves);
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
                    self.herds.push(HerdRecord::new(at, baseline));
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

    /// What of the herd that runs is somebody else's.
    pub(super) fn put_right(&mut self, at: Stamp, foreign: Share, quiet: Option<Duration>) {
        let Some((.., ticks)) = self.herd.running() else { return };
        // What was refused or dropped is counted by no walk.
        let quiet = quiet.filter(|_| !self.refuses() && !self.echoes.any());
        let quiet = quiet.map(|quiet| whole(quiet.as_secs_f64() * 10.0).min(ticks));
        self.foreign = foreign;
        self.own_quiet = quiet;
        if let Some(quiet) = quiet.filter(|quiet| *quiet >= OVER) {
            let change = self.herd.stop(quiet);
            return self.follow(at, 0, change);
        }
        // What a neighbour is sent afterwards is none of it.
        if quiet.is_none()
            && let (Some(ticks), Some(last)) = (self.herd.loud_for(), self.herds.last_mut())
        {
            // The second up to the onset is counted with it.
            last.put_right(foreign, float(ticks) / 10.0 + 1.0);
        }
    }

    /// From how many a second on it is no more than usual.
    pub(super) fn cold(usual: Option<f64>) -> f64 {
        const FEW: f64 = 10.0;
        const DEVIATIONS: f64 = 4.0;
        let usual = usual.unwrap_or(0.0);
        FEW.max(2.0 * usual).max(DEVIATIONS.mul_add(usual.max(0.25).sqrt(), usual))
    }

    /// Ticks since what is watched fell quiet, of the herd that runs.
    pub(super) fn quiet(&self) -> Option<u64> {
        self.herd.running()?;
        self.own_quiet.or_else(|| self.herd.quiet())
    }

    /// Ticks since it was last far above what is usual, of the herd that runs.
    pub(super) fn last_hot(&self) -> Option<u64> {
        self.herd.last_hot().map(|ticks| ticks.max(self.own_quiet.unwrap_or(0)))
    }

    /// A herd that was somebody else's, and is over, was none.
    pub(super) fn forget_foreign(&mut self) {
        if self.herd.running().is_none() && self.herds.last().is_some_and(HerdRecord::is_foreign) {
            self.herds.pop();
        }
    }

    /// Of the last second, without what was somebody else's.
    /// What a neighbour was sent since the last walk is not known yet: of a herd without
    /// one attempt of its own it was said that 458 came in a second.
    pub(super) fn rate_now(&self) -> f64 {
        let highest = self.running().map_or(f64::MAX, |record| float(record.peak));
        (float(self.herd.sum()) - self.foreign.now).clamp(0.0, highest)
    }

    /// How many times the usual that is, of the herd that runs.
    pub(super) fn multiple(&self) -> Option<f64> {
        let usual = self.running()?.baseline.max(1.0);
        Some(self.rate_now() / usual)
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
        let waves = self.waves.as_ref()?;
        let train = waves.train()?;
        let ahead = (train.next - float(waves.now())).max(0.0);
        // A wave that failed to come for a whole gap ends the train.
        let late = float(waves.now()) - train.next;
        (late <= train.gap).then(|| (train, TICK.mul_f64(ahead)))
    }

    /// Opened and refused per second over the last ten.
    pub(super) fn tries_per_second(&self) -> f64 {
        let seconds = float(self.tries.len() as u64) / 10.0;
        float(self.tries.iter().sum()) / seconds.max(1.0)
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
