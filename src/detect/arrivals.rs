//! Feeds the herd detector from the counters and raises its alert.

use std::time::Duration;

use chrono::{DateTime, Utc};

use super::herd::{Herd, HerdState};
use super::judge::Thresholds;
use super::ledger::Ledger;
use super::rules::Finding;
use super::verdict::{Cause, Kind, Severity};
use crate::fmt;
use crate::model::{ListenerSnapshot, Snapshot};
use crate::sample::{Counters, Stamp};
use crate::units::{PerSecond, float};

/// The detector's tick.
const TICK: Duration = Duration::from_millis(100);
/// A pause of this many ticks is a gap: the machine slept or we were stopped.
const GAP: u128 = 30;
/// Named listeners have to take this share for a herd to be theirs.
const HALF: f64 = 0.5;
/// Herds kept for the status document.
const KEPT: usize = 200;
/// A listener is named when it has this share of what was opened.
const NAMED: f64 = 0.8;

/// Arrivals per second of the whole network namespace: opened + refused + dropped.
#[derive(Debug, Clone)]
pub struct Arrivals {
    herd: Herd,
    last: Option<(Stamp, Counters)>,
    /// Time not yet made into ticks.
    rest: Duration,
    /// Opened here and on the whole host before the herd that runs.
    before: Option<(u64, u64)>,
    /// Herds that are over, and the one that runs.
    herds: Vec<HerdRecord>,
}

/// One herd, for the status document.
#[derive(Debug, Clone, PartialEq)]
pub struct HerdRecord {
    /// When it began.
    pub onset: DateTime<Utc>,
    /// When it was over; none = still runs.
    pub end: Option<DateTime<Utc>>,
    /// Arrivals in it.
    pub total: u64,
    /// Highest second.
    pub peak: u64,
    /// The usual rate before it.
    pub baseline: f64,
}

impl Arrivals {
    pub(super) fn new(factor: f64) -> Self {
        Self {
            herd: Herd::new(factor),
            last: None,
            rest: Duration::ZERO,
            before: None,
            herds: vec![],
        }
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
        let Some(arrivals) = arrivals(&before, counters) else { return self.herd.gap() };
        if ticks > GAP {
            self.rest = Duration::ZERO;
            return self.herd.gap();
        }
        let ticks = u32::try_from(ticks).unwrap_or(1);
        // Real intervals, not tick counts: what a late sample brings is spread.
        self.rest = dt.saturating_sub(TICK * ticks);
        for n in 0..u64::from(ticks) {
            let upto = |n: u64| arrivals * n / u64::from(ticks);
            let change = self.herd.tick(upto(n + 1) - upto(n));
            self.follow(at, change);
        }
    }

    fn follow(&mut self, at: Stamp, change: HerdState) {
        match change {
            HerdState::Unchanged => {}
            HerdState::Onset => {
                if self.herd.is_same_incident()
                    && let Some(last) = self.herds.last_mut()
                {
                    last.end = None;
                    return;
                }
                if self.herds.len() == KEPT {
                    self.herds.remove(0);
                }
                self.herds.push(HerdRecord {
                    onset: at.wall,
                    end: None,
                    total: 0,
                    peak: 0,
                    baseline: self.herd.baseline().unwrap_or(0.0),
                });
            }
            HerdState::Ended { .. } | HerdState::LevelShift => {
                if let Some(last) = self.herds.last_mut() {
                    last.end = Some(at.wall);
                }
            }
        }
        if let (Some((total, peak, _)), Some(last)) = (self.herd.running(), self.herds.last_mut()) {
            (last.total, last.peak) = (total.max(last.total), peak.max(last.peak));
        }
    }

    /// Raises or clears the alert.
    pub(super) fn judge(
        &mut self,
        snapshot: &Snapshot,
        thresholds: &Thresholds,
        ledger: &mut Ledger,
    ) {
        self.note_before(snapshot);
        let meaning = (Kind::Herd, Cause::Unknown);
        let finding = match self.herd.running() {
            None if self.herd.baseline().is_none() => Finding::NotEnoughData,
            None => Finding::Clear,
            // Neither raised nor cleared: it is somebody else's.
            Some(_) if !(thresholds.whole_host || self.is_ours(snapshot)) => Finding::Between,
            Some((total, peak, ticks)) => self.firing(snapshot, total, peak, ticks),
        };
        ledger.note(snapshot.at, "herd", "host", meaning, |_| Duration::ZERO, finding);
    }

