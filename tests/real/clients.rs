//! Clients that do not read, that fall silent, that come too often; workers of which one has
//! all: each made for real.

use rustix::process::Signal;
use serde_json::Value;

use super::server::{Server, clients, command, service, sources};
use super::watch::{Watch, alerts, sentence, word};
use crate::checks::harness::{User, say};
use crate::checks::noise::noisy;
use crate::checks::schema::count;

/// Whether the sentence of an alert has this.
fn says(alert: &Value, what: &str) -> bool {
    alert["sentence"].as_str().is_some_and(|sentence| sentence.contains(what))
}

fn figure<'a>(told: &'a Value, name: &str) -> &'a Value {
    &told["services"][0][name]
}

#[test]
#[ignore = "wants the servers of tests/servers/setup.sh"]
fn clients_that_do_not_read_are_told_from_those_that_do_also_in_replay() {
    let _noisy = noisy();
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("slow.rec");
    let path = file.to_str().expect("a plain path");
    let fed = service(None, &[("FEED", "200000/100")]);
    let port = fed.address().port();
    let reading = clients(port, 15, "gone", &[]);
    reading.all_in();
    let mut watch = Watch::by(User::Own, &fed.port(), &["--record", path]);
    let slow = |told: &Value| count(&figure(told, "slow_clients")["clients"]);
    watch.until_where("a first look", |told| figure(told, "slow_clients").is_object());
    let calm = watch.stays(3, &["ok", "unknown"]);
    assert_eq!(slow(&calm), 0, "{:#}", calm["services"][0]);
    let deaf = clients(port, 12, "gone", &[("DEAF", "1")]);
    deaf.all_in();
    let told = watch.until_where("twelve that do not read", |told| slow(told) == 12);
    let named = figure(&told, "slow_clients");
    assert_eq!(count(&named["clients_off_by"]), 0, "all were looked at");
    assert!(count(&named["unsent_bytes"]) > 12 << 17, "{named:#}");
    assert_eq!(named["slowest"].as_array().map(Vec::len), Some(3));
    watch.end();
    let report = say(&["report", path, "--format", "json"]);
    let replayed: Value = serde_json::from_str(&report.stdout).expect("a document");
    let replayed = figure(&replayed, "slow_clients");
    assert_eq!(count(&replayed["clients"]), 12, "{replayed:#}");
}

#[test]
#[ignore = "wants the servers of tests/servers/setup.sh"]
fn connections_silent_for_three_of_the_periods_that_were_given_are_told() {
    let _noisy = noisy();
    let server = service(None, &[]);
    let port = server.address().port();
    let lively = clients(port, 10, "gone", &[("PING", "300")]);
    let stopped = clients(port, 30, "gone", &[("PING", "300")]);
    lively.all_in();
    stopped.all_in();
    let mut watch = Watch::by(User::Nobody, &server.port(), &["--ping-period", "1s"]);
    let silent = |told: &Value| figure(told, "silent")["connections"].as_u64();
    watch.until_where("nobody silent", |told| silent(told) == Some(0));
    stopped.signal(Signal::STOP);
    let told = watch.until_where("thirty silent", |told| silent(told) == Some(30));
    let told = figure(&told, "silent");
    assert_eq!(told["share"].as_f64(), Some(0.75), "{told:#}");
    assert_eq!(told["period_given"], true);
}

#[test]
#[ignore = "wants the servers of tests/servers/setup.sh"]
fn a_ping_period_is_seen_and_who_says_nothing_has_none() {
    let _noisy = noisy();
    let server = service(None, &[]);
    let pinging = clients(server.address().port(), 40, "gone", &[("PING", "1500"), ("STEP", "37")]);
    pinging.all_in();
    let mute = service(None, &[]);
    let quiet = clients(mute.address().port(), 40, "gone", &[("STEP", "37")]);
    quiet.all_in();
    let mut watch = Watch::by(User::Nobody, &server.port(), &[]);
    let mut other = Watch::by(User::Nobody, &mute.port(), &[]);
    let told = watch.until_where("its period", |told| figure(told, "silent").is_object());
    let told = figure(&told, "silent");
    let period = told["ping_period_s"].as_f64().expect("seconds");
    assert!((1.3..1.9).contains(&period), "{told:#}");
    assert_eq!((count(&told["connections"]), &told["period_given"]), (0, &Value::Bool(false)));
    assert_eq!(*figure(&other.next(), "silent"), Value::Null);
    pinging.signal(Signal::STOP);
    let silent = |told: &Value| figure(told, "silent")["connections"].as_u64();
    watch.until_where("forty silent", |told| silent(told) == Some(40));
}

#[test]
#[ignore = "wants the servers of tests/servers/setup.sh"]
fn who_comes_too_often_is_named_by_address_and_network() {
    let _noisy = noisy();
    let full = service(None, &[("LIMIT", "0")]);
    let port = full.address().port();
    let mut watch = Watch::by(User::Own, &full.port(), &[]);
    watch.until(&["ok"]);
    watch.stays(4, &["ok"]);
    let from =
        |address, many, base| clients(port, many, "fixed", &[("BASE", base), ("LOCAL", address)]);
    let _most = from("127.7.7.9", 30, "200");
    let _some = from("127.7.7.8", 10, "400");
    let _few = from("127.9.9.9", 5, "500");
    let told = watch.until_where("the busiest", |told| {
        figure(told, "attempts")["addresses"][0]["count"].as_u64().is_some_and(|n| n > 400)
            && alerts(told, "herd").iter().any(|herd| says(herd, "127.7.7."))
    });
    let told = figure(&told, "attempts");
    assert_eq!(told["addresses"][0]["client"], "127.7.7.9", "{told:#}");
    assert_eq!(told["networks"][0]["client"], "127.7.7.0/24", "{told:#}");
    let all = count(&told["last_minute"]);
    let named: u64 = [0, 1, 2].iter().map(|n| count(&told["addresses"][*n]["count"])).sum();
    assert!(named * 10 >= all * 9 && named <= all, "{told:#}");
}

#[test]
#[ignore = "wants the servers of tests/servers/setup.sh"]
fn a_member_that_has_all_while_the_others_idle_is_uneven() {
    let _noisy = noisy();
    let mut members = command("python3");
    members.arg(sources().join("python/members.py"));
    let members = Server::start(members);
    let mut watch = Watch::by(User::Own, &members.port(), &[]);
    // Whether they idle is known with their second reading.
    watch.until_where("that the others idle", |told| {
        word(told) == "overloaded/uneven" && sentence(told).contains("the others idle")
    });
}

#[test]
#[ignore = "wants the servers of tests/servers/setup.sh"]
fn clients_cut_by_the_ping_deadline_after_a_stall_are_a_consequence_of_it() {
    let _noisy = noisy();
    let server = service(None, &[("DEADLINE", "4000"), ("STALL", "7000")]);
    let herd = clients(server.address().port(), 80, "gone", &[("PING", "1000")]);
    herd.all_in();
    let url = server.url("/");
    let mut watch = Watch::by(User::Own, &server.port(), &["--probe-every", "1m", &url]);
    watch.settled();
    watch.stays(3, &["ok"]);
    watch.never(&["leaving", "crashing", "restarting"]);
    server.signal(Signal::USR2);
    let told = watch.until_where("the loss", |told| sentence(told).contains("their ping deadline"));
    assert_eq!(word(&told), "stalled/event_loop");
}
