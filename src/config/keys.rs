//! `[keys]`: actions of the screen and the keys that are to do them.

use std::collections::BTreeMap;
use std::path::Path;

use toml::Spanned;

use super::error::{ConfigError, place_of};
use crate::app::{Action, Key, Keys};
use crate::text;

/// The table as it stands in the file.
pub(super) type KeyTable = BTreeMap<Spanned<String>, Spanned<toml::Value>>;

/// The keys in force; `whole` is the text of the file, for the place of a fault.
pub(super) fn bind(table: KeyTable, path: &Path, whole: &str) -> Result<Keys, ConfigError> {
    let wrong = |at: usize, what: String| ConfigError::Wrong {
        path: path.to_owned(),
        place: place_of(whole, at),
        what,
    };
    let mut lines: Vec<_> = table.into_iter().collect();
    lines.sort_by_key(|(action, _)| action.span().start);
    let mut own = Vec::new();
    let mut places = Vec::new();
    for (name, value) in lines {
        let place = value.span().start;
        let action = Action::named(name.get_ref()).ok_or_else(|| {
            let given = text::clean(name.get_ref(), 40);
            wrong(
                name.span().start,
                format!("'{given}' is no action; 'herdtop man' lists them under KEYS"),
            )
        })?;
        own.push((action, keys(value.into_inner()).map_err(|what| wrong(place, what))?));
        places.push(place);
    }
    Keys::bind(own).map_err(|fault| wrong(places.get(fault.line).copied().unwrap_or(0), fault.what))
}

/// `"x"` or `["x", "f5"]`.
fn keys(value: toml::Value) -> Result<Vec<Key>, String> {
    let each = match value {
        toml::Value::Array(each) => each,
        one => vec![one],
    };
    each.into_iter().map(key).collect()
}

fn key(value: toml::Value) -> Result<Key, String> {
    let toml::Value::String(name) = value else {
        let kind = value.type_str();
        return Err(format!("'{kind}': give a key as \"x\", or several as [\"x\", \"f5\"]"));
    };
    Key::named(&name).ok_or_else(|| {
        let name = text::clean(&name, 40);
        format!("'{name}' is no key; give one character, or space, enter, esc, up, shift+left, ctrl+x, f5")
    })
}
