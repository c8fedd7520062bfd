//! What drawing costs: bytes, writes, questions to the terminal; and what happens
//! when nobody reads.
//!
//! Bytes are those of a stretch of the recorded incident, the same in each run.

use std::fs;
use std::time::Instant;

use rustix::process::Signal;

use super::harness::{Service, Terminal, frames_in};
use crate::checks::harness::resident;
use crate::screenshots::{INCIDENT, at};

/// Seconds of the recording that a budget is over.
const STRETCH: usize = 40;

/// Bytes a second from this moment on, at this size. Twenty times as fast as it
/// was, so that a frame has 50 ms to get through.
fn bytes_per_second(from: &str, size: (u16, u16)) -> usize {
    let arguments = ["replay", INCIDENT, "--at", from, "--speed", "20", "--sync", "on"];
    let terminal = Terminal::start(size.0, size.1, &arguments);
    terminal.draws(STRETCH + 1);
    let raw = terminal.raw();
    // The first one is the whole screen: it is paid once.
    frames_in(&raw)[1..=STRETCH].iter().map(|frame| frame.len()).sum::<usize>() / STRETCH
}

/// Moments, sizes, and the most bytes a second. Calm, at 120x36 it was 600 before the
/// states, clients, workers and ages stood beside the charts, and before a run of five
/// minutes had the whole chart to itself, which then moves every five seconds instead of
/// every ten. btop writes 3 663 bytes a second at 80x24, 11 077 at 200x50.
const BUDGETS: [(&str, (u16, u16), usize); 8] = [
    ("14:17:00", (200, 50), 2000),
    ("14:13:00", (200, 50), 2000),
    ("14:17:00", (120, 36), 1200),
    ("14:17:00", (80, 24), 700),
    ("14:17:00", (44, 12), 450),
    ("14:13:00", (120, 36), 950),
    ("14:13:00", (80, 24), 500),
    ("14:13:00", (44, 12), 220),
];

#[test]
fn an_incident_and_calm_stay_within_their_bytes() {
    // Two at a time, or they wait for each other on a small machine.
    let spent = BUDGETS.chunks(2).flat_map(|pair| {
        std::thread::scope(|scope| {
            let start = |(from, size, _)| scope.spawn(move || bytes_per_second(from, size));
            let runs: Vec<_> = pair.iter().copied().map(start).collect();
            runs.into_iter().map(|run| run.join().expect("a run")).collect::<Vec<_>>()
        })
    });
    for ((from, size, budget), spent) in BUDGETS.into_iter().zip(spent) {
        assert!(
            spent < budget,
            "{size:?} from {from}: {spent} bytes a second of {budget}: {spent:?}"
        );
    }
}

/// Calls of write(2) so far, and bytes written (`/proc/PID/io`).
fn written(terminal: &Terminal) -> (usize, usize) {
    let path = format!("/proc/{}/io", terminal.child.id());
    let text = fs::read_to_string(path).expect("our own child may be looked into");
    let field = |name: &str| {
        let line = text.lines().find_map(|line| line.strip_prefix(name)).expect(name);
        line.trim().parse().expect("a number")
    };
    (field("syscw:"), field("wchar:"))
}

#[test]
fn each_frame_is_one_write_and_asks_the_terminal_nothing() {
    const FRAMES: usize = 20;
    let terminal = at("14:17:43", &[], (200, 60));
    let (calls, bytes) = written(&terminal);
    let sent = terminal.raw().len();
    for frame in 0..FRAMES {
        // The whole screen, 30 KB.
        terminal.types("\x0c");
        terminal.draws(frame + 2);
    }
    let (calls, bytes) = (written(&terminal).0 - calls, written(&terminal).1 - bytes);
    let sent = terminal.raw().len() - sent;
    assert!(sent > FRAMES * 10_000, "{sent} bytes are no {FRAMES} screens");
    // What is not the frame's wakes a thread: 8 bytes each.
    let woken = (bytes - sent) / 8;
    assert_eq!(calls - woken, FRAMES, "{calls} writes of {bytes} bytes, {sent} of them sent");
    let raw = terminal.raw();
    // Cursor position, device attributes, name, colours: none is answered in time
    // by every terminal.
    for question in ["\x1b[6n", "\x1b[?6n", "\x1b[c", "\x1b[>c", "\x1b[>q", "\x1b]11;?"] {
        let asked = raw.windows(question.len()).any(|bytes| bytes == question.as_bytes());
        assert!(!asked, "{question:?} asks the terminal");
    }
}

