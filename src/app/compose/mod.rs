//! From model, judge and the state of the screen to one frozen frame.
//!
//! `view` draws the [`Frame`] and knows nothing else: same frame, same theme, same
//! bytes. Pausing keeps a frame while the model goes on. Everything here reads; what
//! the frame shows, which the next key is about, comes back beside it.
//!
//! A panel is one file: its builder, and its values where the state of the screen has
//! nothing to do with them; else these stand in `frame`.

mod alerts;
mod chart;
mod codes;
mod connections;
mod details;
mod events;
mod fit;
mod header;
mod hero;
mod host;
mod hosts;
mod keys;
mod limits;
mod listeners;
mod overlay;
mod palette;
mod past;
mod probe_details;
mod probes;
mod reference;
mod rule;
mod scene;
mod statement;

pub use scene::Scene;

use super::action::Hint;
use super::filter::List;
use super::frame::{
    AcceptQueue, AlertList, Breakdown, Chart, CodeTable, Columns, EventRow, Gauge, Header, Hero,
    HostFacts, HostTable, Input, LimitRow, Links, Mode, Overlay, Panel, Panes, Probes, Silence,
    Table, View,
};
use super::keys::Keys;
use super::state::{App, Rows, Shown};
use crate::detect::advice::{self, Advice};
use crate::detect::{Severity, Verdict};
use crate::model::ApplicationSnapshot;
use statement::Statement;

/// One picture.
#[derive(Debug, Clone, PartialEq)]
pub struct Frame {
    /// Which of the screens it is.
    pub view: View,
    /// The top line.
    pub header: Header,
    /// The banner.
    pub verdict: Verdict,
    /// Whether the banner may shout.
    pub silence: Silence,
    /// The big numbers; those of the focused listener.
    pub hero: Hero,
    /// The binding limit, or why there is none yet.
    pub gauge: Result<Gauge, String>,
    /// Why the capacity that was given is held against nothing: then that is what stands
    /// in the place of the limit.
    pub which_capacity: Option<String>,
    /// The other limits, most urgent first.
    pub limits: Vec<LimitRow>,
    /// The accept queue of the focused listener: its own line, never the gauge.
    pub accept_queue: Option<AcceptQueue>,
    /// What the application itself counts, with `--metrics-url`.
    pub application: Option<ApplicationSnapshot>,
    /// Connections per second.
    pub chart: Chart,
    /// The listener in focus, for the panels beside the charts; none where nothing
    /// listens.
    pub focused: Option<Breakdown>,
    /// What the host counts over all its ports.
    pub host: HostFacts,
    /// The table of listeners, or what would fill it.
    pub listeners: Table,
    /// The hosts of a fleet; none where one alone is watched.
    pub hosts: Option<HostTable>,
    /// What the probes see.
    pub probes: Probes,
    /// What ended connections.
    pub codes: CodeTable,
    /// Alerts and events, newest first.
    pub events: Vec<EventRow>,
    /// What the runbook would do next about the verdict.
    pub next: Advice,
    /// Every alert, for the timeline.
    pub alerts: AlertList,
    /// What lies over the screen.
    pub overlay: Overlay,
    /// The panels beside the charts, in the user's order.
    pub side: Vec<Panel>,
    /// The columns that were chosen for the tables.
    pub columns: Columns,
    /// Where its parts lead.
    pub links: Links,
    /// The panel in front, and where the tables begin.
    pub panes: Panes,
    /// A line being typed, else none.
    pub input: Option<Input>,
    /// What the keys do now, most useful first.
    pub hints: Vec<Hint>,
    /// The keys in force, for sentences that name one.
    pub keys: Keys,
    /// What is denied, lost or estimated, one sentence each, worst first.
    pub notes: Vec<String>,
}

