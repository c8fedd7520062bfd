//! The screen and whoever sits at it, the same over a host, a recording and a log:
//! keys, mouse, signals, the look, and the moment that is looked at.

use std::future::pending;
use std::ops::ControlFlow;
use std::path::PathBuf;
use std::pin::Pin;
use std::time::Duration;

use chrono::{DateTime, Utc};
use tokio::time::{Sleep, sleep};

use super::analysis::Analysis;
use super::look::CurrentLook;
use super::shown::{Marked, Shown};
use super::signals::{Asked, Signals};
use crate::app::{self, App, Effect, Scene};
use crate::cli::SyncChoice;
use crate::config::{self, Remembered, Settings};
use crate::detect::Moment;
use crate::fmt::{self, Zone};
use crate::sample::ConnectionQuery;
use crate::term::{self, Screen, TermEvent, TermEvents};

/// The exit code of a run whose terminal has gone away: as by SIGHUP, which comes
/// with it.
pub(super) const HANG_UP: u8 = 129;

/// How soon a frame that found the terminal busy is tried again.
const AGAIN: Duration = Duration::from_millis(50);

/// How the screen is taken.
#[derive(Debug, Clone, Copy)]
pub(super) struct TerminalOptions {
    /// The mouse is ours.
    pub(super) mouse: bool,
    /// Frames are sent as synchronized updates.
    pub(super) synchronized: bool,
    /// The terminal follows links (OSC 8).
    pub(super) links: bool,
}

impl TerminalOptions {
    pub(super) fn of(settings: &Settings) -> Self {
        let links = term::follows_links();
        Self { mouse: settings.mouse, synchronized: synchronized(settings), links }
    }
}

/// Whether frames are sent as synchronized updates (DEC private mode 2026).
/// Not in tmux unless asked for: up to 3.6 it ignores them, 3.7 repaints the whole
/// pane for each, 9 800 bytes where 49 had changed.
fn synchronized(settings: &Settings) -> bool {
    match settings.sync {
        SyncChoice::Auto => std::env::var_os("TMUX").is_none(),
        SyncChoice::On => true,
        SyncChoice::Off => false,
    }
}

/// The terminal while it is ours, and the state of the screen.
pub(super) struct Console {
    pub(super) app: App,
    pub(super) screen: Screen,
    pub(super) current_look: CurrentLook,
    /// The one that was asked for, UTC, the machine's own.
    zones: [Zone; 3],
    signals: Signals,
    events: TermEvents,
    /// A frame was left out: what was told last is not on the screen. Nothing else
    /// may come that would draw it, as when a log has ended.
    again: Option<Pin<Box<Sleep>>>,
    /// What is written where, once that is confirmed.
    pub(super) planned: Option<Planned>,
    /// The settings in force, where they can be changed.
    pub(super) settings: Option<Box<Settings>>,
    /// Which single connections are read; none while nobody looks at them.
    asked: Option<ConnectionQuery>,
}

/// What was asked about and is written once that is confirmed.
pub(super) enum Planned {
    /// The report of the last hour.
    Report(PathBuf),
    /// Settings, by name and as typed.
    Settings(Vec<(String, Vec<String>)>),
}

/// What came from outside.
#[derive(Debug, Clone, Copy)]
pub(super) enum Outside {
    Signal(Asked),
    Hand(TermEvent),
    /// The look is another, or what there is to say of it.
    Look,
    /// The frame that was left out is due again.
    Again,
}

impl Console {
    /// Takes the terminal.
    pub(super) fn take(
        mut app: App,
        options: TerminalOptions,
        current_look: CurrentLook,
        signals: Signals,
    ) -> std::io::Result<Self> {
        let TerminalOptions { mouse, synchronized, links } = options;
        app.has_mouse(mouse);
        current_look.tell(&mut app, None);
        let screen = Screen::take(mouse, synchronized, links)?;
        let events = TermEvents::start()?;
        let zones = [app.zone(), Zone::default(), config::local_zone()];
        Ok(Self {
            app,
            screen,
            current_look,
            zones,
            signals,
            events,
            again: None,
            planned: None,
            settings: None,
            asked: None,
        })
    }

