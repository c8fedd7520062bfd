//! Connections per second of one listener over the window.

use std::time::Duration;

use chrono::TimeDelta;

use super::frame::{Chart, ChartPoint, Mark};
use super::scene::{Scene, letter};
use super::state::App;
use crate::model::ListenerSnapshot;
use crate::units::PerSecond;

/// The chart of the focused listener, with its sticky axis.
pub(super) fn chart(app: &mut App, scene: Scene<'_>, focus: Option<&ListenerSnapshot>) -> Chart {
    let mut chart = plain(scene, focus, app.window());
    let highest =
        |of: fn(&ChartPoint) -> f64| chart.points.iter().flatten().map(of).fold(0.0, f64::max);
    let threshold = chart.threshold.map_or(0.0, |t| t.0);
    let opened = highest(|p| p.opened).max(threshold);
    let closed = highest(|p| p.closed);
    (chart.top, chart.bottom) = app.scale.fit(scene.snapshot.at.mono, opened, closed);
    chart
}

/// The same without memory: the axis fits what is in it.
pub(super) fn plain(scene: Scene<'_>, focus: Option<&ListenerSnapshot>, window: Duration) -> Chart {
    let timeline = scene.model.timeline();
    let now = timeline.now().unwrap_or(0);
    // A column covers whole steps, so that all of them together reach a little
    // further back than the window.
    let reach = window + window / 4;
    let (step, points) = focus.map_or((Duration::from_secs(1), Vec::new()), |listener| {
        points(scene, listener, now, reach)
    });
    let seconds = step.as_secs().max(1);
    let ends = (now / seconds + 1) * seconds;
    let end = timeline
        .wall(now)
        .unwrap_or(scene.snapshot.at.wall)
        .checked_add_signed(TimeDelta::seconds(i64::try_from(ends - now).unwrap_or(1)))
        .unwrap_or(scene.snapshot.at.wall);
    let highest = |of: fn(&ChartPoint) -> f64| points.iter().flatten().map(of).fold(0.0, f64::max);
    let start = end - TimeDelta::from_std(window).unwrap_or_default();
    let alerts = scene.judge.ledger().alerts();
    Chart {
        scope: focus.map(ListenerSnapshot::label).unwrap_or_default(),
        window,
        end,
        step,
        threshold: scene.judge.arrivals().threshold(),
        top: highest(|p| p.opened).max(10.0),
        bottom: highest(|p| p.closed).max(10.0),
        peak: points.iter().flatten().map(|p| p.opened).reduce(f64::max).map(PerSecond),
        marks: alerts
            .filter(|a| a.since >= start)
            .map(|a| Mark { letter: letter(a), at: a.since, severity: a.severity })
            .collect(),
        points,
    }
}

/// The history, and on top of it what is known of the seconds since the last
/// walk: in those nothing told means nothing happened.
fn points(
    scene: Scene<'_>,
    listener: &ListenerSnapshot,
    now: u64,
    window: Duration,
) -> (Duration, Vec<Option<ChartPoint>>) {
    let Some(history) = scene.model.history().listener(listener.address) else {
        return (Duration::from_secs(1), Vec::new());
    };
    let from = (now + 1).saturating_sub(window.as_secs());
    let seconds = history.opened.step(from, now);
    let step = Duration::from_secs(seconds);
    let closed = history.closed.steps(seconds, from, now);
    let mut points: Vec<Option<ChartPoint>> = history
        .opened
        .steps(seconds, from, now)
        .into_iter()
        .zip(closed)
        .map(|both| {
            let (opened, closed) = (both.0?, both.1?);
            Some(ChartPoint { opened: f64::from(opened.max), closed: f64::from(closed.max) })
        })
        .collect();
    let Some(walked) = listener.walked else { return (step, points) };
    let last = now / seconds;
    let at = |second: u64| {
        let back = usize::try_from(last.checked_sub(second / seconds)?).ok()?;
        points.len().checked_sub(back + 1)
    };
    let mut sums: Vec<(usize, f64, f64)> = Vec::new();
    for second in scene.model.timeline().second(walked)..=now {
        if let Some(at) = at(second) {
            let (opened, closed) = scene.model.since_walk(listener.address, second);
            sums.push((at, opened, closed));
        }
    }
    for (at, opened, closed) in sums {
        let point = points[at].get_or_insert_default();
        if seconds == 1 {
            point.opened += opened;
            point.closed += closed;
        } else {
            point.opened = point.opened.max(opened);
            point.closed = point.closed.max(closed);
        }
    }
    (step, points)
}

/// The last five minutes in sixty steps, for a row of the table.
pub(super) fn spark(scene: Scene<'_>, listener: &ListenerSnapshot) -> Vec<Option<f64>> {
    const STEPS: usize = 60;
    let now = scene.model.timeline().now().unwrap_or(0);
    let (_, points) = points(scene, listener, now, SPARK_WINDOW);
    let per_step = points.len().div_ceil(STEPS).max(1);
    let highest =
        |chunk: &[Option<ChartPoint>]| chunk.iter().flatten().map(|p| p.opened).reduce(f64::max);
    points.chunks(per_step).map(highest).collect()
}

/// How far back the sparklines go.
pub(super) const SPARK_WINDOW: Duration = Duration::from_mins(5);
