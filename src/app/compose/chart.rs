//! Connections per second of one listener over the window.

use std::net::SocketAddr;
use std::time::Duration;

use chrono::{DateTime, TimeDelta, Utc};

use super::super::frame::{Chart, ChartPoint, Mark, View, letter};
use super::super::state::{App, Scale};
use super::fit;
use super::scene::Scene;
use crate::detect::{Judgement, Severity};
use crate::model::{Connections, ListenerSnapshot};
use crate::units::PerSecond;

/// The listeners themselves are kept for two days, all of them together for two
/// weeks.
const OWN: Duration = Duration::from_hours(48);

/// The chart of the focused listener, and its axis, which sticks. `latest` knows the
/// events after the moment of the scene, which the chart may show as well.
pub(super) fn chart(app: &App, scene: Scene<'_>, latest: &Judgement) -> (Chart, Scale) {
    let end = app.time.end();
    let focus = app.focus(scene.snapshot).map(|service| service.socket());
    let whose = if app.view == View::Hosts { Charted::All } else { Charted::Service(focus) };
    let mut chart = stretch(scene, whose, app.window(), end);
    // The axis sticks to what moves; another stretch of the past has its own.
    let mut scale = if app.time.is_moved() { Scale::default() } else { app.scale };
    (chart.top, chart.bottom) = scale.fit(scene.snapshot.at.mono, chart.top, chart.bottom);
    let kept = if app.time.is_moved() { app.scale } else { scale };
    let timeline = scene.model.timeline();
    chart.cursor = cursor(app, scene);
    chart.marks = marks(latest, &chart);
    let own = app.time.marks.iter().filter_map(|mark| timeline.wall(mark.second));
    let shown = start(&chart)..=chart.end;
    let inside = own.filter(|at| shown.contains(at));
    chart.marks.extend(inside.map(|at| Mark { letter: '*', at, severity: Severity::Ok }));
    (chart, kept)
}

/// The same of a listener that may not be in focus, without memory: the axis fits
/// what is in it.
pub(super) fn plain(app: &App, scene: Scene<'_>, address: SocketAddr) -> Chart {
    let whose = Charted::Service(Some(address));
    let mut chart = stretch(scene, whose, app.window(), app.time.end());
    chart.cursor = cursor(app, scene);
    chart.marks = marks(scene.judgement, &chart);
    chart
}

/// The moment looked at, where the chart goes on beyond it.
fn cursor(app: &App, scene: Scene<'_>) -> Option<DateTime<Utc>> {
    let (cursor, end) = (app.time.cursor()?, app.time.end()?);
    if cursor < end { scene.model.timeline().wall(cursor) } else { None }
}

/// What the chart is of.
#[derive(Debug, Clone, Copy)]
enum Charted {
    /// All that is watched, together.
    All,
    /// The service in focus, if there is one.
    Service(Option<SocketAddr>),
}

/// So long a stretch of history up to `end`, or up to now, as far back as there is
/// data; its axis ends at the highest second.
fn stretch(scene: Scene<'_>, whose: Charted, window: Duration, end: Option<u64>) -> Chart {
    let timeline = scene.model.timeline();
    let last = end.or_else(|| timeline.now()).unwrap_or(0);
    // A column covers whole steps, so that all of them together reach a little
    // further back than the window.
    let reach = window + window / 4;
    let none = || (Duration::from_secs(1), Vec::new());
    let (step, mut points) = match whose {
        Charted::All => all(scene, last, reach),
        Charted::Service(Some(_)) if window > OWN => all(scene, last, reach),
        Charted::Service(Some(address)) => points(scene, Whose::Service(address), last, reach),
        Charted::Service(None) if is_log_alone(scene) => of_log(scene, last, reach),
        Charted::Service(None) => none(),
    };
    let seconds = step.as_secs().max(1);
    add_errors(&mut points, scene, last / seconds, seconds);
    let ends = (last / seconds + 1) * seconds;
    let end = timeline
        .wall(last)
        .unwrap_or(scene.snapshot.at.wall)
        .checked_add_signed(TimeDelta::seconds(i64::try_from(ends - last).unwrap_or(1)))
        .unwrap_or(scene.snapshot.at.wall);
    let highest = |of: fn(&ChartPoint) -> f64| points.iter().flatten().map(of).fold(0.0, f64::max);
    Chart {
        scope: match whose {
            Charted::All => "all hosts".to_owned(),
            Charted::Service(Some(address)) => scope(scene, address, window),
            Charted::Service(None) if is_log_alone(scene) => "the log".to_owned(),
            Charted::Service(None) => String::new(),
        },
        window: fit::window(window, step, &points),
        asked: window,
        end,
        step,
        cursor: None,
        threshold: scene.judgement.herd.threshold,
        top: highest(|p| p.opened).max(10.0),
        bottom: highest(|p| p.closed).max(10.0),
        peak: points.iter().flatten().map(|p| p.opened).reduce(f64::max).map(PerSecond),
        errors: points.iter().flatten().filter_map(|p| p.errors).reduce(f64::max).map(PerSecond),
        marks: Vec::new(),
        points,
    }
}

/// Whether what the log tells is all there is: no socket is watched.
fn is_log_alone(scene: Scene<'_>) -> bool {
    !scene.snapshot.watches_sockets && scene.model.history().log().is_some()
}

