//! The state of the screen: what was asked for, and what was last shown.

use std::net::SocketAddr;
use std::time::Duration;

use super::super::filter::Filters;
use super::super::frame::{
    Columns, Drawn, Links, Panel, Panes, Prompt, Recorded, Setting, SettingsPage, Silence,
    SortColumn, View,
};
use super::super::keys::Keys;
use super::drill::Drilling;
use super::found::Palette;
use super::host_list::Hosts;
use super::overlay::{OverlayKind, Reference};
use super::scale::Scale;
use super::shown::{Listed, Rows, Shown};
use super::side::SidePanels;
use super::silence::Silences;
use super::time::Time;
use crate::close::Names;
use crate::detect::{Alert, Moment};
use crate::fmt::Zone;
use crate::model::{Netns, ServiceId};

/// The hints of a first start.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(in crate::app) enum FirstHints {
    /// Not to be shown.
    #[default]
    Gone,
    /// Shown until one of them is followed.
    Shown,
    /// One was followed just now.
    Followed,
}

/// The state of the screen.
#[derive(Debug)]
pub struct App {
    /// Host name, clean.
    pub(in crate::app) host: String,
    /// What is watched, in words.
    pub(in crate::app) watching: String,
    pub(in crate::app) view: View,
    pub(in crate::app) overlay: OverlayKind,
    /// What lies under the help or the palette.
    pub(in crate::app) under: OverlayKind,
    pub(in crate::app) palette: Palette,
    /// Themes that can be named.
    pub(in crate::app) themes: Vec<String>,
    pub(in crate::app) hints: FirstHints,
    /// Many hosts; none where one alone is watched.
    pub(in crate::app) hosts: Option<Hosts>,
    /// The listener chosen by the user; else the busiest service is followed.
    pub(in crate::app) chosen: Option<SocketAddr>,
    /// The busiest service, as last settled.
    pub(in crate::app) busiest: Option<ServiceId>,
    /// Where its listeners are, by the latest snapshot.
    pub(in crate::app) netns: Netns,
    /// Chosen by the user; else all are shown together.
    pub(in crate::app) chosen_target: Option<u32>,
    /// Chosen by the user; else the newest that fires.
    pub(in crate::app) chosen_alert: Option<Listed>,
    pub(in crate::app) silences: Silences,
    /// Which of the commands of the advice in front is selected.
    pub(in crate::app) step: usize,
    /// What the last key has done where that cannot be seen.
    pub(in crate::app) done: Option<String>,
    pub(in crate::app) reference: Reference,
    pub(in crate::app) drilling: Drilling,
    pub(in crate::app) panes: Panes,
    /// The panels beside the charts.
    pub(in crate::app) side: SidePanels,
    /// The panels of the last frame, in reading order.
    pub(in crate::app) panels: Vec<Panel>,
    /// Whether the mouse is ours, and whether its button holds the chart.
    pub(in crate::app) mouse: bool,
    pub(in crate::app) scrubbing: bool,
    /// The user's own names of close codes.
    pub(in crate::app) names: Names,
    /// The time zone of whoever looks.
    pub(in crate::app) zone: Zone,
    pub(in crate::app) keys: Keys,
    /// The settings in force, and which is selected.
    pub(in crate::app) settings: SettingsPage,
    /// What was chosen of the columns of the tables.
    pub(in crate::app) columns: Columns,
    /// Of every list.
    pub(in crate::app) filters: Filters,
    /// The line being typed.
    pub(in crate::app) prompt: Option<Prompt>,
    pub(in crate::app) sort: SortColumn,
    pub(in crate::app) reversed: bool,
    pub(in crate::app) time: Time,
    /// The rows of the last frame, the axis of its chart, and when that was.
    pub(in crate::app) rows: Rows,
    pub(in crate::app) scale: Scale,
    pub(in crate::app) now: Duration,
    /// Things worth saying that are no reading: a config that was not read.
    pub(in crate::app) notes: Vec<String>,
    /// What there is to say of the theme.
    pub look_notes: Vec<String>,
    /// What goes wrong with the run itself: a recording, a command that is told.
    pub faults: Vec<String>,
    /// Where parts of the screen lead.
    pub links: Links,
    /// What is kept with `--record`; none without.
    pub recorded: Option<Recorded>,
    /// Of a recording that is shown: `REPLAY ×20`.
    pub replay: Option<String>,
}

impl App {
    /// The screen at the start.
    #[must_use]
    pub fn new(host: String, watching: String, notes: Vec<String>) -> Self {
        Self {
            host,
            watching,
            view: View::default(),
            overlay: OverlayKind::Nothing,
            under: OverlayKind::Nothing,
            palette: Palette::default(),
            themes: Vec::new(),
            hints: FirstHints::default(),
            hosts: None,
            chosen: None,
            busiest: None,
            netns: Netns::default(),
            rows: Rows::default(),
            chosen_target: None,
            now: Duration::ZERO,
            chosen_alert: None,
            silences: Silences::default(),
            step: 0,
            done: None,
            reference: Reference::default(),
            drilling: Drilling::default(),
            panes: Panes::default(),
            side: SidePanels::default(),
            panels: Vec::new(),
            mouse: false,
            scrubbing: false,
            names: Names::default(),
            zone: Zone::default(),
            keys: Keys::default(),
            settings: SettingsPage::default(),
            columns: Columns::default(),
            filters: Filters::default(),
            prompt: None,
            sort: SortColumn::default(),
            reversed: false,
            time: Time::default(),
            scale: Scale::default(),
            notes,
            look_notes: Vec::new(),
            faults: Vec::new(),
            links: Links::default(),
            recorded: None,
            replay: None,
        }
    }

