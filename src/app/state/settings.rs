//! The settings over the screen, and how one is changed.

use super::super::filter::List;
use super::super::frame::{Change, Prompt, Setting};
use super::app::App;
use super::effect::Effect;

impl App {
    /// The places of those that the filter shows.
    pub(in crate::app) fn listed_settings(&self) -> Vec<usize> {
        let filter = List::Settings.filter(self.filter_of(List::Settings));
        let rows = self.settings.rows.iter().enumerate();
        rows.filter(|(_, row)| filter.shows(*row)).map(|(at, _)| at).collect()
    }

    /// The place of the selected one: where the filter hides it the first that is shown.
    pub(in crate::app) fn selected_setting(&self) -> Option<usize> {
        let listed = self.listed_settings();
        let own = listed.iter().find(|at| **at == self.settings.selected);
        own.or_else(|| listed.first()).copied()
    }

    /// The selected one: turned, or asked for.
    pub(super) fn edit_setting(&mut self) -> Effect {
        let at = self.selected_setting();
        let Some(row) = at.and_then(|at| self.settings.rows.get(at)) else {
            return Effect::Nothing;
        };
        let name = row.name;
        match row.change {
            Change::Turned(on, _) => return Effect::Set { name, typed: (!on).to_string() },
            Change::Typed(_) => self.prompt = Some(Prompt::Value(name, String::new())),
            Change::Never => {
                self.done = Some(format!("'{name}' is given at the start, not changed here"));
            }
        }
        Effect::Draw
    }

    /// Takes what is in force after a change, of those that are listed.
    pub fn retake_settings(&mut self, rows: &[Setting]) {
        for own in &mut self.settings.rows {
            if let Some(row) = rows.iter().find(|row| row.name == own.name) {
                own.clone_from(row);
            }
        }
    }

    /// What was changed by a key, by name and value.
    pub fn changed_by_key(&self) -> impl Iterator<Item = (&'static str, &str)> {
        let rows = self.settings.rows.iter().filter(|row| row.from == "key");
        rows.map(|row| (row.name, row.value.as_str()))
    }
}