/// Opened and closed connections as the log tells them.
fn of_log(scene: Scene<'_>, last: u64, reach: Duration) -> (Duration, Vec<Option<ChartPoint>>) {
    let Some(log) = scene.model.history().log() else {
        return (Duration::from_secs(1), Vec::new());
    };
    let now = scene.model.timeline().now().unwrap_or(last);
    let from = (last + 1).saturating_sub(reach.as_secs());
    let step = log.opened.step(from, now);
    let opened = log.opened.steps(step, from, last);
    let closed = log.closed.steps(step, from, last);
    let points = opened.into_iter().zip(closed).map(|(opened, closed)| {
        let (opened, closed) = (f64::from(opened?.max), f64::from(closed?.max));
        Some(ChartPoint { opened, closed, ..ChartPoint::default() })
    });
    (Duration::from_secs(step), points.collect())
}

/// What the log told in the same steps, the newest being `newest`.
fn add_errors(points: &mut [Option<ChartPoint>], scene: Scene<'_>, newest: u64, step: u64) {
    let Some(log) = scene.model.history().log() else { return };
    let behind = (newest + 1) * step - 1;
    let from = (newest + 1).saturating_sub(points.len() as u64) * step;
    let steps = log.errors.steps(step, from, behind);
    for (point, errors) in points.iter_mut().rev().zip(steps.into_iter().rev()) {
        if let (Some(point), Some(errors)) = (point, errors) {
            point.errors = Some(f64::from(errors.max));
        }
    }
}

fn scope(scene: Scene<'_>, address: SocketAddr, window: Duration) -> String {
    if window > OWN {
        return "all listeners".to_owned();
    }
    let listener = scene.snapshot.focused(Some(address));
    listener.map_or_else(|| format!(":{}", address.port()), ListenerSnapshot::label)
}

fn start(chart: &Chart) -> DateTime<Utc> {
    chart.end - TimeDelta::from_std(chart.window).unwrap_or_default()
}

/// The letters of the events in the chart.
fn marks(judgement: &Judgement, chart: &Chart) -> Vec<Mark> {
    let inside = start(chart)..=chart.end;
    let alerts = judgement.alerts().filter(|alert| inside.contains(&alert.since));
    alerts.map(|a| Mark { letter: letter(a), at: a.since, severity: a.severity }).collect()
}

/// The steps of a history, the highest second of each.
fn settled(
    history: &Connections,
    (last, now): (u64, u64),
    window: Duration,
) -> (u64, Vec<Option<ChartPoint>>) {
    let from = (last + 1).saturating_sub(window.as_secs());
    let step = history.opened.step(from, now);
    let opened = history.opened.steps(step, from, last);
    let closed = history.closed.steps(step, from, last);
    let open = history.open.steps(step, from, last);
    let all = opened.into_iter().zip(closed).zip(open).map(|((opened, closed), open)| {
        let (opened, closed) = (f64::from(opened?.max), f64::from(closed?.max));
        let open = open.map(|open| f64::from(open.last));
        Some(ChartPoint { opened, closed, open, errors: None })
    });
    (step, all.collect())
}

/// All watched listeners together.
fn all(scene: Scene<'_>, last: u64, window: Duration) -> (Duration, Vec<Option<ChartPoint>>) {
    let now = scene.model.timeline().now().unwrap_or(last);
    let (step, points) = settled(scene.model.history().all(), (last, now), window);
    (Duration::from_secs(step), points)
}

/// Whose connections are charted.
#[derive(Debug, Clone, Copy)]
enum Whose {
    /// Those of the service that listens at this address, over all its addresses.
    Service(SocketAddr),
    /// Those of this address alone.
    Listener(SocketAddr),
}

/// The history of a listener, and on top of it what is known of the seconds
/// since the last walk: in those nothing told means nothing happened.
fn points(
    scene: Scene<'_>,
    whose: Whose,
    last: u64,
    window: Duration,
) -> (Duration, Vec<Option<ChartPoint>>) {
    let timeline = scene.model.timeline();
    let now = timeline.now().unwrap_or(last);
    let history = match whose {
        Whose::Service(at) => {
            let name = scene.snapshot.service_of(at).socket();
            scene.model.history().service(name)
        }
        Whose::Listener(address) => scene.model.history().listener(address),
    };
    let Some(history) = history else {
        return (Duration::from_secs(1), Vec::new());
    };
    let (seconds, mut points) = settled(history, (last, now), window);
    let step = Duration::from_secs(seconds);
    let Some(walked) = scene.model.walked() else { return (step, points) };
    let newest = last / seconds;
    let at = |second: u64| {
        let back = usize::try_from(newest.checked_sub(second / seconds)?).ok()?;
        points.len().checked_sub(back + 1)
    };
    let mut sums: Vec<(usize, f64, f64)> = Vec::new();
    for second in timeline.second(walked)..=last {
        if let Some(at) = at(second) {
            let (opened, closed) = match whose {
                Whose::Service(at) => scene.model.since_walk_of_service(at, second),
                Whose::Listener(address) => scene.model.since_walk(address, second),
            };
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
/// That of a service as a whole where `is_whole`.
pub(super) fn spark(
    scene: Scene<'_>,
    listener: &ListenerSnapshot,
    is_whole: bool,
    held: bool,
) -> Vec<Option<f64>> {
    const STEPS: usize = 60;
    let timeline = scene.model.timeline();
    // Of a moment of the past up to it; live the second under way too.
    let moment = timeline.second(scene.snapshot.at.mono);
    let last = if held { moment } else { timeline.now().unwrap_or(moment) };
    let of = if is_whole { Whose::Service } else { Whose::Listener };
    let (_, points) = points(scene, of(listener.address), last, SPARK_WINDOW);
    let per_step = points.len().div_ceil(STEPS).max(1);
    let highest =
        |chunk: &[Option<ChartPoint>]| chunk.iter().flatten().map(|p| p.opened).reduce(f64::max);
    points.chunks(per_step).map(highest).collect()
}

/// How far back the sparklines go.
pub(super) const SPARK_WINDOW: Duration = Duration::from_mins(5);
