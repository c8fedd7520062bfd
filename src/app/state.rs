//! What the user has asked for, and how a key changes it.

use std::net::SocketAddr;
use std::time::Duration;

use super::action::{ACTIONS, Action};
use super::frame::{HelpGroup, Panel, Panes, Recorded, Setting, SettingsPage, SortColumn, View};
use super::hush::{Hushed, Known};
use super::key::Key;
use super::keys::Keys;
use super::pointer::MOUSE;
use super::reference::Span;
use super::scale::Scale;
use super::time::Time;
use crate::close::Names;
use crate::detect::Moment;
use crate::model::Snapshot;

/// What lies over the main screen.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Cover {
    Nothing,
    Help,
    Details(SocketAddr),
    /// A target of the probes, by its number.
    Target(u32),
    Codes,
    Settings,
    /// What to do about the verdict.
    Advice,
    /// What to do about an alert, by its number.
    Alert(u64),
}

/// The close codes while they lie over the screen.
#[derive(Debug, Default)]
pub(super) struct Reference {
    /// The rows as last shown.
    pub(super) rows: Vec<Span>,
    /// The selected one.
    pub(super) chosen: Option<Span>,
    /// Whether the selected one is shown alone.
    pub(super) open: bool,
    pub(super) filter: String,
}

/// What the loop has to do after an event.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Effect {
    /// Draw the frame anew.
    Draw,
    /// Leave the program.
    Quit,
    /// Load the next theme, then draw.
    NextTheme,
    /// Draw with the next set of characters.
    NextMarker,
    /// Send the whole picture to the terminal again.
    Redraw,
    /// Ask the source for a walk.
    WalkNow,
    /// Ask the prober for an attempt on each target.
    ProbeNow,
    /// Hand this to the clipboard of the terminal, then draw.
    Copy(String),
    /// Write the report of the last hour, then draw.
    Export,
    /// Keep the mark in the recording, if there is one, then draw.
    Mark {
        /// The second of history it is at.
        second: u64,
        /// What was noted.
        note: String,
    },
    /// Take the mouse, or leave it to the terminal; then draw.
    Mouse(bool),
    /// Stop until `SIGCONT`.
    Suspend,
    /// Nothing changed.
    Nothing,
}

/// The state of the screen.
#[derive(Debug)]
pub struct App {
    /// Host name, clean.
    pub(super) host: String,
    /// What is watched, in words.
    pub(super) watching: String,
    pub(super) view: View,
    pub(super) cover: Cover,
    /// Chosen by the user; else the busiest is followed.
    pub(super) chosen: Option<SocketAddr>,
    /// The busiest, as last settled.
    pub(super) busiest: Option<SocketAddr>,
    /// Rows as last shown, for moving the selection.
    pub(super) rows: Vec<SocketAddr>,
    /// Targets of the probes as last shown, and the worst of them.
    pub(super) targets: Vec<u32>,
    pub(super) worst_target: Option<u32>,
    /// Chosen by the user; else all are shown together.
    pub(super) chosen_target: Option<u32>,
    /// Alerts as last shown, and when that was.
    pub(super) alerts: Vec<Known>,
    pub(super) now: Duration,
    /// Chosen by the user; else the newest that fires.
    pub(super) chosen_alert: Option<u64>,
    pub(super) hushed: Hushed,
    /// Of the commands of the advice in front: how many, and which is selected.
    pub(super) commands: usize,
    pub(super) step: usize,
    /// What `y` would copy.
    pub(super) copyable: Option<String>,
    /// What the last key has done where that cannot be seen.
    pub(super) done: Option<String>,
    pub(super) reference: Reference,
    pub(super) panes: Panes,
    /// The panels of the last frame, in reading order.
    pub(super) panels: Vec<Panel>,
    /// Whether the mouse is ours, and whether its button holds the chart.
    pub(super) mouse: bool,
    pub(super) scrubbing: bool,
    /// The user's own names of close codes.
    pub(super) names: Names,
    pub(super) keys: Keys,
    /// The settings in force, and which is selected.
    pub(super) settings: SettingsPage,
    pub(super) filter: String,
    pub(super) typing: Option<String>,
    pub(super) sort: SortColumn,
    pub(super) reversed: bool,
    pub(super) time: Time,
    /// A note being typed.
    pub(super) noting: Option<String>,
    pub(super) scale: Scale,
    /// Things worth saying that are no reading: a config that was not read.
    pub(super) notes: Vec<String>,
    /// What there is to say of the theme.
    pub look_notes: Vec<String>,
    /// What is kept with `--record`; none without.
    pub recorded: Option<Recorded>,
    /// Of a recording that is shown: `REPLAY ×20`.
    pub replay: Option<String>,
    /// The most it has had since, by the same measure.
    busiest_peak: f64,
    rival_for: u32,
}

