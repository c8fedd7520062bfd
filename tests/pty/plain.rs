//! `--plain`: what a screen reader is given.

use rustix::process::Signal;

use super::harness::{Ends, Service, Terminal};

fn started(service: &Service, variables: &[(&str, &str)], arguments: &[&str]) -> Terminal {
    let port = service.argument();
    let arguments = [&["-p", &port, "-c", "20"], arguments].concat();
    let terminal = Terminal::start_with(200, 40, &arguments, variables);
    terminal.shows(&format!("herdtop watches :{port}. A line is a change. Enter repeats, q or"));
    terminal
}

const RECORDING: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/recording/version-1.rec");

#[test]
fn a_replay_is_told_in_lines_as_the_run_was() {
    let mut terminal =
        Terminal::start(200, 40, &["replay", RECORDING, "--plain", "--at", "8s ago"]);
    terminal.shows("critical: :46613 herdtop capacity 400 of 400");
    assert_eq!(terminal.exit_code(), Some(0));
    is_plain(&terminal);
    let lines = terminal.screen().contents().trim().lines().count();
    assert!(lines < 16, "a line is a change: {}", terminal.screen().contents());
    let plain = [("HERDTOP_PLAIN", "true")];
    let mut terminal = Terminal::start_with(200, 40, &["replay", RECORDING], &plain);
    terminal.shows("60 percent of capacity, 239 of 400");
    assert_eq!(terminal.exit_code(), Some(0));
    is_plain(&terminal);
}

#[test]
fn a_log_is_told_in_lines_and_then_summed_up() {
    let folder = tempfile::tempdir().expect("a folder");
    let log = folder.path().join("app.log");
    let second = |n: u32| {
        let at = format!("2026-11-21T14:{:02}:{:02}Z", n / 60, n % 60);
        let came = if (300..310).contains(&n) { 50 } else { 2 };
        format!("{at} client connected\n").repeat(came)
    };
    std::fs::write(&log, (0..400).map(second).collect::<String>()).expect("a log");
    let arguments = ["logs", "--plain", log.to_str().expect("a path of ours")];
    let mut terminal = Terminal::start(200, 40, &arguments);
    terminal.shows("14:00:00 ok: log: ");
    terminal.shows("14:05:00 warning: HERD in the log");
    terminal.shows("lines      1 280 read");
    assert_eq!(terminal.exit_code(), Some(0));
    is_plain(&terminal);
}

/// What was written has no escape sequence: no colour, no cursor, no screen.
fn is_plain(terminal: &Terminal) {
    let raw = String::from_utf8(terminal.raw()).expect("text");
    assert!(!raw.contains('\u{1b}'), "{raw:?}");
}

#[test]
fn a_line_is_a_change_and_what_is_worse_comes_at_once() {
    let mut service = Service::with(2);
    let mut terminal = started(&service, &[], &["--plain"]);
    terminal.shows("2 open");
    let lines = |terminal: &Terminal| terminal.screen().contents().trim().lines().count();
    let before = lines(&terminal);
    service.open(17);
    // A walk in the middle of it finds 18, which is critical too.
    terminal.shows("critical: ");
    terminal.wait_for("how full it is", |s| {
        let told = s.contents();
        told.contains("18 of 20") || told.contains("19 of 20")
    });
    assert!(lines(&terminal) <= before + 3, "{}", terminal.screen().contents());
    terminal.types("\r");
    // What it says again is of now, and names the figures too.
    terminal.shows(", open 19; ");
    is_plain(&terminal);
    terminal.types("q");
    assert_eq!(terminal.exit_code(), Some(0));
    assert_eq!(format!("{:?}", terminal.modes()), format!("{:?}", terminal.before));
}

#[test]
fn the_variable_and_the_config_file_ask_for_it_too() {
    let service = Service::with(2);
    let mut terminal = started(&service, &[("HERDTOP_PLAIN", "true")], &[]);
    terminal.shows("2 open");
    terminal.signal(Signal::INT);
    assert_eq!(terminal.exit_code(), Some(130));
    assert_eq!(format!("{:?}", terminal.modes()), format!("{:?}", terminal.before));
    let folder = tempfile::tempdir().expect("a folder");
    let config = folder.path().join("herdtop.toml");
    std::fs::write(&config, "plain = true\n").expect("a file");
    let config = config.to_str().expect("a path of ours");
    let terminal = started(&service, &[], &["--config", config]);
    terminal.shows("2 open");
    is_plain(&terminal);
}

/// A terminal that knows no escape sequences, by its name or for want of one.
#[test]
fn a_dumb_terminal_gets_lines_whatever_is_asked_for() {
    let service = Service::with(2);
    let port = service.argument();
    let folder = tempfile::tempdir().expect("a folder");
    let log = folder.path().join("app.log");
    let second = |n: u32| format!("2026-11-21T14:{:02}:{:02}Z client connected\n", n / 60, n % 60);
    std::fs::write(&log, (0..400).map(second).collect::<String>()).expect("a log");
    let log = log.to_str().expect("a path of ours");
    let live = ["-p", &port, "-c", "20", "--bell", "--notify"];
    for (arguments, shown, ends) in [
        (&live[..], "open 2  ", Some("\x03")),
        (&["replay", RECORDING], "room for 169", None),
        (&["replay", RECORDING, "--at", "1s ago"], "RESTARTED", None),
        (&["logs", log], "400 read", None),
        (&["report", RECORDING], "46613", None),
        (&["check", "-p", &port, "--for", "1s"], "2 open", None),
        (&["explain", "1013"], "1013", None),
        (&["--help"], "Usage", None),
        (&["themes"], "built in", None),
    ] {
        for term in ["dumb", "unknown", ""] {
            let mut terminal = Terminal::start_with(120, 200, arguments, &[("TERM", term)]);
            terminal.shows(shown);
            if let Some(key) = ends {
                terminal.types(key);
            }
            assert!(terminal.exit_code().is_some(), "{arguments:?}");
            is_plain(&terminal);
        }
    }
    let binary = env!("CARGO_BIN_EXE_herdtop");
    let arguments = ["-u", "TERM", binary, "-p", &port];
    let unset = Terminal::run("env", (120, 36), &arguments, &[], Ends::default());
    unset.shows("open 2  ");
    is_plain(&unset);
}
