//! The figures of a frame, made once: whoever shows one of them takes it from here,
//! so that no two places of a frame say different things of it.

use std::time::Duration;

use super::super::frame::Chart;
use super::scene::{Scene, log_alone};
use crate::detect::{Alert, RuleId, Scope};
use crate::model::{Bucket, Direction, Forecast, Limit, ListenerSnapshot, LogSnapshot, ServiceId};
use crate::units::{PerSecond, float};

/// What is said of the service in focus, else of the log where it is all there is.
#[derive(Debug, Clone, Copy)]
pub(super) struct Statement<'a> {
    /// The service.
    pub(super) focus: Option<&'a ListenerSnapshot>,
    /// The log, where no socket is watched.
    pub(super) log: Option<&'a LogSnapshot>,
    /// Opened and closed a second.
    pub(super) opened: Option<PerSecond>,
    pub(super) closed: Option<PerSecond>,
    /// How many times the usual come: in a herd that of its sentence.
    pub(super) multiple: Option<f64>,
    /// The highest second so far: no second that is shown is higher.
    pub(super) peak: Option<PerSecond>,
    /// When it is full, or which way it goes.
    pub(super) forecast: Option<Forecast>,
    pub(super) direction: Direction,
}

impl<'a> Statement<'a> {
    /// The figures of a scene, whose chart is this one.
    pub(super) fn of(scene: Scene<'a>, focus: Option<&'a ListenerSnapshot>, chart: &Chart) -> Self {
        let log = log_alone(scene, focus);
        let opened = focus.and_then(|l| l.opened).or_else(|| log?.opened.lately);
        let closed = focus.and_then(|l| l.closed).or_else(|| log?.closed.lately);
        let counted = log.and_then(|log| log.opened.peak).map(|(peak, _)| PerSecond(float(peak)));
        let known = focus.and_then(|l| l.peak_opened).or(counted);
        // A chart that goes on beyond the moment knows what came later.
        let charted = chart.peak.filter(|_| chart.cursor.is_none());
        Self {
            focus,
            log,
            opened,
            closed,
            multiple: multiple(scene, focus, opened),
            peak: highest(known, [charted, opened]),
            forecast: focus.and_then(|l| l.forecast),
            direction: Direction::of(opened, closed),
        }
    }

    /// The tightest limit.
    pub(super) fn limit(&self) -> Option<&'a Limit> {
        self.focus.and_then(ListenerSnapshot::binding)
    }

    /// Whether nothing more fits.
    pub(super) fn is_full(&self) -> bool {
        self.limit().is_some_and(|limit| limit.headroom == Some(0))
    }

    /// Until it is full.
    pub(super) fn full_in(&self) -> Option<Duration> {
        self.forecast.map(|f| f.full_in).or(self.is_full().then_some(Duration::ZERO))
    }
}

/// The highest of what is known to have been measured and of what is shown beside it;
/// none where nothing was measured.
pub(super) fn highest<const N: usize>(
    known: Option<PerSecond>,
    shown: [Option<PerSecond>; N],
) -> Option<PerSecond> {
    let all = shown.into_iter().flatten().map(|rate| rate.0);
    known.map(|known| PerSecond(all.fold(known.0, f64::max)))
}

/// How many times the usual: of a herd that is spoken of the detector's, else by the
/// median second. None while one only waits to be resolved: its sentence still has the
/// multiple it had.
fn multiple(
    scene: Scene<'_>,
    focus: Option<&ListenerSnapshot>,
    opened: Option<PerSecond>,
) -> Option<f64> {
    let service = focus.map(|l| ServiceId::new(scene.snapshot.netns, l.service));
    let is_herd = |alert: &Alert| {
        let is_here = alert.scope == Scope::Host || service.is_some_and(|one| alert.is_about(one));
        alert.rule == RuleId::Herd && is_here
    };
    scene.judgement.multiple(service).or_else(|| {
        if scene.judgement.firing().any(is_herd) {
            return None;
        }
        let usual = usual(scene, focus?).filter(|&rate| rate >= 1.0)?;
        Some(opened?.0 / usual)
    })
}

/// What is usual for a listener: the median second of the last ten minutes, from
/// half a minute on. A herd of seconds does not move a median.
fn usual(scene: Scene<'_>, listener: &ListenerSnapshot) -> Option<f64> {
    const WINDOW: u64 = 600;
    const ENOUGH: u32 = 30;
    let timeline = scene.model.timeline();
    let (now, to) = (timeline.now()?, timeline.second(scene.snapshot.at.mono));
    let opened = &scene.model.history().service(listener.address)?.opened;
    let from = (to + 1).saturating_sub(WINDOW);
    // Of long ago only the means of longer steps are kept.
    let steps = opened.steps(opened.step(from, now), from, to);
    let known: Vec<Bucket> = steps.into_iter().flatten().collect();
    if known.iter().map(|step| step.count).sum::<u32>() < ENOUGH {
        return None;
    }
    let mean = |step: &Bucket| f64::from(step.sum) / f64::from(step.count);
    let mut rates: Vec<f64> = known.iter().map(mean).collect();
    rates.sort_unstable_by(f64::total_cmp);
    rates.get(rates.len() / 2).copied()
}
