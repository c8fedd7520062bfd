//! A recording on the screen, and the screen that knows the minutes before.

use std::fs::File;
use std::io::Write;
use std::process::{Command, Stdio};

use super::harness::{Ends, Service, Terminal};
use crate::checks::harness::{User, herdtop, own_folder, until};
use crate::checks::running::Running;

const RECORDING: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/recording/version-1.rec");

#[test]
fn a_replay_says_that_it_is_one_and_ends_by_standing_still() {
    let mut terminal = Terminal::start(120, 36, &["replay", RECORDING, "--speed", "50"]);
    terminal.shows("REPLAY ×50");
    terminal.shows("REPLAY ended");
    terminal.shows("herd subsides");
    terminal.hides("probe now");
    terminal.resize(80, 24);
    terminal.shows("REPLAY ended");
    terminal.types("q");
    assert_eq!(terminal.exit_code(), Some(0));
}

#[test]
fn space_holds_a_replay_and_lets_it_go_on() {
    let terminal = Terminal::start(120, 36, &["replay", RECORDING, "--speed", "4"]);
    terminal.shows("▶ REPLAY ×4");
    terminal.types(" ");
    terminal.shows("‖ REPLAY ×4");
    terminal.shows("resume");
    terminal.types(" ");
    terminal.shows("▶ REPLAY ended");
}

#[test]
fn a_replay_begins_where_it_is_asked_to() {
    let terminal = Terminal::start(120, 36, &["replay", RECORDING, "--at", "1s ago"]);
    terminal.shows("herd");
    terminal.shows("REPLAY ended");
}

/// Runs over a recording that comes out of a pipe, in two halves; what the terminal
/// was sent once it is `shown`. Between them it tells how far it has come.
fn in_halves(arguments: &[&str], on_screen: bool) -> String {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("slow.rec");
    let made = Command::new("mkfifo").arg(&path).status().expect("mkfifo");
    assert!(made.success());
    let output = (!on_screen).then(Stdio::null);
    let ends = Ends { input: None, output };
    let (command, rest) = arguments.split_first().expect("a command");
    let path = path.to_str().expect("a path of ours");
    let arguments = [&[*command, path], rest].concat();
    let mut terminal = Terminal::start_on(100, 30, &arguments, &[], ends);
    let mut pipe = File::options().write(true).open(path).expect("its reader");
    let recording = std::fs::read(RECORDING).expect("a recording");
    let (begin, end) = recording.split_at(recording.len() / 2);
    pipe.write_all(begin).expect("taken");
    terminal.shows("reading slow.rec  ");
    pipe.write_all(end).expect("taken");
    drop(pipe);
    if on_screen {
        terminal.shows("REPLAY");
        terminal.types("q");
    }
    assert_eq!(terminal.exit_code(), Some(0));
    terminal.wait_for("the line is gone", |s| !s.contents().contains("reading slow.rec"));
    String::from_utf8_lossy(&terminal.raw()).into_owned()
}

/// What erases a line.
const ERASED: &str = "\r\u{1b}[K";

#[test]
fn a_long_report_tells_how_far_it_is_and_leaves_nothing_of_it() {
    let sent = in_halves(&["report"], false);
    assert!(sent.ends_with(ERASED), "{sent:?}");
}

#[test]
fn a_long_way_to_a_moment_is_told_and_erased_before_the_screen() {
    let sent = in_halves(&["replay", "--at", "11:17:15"], true);
    let (before, _) = sent.split_once("\u{1b}[?1049h").expect("the screen");
    assert!(before.contains("reading slow.rec  "), "{before:?}");
    assert!(before.trim_end_matches("\u{1b}[22;2t").ends_with(ERASED), "{before:?}");
}

#[test]
fn damage_is_told_on_the_screen() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("hurt.rec");
    let mut bytes = std::fs::read(RECORDING).expect("the recording");
    let middle = bytes.len() / 2;
    bytes[middle] ^= 0x55;
    std::fs::write(&path, bytes).expect("a file");
    let path = path.to_str().expect("a path of ours");
    let terminal = Terminal::start(160, 36, &["replay", path, "--speed", "1000"]);
    terminal.shows("is damaged at byte");
}

#[test]
fn what_recording_costs_is_on_the_top_line() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("r.rec");
    let service = Service::with(3);
    let path = path.to_str().expect("a path of ours");
    let arguments = ["-p", &service.argument(), "--record", path];
    let terminal = Terminal::start(200, 40, &arguments);
    terminal
        .wait_for("its size", |s| s.contents().contains("  rec ") && s.contents().contains("KiB "));
}

#[test]
fn a_mark_of_the_run_is_in_its_replay_and_leads_back_to_its_moment() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("r.rec");
    let path = path.to_str().expect("a path of ours");
    let mut service = Service::with(2);
    let arguments = ["-p", &service.argument(), "-c", "100", "--record", path];
    let mut terminal = Terminal::start(120, 36, &arguments);
    terminal.shows("2 of 100");
    terminal.types("mbefore the load\r");
    terminal.shows("* before the load");
    service.open(3);
    terminal.shows("5 of 100");
    terminal.types("q");
    assert_eq!(terminal.exit_code(), Some(0));
    let terminal = Terminal::start(120, 36, &["replay", path, "--speed", "100"]);
    terminal.shows("REPLAY ended");
    terminal.shows("* before the load");
    terminal.shows("5 of 100");
    terminal.types("[");
    terminal.shows("2 of 100");
}

#[test]
fn a_screen_that_opens_shows_the_minutes_before_it() {
    let folder = own_folder();
    let state = folder.path();
    let mut keeps = herdtop(User::Own, &["stream", "--ring"]);
    keeps.env("XDG_STATE_HOME", state).env_remove("STATE_DIRECTORY");
    let mut ring = Running::start(&mut keeps);
    let mut service = Service::with(2);
    let port = service.port;
    let mut told = |opened: u64, open: u64| {
        ring.document_where("what is open", |document| {
            let mut listeners = document["listeners"].as_array().expect("listeners").iter();
            listeners.any(|l| {
                l["port"] == port && l["opened_total"] == opened && l["established"] == open
            })
        });
    };
    // Calm, then connections that are known to nobody else.
    told(0, 2);
    service.open(30);
    told(30, 32);
    // A block that is written after this one ended holds all of it.
    let size = || std::fs::metadata(state.join("herdtop/ring.rec")).map_or(0, |m| m.len());
    for _ in 0..2 {
        let before = size();
        until("another block", || size() > before);
    }
    let home = state.to_str().expect("a path of ours");
    let arguments = ["-p", &service.argument(), "-i", "1h"];
    let terminal = Terminal::start_with(120, 36, &arguments, &[("XDG_STATE_HOME", home)]);
    terminal.shows("CAPACITY");
    terminal.types("\r");
    terminal.shows("handshakes 30  closed 0");
}
