//! The mouse, as a terminal sends it: SGR reports on the input.

use std::time::{Duration, Instant};

use rustix::process::Signal;

use super::harness::{Service, Terminal, clock};

pub(super) const LEFT: u8 = 0;
pub(super) const DRAG: u8 = 32;
const WHEEL_UP: u8 = 64;
const WHEEL_DOWN: u8 = 65;

/// What takes the mouse, and what gives it back.
const ON: &[u8] = b"\x1b[?1000h\x1b[?1002h\x1b[?1006h";
const OFF: &[u8] = b"\x1b[?1006l\x1b[?1002l\x1b[?1000l";

pub(super) fn report(button: u8, (x, y): (u16, u16), end: char) -> String {
    format!("\x1b[<{button};{};{}{end}", x + 1, y + 1)
}

fn press(terminal: &Terminal, at: (u16, u16)) {
    terminal.types(&(report(LEFT, at, 'M') + &report(LEFT, at, 'm')));
}

/// Where a text stands first, top to bottom.
pub(super) fn find(screen: &vt100::Screen, text: &str) -> Option<(u16, u16)> {
    let (rows, columns) = screen.size();
    let (rows, columns) = (rows.get(), columns.get());
    let length = u16::try_from(text.chars().count()).expect("short");
    let stands = |x: u16, y: u16| {
        (x..x + length).zip(text.chars()).all(|(x, c)| {
            screen.cell(y, x).is_some_and(|cell| cell.contents() == c.to_string())
                || (c == ' ' && screen.cell(y, x).is_some_and(|cell| !cell.has_contents()))
        })
    };
    let all = (0..rows).flat_map(|y| (0..columns.saturating_sub(length)).map(move |x| (x, y)));
    all.into_iter().find(|(x, y)| stands(*x, *y))
}

/// Waits for a text and presses on its first sign.
fn click(terminal: &Terminal, text: &str) {
    terminal.shows(text);
    let at = find(&terminal.screen(), text).expect("it is in one line");
    press(terminal, at);
}

fn says(terminal: &Terminal, bytes: &[u8]) -> usize {
    terminal.raw().windows(bytes.len()).filter(|window| *window == bytes).count()
}

#[test]
fn tabs_lead_to_their_screens_and_footer_words_are_keys() {
    let service = Service::with(2);
    let terminal = Terminal::watching(&service);
    click(&terminal, "2 Listeners");
    terminal.hides("CAPACITY");
    click(&terminal, "4 Timeline");
    terminal.shows("ALERTS");
    click(&terminal, "esc back");
    terminal.shows("CAPACITY");
    // The end of the footer is drawn last: only now all lies where it is clicked.
    terminal.shows("/ filter");
    click(&terminal, "1-4 view");
    terminal.hides("CAPACITY");
    click(&terminal, "1 Incident");
    terminal.shows("/ filter");
    click(&terminal, "+ - window");
    terminal.shows(" 30 min ");
    let (x, y) = find(&terminal.screen(), "+ - window").expect("in the footer");
    press(&terminal, (x + 2, y));
    terminal.hides(" 30 min ");
    click(&terminal, "live");
    terminal.shows("PAUSED");
    click(&terminal, "PAUSED");
    terminal.hides("PAUSED");
    // The verdict leads to what can be done about it.
    press(&terminal, (60, 1));
    terminal.shows("What next");
}

#[test]
fn a_row_is_selected_by_one_click_and_opened_by_the_next() {
    let (_many, few, terminal) = Terminal::watching_two();
    let row = format!("127.0.0.1:{}", few.port);
    click(&terminal, &row);
    terminal.shows("4 of 50");
    terminal.hides("share of the open");
    click(&terminal, &row);
    terminal.shows("CONNECTION AGE  share of the open");
    click(&terminal, "herdtop");
    terminal.hides("share of the open");
    terminal.shows("4 of 50");
}

#[test]
fn a_heading_sorts_by_its_column_and_turns_it_round() {
    let (many, few, terminal) = Terminal::watching_two();
    let first = |port: u16| {
        let row = format!("127.0.0.1:{port}");
        move |screen: &vt100::Screen| {
            let text = screen.contents();
            let rows = text.lines().skip_while(|l| !l.contains("LISTENERS"));
            rows.skip(2).find(|l| l.contains("127.0.0.1:")).is_some_and(|l| l.contains(&row))
        }
    };
    let (lower, higher) = (many.port.min(few.port), many.port.max(few.port));
    click(&terminal, "address  ");
    terminal.wait_for("by address", first(lower));
    click(&terminal, "address  ");
    terminal.wait_for("turned round", first(higher));
}

