//! What the user has asked for, and how a key changes it.

use std::net::SocketAddr;
use std::time::Duration;

use super::action::{ACTIONS, Action, ActionRow, Hint, When, action_of};
use super::frame::{HelpGroup, SortColumn};
use super::key::Key;
use super::scale::Scale;
use crate::detect::Judge;
use crate::model::{Model, Snapshot};

/// Time windows, shortest first; seconds.
const WINDOWS: [u64; 8] = [120, 300, 600, 1800, 3600, 7200, 21_600, 86_400];
/// Ten minutes: an incident's beginning is on screen when one comes to look.
const DEFAULT_WINDOW: usize = 2;
/// A filter is a word, not a text.
const LONGEST_FILTER: usize = 60;

/// What lies over the main screen.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Cover {
    Nothing,
    Help,
    Details(SocketAddr),
}

/// What the loop has to do after an event.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Effect {
    /// Draw the frame anew.
    Draw,
    /// Leave the program.
    Quit,
    /// Load the next theme, then draw.
    NextTheme,
    /// Send the whole picture to the terminal again.
    Redraw,
    /// Ask the source for a walk.
    WalkNow,
    /// Stop until `SIGCONT`.
    Suspend,
    /// Nothing changed.
    Nothing,
}

/// A moment kept while the picture stands still.
#[derive(Debug, Clone)]
pub struct Frozen {
    /// The model as it was.
    pub model: Model,
    /// The judge as it was.
    pub judge: Judge,
    /// The snapshot as it was.
    pub snapshot: Snapshot,
}

/// The state of the screen.
#[derive(Debug)]
pub struct App {
    /// Host name, clean.
    pub(super) host: String,
    /// What is watched, in words.
    pub(super) watching: String,
    pub(super) cover: Cover,
    /// Chosen by the user; else the busiest is followed.
    pub(super) chosen: Option<SocketAddr>,
    /// The busiest, as last settled.
    pub(super) busiest: Option<SocketAddr>,
    /// Rows as last shown, for moving the selection.
    pub(super) rows: Vec<SocketAddr>,
    pub(super) filter: String,
    pub(super) typing: Option<String>,
    pub(super) sort: SortColumn,
    pub(super) reversed: bool,
    pub(super) paused: Option<Box<Frozen>>,
    pub(super) scale: Scale,
    /// Things worth saying that are no reading: a config that was not read.
    pub(super) notes: Vec<String>,
    window: usize,
    rival_for: u32,
}

impl App {
    /// The screen at the start.
    #[must_use]
    pub fn new(host: String, watching: String, notes: Vec<String>) -> Self {
        Self {
            host,
            watching,
            cover: Cover::Nothing,
            chosen: None,
            busiest: None,
            rows: Vec::new(),
            filter: String::new(),
            typing: None,
            sort: SortColumn::default(),
            reversed: false,
            paused: None,
            scale: Scale::default(),
            notes,
            window: DEFAULT_WINDOW,
            rival_for: 0,
        }
    }

    /// The listener the big numbers are of.
    #[must_use]
    pub fn focus(&self) -> Option<SocketAddr> {
        self.chosen.or(self.busiest)
    }

    /// The time window of the charts.
    #[must_use]
    pub fn window(&self) -> Duration {
        Duration::from_secs(WINDOWS[self.window])
    }

    /// Whether the picture stands still.
    #[must_use]
    pub const fn is_paused(&self) -> bool {
        self.paused.is_some()
    }