impl App {
    /// The screen at the start.
    #[must_use]
    pub fn new(host: String, watching: String, notes: Vec<String>) -> Self {
        Self {
            host,
            watching,
            view: View::default(),
            cover: Cover::Nothing,
            chosen: None,
            busiest: None,
            rows: Vec::new(),
            targets: Vec::new(),
            worst_target: None,
            chosen_target: None,
            alerts: Vec::new(),
            now: Duration::ZERO,
            chosen_alert: None,
            hushed: Hushed::default(),
            commands: 0,
            step: 0,
            copyable: None,
            done: None,
            reference: Reference::default(),
            panes: Panes::default(),
            panels: Vec::new(),
            mouse: false,
            scrubbing: false,
            names: Names::default(),
            keys: Keys::default(),
            settings: SettingsPage { rows: Vec::new(), selected: 0, file: String::new() },
            filter: String::new(),
            typing: None,
            sort: SortColumn::default(),
            reversed: false,
            time: Time::default(),
            noting: None,
            scale: Scale::default(),
            notes,
            look_notes: Vec::new(),
            recorded: None,
            replay: None,
            rival_for: 0,
            busiest_peak: 0.0,
        }
    }

    /// The same with the user's own names of close codes.
    #[must_use]
    pub fn with_names(self, names: Names) -> Self {
        Self { names, ..self }
    }

    /// Takes the user's own keys.
    pub fn bind(&mut self, keys: Keys) {
        self.keys = keys;
    }

