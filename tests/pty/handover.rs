//! Handing over from the screen, and a screen that can be shown to anybody.

use super::harness::{Service, Terminal};

#[test]
fn one_key_copies_a_summary_with_what_was_done() {
    let service = Service::with(2);
    let terminal = Terminal::watching(&service);
    terminal.types("mrolled back 1.4\r");
    terminal.shows("* rolled back 1.4");
    let before = terminal.raw().len();
    terminal.types("Y");
    terminal.shows("lines for who takes over");
    let raw = terminal.raw();
    let sent = String::from_utf8_lossy(&raw[before..]).into_owned();
    let copied = sent.split("\x1b]52;c;").nth(1).expect("an OSC 52");
    let copied = copied.split(['\x07', '\x1b']).next().expect("its end");
    let text = data_encoding::BASE64.decode(copied.as_bytes()).expect("base64");
    let text = String::from_utf8(text).expect("text");
    assert!(text.lines().count() <= 12, "{text}");
    assert!(text.contains("rolled back 1.4"), "{text}");
    assert!(text.contains("figures: 2 open"), "{text}");
}

#[test]
fn a_redacted_run_shows_and_keeps_no_host_name_and_can_be_replayed() {
    let service = Service::with(3);
    let name = rustix::system::uname().nodename().to_string_lossy().into_owned();
    let arguments = ["-p", &service.argument(), "-c", "100", "--redact", "--record", "kept.rec"];
    let mut terminal = Terminal::start(120, 36, &arguments);
    terminal.shows("3 of 100");
    let header = terminal.screen().contents().lines().next().unwrap_or_default().to_owned();
    assert!(header.contains("host-"), "{header}");
    assert!(!header.contains(&format!(" {name} ")), "{header}");
    terminal.types("q");
    assert_eq!(terminal.exit_code(), Some(0));
    let path = terminal.path_ending("kept.rec");
    let path = path.to_str().expect("a path of ours");
    let said = crate::checks::harness::say(&["replay", path, "--json"]);
    let document = said.document();
    let host = document["host"]["name"].as_str().expect("a name");
    assert!(host.starts_with("host-"), "{host}");
    assert_eq!(document["listeners"][0]["port"], service.port);
    let open = document["listeners"][0]["open"].as_u64();
    assert_eq!(open, Some(3), "the figures are the same");
}
