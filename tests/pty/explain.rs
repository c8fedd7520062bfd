//! `herdtop explain` in a terminal: as wide as it is, bold where it can.

use super::harness::Terminal;

/// What was written, once the last line has come.
fn written(columns: u16, variables: &[(&str, &str)]) -> String {
    let arguments = ["explain", "1012", "1013"];
    let terminal = Terminal::start_with(columns, 200, &arguments, variables);
    terminal.shows("LimitNOFILE=65536");
    terminal.shows("run for 1013");
    String::from_utf8_lossy(&terminal.raw()).into_owned()
}

#[test]
fn headings_are_bold_and_nothing_else_is_sent() {
    let raw = written(120, &[]);
    assert!(raw.starts_with("\u{1b}[1m1012 service restart: "), "{raw}");
    for sequence in raw.split('\u{1b}').skip(1) {
        assert!(sequence.starts_with("[1m") || sequence.starts_with("[0m"), "{sequence}");
    }
}

#[test]
fn terminals_that_want_no_attributes_get_none() {
    for variable in [("NO_COLOR", "1"), ("TERM", "dumb")] {
        let raw = written(120, &[variable]);
        assert!(!raw.contains('\u{1b}'), "{variable:?}: {raw}");
    }
}

#[test]
fn the_terminal_says_how_wide() {
    let raw = written(160, &[("NO_COLOR", "1")]);
    let widest = raw.lines().map(|l| l.trim_end().chars().count()).max().unwrap_or(0);
    assert!((121..=160).contains(&widest), "{widest} columns: {raw}");
}
