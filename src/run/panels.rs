//! Which panels stood beside the charts in the run before.
//!
//! Lost, unreadable or full of something else it is no fault: the screen begins as it
//! always did.

use std::fs::{self, File};
use std::io::Read;
use std::path::PathBuf;

use crate::app::SidePanels;
use crate::config;

/// A line of eight words.
const MOST: u64 = 512;

fn file() -> Option<PathBuf> {
    Some(config::state_folder()?.join("panels"))
}

/// What was kept; none where nothing was.
pub(super) fn kept() -> Option<SidePanels> {
    let file = file()?;
    // A pipe of that name would hold up the start.
    let is_file = fs::metadata(&file).is_ok_and(|meta| meta.is_file());
    let mut text = String::new();
    File::open(file).ok().filter(|_| is_file)?.take(MOST).read_to_string(&mut text).ok()?;
    Some(SidePanels::read(&text))
}

/// Keeps them; what went wrong is said.
pub(super) fn keep(panels: &str) -> Result<(), String> {
    let Some(file) = file() else { return Ok(()) };
    let folder = file.parent().map_or_else(PathBuf::new, PathBuf::from);
    let beside = folder.join(format!("panels.{}", std::process::id()));
    let written = fs::create_dir_all(&folder)
        .and_then(|()| fs::write(&beside, format!("{panels}\n")))
        .and_then(|()| fs::rename(&beside, &file));
    written.map_err(|error| format!("panels not kept in '{}': {error}", file.display()))
}
