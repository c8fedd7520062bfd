//! The terminal tells of alerts: bell, notification, and what a command failed at.

use super::harness::{Service, Terminal};

/// Starts it on a service that is full.
fn full(service: &Service, arguments: &[&str], variables: &[(&str, &str)]) -> Terminal {
    let port = service.argument();
    let all = [&["-p", &port, "-c", "20"], arguments].concat();
    let terminal = Terminal::start_with(120, 36, &all, variables);
    terminal.shows("20 of 20");
    terminal.shows("CRIT");
    terminal
}

/// How often the bell rang: what ends a title is none.
fn bells(terminal: &Terminal) -> usize {
    let raw = String::from_utf8_lossy(&terminal.raw()).into_owned();
    let mut rest = raw.as_str();
    let mut bells = 0;
    while let Some(at) = rest.find(['\x07', '\x1b']) {
        let sequence = &rest[at..];
        let is_title = sequence.starts_with("\x1b]");
        bells += usize::from(sequence.starts_with('\x07'));
        let after =
            if is_title { sequence.find('\x07').map_or(sequence.len(), |n| n + 1) } else { 1 };
        rest = &sequence[after..];
    }
    bells
}

#[test]
fn the_bell_rings_and_a_notification_says_why() {
    let service = Service::with(20);
    let terminal = full(&service, &["--bell", "--notify"], &[]);
    terminal.wait_for("the bell", |_| bells(&terminal) > 0);
    let raw = String::from_utf8_lossy(&terminal.raw()).into_owned();
    let told = raw.split("\x1b]9;herdtop ").nth(1).expect("a notification");
    let words = told.split('\x07').next().expect("its end");
    assert!(words.contains("CRIT ") && words.contains("capacity 20 of 20"), "{words}");
}

#[test]
fn other_terminals_are_asked_in_their_own_way_and_tmux_hands_on() {
    let service = Service::with(20);
    let terminal = full(&service, &["--notify"], &[("TERM", "foot"), ("TMUX", "/tmp/x,1,0")]);
    terminal.wait_for("the notification", |_| {
        let raw = String::from_utf8_lossy(&terminal.raw()).into_owned();
        raw.contains("\x1bPtmux;\x1b\x1b]777;notify;herdtop ")
    });
    assert_eq!(bells(&terminal), 0, "nobody asked for it");
}

#[test]
fn a_command_that_fails_is_said_on_the_screen() {
    let service = Service::with(20);
    let command = "sh -c 'echo no route >&2; exit 3'";
    let terminal = full(&service, &["--on-alert", command], &[]);
    terminal.shows("ended with 3: no route");
}

#[test]
fn quitting_waits_for_a_command_and_ctrl_c_does_not() {
    let service = Service::with(20);
    let mut terminal =
        full(&service, &["--on-alert", "sleep 600", "--on-alert-timeout", "10m"], &[]);
    terminal.types("q");
    terminal.wait_for("given back", |s| !s.alternate_screen());
    terminal.shows("waiting for --on-alert");
    terminal.types("\x03");
    assert_eq!(terminal.exit_code(), Some(0));
}
