//! What the screen remembers from one run to the next, in a file of the state folder.
//! Nobody edits it: what cannot be read there is forgotten, never an error.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use serde::Deserialize;
use toml_edit::{DocumentMut, Item, Table, value};

use super::own_files::{self, OwnFileError};
use super::state;
use crate::source::ownership;
use crate::text;

/// All of it has a few hundred bytes.
const LARGEST: u64 = 64 << 10;

/// What is remembered.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
#[serde(default)]
pub struct Remembered {
    /// The hints of a first start were followed: they never come back.
    pub hints_used: bool,
    /// The panels beside the charts, by name; empty where all are hidden, none where they
    /// stand as at the start.
    pub panels: Option<String>,
    /// The columns of the tables and what they are sorted by, where they were chosen.
    pub columns: BTreeMap<String, String>,
}

impl Remembered {
    /// As it was left; none where there is no place for it, so that nothing is shown
    /// again and again.
    #[must_use]
    pub fn read() -> Option<Self> {
        Self::read_from(&path()?).ok()
    }

    /// Changes it and keeps it; without a home it is forgotten.
    ///
    /// # Errors
    /// One line, to be read behind what was changed: the file, and why it is as it was.
    pub fn change(change: impl FnOnce(&mut Self)) -> Result<(), String> {
        let Some(path) = path() else { return Ok(()) };
        Self::change_in(&path, change).map_err(|error| {
            let path = text::clean(&path.to_string_lossy(), 80);
            format!("not kept in '{path}': {error}")
        })
    }

    fn read_from(path: &Path) -> Result<Self, OwnFileError> {
        if !own_files::is_there(path) {
            // What could not be kept would be shown at every start.
            ownership::owned_so_far(path.parent().unwrap_or(path))?;
            return Ok(Self::default());
        }
        let text = own_files::found(path, LARGEST)?;
        Ok(toml::from_str(&text).unwrap_or_default())
    }

    fn change_in(path: &Path, change: impl FnOnce(&mut Self)) -> Result<(), OwnFileError> {
        let mut now = Self::read_from(path)?;
        change(&mut now);
        // Nobody waits for the disk: lost, it is no fault.
        own_files::replace(path, &now.written(), false)
    }

    fn written(self) -> String {
        let Self { hints_used, panels, columns } = self;
        let mut document = DocumentMut::new();
        document["hints_used"] = value(hints_used);
        if let Some(panels) = panels {
            document["panels"] = value(panels);
        }
        if !columns.is_empty() {
            let mut table = Table::new();
            for (name, chosen) in columns {
                table.insert(&name, value(chosen));
            }
            document["columns"] = Item::Table(table);
        }
        document.to_string()
    }
}

fn path() -> Option<PathBuf> {
    Some(state::own_folder()?.join("screen.toml"))
}

#[cfg(test)]
mod tests {
    use std::fs::{self, Permissions};
    use std::os::unix::fs::{PermissionsExt, symlink};

    use super::super::own_files::tests::folder;
    use super::*;

    #[test]
    fn one_change_leaves_the_rest_as_it_was() {
        let folder = folder();
        let path = folder.path().join("herdtop/screen.toml");
        let read = || Remembered::read_from(&path).unwrap();
        assert_eq!(read(), Remembered::default());
        let hidden = |panels: &str| Some(panels.to_owned());
        // All hidden is not the same as never changed.
        Remembered::change_in(&path, |now| now.panels = hidden("")).unwrap();
        let with = |hints_used, panels: &str| Remembered {
            hints_used,
            panels: hidden(panels),
            ..Remembered::default()
        };
        assert_eq!(read(), with(false, ""));
        Remembered::change_in(&path, |now| now.hints_used = true).unwrap();
        assert_eq!(read(), with(true, ""));
        Remembered::change_in(&path, |now| now.panels = hidden("codes ages")).unwrap();
        assert_eq!(read(), with(true, "codes ages"));
        let chosen = ("listeners".to_owned(), "open by -open".to_owned());
        Remembered::change_in(&path, |now| now.columns.extend([chosen.clone()])).unwrap();
        let columns = [chosen].into();
        assert_eq!(read(), Remembered { columns, ..with(true, "codes ages") });
        fs::write(&path, "panels = [").unwrap();
        assert_eq!(read(), Remembered::default(), "what cannot be read is forgotten");
    }

    #[test]
    fn a_link_in_a_folder_of_others_is_neither_read_nor_followed() {
        let folder = folder();
        let at = |name: &str| folder.path().join(name);
        fs::write(at("victim"), "hints_used = true\n").unwrap();
        fs::create_dir(at("herdtop")).unwrap();
        symlink("../victim", at("herdtop/screen.toml")).unwrap();
        fs::set_permissions(at("herdtop"), Permissions::from_mode(0o777)).unwrap();
        let path = at("herdtop/screen.toml");
        assert!(Remembered::read_from(&path).is_err());
        let refused = Remembered::change_in(&path, |now| now.panels = Some(String::new()));
        let refused = refused.unwrap_err().to_string();
        assert!(refused.ends_with("can be written by others (mode 0777)"), "{refused}");
        assert_eq!(fs::read_to_string(at("victim")).unwrap(), "hints_used = true\n");
        fs::remove_file(&path).unwrap();
        assert!(Remembered::change_in(&path, |now| now.hints_used = true).is_err());
        assert!(!path.exists(), "nothing was made there");
    }
}
