//! What is shown, at which size.

use super::harness::{Service, Terminal};

#[test]
fn the_first_frame_shows_real_connections() {
    let service = Service::with(7);
    let terminal = Terminal::start(120, 36, &["-p", &service.argument(), "-c", "10"]);
    terminal.shows("CAPACITY");
    terminal.shows("7 of 10");
    terminal.wait_for("a screen of its own", |s| s.alternate_screen() && s.hide_cursor());
    for part in ["CONNECTIONS/s", "LISTENERS", "EVENTS", "TCP STATES", "WORKERS", "no URL"] {
        terminal.shows(part);
    }
    terminal.shows(&format!("127.0.0.1:{}", service.port));
    terminal.shows("70.0 %");
}

#[test]
fn every_size_is_drawn_anew_down_to_one_cell() {
    let service = Service::with(3);
    let terminal = Terminal::start(120, 36, &["-p", &service.argument(), "-c", "10"]);
    terminal.shows("TCP STATES");
    terminal.resize(80, 24);
    terminal.shows("limit capacity");
    terminal.hides("TCP STATES");
    terminal.resize(44, 12);
    terminal.shows("3 of 10 capacity");
    terminal.resize(24, 3);
    terminal.hides("handshakes");
    terminal.resize(1, 1);
    terminal.wait_for("something is there", |s| !s.contents().trim().is_empty());
    terminal.resize(200, 60);
    terminal.shows("TCP STATES");
    terminal.shows("3 of 10");
}

#[test]
fn nobody_listening_is_said_and_the_listener_appears() {
    let port = Service::with(0).port;
    let terminal = Terminal::start(120, 36, &["-p", &port.to_string()]);
    terminal.shows("no process listening");
    let listener = std::net::TcpListener::bind(("127.0.0.1", port)).expect("the port is free");
    terminal.shows(&format!("127.0.0.1:{port}"));
    terminal.hides("no process listening");
    drop(listener);
}

#[test]
fn the_demo_runs_in_the_screen_and_ends_by_itself() {
    let _noise = crate::checks::noise::noisy();
    let mut terminal = Terminal::start(120, 36, &["demo", "--seconds", "6"]);
    terminal.shows("of 400");
    assert_eq!(terminal.exit_code(), Some(0));
    assert!(!terminal.screen().alternate_screen());
}

#[test]
fn the_probes_have_a_screen_and_each_target_its_page() {
    let _noise = crate::checks::noise::noisy();
    let terminal = Terminal::start(120, 36, &["demo", "calm", "--seconds", "60"]);
    terminal.shows("of 400");
    terminal.types("3");
    terminal.shows("PROBES 1");
    // Past its dwell: only then is an attempt let in.
    terminal.shows("100 %");
    terminal.shows("attempts failed");
    terminal.types("\r");
    terminal.shows("OUTCOMES since herdtop started");
    terminal.shows("open_ok");
    terminal.types("\x1b");
    terminal.hides("OUTCOMES since herdtop started");
    terminal.shows("CLOSE CODES");
    terminal.resize(44, 12);
    terminal.shows("100 % ok");
}

/// The first frames of a screen, before anything was measured for a second.
#[test]
fn the_first_second_judges_nothing() {
    let service = Service::with(2);
    for (columns, rows) in [(120, 36), (80, 24), (44, 12), (30, 2)] {
        let terminal = Terminal::start(columns, rows, &["-p", &service.argument()]);
        terminal.shows("measuring");
        // By then the first frame is whole; a quiet service has few more.
        terminal.hides("measuring");
        let raw = String::from_utf8_lossy(&terminal.raw()).into_owned();
        let first = raw.split("\x1b[?2026l").next().expect("the first frame");
        for word in ["OK", "WARN", "CRIT", "as root", "hidden", "baseline"] {
            assert!(!first.contains(word), "{columns}x{rows}: '{word}' in the first frame");
        }
        assert!(raw.contains("]0;UNKNOWN measuring"), "the title says so too");
    }
}
