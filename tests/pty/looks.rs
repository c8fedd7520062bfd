//! Colours, letters and bytes.

use super::harness::{Service, Terminal};
use crate::checks::harness::own_folder;

#[test]
fn without_colours_no_colour_code_is_sent() {
    let service = Service::with(2);
    let arguments = ["-p", &service.argument(), "-c", "2"];
    let terminal = Terminal::start_with(120, 36, &arguments, &[("NO_COLOR", "1")]);
    terminal.shows("2 of 2");
    terminal.shows("CRIT");
    terminal.shows("quit");
    for code in sgr(&terminal.raw()) {
        let coloured = matches!(code, 30..=38 | 40..=48 | 90..=107);
        assert!(!coloured, "colour code {code}");
    }
    let banner = terminal.screen().cell(1, 3).map(vt100::Cell::inverse);
    assert_eq!(banner, Some(true), "severity is told by attributes");
}

/// The numbers of every `CSI … m`.
fn sgr(raw: &[u8]) -> Vec<u32> {
    let text = String::from_utf8_lossy(raw);
    let sequences = text.split("\x1b[").skip(1).filter_map(|rest| {
        let end = rest.find(|c: char| !(c.is_ascii_digit() || c == ';' || c == ':'))?;
        rest[end..].starts_with('m').then(|| rest[..end].to_owned())
    });
    sequences
        .flat_map(|s| s.split([';', ':']).map(|n| n.parse().unwrap_or(0)).collect::<Vec<_>>())
        .collect()
}

/// Flags and variables.
type Case<'a> = (&'a [&'a str], &'a [(&'a str, &'a str)]);

#[test]
fn poor_terminals_get_plain_letters() {
    let service = Service::with(2);
    let port = service.argument();
    let cases: [Case<'_>; 2] = [(&["--ascii"], &[]), (&[], &[("LANG", "C"), ("LC_ALL", "C")])];
    for (flags, variables) in cases {
        let arguments = [&["-p", &port, "-c", "100"], flags].concat();
        let terminal = Terminal::start_with(120, 36, &arguments, variables);
        terminal.shows("2 of 100");
        terminal.shows("quit");
        let text = terminal.screen().contents();
        assert!(text.is_ascii(), "{variables:?}: {text}");
    }
}

#[test]
fn a_config_folder_that_cannot_be_read_is_a_note() {
    let service = Service::with(2);
    let own = own_folder();
    let file = tempfile::NamedTempFile::new_in(own.path()).expect("a file");
    // A file where a folder should be: nothing below it can be opened, not even
    // by root.
    let folder = file.path().to_str().expect("a path").to_owned();
    let arguments = ["-p", &service.argument(), "-c", "100"];
    let terminal = Terminal::start_with(120, 36, &arguments, &[("XDG_CONFIG_HOME", &folder)]);
    terminal.shows("2 of 100");
    terminal.shows("not read");
}

#[test]
fn a_calm_screen_writes_little() {
    let service = Service::with(2);
    let terminal = Terminal::start(120, 36, &["-p", &service.argument(), "-c", "100"]);
    terminal.shows("2 of 100");
    // Frames are counted by the clock they show.
    let clock = |screen: &vt100::Screen| screen.contents_between(0, 112, 0, 120);
    let mut shown = clock(&terminal.screen());
    let mut frames = Vec::new();
    for _ in 0..8 {
        let before = terminal.raw().len();
        terminal.wait_for("the next second", |screen| clock(screen) != shown);
        shown = clock(&terminal.screen());
        frames.push(terminal.raw().len() - before);
    }
    // The first ones fill in what the first readings bring.
    let late = &frames[3..];
    let mean = late.iter().sum::<usize>() / late.len();
    assert!(mean < 600, "{mean} bytes a frame of {frames:?}, the budget is 0.6 KB a second");
}

#[test]
fn the_window_is_named_by_the_verdict_and_gets_its_name_back() {
    let service = Service::with(2);
    let mut terminal = Terminal::start(120, 36, &["-p", &service.argument(), "-c", "100"]);
    terminal.shows("2 of 100");
    let has = |terminal: &Terminal, bytes: &[u8]| {
        terminal.raw().windows(bytes.len()).any(|seen| seen == bytes)
    };
    terminal.wait_for("a title", |_| has(&terminal, b"\x1b]0;OK - herdtop "));
    assert!(has(&terminal, b"\x1b[22;2t"), "the old title is kept");
    terminal.types("q");
    assert_eq!(terminal.exit_code(), Some(0));
    terminal.wait_for("the old title", |_| has(&terminal, b"\x1b[23;2t"));
}
