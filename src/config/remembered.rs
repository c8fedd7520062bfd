//! What the screen remembers from one run to the next, in a file of the state folder.
//! Nobody edits it: what cannot be read there is forgotten, never an error.

use std::fs::{DirBuilder, OpenOptions};
use std::io::{self, Write};
use std::os::unix::fs::{DirBuilderExt, OpenOptionsExt};
use std::path::PathBuf;

use serde::Deserialize;
use toml_edit::{DocumentMut, value};

use super::{own_files, state};
use crate::source::ownership;

/// All of it has a few hundred bytes.
const LARGEST: u64 = 64 << 10;

/// What is remembered.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
#[serde(default)]
pub struct Remembered {
    /// The hints of a first start were followed: they never come back.
    pub hints_used: bool,
}

impl Remembered {
    /// As it was left; none where there is no place for it, so that nothing is shown
    /// again and again.
    #[must_use]
    pub fn read() -> Option<Self> {
        let path = path()?;
        if !own_files::is_there(&path) {
            // What could not be kept would be shown at every start.
            return ownership::owned_so_far(path.parent()?).is_ok().then(Self::default);
        }
        let text = own_files::found(&path, LARGEST).ok()?;
        Some(toml::from_str(&text).unwrap_or_default())
    }

    /// Changes it and keeps it. What cannot be kept is forgotten: nothing is worse
    /// for that.
    pub fn change(change: impl FnOnce(&mut Self)) {
        if let Some(mut now) = Self::read() {
            change(&mut now);
            let _ = now.write();
        }
    }

    fn write(&self) -> io::Result<()> {
        let path = path().ok_or(io::ErrorKind::NotFound)?;
        let folder = path.parent().ok_or(io::ErrorKind::NotFound)?;
        ownership::owned_so_far(folder).map_err(io::Error::other)?;
        DirBuilder::new().recursive(true).mode(0o700).create(folder)?;
        let mut document = DocumentMut::new();
        document["hints_used"] = value(self.hints_used);
        let beside = folder.join(format!("screen.toml.{}", std::process::id()));
        let mut options = OpenOptions::new();
        let file = options.write(true).create_new(true).mode(0o600).open(&beside);
        let written = file.and_then(|mut file| file.write_all(document.to_string().as_bytes()));
        let kept = written.and_then(|()| std::fs::rename(&beside, &path));
        if kept.is_err() {
            let _ = std::fs::remove_file(&beside);
        }
        kept
    }
}

fn path() -> Option<PathBuf> {
    Some(state::own_folder()?.join("screen.toml"))
}
