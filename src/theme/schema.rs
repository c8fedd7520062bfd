//! The theme file: what may stand in it, and what is wrong with it if not.
//!
//! Read by hand from the parser's tree rather than by serde: every colour keeps
//! its place in the file, so that a name that a palette further down does not
//! know is still told by line and column.

use std::collections::BTreeMap;
use std::rc::Rc;

use ratatui::style::{Color, Modifier};
use toml::Spanned;
use toml::de::{DeTable, DeValue};

use super::fault::ThemeError;
use super::roles::{self, COUNT, SECTIONS};
use super::{Appearance, Colors};
use crate::text::clean;

/// Columns of a bad value that are repeated.
const SHOWN: usize = 40;

/// A word of the file and where it stands.
#[derive(Debug, Clone)]
pub(super) struct Written {
    pub(super) text: String,
    label: Rc<str>,
    line: usize,
    column: usize,
}

impl Written {
    /// What is wrong with it.
    pub(super) fn fault(&self, what: String) -> ThemeError {
        let label = self.label.to_string();
        ThemeError::Invalid { label, line: self.line, column: self.column, what }
    }
}

/// One role as written.
#[derive(Debug, Clone)]
pub(super) struct Role {
    pub(super) fg: Option<Written>,
    pub(super) bg: Option<Written>,
    pub(super) own: Modifier,
}

/// One file, sound in itself; it may lack what it inherits.
#[derive(Debug)]
pub(super) struct Draft {
    pub(super) inherits: Option<Written>,
    pub(super) name: Option<String>,
    pub(super) appearance: Option<Appearance>,
    pub(super) colors: Option<Colors>,
    pub(super) palette: BTreeMap<String, Color>,
    pub(super) roles: [Option<Role>; COUNT],
    /// The first line, for what is nowhere.
    pub(super) top: Written,
}

/// Reads one file.
pub(super) fn read(label: &str, text: &str) -> Result<Draft, ThemeError> {
    let mut reader = SchemaReader { label: label.into(), text, faults: Vec::new() };
    let draft = match DeTable::parse(text) {
        Ok(table) => reader.draft(table.get_ref()),
        Err(error) => {
            let at = error.span().map_or(0, |span| span.start);
            // The parser writes for a page with the source under it; this is one line.
            let what = error.message().replace('`', "'").lines().collect::<Vec<_>>().join(", ");
            return Err(reader.written(at, "").fault(what));
        }
    };
    // Tables come sorted by name: the first fault is the one that stands first.
    match reader.faults.into_iter().min_by_key(|(at, _)| *at) {
        Some((_, fault)) => Err(fault),
        None => Ok(draft),
    }
}

type TomlValue<'t> = Spanned<DeValue<'t>>;

struct SchemaReader<'t> {
    label: Rc<str>,
    text: &'t str,
    faults: Vec<(usize, ThemeError)>,
}

