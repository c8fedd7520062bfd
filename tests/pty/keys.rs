//! Every key of the action table does what its help says.

use std::fs::Permissions;
use std::os::unix::fs::PermissionsExt;

use rustix::process::Signal;

use super::harness::{Service, Terminal};
use crate::checks::harness::own_folder;

#[test]
fn help_opens_and_closes() {
    let service = Service::with(2);
    let terminal = Terminal::watching(&service);
    for (open, close) in [("?", "?"), ("?", "\x1b")] {
        terminal.types(open);
        terminal.shows("this help");
        terminal.types(close);
        terminal.hides("this help");
    }
}

/// As xterm sends the key, and as the consoles do that count from 11.
#[test]
fn a_function_key_hides_its_panel_and_brings_it_back() {
    let service = Service::with(2);
    let terminal = Terminal::watching(&service);
    terminal.shows("TCP STATES");
    for key in ["\x1bOR", "\x1b[13~"] {
        terminal.types(key);
        terminal.hides("TCP STATES");
        terminal.shows("CONNECTION AGE");
        terminal.types(key);
        terminal.shows("TCP STATES");
    }
}

#[test]
fn panels_are_kept_for_the_next_run_where_the_folder_is_ones_own() {
    let service = Service::with(2);
    let state = own_folder();
    let place = state.path().to_str().expect("a path of ours");
    let arguments = ["-p", &service.argument(), "-c", "100"];
    let start = |place| Terminal::start_with(120, 36, &arguments, &[("XDG_STATE_HOME", place)]);
    let mut terminal = start(place);
    terminal.shows("TCP STATES");
    terminal.types("\x1bOR");
    terminal.hides("TCP STATES");
    terminal.types("q");
    assert_eq!(terminal.exit_code(), Some(0));
    let mut terminal = start(place);
    terminal.shows("CONNECTION AGE");
    assert!(!terminal.screen().contents().contains("TCP STATES"));
    terminal.types("\x1bOR");
    terminal.shows("TCP STATES");
    terminal.types("q");
    assert_eq!(terminal.exit_code(), Some(0));
    // Whoever else may write there could have laid what is written to.
    std::fs::set_permissions(state.path(), Permissions::from_mode(0o777)).expect("ours");
    let terminal = start(place);
    terminal.shows("TCP STATES");
    terminal.types("\x1bOR");
    terminal.shows("panels not kept in '");
    terminal.hides("TCP STATES");
}

#[test]
fn a_paused_picture_stands_still_and_writes_nothing() {
    let mut service = Service::with(2);
    let terminal = Terminal::watching(&service);
    terminal.shows("2 of 100");
    // A second program on the same port is the clock: what it shows, the paused
    // one has had the time to show as well.
    let witness = Terminal::watching(&service);
    terminal.types(" ");
    terminal.shows("PAUSED");
    // The footer is drawn last: the whole frame is there.
    terminal.shows("resume");
    let (before, text) = (terminal.raw().len(), terminal.screen().contents());
    service.open(3);
    witness.shows("5 of 100");
    assert_eq!(terminal.raw().len(), before, "not a byte while paused");
    assert_eq!(terminal.screen().contents(), text);
    terminal.types(" ");
    terminal.shows("live");
    terminal.shows("5 of 100");
}

#[test]
fn digits_lead_to_the_other_screens_and_esc_back() {
    let service = Service::with(2);
    let terminal = Terminal::watching(&service);
    let row = format!("127.0.0.1:{}", service.port);
    terminal.types("2");
    terminal.hides("CAPACITY");
    terminal.shows(&row);
    terminal.types("3");
    terminal.hides(&row);
    terminal.shows("no probes: start herdtop with a URL");
    terminal.types("\x1b");
    terminal.shows("CAPACITY");
    terminal.types("31");
    terminal.shows("CAPACITY");
}

/// A service with every connection of its capacity taken: critical.
fn full(service: &Service) -> Terminal {
    let terminal = Terminal::start(120, 36, &["-p", &service.argument(), "-c", "2"]);
    terminal.shows("CRIT");
    terminal
}

#[test]
fn the_timeline_lists_the_alerts_and_enter_tells_what_to_do() {
    let service = Service::with(2);
    let terminal = full(&service);
    terminal.types("4");
    terminal.shows("1 firing");
    terminal.shows("peak");
    terminal.shows("capacity 2 of 2");
    terminal.types("\r");
    terminal.shows("What next");
    terminal.types("\x1b");
    terminal.hides("What next");
    terminal.types("\x1b");
    terminal.shows("LISTENERS");
}

