//! The columns of the tables: chosen, ordered, sorted, remembered, and as at the start.

use super::harness::{Service, Terminal};
use super::palette::takes;
use crate::checks::harness::own_folder;

/// Gives a table other columns in the settings, and leaves them.
fn chooses(terminal: &Terminal, setting: &str, typed: &str) {
    takes(terminal, setting, "setting", setting);
    terminal.shows("it is remembered");
    terminal.types("\r");
    terminal.shows("new value: ");
    // The value that is there is edited; here it is cleared.
    terminal.types(&format!("\x15{typed}\r"));
    terminal.hides("new value: ");
}

/// The words of the line of headings that has this one.
fn headings(screen: &vt100::Screen, word: &str) -> Option<String> {
    let text = screen.contents();
    let line = text.lines().find(|line| line.split_whitespace().any(|one| one == word))?;
    Some(line.split_whitespace().collect::<Vec<_>>().join(" "))
}

#[test]
fn columns_are_chosen_ordered_and_sorted_by_and_kept_for_the_next_run() {
    let (many, few) = (Service::with(9), Service::with(4));
    let state = own_folder();
    let place = state.path().to_str().expect("a path of ours");
    let both = format!("{},{}", many.port, few.port);
    let arguments = ["-p", &both, "-i", "200ms"];
    let start = || Terminal::start_with(160, 45, &arguments, &[("XDG_STATE_HOME", place)]);
    let mut terminal = start();
    terminal.types("2");
    terminal.wait_for("the usual columns", |screen| {
        headings(screen, "process").is_some_and(|line| line.contains("open handsh/s"))
    });
    chooses(&terminal, "columns-listeners", "closed/s bogus");
    terminal.shows("columns-listeners: 'bogus' is no column: open handsh/s");
    terminal.types("o");
    chooses(&terminal, "columns-listeners", "drops/s, open by -open");
    terminal.types("o");
    let chosen = |screen: &vt100::Screen| {
        headings(screen, "process").is_some_and(|line| line == "address process drops/s open")
    };
    terminal.wait_for("the chosen columns", chosen);
    let first = |port: u16, other: u16| {
        move |screen: &vt100::Screen| {
            let text = screen.contents();
            let at = |port: u16| text.find(&format!("127.0.0.1:{port} "));
            at(port).zip(at(other)).is_some_and(|(a, b)| a < b)
        }
    };
    terminal.wait_for("the fewest first", first(few.port, many.port));
    terminal.types("q");
    assert_eq!(terminal.exit_code(), Some(0));
    let mut terminal = start();
    terminal.types("2");
    terminal.wait_for("the chosen columns of the run before", chosen);
    terminal.wait_for("their order", first(few.port, many.port));
    // A key sorts too, and that is remembered with them.
    terminal.types("S");
    terminal.wait_for("the most first", first(many.port, few.port));
    terminal.types("o");
    terminal.types("G");
    terminal.shows("drops/s open");
    terminal.types("o");
    chooses(&terminal, "columns-listeners", "default");
    terminal.types("o");
    terminal.wait_for("as at the start", |screen| {
        headings(screen, "process").is_some_and(|line| line.contains("open handsh/s"))
    });
    terminal.types("q");
    assert_eq!(terminal.exit_code(), Some(0));
    let kept = std::fs::read_to_string(state.path().join("herdtop/screen.toml")).expect("kept");
    assert!(!kept.contains("columns"), "{kept}");
}

/// Closes the settings; the line of headings with this one has these side by side.
fn has_headings(terminal: &Terminal, one: &str, wanted: &str) {
    terminal.types("o");
    terminal
        .wait_for(wanted, |screen| headings(screen, one).is_some_and(|line| line.contains(wanted)));
}

#[test]
fn every_table_has_its_columns() {
    let terminal = crate::screenshots::at("14:17:43", &[], (160, 45));
    terminal.shows("WORKERS");
    chooses(&terminal, "columns-workers", "threads rss by -fds");
    has_headings(&terminal, "threads", "process threads rss");
    terminal.types("3");
    chooses(&terminal, "columns-probes", "ok p99 by p99");
    has_headings(&terminal, "p99", "target ok p99");
    chooses(&terminal, "columns-codes", "total now/s by code");
    has_headings(&terminal, "total", "code total now/s");
    terminal.types("4");
    chooses(&terminal, "columns-alerts", "sev peak by for");
    terminal.types("o");
    terminal.wait_for("alerts", |screen| {
        headings(screen, "sev").is_some_and(|line| line == "time sev peak what")
    });
}
