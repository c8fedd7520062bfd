//! Where a key leads: screens, selection, filter, and what works where.

use super::action::{ACTIONS, Action, ActionRow, Hint, When};
use super::filter::Filter;
use super::frame::View;
use super::key::Key;
use super::state::{App, Cover, Effect};
use super::time::LONGEST_NOTE;

/// A filter is a word, not a text.
const LONGEST_FILTER: usize = 60;

impl App {
    pub(super) fn go_to(&mut self, view: View) {
        if self.view != view || self.cover == Cover::Nothing {
            self.no_panel();
        }
        self.view = view;
        self.cover = Cover::Nothing;
        self.reference.open = false;
    }

    /// Lays a cover over the screen, or takes it off.
    pub(super) fn toggle(&mut self, cover: Cover) {
        self.cover = if self.cover == cover { Cover::Nothing } else { cover };
        self.reference.open = false;
        self.step = 0;
    }

    pub(super) fn open(&mut self) {
        match (self.cover, self.in_front()) {
            (Cover::Codes, _) => self.reference.open = true,
            (_, View::Timeline) => {
                if let Some(alert) = self.alert_at().and_then(|at| self.alerts.get(at)) {
                    self.cover = Cover::Alert(alert.id);
                    self.step = 0;
                }
            }
            (_, View::Probes) => {
                let target = self.chosen_target.or(self.worst_target);
                if let Some(id) = target.or_else(|| self.targets.first().copied()) {
                    self.cover = Cover::Target(id);
                }
            }
            _ => {
                if let Some(focus) = self.focus() {
                    self.cover = Cover::Details(focus);
                }
            }
        }
    }

    /// One step back; what was done last is undone first.
    pub(super) fn back(&mut self) {
        if self.leave_panel() {
            return;
        }
        match (self.cover, self.view) {
            (Cover::Codes, _) if self.reference.open => self.reference.open = false,
            (Cover::Codes, _) if !self.reference.filter.is_empty() => self.reference.filter.clear(),
            (Cover::Nothing, View::Probes) if self.chosen_target.is_some() => {
                self.chosen_target = None;
            }
            (Cover::Nothing, View::Timeline) if self.chosen_alert.is_some() => {
                self.chosen_alert = None;
            }
            (Cover::Nothing, View::Incident | View::Listeners) if !self.filter.is_empty() => {
                self.filter.clear();
            }
            (Cover::Nothing, View::Incident) => self.chosen = None,
            (Cover::Nothing, _) => self.view = View::Incident,
            _ => self.cover = Cover::Nothing,
        }
    }

    /// Whether the list of alerts is in front.
    pub(super) fn lists_alerts(&self) -> bool {
        self.cover == Cover::Nothing && self.in_front() == View::Timeline
    }

    /// Whether there is such a step.
    fn is_back(&self) -> bool {
        self.cover != Cover::Nothing
            || self.view != View::Incident
            || !self.filter.is_empty()
            || self.chosen.is_some()
            || self.panes.focus.is_some()
    }

    /// Moves the selection of the table in front; without one the first step
    /// selects the first row.
    pub(super) fn select(&mut self, to: impl FnOnce(Option<usize>, usize) -> usize) {
        match (self.cover, self.in_front()) {
            (Cover::Codes, _) => {
                let (rows, chosen) = (&self.reference.rows, self.reference.chosen);
                let at = chosen.or_else(|| rows.first().copied());
                self.reference.chosen = moved(rows, at, to).or(chosen);
            }
            (Cover::Settings, _) => {
                if let Some(last) = self.settings.rows.len().checked_sub(1) {
                    self.settings.selected = to(Some(self.settings.selected), last);
                }
            }
            // How many lines are seen only the view knows: it stops at the last.
            (Cover::Help, _) => {
                self.panes.first.help = to(Some(self.panes.first.help), usize::MAX);
            }
            (Cover::Advice | Cover::Alert(_), _) => {
                if let Some(last) = self.commands.checked_sub(1) {
                    self.step = to(Some(self.step), last);
                }
            }
            (_, View::Timeline) => {
                let ids: Vec<u64> = self.alerts.iter().map(|a| a.id).collect();
                let at = self.alert_at().and_then(|at| ids.get(at).copied());
                self.chosen_alert = moved(&ids, at, to);
            }
            (_, View::Probes) => {
                self.chosen_target = moved(&self.targets, self.chosen_target, to);
            }
            _ => {
                let at = self.focus().or_else(|| self.rows.first().copied());
                self.chosen = moved(&self.rows, at, to).or(self.chosen);
            }
        }
    }

    /// The filter of the table in front.
    pub(super) fn filter_in_front(&mut self) -> &mut String {
        if self.cover == Cover::Codes { &mut self.reference.filter } else { &mut self.filter }
    }

    /// The filter as typed so far, if it is that of the close codes or not.
    pub(super) fn filter_of(&self, codes: bool) -> String {
        let settled = if codes { &self.reference.filter } else { &self.filter };
        let typed = self.typing.as_ref().filter(|_| codes == (self.cover == Cover::Codes));
        typed.unwrap_or(settled).clone()
    }

