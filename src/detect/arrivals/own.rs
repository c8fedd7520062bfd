//! What of the herd on this host is ours: less what its other ports were sent.

use std::time::Duration;

use super::Arrivals;
use crate::detect::foreign::Share;
use crate::detect::record::HerdRecord;
use crate::sample::Stamp;
use crate::units::{float, whole};

/// Ticks of quiet after which a herd is over, by walks: a neighbour may go on.
const OVER: u64 = 100;
/// The second that made it a herd is of it.
const SECOND: Duration = Duration::from_secs(1);

impl Arrivals {
    /// What of the herd that runs is somebody else's.
    pub(in crate::detect) fn put_right(
        &mut self,
        at: Stamp,
        foreign: Share,
        quiet: Option<Duration>,
    ) {
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
        let loud_for = self.herd.loud_for();
        let Some(last) = self.herds.last_mut() else { return };
        let began = last.began().saturating_sub(SECOND);
        let refused = self.turned_away_at.is_some_and(|at| at >= began);
        match (quiet, loud_for, foreign.own) {
            // The second up to the onset is counted with it.
            (None, Some(ticks), _) => last.put_right(foreign, float(ticks) / 10.0 + 1.0),
            // What a neighbour is sent afterwards is none of it.
            (Some(_), _, Some(own)) if !refused => last.settle(own),
            _ => {}
        }
    }

    /// From how many a second on it is no more than usual.
    pub(in crate::detect) fn cold(usual: Option<f64>) -> f64 {
        const FEW: f64 = 10.0;
        const DEVIATIONS: f64 = 4.0;
        let usual = usual.unwrap_or(0.0);
        FEW.max(2.0 * usual).max(DEVIATIONS.mul_add(usual.max(0.25).sqrt(), usual))
    }

    /// Ticks since what is watched fell quiet, of the herd that runs.
    pub(in crate::detect) fn quiet(&self) -> Option<u64> {
        self.herd.running()?;
        self.own_quiet.or_else(|| self.herd.quiet())
    }

    /// Ticks since it was last far above what is usual, of the herd that runs.
    pub(in crate::detect) fn last_hot(&self) -> Option<u64> {
        self.herd.last_hot().map(|ticks| ticks.max(self.own_quiet.unwrap_or(0)))
    }

    /// A herd that was somebody else's, and is over, was none.
    pub(in crate::detect) fn forget_foreign(&mut self) {
        if self.herd.running().is_none() && self.herds.last().is_some_and(HerdRecord::is_foreign) {
            self.herds.pop();
        }
    }

    /// Of the last second, without what was somebody else's.
    /// What a neighbour was sent since the last walk is not known yet: of a herd without
    /// one attempt of its own it was said that 458 came in a second.
    pub(in crate::detect) fn rate_now(&self) -> f64 {
        let highest = self.running().map_or(f64::MAX, |record| float(record.peak));
        (float(self.herd.sum()) - self.foreign.now).clamp(0.0, highest)
    }

    /// How many times the usual that is, of the herd that runs.
    pub(in crate::detect) fn multiple(&self) -> Option<f64> {
        let usual = self.running()?.baseline.max(1.0);
        Some(self.rate_now() / usual)
    }
}