    /// Notes what was opened, here and on the whole host, when no herd runs.
    fn note_before(&mut self, snapshot: &Snapshot) {
        if self.herd.running().is_none() {
            self.before = Some(opened_so_far(snapshot));
        }
    }

    /// Whether a herd on this host concerns what is watched, where that is only a
    /// part: it took at least half of what the host accepted since the onset,
    /// drops connections, or is not there, so that its clients are refused.
    /// Refused connects have no port.
    fn is_ours(&self, snapshot: &Snapshot) -> bool {
        let (ours, all) = opened_so_far(snapshot);
        let (ours_before, all_before) = self.before.unwrap_or((0, 0));
        let (ours, all) = (ours.saturating_sub(ours_before), all.saturating_sub(all_before));
        let dropping = |l: &ListenerSnapshot| l.drops.is_some_and(|d| d.0 > 0.0);
        (ours > 0 && float(ours) >= HALF * float(all))
            || snapshot.listeners.iter().any(|l| !l.is_present() || dropping(l))
    }

    fn firing(&self, snapshot: &Snapshot, total: u64, peak: u64, ticks: u64) -> Finding {
        let span = |ticks: u64| fmt::span(TICK * u32::try_from(ticks).unwrap_or(u32::MAX));
        let (arrived, peak_rate) = (fmt::count(total), fmt::count(peak));
        let place = place(snapshot);
        let (severity, sentence, brief) = if let Some(quiet) = self.herd.quiet() {
            (
                Severity::Warning,
                format!(
                    "herd {place} subsides, quiet for {}: {arrived} came, peak {peak_rate}/s",
                    span(quiet)
                ),
                "herd subsides".to_owned(),
            )
        } else {
            let rate = fmt::rate(PerSecond(float(self.herd.sum())));
            let factor = fmt::factor(self.herd.burst_factor().unwrap_or(1.0));
            (
                Severity::Critical,
                format!(
                    "HERD {place}  {rate}/s, {factor} the usual, for {}; {arrived} came, \
                     peak {peak_rate}/s",
                    span(ticks)
                ),
                format!("HERD {factor}"),
            )
        };
        Finding::Firing { severity, sentence, brief, value: float(peak) }
    }

    /// The usual arrivals per second; none while warming up.
    #[must_use]
    pub fn baseline(&self) -> Option<f64> {
        self.herd.baseline()
    }

    /// From which rate on a herd is suspected.
    #[must_use]
    pub fn threshold(&self) -> Option<PerSecond> {
        self.herd.threshold().map(PerSecond)
    }

    /// The herds so far.
    #[must_use]
    pub fn herds(&self) -> &[HerdRecord] {
        &self.herds
    }
}

/// What arrived between two readings; none when a counter went backwards.
fn arrivals(before: &Counters, now: &Counters) -> Option<u64> {
    let grew = |of: fn(&Counters) -> Option<u64>| match (of(before), of(now)) {
        (Some(then), Some(now)) => now.checked_sub(then),
        // Not told by this kernel: nothing to add.
        _ => Some(0),
    };
    let refused = grew(|c| c.out_rsts)?.saturating_sub(grew(|c| c.estab_resets)?);
    Some(grew(|c| c.passive_opens)? + refused + grew(|c| c.listen_drops)?)
}

/// Opened on the watched listeners, and accepted by the whole host.
fn opened_so_far(snapshot: &Snapshot) -> (u64, u64) {
    let ours = snapshot.listeners.iter().map(|l| l.opened_total).sum();
    (ours, snapshot.counters.and_then(|c| c.passive_opens).unwrap_or(0))
}

/// Where they arrive: at a listener that has nearly all of them, else here.
fn place(snapshot: &Snapshot) -> String {
    let opened = |l: &ListenerSnapshot| l.opened.unwrap_or_default().0;
    let all: f64 = snapshot.listeners.iter().map(opened).sum();
    let busiest = snapshot.listeners.iter().max_by(|a, b| opened(a).total_cmp(&opened(b)));
    match busiest {
        Some(l) if all > 0.0 && opened(l) >= NAMED * all => format!("on {}", l.label()),
        _ => "on this host".to_owned(),
    }
}