    /// What comes next, signals first. May be dropped while it waits.
    pub(super) async fn outside(&mut self) -> Outside {
        tokio::select! {
            biased;
            asked = self.signals.next() => Outside::Signal(asked),
            did = self.events.next() => Outside::Hand(did),
            () = self.current_look.changed() => Outside::Look,
            () = due(&mut self.again) => Outside::Again,
        }
    }

    /// Carries it out: whether to draw, or the exit code to leave with.
    pub(super) fn carry_out(
        &mut self,
        shown: &mut impl Shown,
        input: Outside,
    ) -> std::io::Result<ControlFlow<u8, bool>> {
        let draw = match input {
            Outside::Signal(Asked::End(code)) => return Ok(ControlFlow::Break(code)),
            Outside::Signal(Asked::Stop) => self.screen.suspend().map(|()| true)?,
            Outside::Signal(Asked::Continued) => self.screen.resume().map(|()| true)?,
            // The terminal's own end: nobody is left to show anything to.
            Outside::Hand(TermEvent::Gone) => return Ok(ControlFlow::Break(HANG_UP)),
            Outside::Hand(TermEvent::Resized) => {
                self.screen.redraw();
                true
            }
            Outside::Hand(TermEvent::Key(key)) => {
                let effect = self.app.key(key).1;
                return self.effect(shown, effect);
            }
            Outside::Hand(TermEvent::Pointer(pointer)) => {
                let hit = self.screen.hit(pointer, &self.current_look.look);
                let effect = self.app.point(pointer.gesture, hit);
                return self.effect(shown, effect);
            }
            // A theme file that was saved anew may have another name.
            Outside::Look => {
                self.current_look.tell(&mut self.app, None);
                true
            }
            Outside::Again => true,
        };
        Ok(ControlFlow::Continue(draw))
    }

    fn effect(
        &mut self,
        shown: &mut impl Shown,
        effect: Effect,
    ) -> std::io::Result<ControlFlow<u8, bool>> {
        let Self { app, screen, current_look, zones, .. } = self;
        if app.take_welcomed() {
            // Shown once more they do no harm.
            let _ = Remembered::change(|remembered| remembered.hints_used = true);
        }
        match effect {
            Effect::Quit => return Ok(ControlFlow::Break(0)),
            Effect::Nothing => return Ok(ControlFlow::Continue(false)),
            Effect::Draw => {}
            Effect::ProbeNow => shown.probe_now(),
            Effect::NextTheme | Effect::NextMarker | Effect::Theme(_) => {
                current_look.change(&effect);
                current_look.tell(app, Some("key"));
            }
            Effect::Redraw => screen.redraw(),
            Effect::WalkNow => {
                shown.walk();
                // What is looked at is read again too.
                self.asked = None;
            }
            Effect::Mouse(ours) => {
                screen.mouse(ours)?;
                app.set("no-mouse", if ours { "no" } else { "yes" }, Some("key"));
            }
            Effect::Arranged(side) => {
                let kept = Remembered::change(|remembered| remembered.panels = Some(side));
                if let Err(fault) = kept {
                    app.say(format!("panels {fault}"));
                }
            }
            Effect::Columns { table, kept } => keep_columns(app, table, kept),
            Effect::NextZone => {
                let session = &shown.analysis().session;
                let at = session.snapshot().map_or_else(Default::default, |s| s.at.wall);
                let zone = next_zone(zones, app.zone(), at);
                app.show_in(zone, &zone.name(at));
                shown.analysis_mut().zone = zone;
            }
            Effect::Suspend => screen.suspend()?,
            Effect::Copy(text) => screen.copy(&text)?,
            Effect::AskExport => self.ask_to_export(),
            Effect::HandOver => self.hand_over(shown)?,
            Effect::AskKeep => self.ask_to_keep(),
            Effect::Set { name, typed } => self.change(shown, name, &typed)?,
            Effect::Write => self.write(shown),
            Effect::Mark { second, note } => {
                shown.analysis_mut().session.note(second);
                shown.mark(second, note);
            }
        }
        Ok(ControlFlow::Continue(true))
    }

