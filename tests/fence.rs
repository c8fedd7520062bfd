//! The rooms of the house and the arrows between them (see `src/lib.rs`).
//!
//! A room may name only the rooms listed for it, and a library only where it is
//! at home. An intended boundary that nothing enforces does not survive.

use std::fs;
use std::path::{Path, PathBuf};

/// Room, and what it may use of the others.
const ARROWS: &[(&str, &[&str])] = &[
    ("units", &[]),
    ("text", &[]),
    ("theme", &["units", "text"]),
    ("fmt", &["units"]),
    ("close", &[]),
    ("sample", &["close"]),
    ("clock", &["sample"]),
    ("model", &["sample", "close", "units", "text"]),
    ("detect", &["model", "sample", "close", "units", "fmt"]),
    ("session", &["model", "detect", "sample"]),
    ("app", &["model", "detect", "sample", "close", "units", "fmt"]),
    ("view", &["app", "theme", "detect", "model", "sample", "close", "units", "fmt", "text"]),
    ("term", &["app", "view"]),
    // Of these `recording` alone may name model and detect, see below.
    ("source", &["sample", "close", "clock", "units", "text", "model", "detect"]),
    ("demo", &["units"]),
    ("cli", &["close", "units", "text"]),
    // The keys are checked where the file is read, against the table of actions.
    ("config", &["app", "cli", "source", "close", "detect", "model", "units", "fmt", "text"]),
    (
        "output",
        &["session", "source", "model", "detect", "sample", "close", "units", "fmt", "text"],
    ),
];

/// A library, or a call, and the rooms that may use it.
const AT_HOME: &[(&str, &[&str])] = &[
    ("ratatui", &["view", "theme", "term", "run"]),
    ("crossterm", &["term"]),
    ("procfs::", &["source"]),
    ("netlink_", &["source"]),
    ("socket2", &["source"]),
    ("tungstenite", &["source", "demo"]),
    ("tokio::", &["source", "demo", "run", "term"]),
    ("rustix", &["source", "demo", "run", "term", "config"]),
    ("std::fs", &["source", "config", "run"]),
    ("std::env", &["config", "run", "term", "main", "demo", "source"]),
    // The demo is the outside world: its clients wait in real time.
    ("Instant::now", &["clock", "demo"]),
    ("Utc::now", &["clock"]),
    ("Local::now", &[]),
    ("std::thread", &["source", "demo", "term"]),
    ("flate2", &["source", "session"]),
];

/// The header of a recording says how a session is to be built. Nothing else that
/// reads the outside world knows what is made of it.
#[test]
fn of_all_sources_only_a_recording_knows_a_model() {
    let strays: Vec<_> = sources()
        .into_iter()
        .filter(|(path, room, _)| room == "source" && !path.starts_with("src/source/recording"))
        .filter(|(_, _, code)| rooms_named(code).iter().any(|r| r == "model" || r == "detect"))
        .map(|(path, _, _)| path)
        .collect();
    assert!(strays.is_empty(), "{strays:?}");
}

#[test]
fn arrows_point_one_way() {
    let mut broken = Vec::new();
    for (path, room, code) in sources() {
        if room == "run" || room == "main" || room == "lib" {
            continue;
        }
        let allowed = ARROWS.iter().find(|(name, _)| *name == room).map(|(_, to)| *to);
        let allowed = allowed.unwrap_or_else(|| panic!("{room} is a room nobody knows"));
        for named in rooms_named(&code) {
            if named != room && !allowed.contains(&named.as_str()) {
                broken.push(format!("{}: {room} -> {named}", path.display()));
            }
        }
    }
    assert!(broken.is_empty(), "{}", broken.join("\n"));
}

#[test]
fn libraries_stay_where_they_are_at_home() {
    let mut strays = Vec::new();
    for (path, room, code) in sources() {
        for (what, rooms) in AT_HOME {
            if code.contains(what) && !rooms.contains(&room.as_str()) {
                strays.push(format!("{}: {what} in {room}", path.display()));
            }
        }
    }
    assert!(strays.is_empty(), "{}", strays.join("\n"));
}

#[test]
fn files_are_small_and_folders_say_what_they_are_for() {
    let mut faults = Vec::new();
    for path in files(Path::new("src")) {
        let text = fs::read_to_string(&path).expect("readable source");
        let lines = without_tests(&text).lines().count();
        let is_tests = path.file_name().is_some_and(|n| n == "tests.rs" || n == "fixtures.rs");
        if lines > 500 && !is_tests {
            faults.push(format!("{}: {lines} lines, split it", path.display()));
        }
        if !text.starts_with("//!") {
            faults.push(format!("{}: does not open with what lives there", path.display()));
        }
        let stem = path.file_stem().and_then(|s| s.to_str()).unwrap_or_default();
        if ["utils", "util", "helpers", "common", "manager", "misc"].contains(&stem) {
            faults.push(format!("{}: a name that says nothing", path.display()));
        }
    }
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}

/// Every source file: path, room, code without tests and comments.
fn sources() -> Vec<(PathBuf, String, String)> {
    let each = files(Path::new("src")).into_iter().map(|path| {
        let inside = path.strip_prefix("src").expect("below src");
        let first = inside.components().next().expect("a name").as_os_str().to_string_lossy();
        let room = first.trim_end_matches(".rs").to_owned();
        let text = fs::read_to_string(&path).expect("readable source");
        let code = without_tests(&text)
            .lines()
            .filter(|line| !line.trim_start().starts_with("//"))
            .collect::<Vec<_>>()
            .join("\n");
        (path, room, code)
    });
    each.filter(|(path, _, _)| {
        !path.file_name().is_some_and(|n| n == "tests.rs" || n == "fixtures.rs")
    })
    .collect()
}

/// Tests stand last in a file and may use what they like.
fn without_tests(text: &str) -> &str {
    text.split("#[cfg(test)]\nmod tests {").next().unwrap_or(text)
}

/// The rooms behind every `crate::`.
fn rooms_named(code: &str) -> Vec<String> {
    let named = code.split("crate::").skip(1);
    named
        .map(|rest| rest.chars().take_while(|c| c.is_alphanumeric() || *c == '_').collect())
        .filter(|name: &String| !name.is_empty())
        .collect()
}

fn files(folder: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for entry in fs::read_dir(folder).expect("a folder of sources").flatten() {
        let path = entry.path();
        if path.is_dir() {
            found.extend(files(&path));
        } else if path.extension().is_some_and(|e| e == "rs") {
            found.push(path);
        }
    }
    found.sort();
    found
}