#[test]
fn the_wheel_moves_the_selection_and_zooms_the_chart() {
    let (_many, few, terminal) = Terminal::watching_two();
    let row = format!("127.0.0.1:{}", few.port);
    terminal.shows(&row);
    let row = find(&terminal.screen(), &row).expect("a row");
    terminal.types(&report(WHEEL_DOWN, row, 'M'));
    terminal.shows("4 of 50");
    terminal.types(&report(WHEEL_UP, row, 'M'));
    terminal.shows("9 of 100");
    let chart = (40, 16);
    terminal.types(&report(WHEEL_DOWN, chart, 'M'));
    terminal.shows(" 30 min ");
    terminal.types(&report(WHEEL_UP, chart, 'M').repeat(2));
    terminal.shows(" 5 min ");
    // Nothing scrolls where there is nothing to scroll.
    terminal.types(&report(WHEEL_DOWN, (3, 4), 'M'));
    click(&terminal, "? help");
    terminal.shows("this help");
    terminal.types("?");
    terminal.hides("this help");
    terminal.shows(" 5 min ");
}

#[test]
fn a_drag_over_the_chart_pauses_and_follows_the_hand() {
    let service = Service::with(2);
    let terminal = Terminal::watching(&service);
    terminal.types("--");
    terminal.shows(" 2 min ");
    let begun = clock(&terminal.screen()).expect("a clock");
    terminal.wait_for("eight seconds of history", |s| {
        clock(s).is_some_and(|now| now.wrapping_sub(begun) >= 8)
    });
    let (x, y) = find(&terminal.screen(), " now ")
        .or_else(|| find(&terminal.screen(), " now"))
        .expect("the end of the axis");
    let right = x + 3;
    terminal.types(&report(LEFT, (right - 2, y - 4), 'M'));
    terminal.shows("PAUSED");
    // The footer is drawn last: the whole frame is there.
    terminal.shows("resume");
    let pressed = clock(&terminal.screen()).expect("a clock");
    // Off the chart, it is still the chart that is held.
    terminal.types(&report(DRAG, (right - 4, 2), 'M'));
    terminal.wait_for("earlier", |s| clock(s).is_some_and(|now| now < pressed));
    let dragged = clock(&terminal.screen()).expect("a clock");
    terminal.types(&report(DRAG, (right - 2, y - 4), 'M'));
    terminal.wait_for("later", |s| clock(s).is_some_and(|now| now > dragged));
    // Not where it was pressed: the chart was live then, and went on by a second.
    terminal.types(&report(DRAG, (right - 4, y - 4), 'M'));
    terminal.wait_for("where it was", |s| clock(s) == Some(dragged));
    terminal.types(&report(LEFT, (right - 4, y - 4), 'm'));
    // Let go, it stays: a move without the button is none of ours.
    terminal.types(&report(DRAG, (right - 2, y - 4), 'M'));
    terminal.types("?");
    terminal.shows("this help");
    assert_eq!(clock(&terminal.screen()), Some(dragged));
    terminal.types("? ");
    terminal.hides("PAUSED");
}

#[test]
fn a_letter_leads_to_its_moment_and_its_alert() {
    let service = Service::with(2);
    let terminal = Terminal::start(120, 36, &["-p", &service.argument(), "-c", "2"]);
    terminal.shows("CRIT");
    terminal.shows("letters mark the chart");
    // The row of the event first: its letter stands before its words.
    click(&terminal, "A capacity");
    terminal.shows("PAUSED");
    terminal.types("\x1b[F4");
    terminal.hides("PAUSED");
    terminal.shows("1 firing");
    // Over the chart of the timeline it is the first A.
    let letters = |screen: &vt100::Screen| {
        (0..36).flat_map(|y| (7..120).map(move |x| (x, y))).find(|(x, y)| {
            let is = |x, text| screen.cell(*y, x).is_some_and(|cell| cell.contents() == text);
            // A cell that was never written is as blank as a space.
            is(*x, "A") && (is(x + 1, " ") || is(x + 1, "")) && *y == 4
        })
    };
    terminal.wait_for("a letter over the chart", |s| letters(s).is_some());
    press(&terminal, letters(&terminal.screen()).expect("the letter"));
    // Beside the list it selects its alert, so that the next click opens it.
    click(&terminal, "capacity 2 of 2");
    terminal.shows("What next");
    assert!(!terminal.screen().contents().contains("PAUSED"));
}

#[test]
fn what_lies_over_the_screen_closes_beside_it_and_by_its_word() {
    let service = Service::with(2);
    let terminal = Terminal::watching(&service);
    for (key, shown, word) in [
        ("?", "this help", "? or esc closes"),
        ("n", "What next", "esc closes"),
        ("c", "TCP cut, crash, timeout", "c closes"),
    ] {
        terminal.types(key);
        click(&terminal, word);
        terminal.hides(shown);
        terminal.types(key);
        terminal.shows(shown);
        press(&terminal, (0, 18));
        terminal.hides(shown);
    }
    terminal.types("c");
    click(&terminal, "TCP cut, crash, timeout");
    click(&terminal, "TCP cut, crash, timeout");
    terminal.shows("not counted here");
}