/// Flags, variables, and whether frames are synchronized then.
type Case<'a> = (&'a [&'a str], &'a [(&'a str, &'a str)], bool);

#[test]
fn frames_are_synchronized_but_not_in_tmux_unless_asked_for() {
    let cases: [Case<'_>; 5] = [
        (&[], &[], true),
        (&["--sync", "off"], &[], false),
        (&[], &[("HERDTOP_SYNC", "off")], false),
        (&[], &[("TMUX", "/tmp/x,1,0")], false),
        (&["--sync", "on"], &[("TMUX", "/tmp/x,1,0"), ("HERDTOP_SYNC", "off")], true),
    ];
    for (flags, variables, wanted) in cases {
        let arguments = [&["replay", INCIDENT, "--speed", "0"], flags].concat();
        let terminal = Terminal::start_with(80, 24, &arguments, variables);
        terminal.shows("quit");
        let raw = terminal.raw();
        let synchronized = raw.windows(8).any(|bytes| bytes == b"\x1b[?2026h");
        assert_eq!(synchronized, wanted, "{flags:?} {variables:?}");
    }
}

#[test]
fn a_terminal_that_is_not_read_holds_up_nothing_and_then_gets_a_whole_frame() {
    let mut service = Service::with(2);
    let arguments = ["-p", &service.argument(), "-c", "100", "-i", "100ms"];
    let terminal = Terminal::start(200, 60, &arguments);
    terminal.shows("2 of 100");
    terminal.reads(false);
    let before = resident(terminal.child.id());
    // A megabyte of whole screens; the pseudo-terminal holds 64 KiB.
    for _ in 0..40 {
        terminal.types("\x0c");
    }
    service.open(3);
    terminal.types("2");
    terminal.has_read_all();
    let grown = resident(terminal.child.id()).saturating_sub(before);
    assert!(grown < 4096, "{grown} KiB more for a terminal that is not read");
    terminal.reads(true);
    terminal.hides("CAPACITY");
    terminal.shows("LISTENERS");
    terminal.shows("quit");
}

#[test]
fn a_signal_ends_it_while_the_terminal_is_not_read() {
    let service = Service::with(2);
    let arguments = ["-p", &service.argument(), "-c", "100", "-i", "100ms"];
    let mut terminal = Terminal::start(200, 60, &arguments);
    terminal.shows("2 of 100");
    terminal.reads(false);
    for _ in 0..40 {
        terminal.types("\x0c");
    }
    terminal.has_read_all();
    let asked = Instant::now();
    terminal.signal(Signal::TERM);
    assert_eq!(terminal.exit_code(), Some(143));
    assert!(asked.elapsed().as_secs() < 10);
    let (now, before) = (terminal.modes(), &terminal.before);
    assert_eq!(now.local_modes, before.local_modes, "echo and line mode are back");
}

#[test]
fn it_goes_on_after_a_stop_it_could_not_see_with_a_whole_frame() {
    let service = Service::with(2);
    let terminal = Terminal::start(120, 36, &["-p", &service.argument(), "-c", "100"]);
    terminal.shows("2 of 100");
    // As `kill -STOP`, or the terminal that is attached again, leave it.
    terminal.signal(Signal::STOP);
    let before = terminal.raw().len();
    terminal.signal(Signal::CONT);
    terminal.wait_for("the whole screen once more", |_| {
        let raw = terminal.raw();
        let anew = &raw[before..];
        let has = |part: &str| anew.windows(part.len()).any(|bytes| bytes == part.as_bytes());
        has("\x1b[2J") && has("LISTENERS") && has("CAPACITY")
    });
}

#[test]
fn a_size_told_again_draws_nothing_old() {
    // What a multiplexer does when a client attaches: smaller, then as before.
    let terminal = at("14:17:43", &[], (120, 36));
    let whole = terminal.screen().contents();
    terminal.resize(80, 24);
    terminal.draws(2);
    terminal.resize(120, 36);
    terminal.draws(3);
    assert_eq!(terminal.screen().contents(), whole);
}
