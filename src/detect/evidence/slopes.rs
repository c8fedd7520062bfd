//! Where the limits of a service are going, within the last half minute: short,
//! because what fills in a minute is over before five of them are known.

use std::collections::{BTreeMap, VecDeque};
use std::time::Duration;

use crate::model::{LimitKind, ListenerSnapshot, Resource};
use crate::units::float;

/// What is looked back on, and what has to be known.
const KEPT: Duration = Duration::from_secs(30);
const ENOUGH: Duration = Duration::from_secs(9);

/// The course of one limit.
#[derive(Debug, Clone, Default)]
struct Course {
    limit: u64,
    used: VecDeque<(Duration, u64)>,
}

/// The courses of the limits of one service.
#[derive(Debug, Clone, Default)]
pub(in crate::detect) struct Slopes(BTreeMap<(LimitKind, String), Course>);

/// A limit that will be reached.
#[derive(Debug, Clone, PartialEq)]
pub(in crate::detect) struct Filling {
    pub(in crate::detect) kind: LimitKind,
    pub(in crate::detect) scope: String,
    pub(in crate::detect) used: u64,
    pub(in crate::detect) limit: u64,
    /// By how much it grew in the last half minute.
    pub(in crate::detect) grown: u64,
    /// Until it is full, and the range of that.
    pub(in crate::detect) full_in: Duration,
    pub(in crate::detect) soonest: Duration,
    pub(in crate::detect) latest: Option<Duration>,
}

impl Slopes {
    /// Takes the limits in as they are now.
    pub(in crate::detect) fn observe(&mut self, now: Duration, whole: &ListenerSnapshot) {
        let limits = || whole.limits.iter();
        self.0.retain(|(kind, scope), _| limits().any(|l| l.kind == *kind && l.scope == *scope));
        for limit in limits().filter(|l| l.kind.resource() != Resource::Queue) {
            let course = self.0.entry((limit.kind, limit.scope.clone())).or_default();
            if course.limit != limit.limit {
                (course.limit, course.used) = (limit.limit, VecDeque::new());
            }
            course.used.push_back((now, limit.used));
            let old = |(then, _): &(Duration, u64)| now.saturating_sub(*then) > KEPT;
            while course.used.front().is_some_and(old) {
                course.used.pop_front();
            }
        }
    }

    /// By how much the fastest of a kind grew in the last half minute.
    pub(in crate::detect) fn grown(&self, kind: LimitKind) -> u64 {
        let own = self.0.iter().filter(|((k, _), _)| *k == kind);
        own.map(|(_, course)| course.grown()).max().unwrap_or(0)
    }

    /// The limits that are reached within this time if it goes on so.
    pub(in crate::detect) fn filling(&self, within: Duration) -> Vec<Filling> {
        let all = self.0.iter().filter_map(|((kind, scope), course)| {
            let (full_in, soonest, latest) = course.full_in()?;
            let used = course.used.back()?.1;
            (full_in <= within).then(|| Filling {
                kind: *kind,
                scope: scope.clone(),
                used,
                limit: course.limit,
                grown: course.grown(),
                full_in,
                soonest,
                latest,
            })
        });
        all.collect()
    }
}

impl Course {
    /// By how much it has grown.
    fn grown(&self) -> u64 {
        let ends = self.used.front().zip(self.used.back());
        ends.map_or(0, |((_, first), (_, last))| last.saturating_sub(*first))
    }

    /// Until it is full, where the growth is real: the mean of the differences of a
    /// second is over twice its standard error, and its newest third grows no slower
    /// than half of that.
    fn full_in(&self) -> Option<(Duration, Duration, Option<Duration>)> {
        let (first, last) = (self.used.front()?, self.used.back()?);
        let reach = last.0.saturating_sub(first.0);
        if reach < ENOUGH || last.1 >= self.limit {
            return None;
        }
        let steps: Vec<(f64, f64)> = self
            .used
            .iter()
            .zip(self.used.iter().skip(1))
            .map(|(a, b)| (b.0.saturating_sub(a.0).as_secs_f64(), float(b.1) - float(a.1)))
            .collect();
        let seconds = reach.as_secs_f64();
        let mean = (float(last.1) - float(first.1)) / seconds;
        let n = float(steps.len() as u64);
        let rate = |step: &(f64, f64)| step.1 / step.0.max(0.05);
        let variance = steps.iter().map(|s| (rate(s) - mean).powi(2)).sum::<f64>() / (n - 1.0);
        let error = (variance / n).sqrt();
        let newest = &steps[steps.len() - steps.len() / 3 - 1..];
        let (time, grown) = newest.iter().fold((0.0, 0.0), |sum, s| (sum.0 + s.0, sum.1 + s.1));
        let rising = steps.iter().filter(|s| s.1 > 0.0).count() * 2 > steps.len();
        if mean <= 2.0 * error || mean <= 0.0 || grown / time < mean / 2.0 || !rising {
            return None;
        }
        let room = float(self.limit.saturating_sub(last.1));
        let after = |rate: f64| Duration::try_from_secs_f64(room / rate).ok();
        let latest = Some(mean - 2.0 * error).filter(|rate| *rate > 0.0).and_then(after);
        Some((after(mean)?, after(mean + 2.0 * error)?, latest))
    }
}