impl Frame {
    /// The title of the window: how bad, what, where. While all is well it has
    /// no numbers, which would change it every second. A verdict of the past is
    /// none to be alarmed by.
    #[must_use]
    pub fn title(&self) -> String {
        let (verdict, host) = (&self.verdict, &self.header.host);
        let replay = if self.header.replay.is_some() { "REPLAY " } else { "" };
        match verdict.severity {
            _ if self.header.mode == Mode::Paused => format!("{replay}PAUSED - herdtop {host}"),
            Severity::Ok => format!("{replay}{} - herdtop {host}", verdict.severity.word()),
            bad => {
                let seen = self.silence.word().map_or(String::new(), |word| format!(" ({word})"));
                format!("{replay}{} {}{seen} - herdtop {host}", bad.word(), verdict.brief)
            }
        }
    }
}

/// The frame of this moment, or of the one it was paused at, and what it shows.
#[expect(clippy::too_many_lines, reason = "a line for each part of a frame")]
#[must_use]
pub fn compose(app: &App, live: Scene<'_>) -> (Frame, Shown) {
    let past = past::reach(app, live);
    let held = app.time.moment();
    let scene = held.map_or(live, |held| Scene {
        judgement: &held.judgement,
        snapshot: &held.snapshot,
        ..live
    });
    let (mut table, listeners) = listeners::table(app, scene);
    let (hosts, labels) = hosts::table(app);
    let mut rows = Rows {
        listeners,
        hosts: labels,
        targets: probes::shown(app, scene).iter().map(|target| target.id).collect(),
        worst_target: probes::worst(scene),
        alerts: scene.judgement.alerts.clone(),
        ..app.rows.of_last_overlay()
    };
    let service = app.focus(scene.snapshot).map(|service| service.socket());
    let focus = scene.snapshot.focused(service);
    // What came after the moment of the scene is on its chart too.
    let (chart, scale) = chart::chart(app, scene, live.judgement);
    let said = Statement::of(scene, focus, &chart);
    listeners::say(&mut table, &said);
    let alerts = alerts::list(app, scene, &mut rows);
    let sentence = alerts.rows.get(alerts.selected).map(|row| row.sentence().to_owned());
    rows.copyable = sentence.filter(|_| app.lists_alerts());
    let overlay = overlay::overlay(app, scene, &chart, live.snapshot.at.mono, &mut rows);
    rows.copyable = overlay::copyable(&overlay).or(rows.copyable);
    let mut frame = Frame {
        view: app.view,
        header: header::header(app, scene.snapshot, &past),
        verdict: scene.judgement.verdict.clone(),
        silence: alerts::silence(app, scene),
        hero: hosts::of_all(app, hero::hero(scene, &said)),
        gauge: limits::gauge(scene, focus),
        which_capacity: limits::which_capacity(scene).map(str::to_owned),
        limits: limits::limit_rows(scene, focus),
        application: scene.snapshot.application.clone(),
        accept_queue: focus.and_then(|l| limits::accept_queue(scene, l)),
        probes: probes::probes(app, scene, &chart),
        chart,
        focused: focus.map(|l| details::breakdown(app, scene, l)),
        host: host::facts(scene.snapshot),
        listeners: table,
        hosts,
        codes: codes::table(app, scene, focus),
        events: events::events(app, scene),
        next: advice::of_verdict(scene.judgement, scene.snapshot, service),
        alerts,
        overlay,
        side: app.side.shown().to_vec(),
        columns: app.columns.clone(),
        links: links(app, scene),
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

/// Where its parts lead, the verdict to what it speaks of.
fn links(app: &App, scene: Scene<'_>) -> Links {
    let leading = scene.judgement.leading().map(|alert| alert.rule);
    Links { leading, ..app.links.clone() }
}

/// The line being typed.
fn input(app: &App) -> Option<Input> {
    let prompt = app.prompt.clone()?;
    let terms = app.list_in_front().map_or("", List::terms);
    Some(Input { prompt, fault: app.filter_fault(), terms })
}