    /// What is wrong with the filter being typed.
    pub(super) fn filter_fault(&self) -> Option<String> {
        let typed = self.typing.as_ref().filter(|_| self.cover != Cover::Codes)?;
        Filter::parse(typed).err()
    }

    pub(super) fn type_filter(&mut self, key: Key) -> Effect {
        if key == Key::Enter {
            // A faulty one stays in its line, which says what is wrong.
            if self.filter_fault().is_some() {
                return Effect::Draw;
            }
            let typed = self.typing.take().unwrap_or_default();
            typed.trim().clone_into(self.filter_in_front());
            return Effect::Draw;
        }
        edit(&mut self.typing, key, LONGEST_FILTER)
    }

    /// A mark without a note is one as well.
    pub(super) fn type_note(&mut self, key: Key) -> Effect {
        if key == Key::Enter {
            let typed = self.noting.take().unwrap_or_default();
            let (second, note) = (self.time.looked_at(), typed.trim().to_owned());
            self.time.mark(second, note.clone());
            return Effect::Mark { second, note };
        }
        edit(&mut self.noting, key, LONGEST_NOTE)
    }

    /// Whether an action works here and now; footer and keys agree on it.
    pub(super) fn works(&self, row: &ActionRow) -> bool {
        self.works_under(row, self.cover)
    }

    /// The same where something else lies over the screen.
    pub(super) fn works_under(&self, row: &ActionRow, cover: Cover) -> bool {
        let front = self.in_front();
        let probes = front == View::Probes;
        let listeners =
            cover == Cover::Nothing && matches!(front, View::Incident | View::Listeners);
        let codes = cover == Cover::Codes;
        let advice = matches!(cover, Cover::Advice | Cover::Alert(_));
        // What is over can be neither counted nor knocked at again.
        if self.replay.is_some() && matches!(row.action, Action::WalkNow | Action::ProbeNow) {
            return false;
        }
        match row.when {
            When::Always | When::Time => true,
            When::Panels | When::Panel => cover == Cover::Nothing && !self.panels.is_empty(),
            When::Listeners => listeners,
            When::Filter => listeners || (codes && !self.reference.open),
            When::Rows if codes => !self.reference.rows.is_empty(),
            When::Rows if matches!(cover, Cover::Settings | Cover::Help) => {
                row.action != Action::Open
            }
            When::Rows if advice => self.commands > 1 && row.action != Action::Open,
            When::Rows if cover == Cover::Nothing && self.view == View::Timeline => {
                !self.alerts.is_empty()
            }
            When::Rows if probes => cover == Cover::Nothing && !self.targets.is_empty(),
            When::Rows => listeners && !self.rows.is_empty(),
            When::Targets => !self.targets.is_empty(),
            When::Alerts => self.alerts.iter().any(|alert| alert.firing),
            When::Copy => self.copyable.is_some(),
            When::Back => self.is_back(),
        }
    }

    /// The footer: what works now.
    pub(super) fn hints(&self, paused: bool) -> Vec<Hint> {
        let due = |row: &&ActionRow| match row.when {
            _ if row.hint.is_empty() => false,
            When::Time => paused,
            When::Panel => self.panes.focus.is_some(),
            _ => true,
        };
        let shown = ACTIONS.iter().filter(due).filter(|row| self.works(row));
        shown
            .map(|row| {
                let keys = self.keys.shown(row);
                let (keys, word) = match row.action {
                    Action::Pause if paused && self.replay.is_some() => (keys, "go on"),
                    Action::Pause if paused => (keys, "go live"),
                    // One word for the four digits.
                    Action::Incident if keys == row.shown => ("1-4".into(), row.hint),
                    Action::Zoom if self.panes.zoomed => (keys, "unzoom"),
                    _ => (keys, row.hint),
                };
                Hint { action: row.action, keys, word }
            })
            .filter(|hint| !hint.keys.is_empty())
            .collect()
    }
}

/// A line being typed, up to so many characters; Esc gives it up.
fn edit(line: &mut Option<String>, key: Key, longest: usize) -> Effect {
    let Some(text) = line else { return Effect::Nothing };
    match key {
        Key::Esc => *line = None,
        Key::Backspace => drop(text.pop()),
        Key::Ctrl('u') => text.clear(),
        Key::Char(c) if !c.is_control() && text.chars().count() < longest => text.push(c),
        _ => return Effect::Nothing,
    }
    Effect::Draw
}

/// The row a step leads to.
fn moved<T: Copy + PartialEq>(
    rows: &[T],
    at: Option<T>,
    to: impl FnOnce(Option<usize>, usize) -> usize,
) -> Option<T> {
    let last = rows.len().checked_sub(1)?;
    let at = at.and_then(|at| rows.iter().position(|row| *row == at));
    rows.get(to(at, last)).copied()
}
