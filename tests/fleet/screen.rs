//! The screen over many hosts, with the keys of every other.

use super::server::{Fake, FakeHost, Manner};
use crate::checks::harness::User;
use crate::checks::running::Running;
use crate::pty::harness::Terminal;

const LEFT: &str = "\x1b[D";
const DOWN: &str = "\x1b[B";

fn hosts() -> Vec<FakeHost> {
    let mut hosts: Vec<FakeHost> =
        (1..=9).map(|n| FakeHost::well(&format!("web-{n}:10013"))).collect();
    let herded = &mut hosts[6];
    (herded.severity, herded.kind, herded.cause) = ("critical", "herd", "no_backoff");
    hosts
}

fn over(fake: &Fake, columns: u16, rows: u16) -> Terminal {
    let terminal =
        Terminal::start(columns, rows, &["fleet", "-i", "250ms", "--prometheus", &fake.url()]);
    terminal.shows("HOSTS");
    terminal.shows("web-7");
    terminal
}

#[test]
fn the_worst_host_is_first_and_the_keys_are_those_of_every_screen() {
    let fake = Fake::start(Manner::Hosts(hosts()));
    let mut terminal = over(&fake, 120, 36);
    terminal.shows("HERD on 1 of 9 hosts: web-7:10013");
    let screen = terminal.screen().contents();
    let row =
        |name: &str| screen.lines().position(|line| line.contains(name) && line.contains("ok"));
    let herded = screen.lines().position(|line| line.contains("herd (no backoff) on :8080"));
    assert!(herded < row("web-1"), "{screen}");
    terminal.types("/web-3\r");
    terminal.hides("web-1:");
    terminal.types("\x1b");
    terminal.shows("web-1:");
    terminal.types("?");
    terminal.shows("open the row");
    terminal.types("\x1b");
    terminal.types("q");
    assert_eq!(terminal.exit_code(), Some(0));
}

#[test]
fn a_host_is_opened_and_left_again() {
    let fake = Fake::start(Manner::Hosts(hosts()));
    let terminal = over(&fake, 120, 36);
    terminal.types("\r");
    terminal.shows("HERD (no backoff) on :8080");
    terminal.shows("web-7:10013");
    terminal.shows("LISTENERS");
    terminal.hides("HOSTS");
    let asked = fake.asked();
    assert!(asked.iter().any(|one| one.contains("instance%3D%22web-7%3A10013%22")), "{asked:?}");
    terminal.types("\x1b");
    terminal.shows("HOSTS");
    terminal.types(DOWN);
    terminal.types("\r");
    terminal.hides("HOSTS");
    terminal.shows("all well by its own verdict");
}

#[test]
fn what_came_stays_when_the_server_is_gone_and_says_how_old_it_is() {
    let fake = Fake::start(Manner::Hosts(hosts()));
    let terminal = over(&fake, 100, 28);
    fake.becomes(Manner::Status("503 Service Unavailable", "down".to_owned()));
    terminal.shows("HTTP 503; figures are");
    terminal.shows("web-1:");
    let well: Vec<FakeHost> = (1..=9).map(|n| FakeHost::well(&format!("web-{n}:10013"))).collect();
    fake.becomes(Manner::Hosts(well));
    terminal.hides("HTTP 503");
    terminal.shows("9 hosts, 3 600 open");
}

#[test]
fn the_past_is_asked_for_where_somebody_looks_at_it() {
    let fake = Fake::start(Manner::Hosts(hosts()));
    let terminal = over(&fake, 120, 36);
    terminal.shows("HERD on");
    let before = fake.asked().len();
    terminal.types(LEFT);
    terminal.shows("PAUSED");
    terminal.shows("HERD on 1 of 9");
    let asked = fake.asked().split_off(before);
    assert!(asked.iter().any(|one| one.contains("time=")), "{asked:?}");
    terminal.types("+");
    terminal.shows("30 min");
    terminal.types(" ");
    terminal.hides("PAUSED");
}

#[test]
fn every_size_has_the_verdict_and_no_size_is_too_small() {
    let fake = Fake::start(Manner::Hosts(hosts()));
    let terminal = over(&fake, 44, 12);
    terminal.shows("HERD on 1 of 9");
    terminal.resize(200, 60);
    terminal.shows("its own verdict");
    terminal.resize(30, 3);
    terminal.shows("HERD");
}

#[test]
fn who_listens_hears_a_change_and_not_the_same_again() {
    let fake = Fake::start(Manner::Hosts(hosts()));
    let args = ["fleet", "--plain", "-i", "250ms", "--prometheus", &fake.url()];
    let mut lines = Running::start(&mut crate::checks::harness::herdtop(User::Own, &args));
    assert!(lines.line().expect("a line").contains("CRIT 9 of 9 hosts"));
    let asked = fake.asked().len();
    crate::checks::harness::until("some more turns", || fake.asked().len() > asked + 60);
    fake.becomes(Manner::Hosts(vec![FakeHost::well("web-1")]));
    let next = lines.line().expect("a line");
    assert!(next.contains("OK   1 of 1 host"), "nothing was said between: {next}");
}

#[test]
fn without_a_screen_there_is_a_line_each_time() {
    let fake = Fake::start(Manner::Hosts(hosts()));
    let args = ["fleet", "-i", "250ms", "--prometheus", &fake.url()];
    let mut lines = Running::start(&mut crate::checks::harness::herdtop(User::Own, &args));
    let line = lines.line().expect("a line");
    assert!(line.contains("CRIT 9 of 9 hosts  open 3 600"), "{line}");
    fake.becomes(Manner::Status("503 Service Unavailable", "down".to_owned()));
    let fault = std::iter::from_fn(|| lines.line()).find(|line| line.contains("503"));
    assert!(fault.expect("a line").contains("; the last figures are of "));
}
