//! Going back in time and forth again, with the keys.

use serde_json::Value;

use super::harness::{Service, Terminal, clock};
use crate::checks::harness::say;

const LEFT: &str = "\x1b[D";
const RIGHT: &str = "\x1b[C";
const SHIFT_LEFT: &str = "\x1b[1;2D";
const SHIFT_RIGHT: &str = "\x1b[1;2C";
const HOME: &str = "\x1b[H";
const END: &str = "\x1b[F";

/// Types keys, and waits for the clock to show another time; by how much.
pub(super) fn moves(terminal: &Terminal, keys: &str) -> i64 {
    let before = clock(&terminal.screen()).expect("a clock");
    terminal.types(keys);
    terminal.wait_for("another moment", |s| clock(s).is_some_and(|now| now != before));
    let now = clock(&terminal.screen()).expect("a clock");
    // Midnight may lie between.
    (i64::from(now) - i64::from(before) + 43_200).rem_euclid(86_400) - 43_200
}

/// Two were open when a mark was set, five are by now, and the moment of the mark is
/// looked at.
fn back_at_the_mark() -> (Service, Terminal) {
    let mut service = Service::with(2);
    let terminal = Terminal::watching(&service);
    terminal.shows("2 of 100");
    terminal.types("mbefore the load\r");
    terminal.shows("* before the load");
    // What comes in the second of the mark is of its moment.
    let marked = clock(&terminal.screen());
    terminal.wait_for("another second", |s| clock(s) != marked);
    service.open(3);
    terminal.shows("5 of 100");
    terminal.types("[");
    terminal.shows("PAUSED");
    terminal.shows("2 of 100");
    (service, terminal)
}

#[test]
fn a_marked_moment_is_seen_again_as_it_was_while_collecting_goes_on() {
    let (mut service, terminal) = back_at_the_mark();
    terminal.hides("5 of 100");
    service.open(4);
    terminal.types(END);
    terminal.hides("PAUSED");
    terminal.shows("9 of 100");
    terminal.types("[");
    terminal.shows("2 of 100");
    terminal.types(" ");
    terminal.shows("9 of 100");
}

#[test]
fn arrows_step_through_the_seconds_and_do_not_leave_what_is_kept() {
    let service = Service::with(2);
    let terminal = Terminal::watching(&service);
    // A step is a second in the shortest window.
    terminal.types("--");
    terminal.shows(" 2 min ");
    let first = clock(&terminal.screen()).expect("a clock");
    terminal.wait_for("four seconds of history", |s| {
        clock(s).is_some_and(|now| now.wrapping_sub(first) >= 4)
    });
    terminal.types(" ");
    terminal.shows("PAUSED");
    assert_eq!(moves(&terminal, LEFT), -1);
    assert_eq!(moves(&terminal, "h"), -1);
    assert_eq!(moves(&terminal, RIGHT), 1);
    assert_eq!(moves(&terminal, "h"), -1);
    let oldest = moves(&terminal, SHIFT_LEFT);
    assert!((-3..0).contains(&oldest), "no further than the start: {oldest}");
    let newest = moves(&terminal, SHIFT_RIGHT);
    assert_eq!(newest, 2 - oldest, "no further than where it was stopped");
    let home = moves(&terminal, HOME);
    assert_eq!(home, -newest, "a minute back was the oldest moment already");
    terminal.types(END);
    terminal.hides("PAUSED");
}

#[test]
fn the_footer_tells_how_to_go_on_and_the_help_how_to_begin() {
    let service = Service::with(2);
    let terminal = Terminal::watching(&service);
    terminal.shows("space pause");
    terminal.hides("[ ] event");
    terminal.types(LEFT);
    terminal.shows("space resume");
    terminal.shows("←→ h l step");
    terminal.shows("[ ] event");
    terminal.types("?");
    terminal.shows("oldest, live");
    terminal.shows("mark with note");
}

#[test]
fn the_window_goes_from_two_minutes_to_fourteen_days() {
    let service = Service::with(2);
    let terminal = Terminal::watching(&service);
    terminal.types("----");
    terminal.shows(" 2 min ");
    for window in ["5 min", "10 min", "30 min", "1 h", "2 h", "6 h", "1 d", "2 d", "7 d", "14 d"] {
        terminal.types("+");
        terminal.shows(&format!("   {window} "));
    }
    // Longer ago than a listener is kept, the chart is of all of them.
    terminal.shows("CONNECTIONS/s all listeners");
    terminal.types("++-");
    terminal.shows("   7 d ");
}

/// `…Z.md; .rec: last 12s`, whole.
fn tells_the_recording(screen: &vt100::Screen) -> bool {
    let text = screen.contents();
    let span = text.split_once("Z.md; .rec: last ").map(|(_, rest)| rest);
    let span = span.and_then(|rest| rest.split_whitespace().next());
    span.is_some_and(|span| span.ends_with('s') && span.starts_with(|c: char| c.is_ascii_digit()))
}