#[test]
fn what_to_do_next_opens_and_its_command_is_copied() {
    let service = Service::with(2);
    let terminal = full(&service);
    terminal.types("n");
    terminal.shows("What next");
    terminal.types("y");
    // The first command counts the connections of this very port.
    let command = format!("ss -Htn state established '( sport = :{} )' | wc -l", service.port);
    let wanted = format!("\x1b]52;c;{}", data_encoding::BASE64.encode(command.as_bytes()));
    terminal.wait_for("the command in an OSC 52", |_| {
        terminal.raw().windows(wanted.len()).any(|bytes| bytes == wanted.as_bytes())
    });
    terminal.shows("sent to the terminal's clipboard");
    terminal.types("n");
    terminal.hides("What next");
    // Nothing is selected here.
    let before = terminal.raw();
    terminal.types("y");
    terminal.types("2");
    terminal.hides("CAPACITY");
    let after = terminal.raw();
    let second = after[before.len()..].windows(5).any(|bytes| bytes == b"\x1b]52;");
    assert!(!second, "copied what nobody selected");
}

#[test]
fn what_was_acknowledged_or_muted_does_not_shout_until_it_is_taken_back() {
    let service = Service::with(2);
    let terminal = full(&service);
    for (key, word, state) in [("a", "acknowledged", "ack"), ("A", "muted", "muted")] {
        terminal.types(key);
        terminal.shows(word);
        terminal.shows("CRIT");
        terminal.types("4");
        terminal.shows(&format!("■ {state}"));
        terminal.types(key);
        terminal.shows("■ CRIT");
        terminal.types("1");
        terminal.hides(word);
    }
}

#[test]
fn the_close_codes_can_be_looked_up() {
    let service = Service::with(2);
    let terminal = Terminal::watching(&service);
    terminal.types("c");
    terminal.shows("TCP cut, crash, timeout");
    terminal.types("/restart\r");
    terminal.hides("TCP cut, crash, timeout");
    terminal.shows("reconnect, with jitter");
    terminal.types("\r");
    terminal.shows("not counted here");
    terminal.types("\x1b");
    terminal.hides("not counted here");
    terminal.types("\x1b");
    terminal.shows("TCP cut, crash, timeout");
    terminal.types("c");
    terminal.hides("TCP cut, crash, timeout");
    terminal.shows("CONNECTIONS/s");
}

#[test]
fn the_selection_moves_and_the_big_numbers_with_it() {
    let (_many, _few, terminal) = Terminal::watching_two();
    for (down, up) in [("j", "k"), ("\x1b[B", "\x1b[A"), ("G", "g")] {
        terminal.types(down);
        terminal.shows("4 of 50");
        terminal.types(up);
        terminal.shows("9 of 100");
    }
    terminal.types("j");
    terminal.shows("4 of 50");
    terminal.types("\x1b");
    terminal.shows("9 of 100");
}

#[test]
fn enter_opens_the_listener_and_esc_goes_back() {
    let service = Service::with(6);
    let terminal = Terminal::watching(&service);
    terminal.types("\r");
    terminal.shows("CONNECTION AGE  share of the open");
    terminal.shows("CLIENTS  by network, open");
    terminal.shows("127.0.0.0/24");
    terminal.shows("ESTABLISHED");
    terminal.hides("TCP STATES in focus");
    terminal.types("\x1b");
    terminal.hides("share of the open");
    terminal.shows("TCP STATES in focus");
}

#[test]
fn plus_and_minus_change_the_window() {
    let service = Service::with(1);
    let terminal = Terminal::watching(&service);
    terminal.shows(" 10 min ");
    terminal.types("+");
    terminal.shows(" 30 min ");
    terminal.types("--");
    terminal.hides(" 30 min ");
    terminal.types("=");
    terminal.shows(" 10 min ");
}

#[test]
fn a_filter_narrows_the_rows_until_esc() {
    let (one, other) = (Service::with(3), Service::with(2));
    let both = format!("{},{}", one.port, other.port);
    let terminal = Terminal::start(120, 36, &["-p", &both]);
    let (kept, gone) = (format!("127.0.0.1:{}", one.port), format!("127.0.0.1:{}", other.port));
    terminal.shows(&kept);
    terminal.shows(&gone);
    terminal.types(&format!("/{}", one.port));
    terminal.hides(&gone);
    terminal.types("\x1b");
    terminal.shows(&gone);
    terminal.types(&format!("/{}\r", one.port));
    terminal.hides(&gone);
    terminal.shows(&kept);
    terminal.types("\x1b");
    terminal.shows(&gone);
    terminal.types("/nosuch\r");
    terminal.shows("no listener matches 'nosuch'");
}

#[test]
fn sorting_goes_through_the_columns_and_turns_round() {
    let (many, few) = (Service::with(9), Service::with(4));
    let both = format!("{},{}", many.port, few.port);
    let terminal = Terminal::start(120, 36, &["-p", &both]);
    let first = |port: u16| {
        let row = format!("127.0.0.1:{port}");
        move |screen: &vt100::Screen| {
            let text = screen.contents();
            let rows = text.lines().skip_while(|l| !l.contains("LISTENERS"));
            rows.skip(2).find(|l| l.contains("127.0.0.1:")).is_some_and(|l| l.contains(&row))
        }
    };
    terminal.wait_for("by open connections", first(many.port));
    terminal.types("S");
    terminal.wait_for("turned round", first(few.port));
    terminal.types("Sssss");
    let lower = many.port.min(few.port);
    terminal.wait_for("by address", first(lower));
}

