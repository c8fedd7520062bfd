//! A drag over the chart in every mode: the program answers afterwards.

use super::harness::{Service, Terminal};
use super::mouse::{DRAG, LEFT, report};

const RECORDING: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/recording/version-1.rec");

/// Presses on the chart and drags over it, forth and back, faster than is drawn; then
/// help, and the end.
fn answers_after_a_drag(mut terminal: Terminal, ends: &str) {
    let chart = (59, 14);
    terminal.types(&report(LEFT, chart, 'M'));
    terminal.shows("‖ ");
    // One cell alone, with nothing behind it that would wake whoever reads.
    terminal.types(&report(DRAG, (58, 14), 'M'));
    terminal.has_read_all();
    let places = (20..58).rev().chain(20..80);
    let drag: String = places.map(|x| report(DRAG, (x, 14), 'M')).collect();
    terminal.types(&drag);
    terminal.has_read_all();
    terminal.types(&report(LEFT, (79, 14), 'm'));
    terminal.types("?");
    terminal.shows("this help");
    terminal.types("?");
    terminal.hides("this help");
    terminal.types(ends);
    assert_eq!(terminal.exit_code(), Some(0));
}

#[test]
fn live_and_while_it_stands() {
    let service = Service::with(2);
    for (before, ends) in [("", "q"), (" ", "\x03")] {
        let terminal = Terminal::watching(&service);
        terminal.types(before);
        answers_after_a_drag(terminal, ends);
    }
}

#[test]
fn over_a_replay_that_goes_on_that_stands_and_that_is_over() {
    for (speed, seen) in [("1", "▶ REPLAY"), ("0", "▶ REPLAY"), ("1000", "REPLAY ended")] {
        for ends in ["q", "\x03"] {
            let terminal = Terminal::start(120, 36, &["replay", RECORDING, "--speed", speed]);
            terminal.shows(seen);
            answers_after_a_drag(terminal, ends);
        }
    }
}

#[test]
fn over_a_log() {
    let folder = tempfile::tempdir().expect("a folder");
    let log = folder.path().join("app.log");
    let line = |n: u32| format!("2026-11-21T14:{:02}:{:02}Z client connected\n", n / 60, n % 60);
    std::fs::write(&log, (0..900).map(line).collect::<String>()).expect("a log");
    for ends in ["q", "\x03"] {
        let log = log.to_str().expect("a path of ours");
        let terminal = Terminal::start(120, 36, &["logs", log]);
        terminal.shows("▶ LOG");
        answers_after_a_drag(terminal, ends);
    }
}
