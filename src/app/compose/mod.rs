//! From model, judge and the state of the screen to one frozen frame.
//!
//! Everything here reads; what the frame shows, which the next key is about, comes
//! back beside it.

mod alerts;
mod chart;
mod codes;
mod details;
mod events;
mod fit;
mod header;
mod hero;
mod keys;
mod limits;
mod listeners;
mod overlay;
mod past;
mod probe_details;
mod probes;
mod reference;
mod scene;

pub use scene::Scene;

use super::frame::{Frame, Input};
use super::state::{App, Rows, Shown};
use crate::detect::advice;

/// The frame of this moment, or of the one it was paused at, and what it shows.
#[must_use]
pub fn compose(app: &App, live: Scene<'_>) -> (Frame, Shown) {
    let past = past::reach(app, live);
    let held = app.time.moment();
    let scene = held.map_or(live, |held| Scene {
        judgement: &held.judgement,
        snapshot: &held.snapshot,
        ..live
    });
    let (table, listeners) = listeners::table(app, scene);
    let mut rows = Rows {
        listeners,
        targets: scene.snapshot.targets.iter().map(|target| target.id).collect(),
        worst_target: probes::worst(scene),
        alerts: scene.judgement.alerts.clone(),
        // Of what lay over the screen last, until it does again.
        codes: app.rows.codes.clone(),
        commands: app.rows.commands,
        copyable: None,
    };
    let focus = scene.snapshot.focused(app.focus());
    // What came after the moment of the scene is on its chart too.
    let (chart, scale) = chart::chart(app, scene, live.judgement);
    let alerts = alerts::list(app, scene, &rows);
    let sentence = alerts.rows.get(alerts.selected).map(|row| row.sentence.clone());
    rows.copyable = sentence.filter(|_| app.lists_alerts());
    let overlay = overlay::overlay(app, scene, &chart, &mut rows);
    rows.copyable = overlay::copyable(&overlay).or(rows.copyable);
    let mut frame = Frame {
        view: app.view,
        header: header::header(app, scene.snapshot, &past),
        verdict: scene.judgement.verdict.clone(),
        silence: alerts::silence(app, scene),
        hero: hero::hero(scene, focus),
        gauge: limits::gauge(scene, focus),
        limits: limits::limit_rows(scene, focus),
        application: scene.snapshot.application.as_ref().map(limits::own_count),
        accept_queue: focus.and_then(|l| limits::accept_queue(scene, l)),
        probes: probes::probes(app, scene, &chart),
        chart,
        focused: focus.and_then(|l| details::details(app, scene, l.address)).map(Box::new),
        listeners: table,
        codes: codes::table(app, scene),
        events: events::events(app, scene),
        next: advice::of_verdict(scene.judgement, scene.snapshot, app.focus()),
        alerts,
        overlay,
        side: app.side.shown().to_vec(),
        panes: app.panes,
        input: input(app),
        hints: keys::hints(app, &rows),
        keys: app.keys.clone(),
        notes: header::notes(app, scene.snapshot),
    };
    if held.is_some_and(|held| held.missing) {
        past::nothing_kept(&mut frame);
    }
    (frame, Shown { rows, past, scale, now: live.snapshot.at.mono })
}

/// The line being typed.
fn input(app: &App) -> Option<Input> {
    let prompt = app.prompt.clone()?;
    Some(Input { prompt, fault: app.filter_fault() })
}