#[test]
fn e_writes_the_report_of_the_last_hour_and_says_where() {
    let service = Service::with(2);
    let terminal = Terminal::watching(&service);
    terminal.shows("2 of 100");
    terminal.types("mdeploy of 1.4\r");
    terminal.shows("* deploy of 1.4");
    for gives_up in ["n", "\x1b"] {
        terminal.types("e");
        terminal.shows("write? y n: ./herdtop-");
        terminal.shows(".md and .rec beside it");
        terminal.types(gives_up);
        terminal.shows("nothing was written");
        assert!(!terminal.has_file_ending(".md"), "it was only asked");
    }
    terminal.types("e");
    terminal.shows("write? y n: ./herdtop-");
    terminal.types("y");
    terminal.shows("report of the last hour: ./herdtop-");
    terminal.wait_for("both files and how far back they go", tells_the_recording);
    let report = terminal.file_ending(".md");
    assert!(report.starts_with("# Incident report"), "{report}");
    assert!(report.contains(&format!(":{}", service.port)), "{report}");
    assert!(report.contains("deploy of 1.4"), "the mark: {report}");
    terminal.types("4");
    terminal.shows("1 mark");
    terminal.wait_for("the mark in the list", |screen| {
        screen.contents().lines().any(|l| l.contains("mark ") && l.contains("deploy of 1.4"))
    });
}

/// Rule, sentence and beginning of each alert in a document, and the ports.
fn told(document: &Value) -> (Vec<[Value; 3]>, Vec<Value>) {
    let all = |what: &str| document[what].as_array().expect("a list").clone();
    let alert = |a: Value| ["rule", "sentence", "since"].map(|key| a[key].clone());
    let alerts = all("alerts").into_iter().map(alert).collect();
    (alerts, all("listeners").into_iter().map(|l| l["port"].clone()).collect())
}

#[test]
fn the_recording_that_e_writes_tells_what_the_screen_told() {
    let service = Service::with(19);
    let terminal = Terminal::start(120, 36, &["-p", &service.argument(), "-c", "20"]);
    terminal.shows("capacity 19 of 20");
    terminal.types("ey");
    terminal.wait_for("both files and how far back they go", tells_the_recording);
    let recording = terminal.path_ending(".rec");
    let recording = recording.to_str().expect("a path of ours");
    let report = say(&["report", recording, "--format", "json"]).document();
    let (alerts, ports) = told(&report);
    assert_eq!(ports, [service.port]);
    let rules: Vec<_> = alerts.iter().map(|[rule, ..]| rule.clone()).collect();
    assert_eq!(rules, ["capacity"], "{alerts:?}");
    assert!(alerts[0][1].to_string().contains("capacity 19 of 20"), "{alerts:?}");
    let replay = say(&["replay", recording, "--json"]).document();
    assert_eq!(told(&replay), (alerts, ports));
    let lines = say(&["replay", recording, "--plain"]);
    assert_eq!((lines.code, lines.stderr.as_str()), (Some(0), ""));
    assert!(lines.stdout.contains("19 of 20"), "{}", lines.stdout);
}

#[test]
fn a_note_can_be_given_up() {
    let service = Service::with(2);
    let terminal = Terminal::watching(&service);
    terminal.types("mq?");
    terminal.shows("note: q?");
    terminal.types("\x1b");
    terminal.hides("note:");
    terminal.shows("no events yet");
    terminal.types("m\r");
    terminal.shows("* marked");
}

/// What one looks at stays: the details are of the moment under the cursor, whatever is
/// counted meanwhile, and no key of time moves what lies behind them.
#[test]
fn details_are_of_the_moment_that_is_looked_at() {
    let (mut service, terminal) = back_at_the_mark();
    let then = clock(&terminal.screen()).expect("a clock");
    terminal.types("\r");
    let open = |many: &'static str| {
        move |s: &vt100::Screen| {
            let text = s.contents();
            let line = text.lines().find(|line| line.contains("ESTABLISHED")).unwrap_or_default();
            text.contains("LIMITS ") && line.split_whitespace().any(|word| word == many)
        }
    };
    terminal.wait_for("the two of that moment", open("2"));
    service.open(4);
    terminal.types(LEFT);
    terminal.types(END);
    terminal.has_read_all();
    terminal.wait_for("the same two", |s| open("2")(s) && clock(s) == Some(then));
    terminal.types("\x1b");
    terminal.shows("2 of 100");
    terminal.types(END);
    terminal.shows("9 of 100");
    terminal.types("\r");
    terminal.wait_for("all nine", open("9"));
}
