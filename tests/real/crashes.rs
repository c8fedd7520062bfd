//! Processes that die: killed and replaced, of a fault, again and again.

use chrono::Utc;
use rustix::process::{Signal, kill_process};

use super::gunicorn::gunicorn;
use super::restarts::workers;
use super::server::{Server, clients, service, sources, with_node};
use super::watch::{Watch, at, sentence};
use crate::checks::noise::{noisy, quiet};

/// Each phase is told within two seconds and the half second between two documents.
const SOON_MS: i64 = 2_500;

#[test]
#[ignore = "wants the servers of tests/servers/setup.sh"]
fn killed_and_replaced_is_a_crash_then_a_return_then_recovered() {
    let _noisy = noisy();
    let server = service(None, &[]);
    let herd = clients(server.address().port(), 300, "full", &[]);
    herd.all_in();
    let mut watch = Watch::over(&server.port(), &[&server.url("/")]);
    watch.settled();
    watch.never(&["restarting", "leaving", "overloaded"]);
    let killed = Utc::now();
    server.signal(Signal::KILL);
    let told = watch.until(&["crashing", "down"]);
    let late = (at(&told).to_utc() - killed).num_milliseconds();
    assert!(late <= SOON_MS, "{late} ms: {told:#}");
    watch.stays(3, &["crashing", "down"]);
    let _next = service(Some(server.address().port()), &[]);
    let back = Utc::now();
    let told = watch.until_where("their return", |told| sentence(told).contains("back"));
    let late = (at(&told).to_utc() - back).num_milliseconds();
    assert!(late <= SOON_MS, "{late} ms: {told:#}");
    watch.until(&["recovering"]);
    watch.until_where("recovered", |told| sentence(told).to_lowercase().starts_with("recovered"));
}

#[test]
#[ignore = "wants the servers of tests/servers/setup.sh"]
fn two_workers_that_die_of_a_fault_are_a_crash_and_no_restart() {
    let _alone = quiet();
    let server = gunicorn();
    let herd = clients(server.address().port(), 150, "full", &[]);
    herd.all_in();
    let mut watch = Watch::over(&server.port(), &[&server.url("/")]);
    watch.settled();
    watch.never(&["restarting", "restart", "leaving", "overloaded", "down"]);
    let [first, second, ..] = workers(&server)[..] else { panic!("three") };
    kill_process(first, Signal::SEGV).expect("it runs");
    watch.until(&["crashing"]);
    kill_process(second, Signal::SEGV).expect("it runs");
    watch.stays(5, &["crashing"]);
    watch.until(&["recovering", "ok"]);
}

#[test]
#[ignore = "wants the servers of tests/servers/setup.sh"]
fn a_process_that_dies_every_three_seconds_is_a_crash_loop_with_its_period() {
    let _noisy = noisy();
    let first = service(None, &[]);
    let port = first.address().port();
    let herd = clients(port, 60, "full", &[]);
    herd.all_in();
    let mut watch = Watch::over(&first.port(), &[&first.url("/")]);
    watch.settled();
    watch.never(&["restarting", "leaving", "overloaded"]);
    first.signal(Signal::KILL);
    let mut shell = with_node("sh");
    shell.env("PORT", port.to_string());
    shell.args(["-c", "while :; do DIES=3000 node \"$0\"; sleep 0.2; done"]);
    shell.arg(sources().join("node/service.js"));
    let _loop = Server::at(shell, first.address());
    let verdicts = ["crashing/crash_loop", "down/crash_loop"];
    watch.until_where("a loop", |told| sentence(told).contains(" deaths in "));
    let told = watch.stays(15, &verdicts);
    let every = sentence(&told).split_once("every ").expect("its period").1;
    let every: f64 = every.split(' ').next().and_then(|s| s.parse().ok()).expect("seconds");
    assert!((3.0..=5.0).contains(&every), "{told:#}");
}

/// Cut before the first probe had lasted, one death was told as a crash loop.
#[test]
#[ignore = "wants the servers of tests/servers/setup.sh"]
fn one_death_right_after_the_start_is_no_crash_loop() {
    let _noisy = noisy();
    let server = service(None, &[]);
    let herd = clients(server.address().port(), 60, "full", &[]);
    herd.all_in();
    let mut watch = Watch::over(&server.port(), &["--dwell", "10s", &server.url("/")]);
    watch.until_where("its probes", |told| told["verdict"]["kind"] == "ok");
    watch.never(&["crashing/crash_loop", "down/crash_loop"]);
    server.signal(Signal::KILL);
    watch.stays(5, &["crashing", "down"]);
}