    /// The same with the user's own names of close codes.
    #[must_use]
    pub fn with_names(self, names: Names) -> Self {
        Self { names, ..self }
    }

    /// Hides what identifies in what is said of this run.
    pub fn redact_notes(&mut self, mut hide: impl FnMut(&str) -> String) {
        self.notes = self.notes.iter().map(|note| hide(note)).collect();
    }

    /// Takes other names of close codes.
    pub fn rename_codes(&mut self, names: Names) {
        self.names = names;
    }

    /// The same for somebody in that time zone.
    #[must_use]
    pub fn in_zone(self, zone: Zone) -> Self {
        Self { zone, ..self }
    }

    /// All times are of that zone from now on.
    pub fn show_in(&mut self, zone: Zone, name: &str) {
        self.zone = zone;
        self.done = Some(format!("times are {name}"));
    }

    /// The time zone of whoever looks.
    #[must_use]
    pub const fn zone(&self) -> Zone {
        self.zone
    }

    /// Takes the user's own keys.
    pub fn bind(&mut self, keys: Keys) {
        self.keys = keys;
    }

    /// Takes the themes that can be named.
    pub fn take_themes(&mut self, names: Vec<String>) {
        self.themes = names;
    }

    /// Shows the hints of a first start until one of them is followed.
    pub const fn welcome(&mut self) {
        self.hints = FirstHints::Shown;
    }

    /// Whether one was followed since this was last asked.
    pub fn take_welcomed(&mut self) -> bool {
        let followed = self.hints == FirstHints::Followed;
        if followed {
            self.hints = FirstHints::Gone;
        }
        followed
    }

    /// Asks whether these files are to be written.
    pub fn ask_to_write(&mut self, files: String) {
        self.prompt = Some(Prompt::Write(files));
    }

    /// What was marked, by its second of history.
    pub fn marks(&self) -> impl Iterator<Item = (u64, &str)> {
        self.time.marks.iter().map(|mark| (mark.second, mark.note.as_str()))
    }

    /// Takes the settings in force, and which config file was read.
    pub fn take_settings(&mut self, mut rows: Vec<Setting>, file: String) {
        rows.extend(self.column_rows());
        self.settings = SettingsPage { rows, file, ..SettingsPage::default() };
    }

    /// One of them is another by now; `from` names where that comes from, if it is
    /// not from where it was.
    pub fn set(&mut self, name: &str, value: &str, from: Option<&str>) {
        let row = self.settings.rows.iter_mut().find(|row| row.name == name);
        let Some(row) = row.filter(|row| row.value != value) else { return };
        value.clone_into(&mut row.value);
        if let Some(from) = from {
            from.clone_into(&mut row.from);
        }
    }

    /// Says something first of all that is said of this run.
    pub fn note(&mut self, note: String) {
        self.notes.insert(0, note);
    }

    /// Says what the last key has done.
    pub fn say(&mut self, done: String) {
        self.done = Some(done);
    }

    /// What was said is over.
    pub fn unsay(&mut self) {
        self.done = None;
    }

    /// Shows a stretch of time so long, or the next longer one there is.
    pub fn fit(&mut self, span: Duration) {
        self.time.fit(span);
    }

    /// A second that was marked in the run that is replayed.
    pub fn mark(&mut self, second: u64, note: String) {
        self.time.mark(second, note);
    }

    /// The time window of the charts.
    #[must_use]
    pub fn window(&self) -> Duration {
        self.time.window()
    }

    /// Whether the picture stands still.
    #[must_use]
    pub fn is_paused(&self) -> bool {
        self.time.cursor().is_some()
    }

    /// The second of history to be fetched before the next frame, if the picture
    /// stands at one.
    #[must_use]
    pub fn wanted(&self) -> Option<u64> {
        self.time.wanted()
    }

    /// Here is the moment of that second.
    pub fn bring(&mut self, second: u64, moment: Moment) {
        self.time.bring(second, moment);
    }

    /// Whether a frame drawn now would differ though no key was pressed; `newest`
    /// is the second of the latest snapshot.
    #[must_use]
    pub fn is_due(&self, newest: u64) -> bool {
        self.time.is_due(newest)
    }

    /// Takes in what a frame shows, for the keys that follow.
    pub fn apply(&mut self, shown: Shown) {
        let Shown { rows, past, scale, now } = shown;
        self.step = self.step.min(rows.commands.saturating_sub(1));
        (self.rows, self.scale, self.now) = (rows, scale, now);
        self.time.past = past;
    }

    /// How that frame came out on a screen, for the keys that follow.
    pub fn drawn(&mut self, drawn: Drawn) {
        self.panes.first = drawn.first;
        self.panels = drawn.panels;
    }

    /// Whether the user has seen it, or will not hear of it for now.
    #[must_use]
    pub fn is_silenced(&self, alert: &Alert) -> bool {
        self.silences.of(alert, self.now) != Silence::Off
    }

    /// Whether the mouse is ours, for the help. The loop says so.
    pub const fn has_mouse(&mut self, has: bool) {
        self.mouse = has;
    }
}
