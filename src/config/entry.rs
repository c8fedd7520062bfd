//! One key of the config file and its value, as the parser of its flag reads it.

use std::any::TypeId;
use std::path::PathBuf;

use clap::error::{ContextKind, ContextValue};
use clap::{Arg, ArgAction};

use crate::cli::{self, CommandArg};
use crate::text;

/// One key and what was given for it.
#[derive(Debug)]
pub(super) struct ConfigEntry {
    pub(super) key: String,
    pub(super) value: toml::Value,
    /// Line and column of the value.
    pub(super) place: String,
}

impl ConfigEntry {
    /// As it would be typed; several for an option that takes several.
    pub(super) fn texts(&self, arg: &Arg) -> Result<Vec<String>, String> {
        let each = match &self.value {
            toml::Value::Array(all) if takes_several(arg) => all.as_slice(),
            one => std::slice::from_ref(one),
        };
        each.iter().map(|value| self.typed(value, arg)).collect()
    }

    /// What the parser of the flag is given. It says itself what a value of no kind
    /// of its own should be, but a parser of text would take any.
    fn typed(&self, value: &toml::Value, arg: &Arg) -> Result<String, String> {
        let is_number = matches!(value, toml::Value::Integer(_) | toml::Value::Float(_));
        let wanted = match value {
            toml::Value::Boolean(_) if is_switch(arg) => None,
            _ if is_switch(arg) => Some("give true or false".to_owned()),
            toml::Value::String(text) => return Ok(text.clone()),
            _ if is_number && takes_several(arg) => None,
            _ if is_text(arg) => {
                Some(format!("give text in double quotes, {} = \"...\"", self.key))
            }
            _ => None,
        };
        wanted.map_or_else(|| Ok(shown(value)), |wanted| Err(self.refused(&shown(value), &wanted)))
    }

    /// What clap says, without its paragraphs.
    pub(super) fn complaint(&self, error: &clap::Error) -> String {
        use std::error::Error;
        let given = match error.get(ContextKind::InvalidValue) {
            Some(ContextValue::String(given)) => given.as_str(),
            _ => "",
        };
        let why = match (error.source(), error.get(ContextKind::ValidValue)) {
            (Some(why), _) => why.to_string(),
            (None, Some(ContextValue::Strings(all))) if !all.is_empty() => {
                let (last, others) = all.split_last().unwrap_or((&all[0], &[]));
                format!("give {} or {last}", others.join(", "))
            }
            _ => "give a value".to_owned(),
        };
        self.refused(given, &why)
    }

    fn refused(&self, given: &str, why: &str) -> String {
        if cli::SECRET.contains(&self.key.as_str()) {
            return why.to_owned();
        }
        format!("'{}': {why}", text::clean(given, 40))
    }
}

/// A value as it stands in the file, but for what stands in a list or a table: that
/// may hold an address with a password.
fn shown(value: &toml::Value) -> String {
    match value {
        toml::Value::String(text) => text.clone(),
        toml::Value::Array(all) if all.is_empty() => "[]".to_owned(),
        toml::Value::Array(_) => "[...]".to_owned(),
        toml::Value::Table(_) => "{...}".to_owned(),
        toml::Value::Integer(number) => number.to_string(),
        toml::Value::Float(number) => number.to_string(),
        toml::Value::Boolean(on) => on.to_string(),
        toml::Value::Datetime(at) => at.to_string(),
    }
}

fn takes_several(arg: &Arg) -> bool {
    matches!(arg.get_action(), ArgAction::Append)
}

pub(super) fn is_switch(arg: &Arg) -> bool {
    arg.get_num_args().is_some_and(|number| number.min_values() == 0)
}

/// Whether its value is text, a path or a word of a list, and never a figure.
fn is_text(arg: &Arg) -> bool {
    let kind = arg.get_value_parser().type_id();
    !arg.get_possible_values().is_empty()
        || kind == TypeId::of::<String>()
        || kind == TypeId::of::<PathBuf>()
        || kind == TypeId::of::<CommandArg>()
}
