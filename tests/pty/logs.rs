//! `herdtop logs` in a terminal: the screens over a log, and what a long one says
//! meanwhile.

use std::fs::File;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use rustix::process::Signal;

use super::harness::{Ends, Terminal};
use crate::checks::harness::until;

/// A quarter of an hour of a log: calm, then a storm of 1011 with its errors.
fn lines() -> String {
    let mut all = Vec::new();
    for second in 0..900 {
        let at = |millis: u32| {
            format!("2026-11-21T14:{:02}:{:02}.{millis:03}Z", second / 60, second % 60)
        };
        for n in 0..3 {
            all.push(format!("{} client connected", at(n * 300)));
            all.push(format!("{} client disconnected code=1001", at(n * 300 + 100)));
        }
        if (600..620).contains(&second) {
            all.push(format!("{} ERROR KeyError: 'room {second}'", at(500)));
            let storm = (0..20).map(|n| format!("{} client disconnected code=1011", at(500 + n)));
            all.extend(storm);
        }
    }
    all.push(String::new());
    all.join("\n")
}

fn written(folder: &Path) -> PathBuf {
    let path = folder.join("app.log");
    std::fs::write(&path, lines()).expect("a log");
    path
}

/// A pipe with a name, which a log comes out of as slowly as one likes.
fn fifo(folder: &Path) -> PathBuf {
    let path = folder.join("slow.log");
    let made = Command::new("mkfifo").arg(&path).status().expect("mkfifo");
    assert!(made.success());
    path
}

fn text(path: &Path) -> &str {
    path.to_str().expect("a path of ours")
}

#[test]
fn the_whole_log_is_on_the_screen_and_its_alerts_lead_to_their_moments() {
    let folder = tempfile::tempdir().expect("a folder");
    let log = written(folder.path());
    let mut terminal = Terminal::start(120, 36, &["logs", text(&log)]);
    terminal.shows("▶ LOG");
    // Twenty minutes of log: no window is longer than what there is.
    terminal.shows(" 20 min ");
    terminal.shows("close 1011 internal error");
    terminal.shows("err/s");
    // Back to the end of the storm, then to its beginning: what was then.
    terminal.types("[[");
    terminal.shows("‖ LOG");
    terminal.shows("■ CRIT");
    terminal.shows("14:10:0");
    terminal.types("\r");
    terminal.shows("the log's last error lines:");
    terminal.shows("KeyError: 'room 60");
    terminal.types("\u{1b}");
    terminal.types("-----");
    terminal.shows(" 2 min ");
    terminal.types("q");
    assert_eq!(terminal.exit_code(), Some(0));
    terminal.shows("last error 14:10:19");
}

#[test]
fn the_settings_are_those_that_matter_over_a_log() {
    let folder = tempfile::tempdir().expect("a folder");
    let log = written(folder.path());
    let arguments = ["logs", text(&log), "--log-error", "KeyError", "--theme", "light"];
    let terminal = Terminal::start_with(120, 36, &arguments, &[("HERDTOP_HERD_FACTOR", "4")]);
    terminal.shows("▶ LOG");
    terminal.types("o");
    for (name, value, from) in [
        ("log-error", "KeyError", "flag"),
        ("log-time", "recognised", "default"),
        ("herd-factor", "4 times the baseline", "HERDTOP_HERD_FACTOR"),
        ("theme", "light", "flag"),
    ] {
        terminal.wait_for(name, |screen| {
            let said = |line: &str| [name, value, from].iter().all(|word| line.contains(word));
            screen.contents().lines().any(said)
        });
    }
    // The last one: all of them are on the screen.
    terminal.shows("│  no-mouse ");
    let seen = terminal.screen().contents();
    for name in ["capacity", "netns", "probe-every", "max-cpu", "record", "no-summary"] {
        assert!(!seen.contains(&format!("│  {name}")), "{name} is nothing to a log: {seen}");
    }
}

#[test]
fn a_log_that_goes_on_shows_how_far_it_has_come_and_is_left_at_once() {
    let folder = tempfile::tempdir().expect("a folder");
    let log = fifo(folder.path());
    let mut terminal = Terminal::start(100, 30, &["logs", text(&log)]);
    let mut pipe = File::options().write(true).open(&log).expect("its reader");
    pipe.write_all(lines().as_bytes()).expect("taken");
    terminal.shows("READING");
    terminal.wait_for("lines are counted", |screen| {
        screen.contents().contains("lines; q ends") && !screen.contents().contains("  0 lines")
    });
    terminal.types("q");
    assert_eq!(terminal.exit_code(), Some(0), "though the pipe is open");
}