#[test]
fn the_next_theme_changes_colours_and_not_the_text() {
    let service = Service::with(2);
    let terminal = Terminal::watching(&service);
    terminal.types(" ");
    terminal.shows("PAUSED");
    terminal.shows("resume");
    let look = |name: &str| {
        terminal.types("t");
        terminal.shows(name);
        terminal.hides(name);
        terminal.screen()
    };
    // By now the second at which it stands is over: nothing is added to it.
    let (before, after) = (look("theme light"), look("theme cvd-dark"));
    let colours = |screen: &vt100::Screen| {
        (0..36)
            .flat_map(|y| (0..120).map(move |x| (y, x)))
            .map(|(y, x)| screen.cell(y, x).map(|cell| (cell.fgcolor(), cell.bgcolor())))
            .collect::<Vec<_>>()
    };
    assert_ne!(colours(&after), colours(&before));
    // What is drawn as blank cells by one theme may be left out by another.
    let text = |screen: &vt100::Screen| {
        let contents = screen.contents();
        contents.lines().map(|line| line.trim_end().to_owned()).collect::<Vec<_>>()
    };
    assert_eq!(text(&after), text(&before));
}

#[test]
fn redraw_sends_everything_again() {
    let service = Service::with(2);
    let terminal = Terminal::watching(&service);
    let before = terminal.raw().len();
    terminal.types("\x0c");
    terminal.wait_for("a clear", |_| {
        terminal.raw()[before..].windows(4).any(|bytes| bytes == b"\x1b[2J")
    });
    terminal.shows("CAPACITY");
    terminal.shows("2 of 100");
}

#[test]
fn a_recount_is_granted() {
    let mut service = Service::with(2);
    let terminal = Terminal::watching(&service);
    service.open(5);
    terminal.types("r");
    terminal.shows("7 of 100");
}

#[test]
fn ctrl_z_gives_the_terminal_back_until_fg() {
    let service = Service::with(2);
    let terminal = Terminal::watching(&service);
    for stop in ["\x1a", ""] {
        if stop.is_empty() {
            terminal.signal(Signal::TSTP);
        }
        terminal.types(stop);
        terminal.is_stopped();
        terminal.wait_for("given back", |s| !s.alternate_screen() && !s.hide_cursor());
        assert_eq!(terminal.modes().local_modes, terminal.before.local_modes);
        terminal.signal(Signal::CONT);
        terminal.wait_for("back again", |s| s.alternate_screen() && s.hide_cursor());
        terminal.shows("2 of 100");
    }
}

#[test]
fn a_filter_has_terms_and_a_faulty_one_says_so_and_hides_nothing() {
    let (one, other) = (Service::with(3), Service::with(2));
    let both = format!("{},{}", one.argument(), other.argument());
    let terminal = Terminal::start(120, 36, &["-p", &both]);
    let row = |service: &Service| format!("127.0.0.1:{}", service.port);
    terminal.shows(&row(&one));
    terminal.shows(&row(&other));
    terminal.types("/port:x");
    terminal.shows("'port:x': give a port");
    terminal.types("\r");
    terminal.shows(&row(&other));
    terminal.types(&format!("\x15port:{}", one.port));
    terminal.hides("give a port");
    terminal.shows("1 of 2");
    terminal.types("\r");
    terminal.shows(&format!("/port:{}", one.port));
    terminal.types(&format!("/\x15-port:{}\r", one.port));
    terminal.wait_for("the other one alone", |screen| {
        let text = screen.contents();
        let table = text.lines().skip_while(|line| !line.contains("LISTENERS"));
        let rows: Vec<_> = table.filter(|line| line.contains("127.0.0.1:")).collect();
        rows.len() == 1 && rows.iter().all(|line| line.contains(&row(&other)))
    });
}

#[test]
fn the_marker_goes_round_from_blocks_over_dots_to_plain_letters() {
    let service = Service::with(2);
    let terminal = Terminal::watching(&service);
    let braille = |screen: &vt100::Screen| {
        screen.contents().chars().any(|c| ('\u{2801}'..='\u{28ff}').contains(&c))
    };
    assert!(!braille(&terminal.screen()));
    terminal.types("b");
    terminal.wait_for("dots", braille);
    terminal.types("b");
    terminal.wait_for("plain letters", |screen| screen.contents().is_ascii());
    terminal.types("b");
    terminal.wait_for("blocks", |screen| !screen.contents().is_ascii() && !braille(screen));
}

#[test]
fn a_marker_can_be_asked_for_and_the_console_has_letters_alone() {
    let service = Service::with(2);
    let arguments = ["-p", &service.argument(), "-c", "100", "--marker", "braille"];
    let terminal = Terminal::start(120, 36, &arguments);
    terminal.wait_for("dots", |screen| {
        screen.contents().chars().any(|c| ('\u{2801}'..='\u{28ff}').contains(&c))
    });
    let console = Terminal::start_with(120, 36, &["-p", &service.argument()], &[("TERM", "linux")]);
    console.shows("CAPACITY");
    assert!(console.screen().contents().is_ascii());
}