impl SchemaReader<'_> {
    fn written(&self, at: usize, text: &str) -> Written {
        let before = self.text.get(..at).unwrap_or_default();
        let line_start = before.rfind('\n').map_or(0, |at| at + 1);
        Written {
            text: text.to_owned(),
            label: Rc::clone(&self.label),
            line: before.matches('\n').count() + 1,
            column: before.get(line_start..).unwrap_or_default().chars().count() + 1,
        }
    }

    fn fault(&mut self, at: usize, what: String) {
        let fault = self.written(at, "").fault(what);
        self.faults.push((at, fault));
    }

    fn unknown(&mut self, at: usize, key: &str, place: &str, known: &[&str]) {
        let (key, known) = (clean(key, SHOWN), known.join(", "));
        self.fault(at, format!("unknown key '{key}'{place}; there are {known}"));
    }

    fn draft(&mut self, file: &DeTable<'_>) -> Draft {
        let mut draft = Draft {
            inherits: None,
            name: None,
            appearance: None,
            colors: None,
            palette: BTreeMap::new(),
            roles: [const { None }; COUNT],
            top: self.written(0, ""),
        };
        for (key, value) in file {
            match key.get_ref().as_ref() {
                "inherits" => draft.inherits = self.word("inherits", value),
                "meta" => self.meta(value, &mut draft),
                "palette" => self.palette(value, &mut draft.palette),
                section => match SECTIONS.iter().find(|(name, _)| *name == section) {
                    Some((name, known)) => self.section(name, known, value, &mut draft),
                    None => self.unknown(
                        key.span().start,
                        section,
                        "",
                        &[
                            "inherits",
                            "[meta]",
                            "[palette]",
                            "[text]",
                            "[severity]",
                            "[series]",
                            "[ui]",
                        ],
                    ),
                },
            }
        }
        draft
    }

    fn table<'v, 't>(&mut self, name: &str, value: &'v TomlValue<'t>) -> Option<&'v DeTable<'t>> {
        if let DeValue::Table(table) = value.get_ref() {
            return Some(table);
        }
        self.fault(value.span().start, format!("'{name}' has to be a table"));
        None
    }

    fn word(&mut self, name: &str, value: &TomlValue<'_>) -> Option<Written> {
        if let DeValue::String(text) = value.get_ref() {
            return Some(self.written(value.span().start, text));
        }
        self.fault(value.span().start, format!("'{name}' has to be text in quotes"));
        None
    }

    fn meta(&mut self, value: &TomlValue<'_>, draft: &mut Draft) {
        let Some(table) = self.table("meta", value) else { return };
        for (key, value) in table {
            let at = value.span().start;
            let Some(word) = self.word(key.get_ref(), value) else { continue };
            match key.get_ref().as_ref() {
                "name" => draft.name = Some(clean(&word.text, SHOWN)),
                "appearance" => draft.appearance = self.one_of(at, &word.text, Appearance::WORDS),
                "colors" => draft.colors = self.one_of(at, &word.text, Colors::WORDS),
                other => {
                    let known = ["name", "appearance", "colors"];
                    self.unknown(key.span().start, other, " in [meta]", &known);
                }
            }
        }
    }

    fn one_of<T: Copy>(&mut self, at: usize, word: &str, known: [(&str, T); 3]) -> Option<T> {
        let found = known.iter().find(|(name, _)| *name == word).map(|(_, it)| *it);
        if found.is_none() {
            let [(a, _), (b, _), (c, _)] = known;
            let word = clean(word, SHOWN);
            self.fault(at, format!("'{word}': give {a}, {b} or {c}"));
        }
        found
    }

    fn palette(&mut self, value: &TomlValue<'_>, into: &mut BTreeMap<String, Color>) {
        let Some(table) = self.table("palette", value) else { return };
        for (key, value) in table {
            let Some(word) = self.word(key.get_ref(), value) else { continue };
            match word.text.parse() {
                Ok(color) => drop(into.insert(key.get_ref().to_string(), color)),
                Err(_) => self.fault(value.span().start, no_color(&word.text, "")),
            }
        }
    }

    fn section(&mut self, name: &str, known: &[&str], value: &TomlValue<'_>, draft: &mut Draft) {
        let Some(table) = self.table(name, value) else { return };
        for (key, value) in table {
            let key_at = key.span().start;
            let place = roles::all().find(|(s, role, _)| *s == name && *role == key.get_ref());
            match place.and_then(|(.., at)| draft.roles.get_mut(at)) {
                Some(role) => *role = self.role(key.get_ref(), value),
                None => self.unknown(key_at, key.get_ref(), &format!(" in [{name}]"), known),
            }
        }
    }

    fn role(&mut self, name: &str, value: &TomlValue<'_>) -> Option<Role> {
        let table = self.table(name, value)?;
        let mut role = Role { fg: None, bg: None, own: Modifier::empty() };
        for (key, value) in table {
            let attribute = match key.get_ref().as_ref() {
                "fg" => {
                    role.fg = self.word("fg", value);
                    continue;
                }
                "bg" => {
                    role.bg = self.word("bg", value);
                    continue;
                }
                "bold" => Modifier::BOLD,
                "dim" => Modifier::DIM,
                "underline" => Modifier::UNDERLINED,
                "reverse" => Modifier::REVERSED,
                other => {
                    let known = ["fg", "bg", "bold", "dim", "underline", "reverse"];
                    self.unknown(key.span().start, other, &format!(" in '{name}'"), &known);
                    continue;
                }
            };
            match value.get_ref() {
                DeValue::Boolean(on) => role.own.set(attribute, *on),
                _ => {
                    self.fault(value.span().start, format!("'{}' is true or false", key.get_ref()));
                }
            }
        }
        Some(role)
    }
}

/// What to write instead; `more` is what else is possible there.
pub(super) fn no_color(text: &str, more: &str) -> String {
    let text = clean(text, SHOWN);
    format!("'{text}' is no colour: use '#rrggbb', a name such as 'light-red', '0' to '255'{more}")
}
