//! How far back one can go from here, and a moment of which nothing was kept.

use super::super::state::{App, Past};
use super::Frame;
use super::scene::Scene;
use crate::detect::{Alert, AlertState};
use crate::fmt;

/// How far back one can go and where something happened, for the keys.
pub(super) fn reach(app: &App, live: Scene<'_>) -> Past {
    let timeline = live.model.timeline();
    let newest = timeline.second(live.snapshot.at.mono);
    let over = |alert: &Alert| {
        let until = alert.until.filter(|_| alert.state == AlertState::Resolved);
        until.and_then(|until| timeline.at(until))
    };
    let alerts = live.judgement.alerts();
    let mut events: Vec<u64> = alerts
        .flat_map(|alert| [timeline.at(alert.since), over(alert)])
        .flatten()
        .chain(app.time.marks.iter().map(|mark| mark.second))
        .collect();
    events.sort_unstable();
    events.dedup();
    Past {
        newest,
        oldest: live.model.history().oldest().unwrap_or(newest).min(newest),
        events,
        timeline: timeline.clone(),
        alerts: live.judgement.alerts.clone(),
        ago: app.time.ago(newest).map(fmt::ago),
    }
}

/// Where nothing was kept, nothing is said that would be an answer.
pub(super) fn nothing_kept(frame: &mut Frame) {
    const WHY: &str = "nothing is kept of this moment";
    WHY.clone_into(&mut frame.listeners.empty);
    frame.codes.empty = WHY;
    if frame.gauge.is_err() {
        frame.gauge = Err(WHY.to_owned());
    }
}
