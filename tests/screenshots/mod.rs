//! The pictures in `screenshots/`: the real program on a pseudo-terminal, showing
//! moments of the recorded incident, drawn as SVG.
//!
//! A recording fixes the clock, the host and every figure, so a picture is the
//! same to the byte wherever it is made. `UPDATE_SCREENSHOTS=1 cargo test --test
//! tests screenshots` draws them anew; without the variable they are compared.
//! The incident itself was recorded by `examples/incident`.

mod connections;
mod film;
mod glyphs;
mod pieces;
mod svg;
mod table;

use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicUsize, Ordering};

use crate::pty::harness::Terminal;
use pieces::Ground;
use table::{Shot, TAKES, Take};

/// The recorded incident.
pub(crate) const INCIDENT: &str =
    concat!(env!("CARGO_MANIFEST_DIR"), "/tests/fixtures/incident.rec");

/// No picture is larger, bytes: a README is read on telephones too.
const LARGEST: usize = 60_000;
/// The picture whose connections are in no recording.
const CONNECTIONS: &str = "connections-120x36-dark";
/// Nor the film.
const LARGEST_FILM: usize = 250_000;

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("screenshots")
}

/// The program, standing still at a moment of the incident.
pub(crate) fn at(time: &str, look: &[&str], size: (u16, u16)) -> Terminal {
    still(INCIDENT, time, look, size)
}

fn still(recording: &str, time: &str, look: &[&str], size: (u16, u16)) -> Terminal {
    let arguments = [&["replay", recording, "--speed", "0", "--at", time], look].concat();
    let terminal = Terminal::start(size.0, size.1, &arguments);
    terminal.draws(1);
    terminal
}

/// Draws what a take shows: names and documents.
fn drawn(take: &Take) -> Vec<(String, String)> {
    let mut size = take.shots[0].size;
    let terminal = at(take.at, take.look, size);
    let mut drawn = Vec::new();
    for Shot { file, size: wanted, keys, shows } in take.shots {
        if size != *wanted {
            size = *wanted;
            let before = terminal.frames();
            terminal.resize(size.0, size.1);
            terminal.draws(before + 1);
        }
        for key in *keys {
            let before = terminal.frames();
            terminal.types(key);
            terminal.draws(before + 1);
        }
        terminal.shows(shows);
        let name = format!("herdtop, {} of {} by {} cells", file.replace('-', " "), size.0, size.1);
        drawn.push((format!("{file}.svg"), svg::still(&terminal.screen(), take.ground, &name)));
    }
    drawn
}

/// What differs from the file, or how it was made anew.
fn differs(file: &str, document: &str, largest: usize) -> Option<String> {
    if document.len() > largest {
        return Some(format!("{file} has {} bytes, at most {largest} are wanted", document.len()));
    }
    let path = folder().join(file);
    if std::env::var_os("UPDATE_SCREENSHOTS").is_some_and(|v| v == "1") {
        std::fs::write(&path, document).expect("screenshots/ can be written");
        return None;
    }
    let before = std::fs::read_to_string(&path).unwrap_or_default();
    let mut lines = before.lines().zip(document.lines()).enumerate();
    let (line, was, is) = match lines.find(|(_, (was, is))| was != is) {
        Some((number, (was, is))) => (number + 1, was, is),
        None if before == document => return None,
        None => (0, "a shorter or longer file", ""),
    };
    Some(format!("{file} differs, first in line {line}:\n  was {was}\n  is  {is}"))
}

fn none_differs(differences: &[String]) {
    assert!(
        differences.is_empty(),
        "{}\nif that is meant: UPDATE_SCREENSHOTS=1 cargo test --test tests screenshots",
        differences.join("\n")
    );
}

#[test]
fn pictures_are_those_of_the_program() {
    let next = AtomicUsize::new(0);
    let work = || {
        let mut differences = Vec::new();
        while let Some(take) = TAKES.get(next.fetch_add(1, Ordering::Relaxed)) {
            for (file, document) in drawn(take) {
                differences.extend(differs(&file, &document, LARGEST));
            }
        }
        differences
    };
    let differences = std::thread::scope(|scope| {
        let workers = [scope.spawn(work), scope.spawn(work)];
        workers.map(|worker| worker.join().expect("no picture failed")).concat()
    });
    none_differs(&differences);
}

#[test]
fn the_picture_of_single_connections_is_that_of_the_program() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("incident.rec");
    connections::record(INCIDENT, table::HERD, &path);
    let recording = path.to_str().expect("a plain name");
    let (size, look) = ((120, 36), table::DARK_LOOK);
    let terminal = still(recording, table::HERD, look, size);
    let before = terminal.frames();
    terminal.types("d");
    terminal.draws(before + 1);
    terminal.shows("of 2 995");
    let name = "herdtop, single connections of a listener of 120 by 36 cells";
    let document = svg::still(&terminal.screen(), table::DARK, name);
    none_differs(
        &differs(&format!("{CONNECTIONS}.svg"), &document, LARGEST).into_iter().collect::<Vec<_>>(),
    );
}

#[test]
fn the_film_is_that_of_the_program() {
    let document =
        svg::moving(&film::frames(), table::DARK, "herdtop in an incident of ten minutes");
    none_differs(&differs("incident.svg", &document, LARGEST_FILM).into_iter().collect::<Vec<_>>());
}

#[test]
fn no_picture_is_left_over_and_each_is_text_alone() {
    let mut wanted: Vec<String> =
        TAKES.iter().flat_map(|t| t.shots).map(|s| format!("{}.svg", s.file)).collect();
    wanted.push("incident.svg".to_owned());
    wanted.push(format!("{CONNECTIONS}.svg"));
    wanted.sort();
    let entries = std::fs::read_dir(folder()).expect("screenshots/").flatten();
    let mut found: Vec<String> =
        entries.map(|entry| entry.file_name().to_string_lossy().into_owned()).collect();
    found.sort();
    assert_eq!(found, wanted);
    for file in found {
        let text = std::fs::read_to_string(folder().join(&file)).expect("a picture");
        assert!(!text.contains("<script") && !text.contains("href"), "{file}");
    }
}

#[test]
fn letters_that_mean_something_in_xml_are_escaped() {
    assert_eq!(pieces::escaped("a<b>&c"), "a&lt;b&gt;&amp;c");
}

#[test]
fn a_piece_that_comes_back_is_drawn_once() {
    let ground = Ground { ink: "#fff", paper: "#000" };
    let screen = |text: &str| {
        let (rows, columns) = (2.try_into().expect("rows"), 20.try_into().expect("columns"));
        let mut parser = vt100::Parser::new(rows, columns, 0);
        parser.process(text.as_bytes());
        parser.screen().clone()
    };
    let frames = [(screen("one  same"), 10), (screen("two  same"), 10), (screen("one  same"), 20)];
    let film = svg::moving(&frames, ground, "a test");
    for text in ["one", "two", "same"] {
        assert_eq!(film.matches(&format!(">{text}<")).count(), 1, "{text}: {film}");
    }
    assert!(film.contains("0.00%{opacity:1}25.00%{opacity:0}50.00%{opacity:1}"), "{film}");
    assert!(film.contains("animation-duration:4.0s"), "{film}");
}