#[test]
fn a_long_read_tells_on_a_terminal_and_leaves_nothing_of_it() {
    let folder = tempfile::tempdir().expect("a folder");
    let log = fifo(folder.path());
    let ends = || Ends { input: None, output: Some(Stdio::null()) };
    let mut terminal = Terminal::start_on(100, 10, &["logs", text(&log)], &[], ends());
    let mut pipe = File::options().write(true).open(&log).expect("its reader");
    pipe.write_all(lines().as_bytes()).expect("taken");
    terminal.shows("reading slow.log  ");
    drop(pipe);
    assert_eq!(terminal.exit_code(), Some(0));
    terminal.wait_for("the line is gone", |screen| screen.contents().trim().is_empty());
}

/// Whether the thread that understands the logs is still at it.
fn reads(terminal: &Terminal) -> bool {
    let threads = format!("/proc/{}/task", terminal.child.id());
    let threads = std::fs::read_dir(threads).expect("it runs").flatten();
    let name = |thread: std::fs::DirEntry| std::fs::read_to_string(thread.path().join("comm"));
    threads.into_iter().any(|thread| name(thread).is_ok_and(|name| name == "logs\n"))
}

#[test]
fn the_end_of_a_log_is_shown_though_the_terminal_was_busy_then() {
    let folder = tempfile::tempdir().expect("a folder");
    let log = fifo(folder.path());
    let terminal = Terminal::start(200, 60, &["logs", text(&log)]);
    let mut pipe = File::options().write(true).open(&log).expect("its reader");
    pipe.write_all(lines().as_bytes()).expect("taken");
    terminal.wait_for("it has read all there is", |s| s.contents().contains("5 820 lines"));
    terminal.reads(false);
    // Whole screens of a megabyte; the pseudo-terminal holds 64 KiB. The report says
    // that they have been asked for.
    for _ in 0..40 {
        terminal.types("\x0c");
    }
    terminal.types("ey");
    until("the report", || terminal.has_file_ending(".md"));
    drop(pipe);
    until("it has seen the end", || !reads(&terminal));
    // Keys that draw nothing: when the second is read, what the end drew is lost.
    for _ in 0..2 {
        terminal.types("p");
        terminal.has_read_all();
    }
    terminal.reads(true);
    terminal.shows("▶ LOG");
    terminal.hides("READING");
}

/// Runs over a pipe that stays open, interrupted once it has read; its code and
/// what it printed.
fn interrupted(arguments: &[&str], log: &Path, input: bool) -> (i32, String) {
    let said = log.with_file_name("said");
    let output = Some(File::create(&said).expect("a file").into());
    let ends = Ends { input: input.then(|| log.to_owned()), output };
    let mut terminal = Terminal::start_on(100, 10, arguments, &[], ends);
    let mut pipe = File::options().write(true).open(log).expect("its reader");
    pipe.write_all(lines().as_bytes()).expect("taken");
    terminal.wait_for("it has read all of it", |s| s.contents().contains("5 820 lines"));
    terminal.signal(Signal::INT);
    let code = terminal.exit_code().expect("an exit code");
    (code, std::fs::read_to_string(&said).expect("text"))
}

#[test]
fn an_interrupt_tells_what_was_read_so_far() {
    let folder = tempfile::tempdir().expect("a folder");
    let log = fifo(folder.path());
    let (code, said) = interrupted(&["logs", "-"], &log, true);
    assert_eq!(code, 0, "standard input has no other end: {said}");
    assert!(said.contains("connects") && said.contains("2 700 "), "to the last line: {said}");
    assert!(said.contains("stopped after"), "{said}");
    let (code, said) = interrupted(&["logs", text(&log), "--json"], &log, false);
    assert_eq!(code, 130, "of a file the rest is missing");
    let document: serde_json::Value = serde_json::from_str(&said).expect("a document");
    assert_eq!(document["log"]["opened"]["total"], 2_700);
}
