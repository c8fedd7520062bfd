//! What charts and sparklines are made of: the points of ranges.

use std::collections::BTreeMap;
use std::net::SocketAddr;

use super::question::TrendFigure;
use super::reading::Answers;
use super::service::addresses;
use crate::model::PastSeconds;
use crate::sample::QueryAnswer;
use crate::units::whole;

/// Points of a sparkline.
const SPARK: u64 = 60;

/// Attempts per second of each host over the last minutes, for its sparkline.
#[derive(Debug, Clone, Default)]
pub struct HostTrends {
    step: u64,
    /// The number of the newest step.
    newest: Option<u64>,
    hosts: BTreeMap<String, BTreeMap<u64, f64>>,
}

impl HostTrends {
    /// Seconds of history still to be asked for up to `now`, both ends included, in steps of
    /// `step`; none where nothing came since.
    pub fn missing(&mut self, now: f64, step: u64) -> Option<(f64, f64)> {
        if self.step != step {
            *self = Self { step, ..Self::default() };
        }
        let newest = whole(now.max(0.0)) / step;
        let oldest = newest.saturating_sub(SPARK - 1);
        let from = self.newest.map_or(oldest, |known| (known + 1).max(oldest));
        let at = |number: u64| crate::units::float(number * step);
        (from <= newest).then(|| (at(from), at(newest)))
    }

    /// How far back a sparkline goes, seconds.
    #[must_use]
    pub const fn span(&self) -> u64 {
        self.step * SPARK
    }

    /// Takes in what was asked for, up to that moment.
    pub fn take(&mut self, answer: &QueryAnswer, to: f64) {
        let step = self.step.max(1);
        let newest = whole(to) / step;
        for series in &answer.series {
            let host = self.hosts.entry(series.label("instance").to_owned()).or_default();
            host.extend(series.points.iter().map(|(at, value)| (whole(*at) / step, *value)));
        }
        self.newest = Some(newest);
        let oldest = newest.saturating_sub(SPARK);
        self.hosts.retain(|_, points| {
            *points = points.split_off(&oldest);
            !points.is_empty()
        });
    }

    /// The sparkline of a host, oldest first; none = a gap.
    #[must_use]
    pub fn of(&self, instance: &str) -> Vec<Option<f64>> {
        let (Some(newest), Some(points)) = (self.newest, self.hosts.get(instance)) else {
            return Vec::new();
        };
        (newest.saturating_sub(SPARK - 1)..=newest).map(|n| points.get(&n).copied()).collect()
    }
}

/// The finest step that history keeps of what is older than this, seconds: two hours by the
/// second, a day by ten seconds.
const KEPT: [(u64, u64); 2] = [(7_200, 1), (86_400, 10)];

/// The seconds that the points of a range stand for, by service: each point is the mean of
/// the step before it. What was not measured is a gap.
#[must_use]
pub fn fill(answers: &Answers<TrendFigure>, step: u64) -> Vec<(SocketAddr, PastSeconds)> {
    use TrendFigure as F;
    let mut points: BTreeMap<&str, BTreeMap<u64, [Option<f64>; 3]>> = BTreeMap::new();
    for (place, figure) in [F::Opened, F::Closed, F::Open].into_iter().enumerate() {
        for series in answers.series(figure) {
            let service = points.entry(series.label("service")).or_default();
            for (at, value) in &series.points {
                service.entry(whole(*at)).or_default()[place] = Some(value.max(0.0));
            }
        }
    }
    let at = addresses(points.keys().copied());
    let now = whole(answers.at);
    let seconds = |points: BTreeMap<u64, [Option<f64>; 3]>| {
        let known = points
            .into_iter()
            .filter_map(|(at, [opened, closed, open])| Some((at, [opened?, closed?, open?])));
        known.flat_map(|(at, values)| seconds_of(at, step, now).map(move |s| (s, values))).collect()
    };
    points
        .into_iter()
        .filter_map(|(name, points)| Some((*at.get(name)?, seconds(points))))
        .collect()
}

/// The seconds of history that one point stands for.
fn seconds_of(at: u64, step: u64, now: u64) -> impl Iterator<Item = u64> {
    let age = now.saturating_sub(at);
    let finest = KEPT.into_iter().find(|(kept, _)| age < *kept).map_or(60, |(_, finest)| finest);
    let stride = usize::try_from(finest.min(step).max(1)).unwrap_or(1);
    (at.saturating_sub(step.saturating_sub(1))..=at).step_by(stride)
}
