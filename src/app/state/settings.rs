//! The settings over the screen, and how one is changed.

use super::super::filter::List;
use super::super::frame::{Change, Chosen, DEFAULT, Prompt, Setting, SortColumn, TableName};
use super::app::App;
use super::drill::{order_name, order_of};
use super::effect::Effect;
use crate::sample::ConnectionOrder;

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
            Change::Remembered => self.prompt = Some(Prompt::Value(name, row.value.clone())),
            Change::Never => {
                self.done = Some(format!("'{name}' is given at the start, not changed here"));
            }
        }
        Effect::Draw
    }

    /// What was typed for a setting: columns are the screen's own.
    pub(super) fn set_typed(&mut self, name: &'static str, typed: &str) -> Effect {
        let Some(table) = TableName::of_setting(name) else {
            return Effect::Set { name, typed: typed.to_owned() };
        };
        match Chosen::parse(table, typed) {
            Ok(chosen) => self.choose(table, chosen),
            Err(why) => {
                self.done = Some(why);
                Effect::Draw
            }
        }
    }

    /// Sorts the listeners, from now on and in the next run.
    pub(super) fn sort_listeners(&mut self, by: SortColumn, reversed: bool) -> Effect {
        let before = self.columns.of(TableName::Listeners).clone();
        let is_usual = (by, reversed) == (SortColumn::default(), false);
        let sort = (!is_usual).then(|| (by.key(), reversed));
        self.choose(TableName::Listeners, Chosen { sort, ..before })
    }

    /// Sorts single connections, likewise.
    pub(super) fn keep_order(&mut self, order: ConnectionOrder, reversed: bool) -> Effect {
        let before = self.columns.of(TableName::Connections).clone();
        let is_usual = (order, reversed) == (ConnectionOrder::default(), false);
        let sort = (!is_usual).then(|| (order_name(order), reversed));
        self.choose(TableName::Connections, Chosen { sort, ..before })
    }

    fn choose(&mut self, table: TableName, chosen: Chosen) -> Effect {
        let kept = (!chosen.is_default()).then(|| chosen.write());
        self.settle_columns(table, chosen);
        let rows: Vec<Setting> = self.column_rows().collect();
        self.retake_settings(&rows);
        Effect::Columns { table: table.name(), kept }
    }

    fn settle_columns(&mut self, table: TableName, chosen: Chosen) {
        if table == TableName::Listeners {
            let sort =
                chosen.sort.and_then(|(by, reversed)| Some((SortColumn::of_key(by)?, reversed)));
            (self.sort, self.reversed) = sort.unwrap_or_default();
        }
        if table == TableName::Connections {
            let sort = chosen.sort.and_then(|(by, reversed)| Some((order_of(by)?, reversed)));
            (self.drilling.order, self.drilling.reversed) = sort.unwrap_or_default();
        }
        self.columns.choose(table, chosen);
    }

    /// Takes the columns of the run before, by table; what nobody knows any more is left
    /// out.
    pub fn take_columns<'k>(&mut self, kept: impl Iterator<Item = (&'k str, &'k str)>) {
        let kept: Vec<(&str, &str)> = kept.collect();
        for table in TableName::all() {
            let words = kept.iter().find(|(name, _)| *name == table.name());
            if let Some(chosen) = words.and_then(|(_, text)| Chosen::parse(table, text).ok()) {
                self.settle_columns(table, chosen);
            }
        }
    }

    /// A row of the settings for each table.
    pub(super) fn column_rows(&self) -> impl Iterator<Item = Setting> {
        TableName::all().map(|table| {
            let chosen = self.columns.of(table);
            let (columns, orders) = (table.columns().join(" "), table.orders().join(" "));
            Setting {
                group: "COLUMNS",
                name: table.setting(),
                value: chosen.write(),
                from: if chosen.is_default() { DEFAULT } else { "remembered" }.to_owned(),
                about: format!(
                    "from left to right, any of: {columns}; 'by NAME' sorts, 'by -NAME' the other \
                     way round: {orders}"
                ),
                usual: "as many as fit; 'default' brings it back".to_owned(),
                change: Change::Remembered,
            }
        })
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
