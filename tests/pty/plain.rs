//! `--plain`: what a screen reader is given.

use rustix::process::Signal;

use super::harness::{Service, Terminal};

fn started(service: &Service, variables: &[(&str, &str)], arguments: &[&str]) -> Terminal {
    let port = service.argument();
    let arguments = [&["-p", &port, "-c", "20"], arguments].concat();
    let terminal = Terminal::start_with(200, 40, &arguments, variables);
    terminal.shows(&format!("herdtop watches :{port}. A line is a change. Enter repeats, q or"));
    terminal
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
    terminal.shows("critical: ");
    terminal.shows("19 of 20");
    assert!(lines(&terminal) <= before + 3, "{}", terminal.screen().contents());
    let told = terminal.screen().contents();
    terminal.types("\r");
    terminal.wait_for("it is repeated", |s| s.contents().lines().count() > told.lines().count());
    assert!(terminal.screen().contents().matches("19 of 20").count() >= 2);
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
