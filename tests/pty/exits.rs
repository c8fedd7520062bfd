//! Every way to end gives the terminal back.

use rustix::process::Signal;

use super::harness::{Service, Terminal};

fn started(service: &Service) -> Terminal {
    let terminal = Terminal::start(80, 24, &["-p", &service.argument(), "-c", "100"]);
    terminal.shows("limit capacity");
    terminal
}

fn given_back(terminal: &Terminal) {
    let screen = terminal.screen();
    assert!(!screen.alternate_screen(), "the alternate screen is left");
    assert!(!screen.hide_cursor(), "the cursor is shown");
    let (now, before) = (terminal.modes(), &terminal.before);
    assert_eq!(now.local_modes, before.local_modes, "echo and line mode are back");
    assert_eq!(now.input_modes, before.input_modes);
    assert_eq!(now.output_modes, before.output_modes);
}

#[test]
fn quitting_by_key() {
    let service = Service::with(1);
    for key in ["q", "\x03"] {
        let mut terminal = started(&service);
        terminal.types(key);
        assert_eq!(terminal.exit_code(), Some(0), "{key:?}");
        terminal.wait_for("given back", |s| !s.alternate_screen());
        given_back(&terminal);
    }
}

#[test]
fn five_lines_stay_when_the_screen_is_gone() {
    let service = Service::with(75);
    let port = service.argument();
    let arguments = ["-p", &port, "-c", "100"];
    let mut terminal = Terminal::start(120, 36, &arguments);
    terminal.shows("75 of 100");
    terminal.shows("WARN");
    terminal.types("q");
    assert_eq!(terminal.exit_code(), Some(0));
    terminal.wait_for("given back", |s| !s.alternate_screen());
    terminal.shows("WARN overloaded (connection_limit): ");
    let text = terminal.screen().contents();
    let lines: Vec<&str> = text.trim().lines().collect();
    let begins = [
        "herdtop ",
        "connections: 75 open (most 75), ",
        "alerts: 1, 1 of them still firing: capacity",
        "close codes received: no close code was seen",
        "WARN ",
    ];
    assert_eq!(lines.len(), begins.len(), "{text}");
    for (line, begin) in lines.iter().zip(begins) {
        assert!(line.starts_with(begin), "{line}");
    }
    assert!(lines[0].contains(&format!(":{port} ")), "{}", lines[0]);
    assert!(lines[1].ends_with("; capacity 75 %, room for 25"), "{}", lines[1]);

    let mut quiet = Terminal::start_with(120, 36, &arguments, &[("HERDTOP_NO_SUMMARY", "true")]);
    quiet.shows("75 of 100");
    quiet.types("q");
    assert_eq!(quiet.exit_code(), Some(0));
    quiet.wait_for("given back", |s| !s.alternate_screen());
    assert_eq!(quiet.screen().contents().trim(), "");
}

#[test]
fn ended_by_a_signal() {
    let service = Service::with(1);
    for (signal, code) in [(Signal::TERM, 143), (Signal::HUP, 129), (Signal::INT, 130)] {
        let mut terminal = started(&service);
        terminal.signal(signal);
        assert_eq!(terminal.exit_code(), Some(code));
        terminal.wait_for("given back", |s| !s.alternate_screen());
        given_back(&terminal);
    }
}

#[test]
fn the_terminal_goes_away() {
    let service = Service::with(1);
    let mut terminal = started(&service);
    terminal.hang_up();
    assert_eq!(terminal.exit_code(), Some(129));
}

#[test]
fn an_error_before_the_screen_leaves_the_terminal_alone() {
    let mut terminal = Terminal::start(80, 24, &["--theme", "nosuch"]);
    assert_eq!(terminal.exit_code(), Some(2));
    terminal.shows("'nosuch'");
    let text = terminal.screen().contents();
    assert_eq!(text.trim().lines().count(), 1, "{text}");
    given_back(&terminal);
}

#[test]
fn the_demo_takes_its_server_along() {
    let _noise = crate::checks::noise::noisy();
    let mut terminal = Terminal::start(120, 36, &["demo"]);
    terminal.shows("of 400");
    terminal.shows("127.0.0.1:");
    terminal.shows("quit");
    let text = terminal.screen().contents();
    let port =
        text.split("127.0.0.1:").nth(1).and_then(|t| t.split(|c: char| !c.is_ascii_digit()).next());
    let port: u16 = port.and_then(|p| p.parse().ok()).expect("its port on the screen");
    terminal.types("q");
    assert_eq!(terminal.exit_code(), Some(0));
    given_back(&terminal);
    let refused = std::net::TcpStream::connect(("127.0.0.1", port)).is_err();
    assert!(refused, "nobody listens any more when the prompt is back");
}
