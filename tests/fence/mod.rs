//! The rooms of the house and the arrows between them (see `src/lib.rs`).
//!
//! A room may name only the rooms listed for it, and a library only where it is
//! at home. An intended boundary that nothing enforces does not survive.

mod circles;
pub(crate) mod code;

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use regex::Regex;

use code::{Module, modules};

/// Room, and what it may use of the others.
pub(crate) const ARROWS: &[(&str, &[&str])] = &[
    ("units", &[]),
    ("text", &[]),
    ("theme", &["units", "text"]),
    ("fmt", &["units"]),
    ("close", &[]),
    ("sample", &["close"]),
    ("clock", &["sample"]),
    ("model", &["sample", "close", "units", "text"]),
    ("detect", &["model", "sample", "close", "units", "fmt"]),
    ("session", &["model", "detect", "sample", "units"]),
    // It is told what hosts have judged, and says it in the words of one.
    ("fleet", &["model", "detect", "sample", "close", "units", "fmt", "text"]),
    ("app", &["fleet", "model", "detect", "sample", "close", "units", "fmt"]),
    (
        "view",
        &["app", "fleet", "theme", "detect", "model", "sample", "close", "units", "fmt", "text"],
    ),
    ("term", &["app", "view"]),
    // Of these `recording` alone may name model and detect, see below.
    ("source", &["sample", "close", "clock", "units", "text", "model", "detect"]),
    ("demo", &["units"]),
    // It is handed pages and alerts, whatever they are of; the client that asks Prometheus
    // posts to Alertmanager.
    ("exporter", &["source"]),
    ("cli", &["close", "units", "text"]),
    // The keys are checked where the file is read, against the table of actions.
    (
        "config",
        &["app", "cli", "source", "fleet", "close", "detect", "model", "units", "fmt", "text"],
    ),
    (
        "output",
        &[
            "session", "source", "fleet", "model", "detect", "sample", "close", "units", "fmt",
            "text",
        ],
    ),
];

/// A library, or a call, and the rooms that may use it.
pub(crate) const AT_HOME: &[(&str, &[&str])] = &[
    ("ratatui", &["view", "theme", "term", "run"]),
    ("schemars", &["output", "detect", "model", "sample", "close", "units"]),
    ("crossterm", &["term"]),
    ("procfs::", &["source"]),
    ("netlink_", &["source"]),
    ("socket2", &["source"]),
    ("tungstenite", &["source", "demo"]),
    ("tokio::", &["source", "demo", "run", "term", "exporter"]),
    ("rustix", &["source", "demo", "run", "term", "config"]),
    ("std::fs", &["source", "config", "run"]),
    ("std::env", &["config", "run", "term", "main", "demo", "source"]),
    // The demo is the outside world: its clients wait in real time.
    ("Instant::now", &["clock", "demo"]),
    ("Utc::now", &["clock"]),
    ("jiff", &["fmt", "config"]),
    ("Local::now", &[]),
    // The zone is the viewer's, not of what happened: `config` asks for it and it is
    // handed in as a value. A log's stamps without a zone are read where they are read.
    ("chrono::Local", &["source"]),
    ("std::thread", &["source", "demo", "term", "exporter"]),
    ("flate2", &["source", "session"]),
    ("textwrap", &["text"]),
    ("prometheus_client", &["output"]),
    ("hyper", &["source", "exporter"]),
    ("bcrypt", &["exporter"]),
];

/// The header of a recording says how a session is to be built. Nothing else that
/// reads the outside world knows what is made of it.
#[test]
fn of_all_sources_only_a_recording_knows_a_model() {
    let strays: Vec<_> = modules()
        .iter()
        .filter(|m| m.room() == "source" && m.path.get(1).is_none_or(|p| p != "recording"))
        .filter(|m| rooms_named(m).iter().any(|r| *r == "model" || *r == "detect"))
        .map(|m| &m.file)
        .collect();
    assert!(strays.is_empty(), "{strays:?}");
}

#[test]
fn arrows_point_one_way() {
    let mut broken = Vec::new();
    for module in modules() {
        let room = module.room();
        if room == "run" || room == "main" || room == "lib" {
            continue;
        }
        let allowed = ARROWS.iter().find(|(name, _)| *name == room).map(|(_, to)| *to);
        let allowed = allowed.unwrap_or_else(|| panic!("{room} is a room nobody knows"));
        for named in rooms_named(module) {
            if named != room && !allowed.contains(&named) {
                broken.push(format!("{}: {room} -> {named}", module.file.display()));
            }
        }
    }
    assert!(broken.is_empty(), "{}", broken.join("\n"));
}

#[test]
fn libraries_stay_where_they_are_at_home() {
    let mut strays = Vec::new();
    for module in modules() {
        let file = module.file.display().to_string();
        for path in module.named.iter().map(|path| path.join("::")) {
            for (what, rooms) in AT_HOME {
                if !path.contains(what) || rooms.contains(&module.room()) {
                    continue;
                }
                strays.push(format!("{file}: {what} in {}", module.room()));
            }
        }
    }
    strays.dedup();
    assert!(strays.is_empty(), "{}", strays.join("\n"));
}

#[test]
fn files_are_small_and_folders_say_what_they_are_for() {
    let mut faults = Vec::new();
    for path in files(Path::new("src")) {
        let text = fs::read_to_string(&path).expect("readable source");
        let lines = without_tests(&text).lines().count();
        let is_tests = path.file_name().is_some_and(|n| n == "tests.rs" || n == "fixtures.rs");
        if lines > 400 && !is_tests {
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

/// A name that stands for three things has to be told apart at each place.
#[test]
fn no_name_of_a_type_stands_for_more_than_two_things() {
    let named = Regex::new(r"(?m)^ *(?:pub(?:\([^)]*\))? )?(?:struct|enum|trait|type) (\w+)");
    let named = named.expect("a pattern");
    let mut places: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for path in files(Path::new("src")) {
        let is_tests = |part: &str| part.starts_with("tests") || part.starts_with("fixtures");
        if path.iter().filter_map(|part| part.to_str()).any(is_tests) {
            continue;
        }
        let text = fs::read_to_string(&path).expect("readable source");
        for found in named.captures_iter(without_tests(&text)) {
            // A type of a trait is of its trait.
            if !found[0].trim_start_matches(' ').starts_with("type") || !found[0].starts_with(' ') {
                places.entry(found[1].to_owned()).or_default().push(path.display().to_string());
            }
        }
    }
    let many: Vec<_> = places.iter().filter(|(_, places)| places.len() > 2).collect();
    assert!(many.is_empty(), "{many:#?}");
}

/// Tests stand last in a file and may use what they like.
fn without_tests(text: &str) -> &str {
    text.split("#[cfg(test)]\nmod tests {").next().unwrap_or(text)
}

/// The rooms a module names.
fn rooms_named(module: &Module) -> Vec<&str> {
    let own = module.named.iter().filter(|path| path.first().is_some_and(|p| p == "crate"));
    own.filter_map(|path| path.get(1)).map(String::as_str).collect()
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