#[test]
fn a_panel_comes_to_the_front_and_has_the_body_to_itself() {
    let service = Service::with(2);
    let terminal = Terminal::watching(&service);
    // By key: the chart is the first; without a URL there are no codes, and the TCP
    // states are the second.
    terminal.types("\t");
    terminal.shows("z zoom");
    terminal.types("z");
    terminal.hides("TCP STATES");
    terminal.shows("CONNECTIONS/s");
    terminal.shows("z unzoom");
    terminal.types("\t");
    terminal.shows("TCP STATES");
    terminal.hides("CONNECTIONS/s");
    terminal.types("\x1b[Z\x1b");
    terminal.shows("TCP STATES");
    terminal.shows("CONNECTIONS/s");
    // Esc is read alone: with what follows at once it would be another key.
    terminal.shows("z zoom");
    terminal.types("\x1b");
    terminal.hides("z zoom");
    // By hand: its title, and its title again.
    click(&terminal, "EVENTS");
    terminal.shows("z zoom");
    click(&terminal, "EVENTS");
    terminal.hides("LISTENERS");
    click(&terminal, "z unzoom");
    terminal.shows("LISTENERS");
}

#[test]
fn the_mouse_is_given_back_on_every_way_out() {
    let service = Service::with(1);
    let mut quit = Terminal::watching(&service);
    assert_eq!((says(&quit, ON), says(&quit, b"?1003h")), (1, 0), "no moves without a button");
    quit.types("q");
    assert_eq!(quit.exit_code(), Some(0));
    quit.wait_for("given back", |_| says(&quit, OFF) == 1);
    let mut ended = Terminal::watching(&service);
    ended.signal(Signal::TERM);
    assert_eq!(ended.exit_code(), Some(143));
    ended.wait_for("given back", |_| says(&ended, OFF) == 1);
    let stopped = Terminal::watching(&service);
    stopped.types("\x1a");
    stopped.wait_for("given back", |_| says(&stopped, OFF) == 1);
    stopped.is_stopped();
    stopped.signal(Signal::CONT);
    // The signal and the return from the stop both take it.
    stopped.wait_for("taken again", |_| says(&stopped, ON) >= 2);
}

#[test]
fn m_leaves_the_mouse_to_the_terminal_and_takes_it_again() {
    let service = Service::with(1);
    let terminal = Terminal::watching(&service);
    terminal.types("?");
    terminal.shows("shift+drag");
    terminal.types("M?M");
    terminal.shows("mouse off: the terminal selects text again; M turns it on");
    assert_eq!(says(&terminal, OFF), 1, "the help has its keys to itself");
    terminal.types("?");
    terminal.shows("this help");
    assert!(!terminal.screen().contents().contains("shift+drag"), "help of what does not work");
    terminal.types("?");
    terminal.types("MM");
    terminal.shows("mouse off: the terminal selects text again; M turns it on");
    terminal.types("M");
    terminal.shows("mouse on: click, drag, wheel; shift+drag still selects text");
    terminal.wait_for("taken again", |_| says(&terminal, ON) == 3);
}

#[test]
fn without_a_mouse_it_is_never_taken_until_m() {
    let service = Service::with(1);
    let port = service.argument();
    let mut flag = Terminal::start(120, 36, &["-p", &port, "-c", "100", "--no-mouse"]);
    let plain = &["-p", port.as_str(), "-c", "100"];
    let mut variable = Terminal::start_with(120, 36, plain, &[("HERDTOP_NO_MOUSE", "true")]);
    for terminal in [&mut flag, &mut variable] {
        terminal.shows(" of 100");
        terminal.types("?");
        terminal.shows("mouse off, on");
        assert!(!terminal.screen().contents().contains("MOUSE"), "help of what does not work");
        terminal.types("?q");
        assert_eq!(terminal.exit_code(), Some(0));
        terminal.wait_for("given back", |s| !s.alternate_screen());
        assert_eq!((says(terminal, b"?100"), says(terminal, OFF)), (0, 0));
    }
    let asked = Terminal::start(120, 36, &["-p", &port, "-c", "100", "--no-mouse"]);
    asked.shows(" of 100");
    asked.types("M");
    asked.wait_for("taken", |_| says(&asked, ON) == 1);
}

#[test]
fn the_config_file_may_leave_the_mouse_alone() {
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("herdtop.toml");
    std::fs::write(&file, "no-mouse = true\n").expect("written");
    let service = Service::with(1);
    let file = file.to_string_lossy().into_owned();
    let arguments = ["-p", &service.argument(), "-c", "100", "--config", &file];
    let terminal = Terminal::start(120, 36, &arguments);
    terminal.shows(" of 100");
    assert_eq!(says(&terminal, b"?100"), 0);
}

/// Reports from beyond the screen, of buttons nobody has, cut in half.
#[test]
fn reports_that_make_no_sense_change_nothing() {
    let service = Service::with(2);
    let terminal = Terminal::watching(&service);
    for strange in ["\x1b[<0;65535;65535M", "\x1b[<0;999;3M", "\x1b[<130;5;5M", "\x1b[<2;9;9M"] {
        terminal.types(strange);
    }
    let begun = Instant::now();
    terminal.types("?");
    terminal.shows("this help");
    assert!(begun.elapsed() < Duration::from_secs(15));
    terminal.types("?");
    terminal.hides("this help");
    terminal.shows("live");
    terminal.shows("CAPACITY");
}
