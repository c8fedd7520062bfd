//! What lies over the screen has the keys to itself.

use super::harness::{Service, Terminal, clock};
use super::time::moves;

#[test]
fn words_typed_into_what_lies_over_the_screen_do_nothing_behind_it() {
    let service = Service::with(2);
    let port = service.argument();
    // Full: there is an alert that could be muted, and advice.
    let terminal = Terminal::start(120, 36, &["-p", &port, "-c", "2", "--record", "own.rec"]);
    terminal.shows("CRIT");
    let before = terminal.screen().contents();
    let began = clock(&terminal.screen());
    let first = before.lines().next().expect("a header").to_owned();
    for (open, shown) in
        [("?", "this help"), ("o", "herd-factor"), ("n", "What next"), ("\r", "herdtop ▸ ")]
    {
        terminal.types(open);
        terminal.shows(shown);
        // No key of these words leads elsewhere.
        for word in ["theme", "parameter", "Alarm", "  -+-", "HELP", "sh", "\x1b[D\x1b[H"] {
            terminal.types(word);
        }
        terminal.has_read_all();
        terminal.types("\x1b");
        terminal.hides(shown);
        terminal.shows("LISTENERS");
    }
    // A line that is typed takes all of them.
    terminal.types("/theme\x1b");
    terminal.types("4");
    terminal.shows("1 firing");
    terminal.shows("■ CRIT");
    let after = terminal.screen().contents();
    for word in ["PAUSED", "muted", "acknowledged", "note:", "report of", "mouse o"] {
        assert!(!after.contains(word), "'{word}' was not asked for:\n{after}");
    }
    assert!(!terminal.has_file_ending(".md"), "nor a report");
    terminal.types("1");
    terminal.shows("LISTENERS");
    let again = terminal.screen().contents();
    let place = |text: &str| text.split("    ").next().unwrap_or_default().to_owned();
    assert_eq!(place(again.lines().next().expect("a header")), place(&first));
    // A young run is shown as far as it goes back, whatever the window; a step of ten
    // seconds is that of ten minutes.
    terminal.wait_for("twelve seconds of history", |s| {
        clock(s).is_some_and(|now| began.is_some_and(|began| now.wrapping_sub(began) >= 12))
    });
    terminal.types(" ");
    terminal.shows("PAUSED");
    assert_eq!(moves(&terminal, "h"), -10);
}