    /// Takes the settings in force, and which config file was read.
    pub fn take_settings(&mut self, rows: Vec<Setting>, file: String) {
        self.settings = SettingsPage { rows, selected: 0, file };
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

    /// What is watched, in words.
    #[must_use]
    pub fn watching(&self) -> &str {
        &self.watching
    }

    /// A second that was marked in the run that is replayed.
    pub fn mark(&mut self, second: u64, note: String) {
        self.time.mark(second, note);
    }

    /// The listener the big numbers are of.
    #[must_use]
    pub fn focus(&self) -> Option<SocketAddr> {
        self.chosen.or(self.busiest)
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

    /// Follows the busiest listener, without flapping between two alike: another
    /// one takes over when it is half as busy again for ten snapshots. One that has
    /// lost all of its clients is what one looks for, so it has those ten as well.
    /// While the picture stands, so does the focus.
    pub fn follow(&mut self, snapshot: &Snapshot) {
        if self.is_paused() {
            return;
        }
        let score = |address: SocketAddr| {
            let l = snapshot.listener(address)?;
            Some(crate::units::float(l.open.unwrap_or(0)) + 10.0 * l.opened.unwrap_or_default().0)
        };
        let rival = snapshot
            .listeners
            .iter()
            .filter_map(|l| Some((score(l.address)?, l.address)))
            .max_by(|a, b| a.0.total_cmp(&b.0).then(b.1.cmp(&a.1)));
        let Some((best, rival)) = rival else {
            self.busiest = None;
            return;
        };
        match self.busiest.and_then(score) {
            Some(own) if self.busiest != Some(rival) && best <= own * 1.5 => self.rival_for = 0,
            Some(own)
                if self.busiest != Some(rival)
                    && (own > 0.0 || self.busiest_peak > 0.0)
                    && self.rival_for < 10 =>
            {
                self.rival_for += 1;
            }
            _ => {
                self.busiest = Some(rival);
                self.rival_for = 0;
                self.busiest_peak = 0.0;
            }
        }
        let own = self.busiest.and_then(score).unwrap_or(0.0);
        self.busiest_peak = self.busiest_peak.max(own);
        if self.chosen.is_some_and(|c| snapshot.listener(c).is_none()) {
            self.chosen = None;
        }
    }

    /// Takes a key.
    pub fn key(&mut self, key: Key) -> (Option<Action>, Effect) {
        if self.typing.is_some() && key != Key::Ctrl('c') {
            return (None, self.type_filter(key));
        }
        if self.noting.is_some() && key != Key::Ctrl('c') {
            return (None, self.type_note(key));
        }
        let Some(row) = self.keys.action_of(key).filter(|row| self.works(row)) else {
            return (None, Effect::Nothing);
        };
        self.done = None;
        (Some(row.action), self.act(row.action))
    }

    pub(super) fn act(&mut self, action: Action) -> Effect {
        match action {
            Action::Quit => return Effect::Quit,
            Action::NextTheme => return Effect::NextTheme,
            Action::NextMarker => return Effect::NextMarker,
            Action::Redraw => return Effect::Redraw,
            Action::WalkNow => return Effect::WalkNow,
            Action::ProbeNow => return Effect::ProbeNow,
            Action::Suspend => return Effect::Suspend,
            Action::Mouse => return self.toggle_mouse(),
            Action::Copy => return self.copy(),
            Action::Export => return Effect::Export,
            Action::Acknowledge => self.hushed.acknowledge(&self.meant()),
            Action::Mute => self.hushed.mute(&self.meant(), self.now),
            Action::Pause => self.time.pause(),
            Action::Earlier | Action::Later => self.time.step(action == Action::Later),
            Action::EarlierMinute | Action::LaterMinute => {
                self.time.minute(action == Action::LaterMinute);
            }
            Action::EventBefore | Action::EventAfter => {
                self.time.event(action == Action::EventAfter);
            }
            Action::Oldest => self.time.first(),
            Action::Live => self.time.live(),
            Action::Mark => self.noting = Some(String::new()),
            Action::Help => self.toggle(Cover::Help),
            Action::Settings => self.toggle(Cover::Settings),
            Action::Codes => self.toggle(Cover::Codes),
            Action::NextPanel | Action::PanelBefore => {
                self.next_panel(action == Action::NextPanel);
            }
            Action::Zoom => self.zoom(),
            Action::Advice => self.toggle(Cover::Advice),
            Action::Incident => self.go_to(View::Incident),
            Action::Listeners => self.go_to(View::Listeners),
            Action::Probes => self.go_to(View::Probes),
            Action::Timeline => self.go_to(View::Timeline),
            Action::Up => self.select(|at, _| at.map_or(0, |at| at.saturating_sub(1))),
            Action::Down => {
                self.select(|at, last| at.map_or(0, |at| at.saturating_add(1).min(last)));
            }
            Action::First => self.select(|_, _| 0),
            Action::Last => self.select(|_, last| last),
            Action::Open => self.open(),
            Action::Back => self.back(),
            Action::WindowLonger => self.time.zoom(true),
            Action::WindowShorter => self.time.zoom(false),
            Action::Filter => self.typing = Some(self.filter_in_front().clone()),
            Action::Sort => self.sort = self.sort.next(),
            Action::SortReverse => self.reversed = !self.reversed,
        }
        Effect::Draw
    }

    /// Whether it arrives is for the terminal to decide, and it does not tell.
    pub(super) fn copy(&mut self) -> Effect {
        let Some(text) = self.copyable.clone() else { return Effect::Nothing };
        self.done = Some(format!("to the terminal's clipboard: {text}"));
        Effect::Copy(text)
    }
}

impl SortColumn {
    /// The next one, round and round.
    const fn next(self) -> Self {
        match self {
            Self::Open => Self::Opened,
            Self::Opened => Self::AcceptQueue,
            Self::AcceptQueue => Self::Drops,
            Self::Drops => Self::Address,
            Self::Address => Self::Process,
            Self::Process => Self::Open,
        }
    }
}

/// The help, printed from the table: what can be done on the screen under it, each
/// with its keys. Two keys that are told together are one row.
pub(super) fn help(app: &App) -> Vec<HelpGroup> {
    let mut groups: Vec<HelpGroup> = Vec::new();
    for row in ACTIONS.iter().filter(|row| app.works_under(row, Cover::Nothing)) {
        let keys = app.keys.shown(row);
        if keys.is_empty() {
            continue;
        }
        let line = (keys.into_owned(), row.help);
        match groups.iter_mut().find(|g| g.title == row.group) {
            Some(group) if group.rows.last() == Some(&line) => {}
            Some(group) => group.rows.push(line),
            None => groups.push(HelpGroup { title: row.group, rows: vec![line] }),
        }
    }
    if app.mouse {
        let rows = MOUSE.map(|(hand, what)| (hand.to_owned(), what)).to_vec();
        groups.push(HelpGroup { title: "MOUSE", rows });
    }
    groups
}

#[cfg(test)]
mod tests {
    use super::*;

    fn app(rows: u16) -> App {
        let mut app = App::new("host".into(), "all".into(), vec![]);
        app.rows = (0..rows).map(|n| ([127, 0, 0, 1], 8000 + n).into()).collect();
        app.busiest = app.rows.first().copied();
        app
    }

    /// Types keys as a user would: `<esc>` and the like by name, the rest as is.
    fn press(app: &mut App, keys: &str) -> Effect {
        let mut effect = Effect::Nothing;
        let mut rest = keys;
        while !rest.is_empty() {
            let (key, after) = match rest.strip_prefix('<').and_then(|r| r.split_once('>')) {
                Some(("esc", after)) => (Key::Esc, after),
                Some(("enter", after)) => (Key::Enter, after),
                Some(("c-c", after)) => (Key::Ctrl('c'), after),
                Some((name, _)) => panic!("no key {name}"),
                None => {
                    let c = rest.chars().next().unwrap();
                    (Key::Char(c), &rest[c.len_utf8()..])
                }
            };
            effect = app.key(key).1;
            rest = after;
        }
        effect
    }

    fn port(app: &App) -> Option<u16> {
        app.focus().map(|f| f.port())
    }

    #[test]
    fn the_selection_stays_within_the_rows() {
        let mut app = app(3);
        press(&mut app, "jjjjj");
        assert_eq!(port(&app), Some(8002));
        press(&mut app, "k");
        assert_eq!(port(&app), Some(8001));
        press(&mut app, "gkk");
        assert_eq!(port(&app), Some(8000));
        press(&mut app, "G");
        assert_eq!(port(&app), Some(8002));
    }

    #[test]
    fn esc_goes_back_one_step_at_a_time() {
        let mut app = app(3);
        press(&mut app, "/80<enter>G<enter>");
        assert!(matches!(app.cover, Cover::Details(a) if a.port() == 8002));
        press(&mut app, "<esc>");
        assert_eq!((app.cover, app.filter.as_str()), (Cover::Nothing, "80"));
        press(&mut app, "<esc>");
        assert_eq!((app.filter.as_str(), port(&app)), ("", Some(8002)));
        press(&mut app, "<esc>");
        assert_eq!(port(&app), Some(8000), "the busiest is followed again");
        assert_eq!(press(&mut app, "<esc>"), Effect::Nothing);
    }

    #[test]
    fn digits_change_the_screen_and_esc_ends_at_the_first() {
        let mut app = app(3);
        app.targets = vec![0, 1, 2];
        press(&mut app, "?3");
        assert_eq!((app.view, app.cover), (View::Probes, Cover::Nothing));
        press(&mut app, "jj");
        assert_eq!((app.chosen_target, port(&app)), (Some(1), Some(8000)), "only the targets move");
        press(&mut app, "<enter>");
        assert_eq!(app.cover, Cover::Target(1));
        press(&mut app, "<esc><esc>");
        assert_eq!((app.view, app.chosen_target), (View::Probes, None));
        press(&mut app, "<esc>");
        assert_eq!(app.view, View::Incident);
        press(&mut app, "2j");
        assert_eq!((app.view, port(&app)), (View::Listeners, Some(8001)));
    }

    #[test]
    fn an_unchosen_target_opens_as_the_worst() {
        let mut app = app(0);
        app.targets = vec![4, 7];
        app.worst_target = Some(7);
        press(&mut app, "3<enter>");
        assert_eq!(app.cover, Cover::Target(7));
    }

    #[test]
    fn the_close_codes_have_rows_a_filter_and_a_page_of_their_own() {
        let mut app = app(3);
        press(&mut app, "c");
        app.reference.rows = [1000, 1001, 1006].map(|code| (code, code)).to_vec();
        press(&mut app, "jjj<enter>");
        assert_eq!((app.reference.chosen, app.reference.open), (Some((1006, 1006)), true));
        press(&mut app, "<esc>/tcp<enter>");
        assert_eq!((app.reference.filter.as_str(), app.filter.as_str()), ("tcp", ""));
        press(&mut app, "<esc>");
        assert_eq!((app.cover, app.reference.filter.as_str()), (Cover::Codes, ""));
        press(&mut app, "c");
        assert_eq!((app.cover, port(&app)), (Cover::Nothing, Some(8000)));
    }

    #[test]
    fn probing_needs_a_target() {
        let mut app = app(3);
        assert_eq!(press(&mut app, "p"), Effect::Nothing);
        app.targets = vec![0];
        assert_eq!(press(&mut app, "p"), Effect::ProbeNow);
        assert!(!app.is_paused());
    }

    #[test]
    fn while_typing_a_filter_letters_are_letters() {
        let mut app = app(3);
        assert_eq!(press(&mut app, "/q?t"), Effect::Draw);
        assert_eq!(app.typing.as_deref(), Some("q?t"));
        assert_eq!(press(&mut app, "<c-c>"), Effect::Quit, "ctrl+c always quits");
        press(&mut app, "<esc>");
        assert_eq!((app.filter.as_str(), app.typing.is_none()), ("", true));
    }

    #[test]
    fn a_faulty_filter_stays_in_its_line_and_says_why() {
        let mut app = app(3);
        press(&mut app, "/port:x<enter>");
        assert_eq!((app.typing.as_deref(), app.filter.as_str()), (Some("port:x"), ""));
        assert!(app.filter_fault().is_some_and(|fault| fault.starts_with("'port:x': give a port")));
        press(&mut app, "<esc>/port:8001<enter>");
        assert_eq!((app.typing.as_deref(), app.filter.as_str()), (None, "port:8001"));
        press(&mut app, "c/(<enter>");
        assert_eq!(app.reference.filter, "(", "the codes have words alone");
    }

    #[test]
    fn the_window_stops_at_both_ends() {
        let mut app = app(1);
        press(&mut app, "----------");
        assert_eq!(app.window(), Duration::from_mins(2));
        press(&mut app, "++++++++++++++");
        assert_eq!(app.window(), Duration::from_hours(24 * 14));
    }

    #[test]
    fn the_footer_lists_only_what_works_now() {
        let shows = |app: &App, word| app.hints(false).iter().any(|hint| hint.word == word);
        let mut empty = app(0);
        assert!(!shows(&empty, "details") && !shows(&empty, "back"));
        press(&mut empty, "?");
        assert!(shows(&empty, "back") && !shows(&empty, "filter"));
        assert!(shows(&app(1), "details"));
    }
}
