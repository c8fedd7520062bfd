//! The folders where a run leaves what the next one may want.

use std::path::PathBuf;

/// Where the shipped unit keeps its state (`StateDirectory=herdtop`).
const OF_THE_UNIT: &str = "/var/lib/herdtop";

/// Our own: `$STATE_DIRECTORY` as systemd gives it, else
/// `$XDG_STATE_HOME/herdtop`, else below `~/.local/state`.
pub(super) fn own_folder() -> Option<PathBuf> {
    let set = |name| std::env::var_os(name).filter(|value| !value.is_empty()).map(PathBuf::from);
    if let Some(given) = set("STATE_DIRECTORY") {
        // Several are separated by colons (systemd.exec(5)).
        let first = given.to_str().and_then(|all| all.split(':').next()).map(PathBuf::from);
        return first.or(Some(given));
    }
    let home = || set("HOME").map(|home| home.join(".local/state"));
    Some(set("XDG_STATE_HOME").or_else(home)?.join("herdtop"))
}

/// All that are looked into, best first.
#[must_use]
pub fn state_folders() -> Vec<PathBuf> {
    own_folder().into_iter().chain([PathBuf::from(OF_THE_UNIT)]).collect()
}