    /// Whether the picture would be another by now.
    pub(super) fn is_due(&self, analysis: &Analysis) -> bool {
        let session = &analysis.session;
        let latest = session.snapshot().map(|snapshot| snapshot.at.mono);
        latest.is_none_or(|at| self.app.is_due(session.model.timeline().second(at)))
    }

    /// Draws what was derived last, or the moment the user looks at.
    pub(super) fn show(&mut self, shown: &mut impl Shown) -> std::io::Result<()> {
        self.note_marks(shown.take_marks());
        self.app.recorded = shown.recorded();
        self.app.links.recording = shown.recording_url();
        if let Some(badge) = shown.badge() {
            self.app.replay = Some(badge);
        }
        let Analysis { session, faults, .. } = shown.analysis();
        let Some(Moment { snapshot, judgement, .. }) = &session.latest else { return Ok(()) };
        self.app.follow(snapshot, session.busiest());
        if let Some(second) = self.app.wanted()
            && let Some(moment) = shown.moment(second)
        {
            self.app.bring(second, moment);
        }
        self.app.look_notes = self.current_look.notes();
        self.app.faults.clone_from(faults);
        let (model, thresholds) = (&session.model, session.judge.thresholds());
        let scene = Scene { model, thresholds, judgement, snapshot };
        let (frame, rows) = app::compose(&self.app, scene);
        self.app.apply(rows);
        let query = self.app.asks(snapshot);
        self.screen.title(&frame.title())?;
        self.screen.draw(frame, &self.current_look.look)?;
        self.again = self.screen.is_behind().then(|| Box::pin(sleep(AGAIN)));
        self.app.drawn(self.screen.drawn());
        if query != self.asked {
            self.asked.clone_from(&query);
            shown.ask_connections(query);
        }
        Ok(())
    }

    fn note_marks(&mut self, marks: Vec<Marked>) {
        for Marked { at, second, note } in marks {
            let clock = fmt::clock(&self.app.zone().local(at));
            self.app.note(format!("{clock}: {note}"));
            if let Some(second) = second {
                self.app.mark(second, note);
            }
        }
    }
}

/// Remembers the columns of a table for the next run.
fn keep_columns(app: &mut App, table: &str, columns: Option<String>) {
    let kept = Remembered::change(|remembered| {
        match columns {
            Some(columns) => remembered.columns.insert(table.to_owned(), columns),
            None => remembered.columns.remove(table),
        };
    });
    if let Err(fault) = kept {
        app.say(format!("columns {fault}"));
    }
}

/// The first of them after this one that has another name.
fn next_zone(zones: &[Zone; 3], now: Zone, at: DateTime<Utc>) -> Zone {
    let name = now.name(at);
    let from = zones.iter().position(|zone| zone.name(at) == name).unwrap_or(0);
    let others = zones.iter().cycle().skip(from).take(zones.len() + 1);
    others.copied().find(|zone| zone.name(at) != name).unwrap_or(now)
}

/// Its time has come, if it has one.
async fn due(again: &mut Option<Pin<Box<Sleep>>>) {
    match again {
        Some(again) => again.await,
        None => pending().await,
    }
}

/// The exit code of a run whose terminal went away meanwhile is that of SIGHUP.
pub(super) fn without_hang_up(outcome: anyhow::Result<u8>) -> anyhow::Result<u8> {
    match outcome {
        Err(error) if is_hang_up(&error) => Ok(HANG_UP),
        outcome => outcome,
    }
}

/// A terminal that is gone answers every write with `EIO`.
fn is_hang_up(error: &anyhow::Error) -> bool {
    let gone = rustix::io::Errno::IO.raw_os_error();
    error.downcast_ref::<std::io::Error>().is_some_and(|e| e.raw_os_error() == Some(gone))
}