    /// Follows the busiest listener, without flapping between two alike: another
    /// one takes over when it is half as busy again for ten snapshots.
    pub fn follow(&mut self, snapshot: &Snapshot) {
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
            Some(own) if self.busiest != Some(rival) && own > 0.0 && self.rival_for < 10 => {
                self.rival_for += 1;
            }
            _ => {
                self.busiest = Some(rival);
                self.rival_for = 0;
            }
        }
        if self.chosen.is_some_and(|c| snapshot.listener(c).is_none()) {
            self.chosen = None;
        }
    }

    /// Freezes the picture, or lets it move again.
    pub fn pause(&mut self, frozen: impl FnOnce() -> Frozen) {
        self.paused = match self.paused {
            Some(_) => None,
            None => Some(Box::new(frozen())),
        };
    }

    /// Takes a key; pausing is left to the loop, which has what to freeze.
    pub fn key(&mut self, key: Key) -> (Option<Action>, Effect) {
        if self.typing.is_some() && key != Key::Ctrl('c') {
            return (None, self.type_filter(key));
        }
        let Some(row) = action_of(key).filter(|row| self.works(row)) else {
            return (None, Effect::Nothing);
        };
        (Some(row.action), self.act(row.action))
    }

    fn act(&mut self, action: Action) -> Effect {
        match action {
            Action::Quit => return Effect::Quit,
            Action::NextTheme => return Effect::NextTheme,
            Action::Redraw => return Effect::Redraw,
            Action::WalkNow => return Effect::WalkNow,
            Action::Suspend => return Effect::Suspend,
            Action::Pause => {}
            Action::Help => {
                self.cover = if self.cover == Cover::Help { Cover::Nothing } else { Cover::Help };
            }
            Action::Up => self.select(|at, _| at.saturating_sub(1)),
            Action::Down => self.select(|at, last| (at + 1).min(last)),
            Action::First => self.select(|_, _| 0),
            Action::Last => self.select(|_, last| last),
            Action::Open => {
                if let Some(focus) = self.focus() {
                    self.cover = Cover::Details(focus);
                }
            }
            Action::Back => self.back(),
            Action::WindowLonger => self.window = (self.window + 1).min(WINDOWS.len() - 1),
            Action::WindowShorter => self.window = self.window.saturating_sub(1),
            Action::Filter => self.typing = Some(self.filter.clone()),
            Action::Sort => self.sort = self.sort.next(),
            Action::SortReverse => self.reversed = !self.reversed,
        }
        Effect::Draw
    }

    fn back(&mut self) {
        if self.cover != Cover::Nothing {
            self.cover = Cover::Nothing;
        } else if !self.filter.is_empty() {
            self.filter.clear();
        } else {
            self.chosen = None;
        }
    }

    fn select(&mut self, to: impl FnOnce(usize, usize) -> usize) {
        let Some(last) = self.rows.len().checked_sub(1) else { return };
        let at = self.focus().and_then(|f| self.rows.iter().position(|&r| r == f)).unwrap_or(0);
        self.chosen = self.rows.get(to(at, last)).copied();
    }

    fn type_filter(&mut self, key: Key) -> Effect {
        let Some(text) = &mut self.typing else { return Effect::Nothing };
        match key {
            Key::Enter => {
                self.typing.take().unwrap_or_default().trim().clone_into(&mut self.filter);
            }
            Key::Esc => self.typing = None,
            Key::Backspace => drop(text.pop()),
            Key::Ctrl('u') => text.clear(),
            Key::Char(c) if !c.is_control() && text.chars().count() < LONGEST_FILTER => {
                text.push(c);
            }
            _ => return Effect::Nothing,
        }
        Effect::Draw
    }

    /// Whether an action works here and now; footer and keys agree on it.
    fn works(&self, row: &ActionRow) -> bool {
        let covered = self.cover != Cover::Nothing;
        match row.when {
            When::Always => true,
            When::Screen => !covered,
            When::Rows => !covered && !self.rows.is_empty(),
            When::Back => covered || !self.filter.is_empty() || self.chosen.is_some(),
        }
    }

    /// The footer: what works now.
    pub(super) fn hints(&self, paused: bool) -> Vec<Hint> {
        let shown = ACTIONS.iter().filter(|row| !row.hint.is_empty() && self.works(row));
        shown
            .map(|row| {
                let live = row.action == Action::Pause && paused;
                Hint { keys: row.shown, word: if live { "go live" } else { row.hint } }
            })
            .collect()
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

/// The help, printed from the table.
pub(super) fn help() -> Vec<HelpGroup> {
    let mut groups: Vec<HelpGroup> = Vec::new();
    for row in ACTIONS {
        let line = (row.shown.to_owned(), row.help);
        match groups.iter_mut().find(|g| g.title == row.group) {
            Some(group) => group.rows.push(line),
            None => groups.push(HelpGroup { title: row.group, rows: vec![line] }),
        }
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
    fn while_typing_a_filter_letters_are_letters() {
        let mut app = app(3);
        assert_eq!(press(&mut app, "/q?t"), Effect::Draw);
        assert_eq!(app.typing.as_deref(), Some("q?t"));
        assert_eq!(press(&mut app, "<c-c>"), Effect::Quit, "ctrl+c always quits");
        press(&mut app, "<esc>");
        assert_eq!((app.filter.as_str(), app.typing.is_none()), ("", true));
    }

    #[test]
    fn the_window_stops_at_both_ends() {
        let mut app = app(1);
        press(&mut app, "----------");
        assert_eq!(app.window(), Duration::from_mins(2));
        press(&mut app, "++++++++++++++");
        assert_eq!(app.window(), Duration::from_hours(24));
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
