//! A server that stands still: stopped, or its event loop blocked again and again.

use rustix::process::Signal;
use serde_json::Value;

use super::server::{clients, node, service};
use super::watch::{Watch, sentence, word};
use crate::checks::harness::{Running, User, herdtop};
use crate::checks::noise::noisy;

#[test]
#[ignore = "wants the servers of tests/servers/setup.sh"]
fn a_stopped_process_is_stalled_and_lets_nobody_in() {
    let _noisy = noisy();
    let server = service(None, &[]);
    let herd = clients(server.address().port(), 100, "full", &[]);
    herd.all_in();
    let mut watch = Watch::over(&server.port(), &[&server.url("/")]);
    watch.until(&["ok"]);
    watch.never(&["overloaded", "crashing", "restarting", "down", "herd", "leaving"]);
    server.signal(Signal::STOP);
    let told = watch.until(&["stalled/stopped"]);
    assert!(sentence(&told).contains("is stopped (T)"), "{told:#}");
    assert_eq!(told["verdict"]["severity"], "critical", "{told:#}");
    for _ in 0..20 {
        let told = watch.next();
        assert_eq!(word(&told), "stalled/stopped", "{told:#}");
        assert!(!sentence(&told).contains("new ones are let in"), "{told:#}");
    }
    server.signal(Signal::CONT);
    watch.until(&["ok"]);
}

/// Known: of 17 pings 4 to 6 are late, and half of the checks say ok.
#[test]
#[should_panic(expected = "of eight checks say ok")]
#[ignore = "wants the servers of tests/servers/setup.sh"]
fn a_loop_blocked_for_700_ms_every_2_s_is_no_ok_to_a_check_of_five_seconds() {
    let _noisy = noisy();
    let server = service(None, &[("BLOCK", "700/2000")]);
    server.signal(Signal::USR2);
    let (port, url) = (server.port(), server.url("/"));
    let args = ["check", "--json", "-p", &port, &url];
    let checks: Vec<Running> =
        (0..8).map(|_| Running::start(&mut herdtop(User::Own, &args))).collect();
    let told: Vec<Value> = checks.into_iter().map(|check| check.end().document()).collect();
    let right =
        |told: &&Value| word(told) == "stalled/event_loop" || told["verdict"]["kind"] == "unknown";
    let wrong: Vec<&str> = told.iter().filter(|told| !right(told)).map(sentence).collect();
    assert!(wrong.is_empty(), "{} of eight checks say ok: {wrong:#?}", wrong.len());
}

#[test]
#[ignore = "wants the servers of tests/servers/setup.sh"]
fn a_server_that_never_answers_the_upgrade_is_stalled_and_no_admission_control() {
    let _noisy = noisy();
    let server = node::<&str>("silent.js", &[]);
    let mut watch = Watch::over(&server.port(), &["--timeout", "1s", &server.url("/")]);
    watch.never(&["overloaded", "crashing", "herd", "restarting"]);
    watch.until(&["stalled/no_answer"]);
    watch.stays(8, &["stalled/no_answer"]);
}
