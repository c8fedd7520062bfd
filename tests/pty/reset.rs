//! What cannot be caught cannot give the terminal back: `herdtop reset` does.

use std::process::{Command, Stdio};

use rustix::process::Signal;

use super::harness::{Service, Terminal};

#[test]
fn a_terminal_is_given_back_after_the_program_was_killed() {
    let service = Service::with(1);
    let mut terminal = Terminal::start(80, 24, &["-p", &service.argument(), "-c", "100"]);
    terminal.shows("limit capacity");
    terminal.types("m\x1b[");
    terminal.signal(Signal::KILL);
    assert_eq!(terminal.exit_code(), None, "killed");
    let left = terminal.screen();
    assert!(left.alternate_screen() && left.hide_cursor(), "it could do nothing");
    assert_ne!(terminal.modes().local_modes, terminal.before.local_modes);

    assert!(terminal.runs_here(&["reset"]).success());
    terminal.wait_for("given back", |screen| !screen.alternate_screen() && !screen.hide_cursor());
    let (now, before) = (terminal.modes(), &terminal.before);
    assert_eq!(now.local_modes, before.local_modes, "echo, lines, signals");
    assert_eq!(now.output_modes, before.output_modes);
    let kept = rustix::termios::InputModes::IMAXBEL | rustix::termios::InputModes::BRKINT;
    assert_eq!(now.input_modes | kept, before.input_modes | kept);
    assert_eq!(now.special_codes[rustix::termios::SpecialCodeIndex::VINTR], 3);
    terminal.wait_for("mouse and paste are off", |screen| {
        screen.mouse_protocol_mode() == vt100::MouseProtocolMode::None && !screen.bracketed_paste()
    });
    let raw = String::from_utf8_lossy(&terminal.raw()).into_owned();
    let last = raw.rsplit_once("\x1b[?1049l").expect("it leaves the other screen").1;
    assert!(last.contains("\x1b[m") && last.contains("\x1b[?25h"), "{last:?}");
}

#[test]
fn on_one_that_was_never_taken_nothing_moves() {
    let mut terminal = Terminal::start(80, 24, &["explain", "1012", "--json"]);
    assert_eq!(terminal.exit_code(), Some(0));
    terminal.shows("1012");
    let before = terminal.screen();
    assert!(terminal.runs_here(&["reset"]).success());
    terminal.wait_for("reset", |_| terminal.raw().ends_with(b"\x1b[23;2t"));
    let after = terminal.screen();
    assert_eq!(after.contents(), before.contents());
    assert_eq!(after.cursor_position(), before.cursor_position());
}

#[test]
fn without_a_terminal_it_is_one_line() {
    let binary = env!("CARGO_BIN_EXE_herdtop");
    let mut apart = Command::new("setsid");
    let said = apart.args(["--wait", binary, "reset"]).stdin(Stdio::null()).output();
    let said = said.expect("setsid of util-linux");
    assert_eq!(said.status.code(), Some(2), "{said:?}");
    let line = String::from_utf8_lossy(&said.stderr);
    assert_eq!(line.lines().count(), 1, "{line}");
    assert!(line.starts_with("herdtop: no terminal to give back"), "{line}");
}
