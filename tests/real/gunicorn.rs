//! gunicorn with three workers: one killed, all reloaded, all ended.

use std::collections::BTreeMap;

use rustix::process::{Pid, Signal, kill_process};

use super::server::{Server, command, installed, sources};
use super::told::{outcome, stream, told_where, without_close};
use crate::checks::running::Running;

/// So many targets that no worker is likely to have all or none of them.
const TARGETS: usize = 12;

fn gunicorn() -> Server {
    let mut command = command(installed("venv/bin/gunicorn"));
    command.args(["--bind", "127.0.0.1:0", "--workers", "3", "--no-control-socket"]);
    command.args(["--worker-class", "uvicorn_worker.UvicornWorker", "app:application"]);
    command.current_dir(sources().join("gunicorn"));
    let server = Server::start(command);
    server.until("three workers", |said| said.matches("Application startup complete").count() == 3);
    server
}

/// Watches the server by as many targets; each makes its fresh attempt at the
/// start and the next long after the test.
fn watched(server: &Server, targets: usize) -> (Running, Vec<String>) {
    let urls: Vec<String> = (0..targets).map(|n| server.url(&format!("/{n}"))).collect();
    let list: Vec<&str> = urls.iter().map(String::as_str).collect();
    let mut stream = stream(&["--dwell", "500ms", "--probe-every", "5m"], &list);
    told_where(&mut stream, "all held", |told| {
        let all_held = told.targets().iter().all(|target| target["held"]["open"] == 1);
        all_held && told.targets().iter().all(|target| target["attempts"] == 2)
    });
    (stream, urls)
}

/// Which worker has the held connection of which path, once all fresh ones are
/// over.
fn workers(server: &Server, paths: usize) -> BTreeMap<String, i32> {
    let mut held = BTreeMap::new();
    server.until("the fresh attempts to be over", |said| {
        let mut open: Vec<(String, i32)> = Vec::new();
        for line in said.split_inclusive('\n').filter(|line| line.ends_with('\n')) {
            let words: Vec<&str> = line.split_whitespace().collect();
            let [what @ ("open" | "closed"), path, pid] = words[..] else { continue };
            let one = (path.to_owned(), pid.parse().expect("a pid"));
            match open.iter().position(|known| what == "closed" && *known == one) {
                Some(known) => drop(open.swap_remove(known)),
                None => open.push(one),
            }
        }
        held = open.iter().cloned().collect();
        open.len() == paths && held.len() == paths
    });
    held
}

#[test]
#[ignore = "wants the servers of tests/servers/setup.sh"]
fn a_killed_worker_is_1006_for_its_clients_and_nothing_for_the_others() {
    let server = gunicorn();
    let (mut stream, urls) = watched(&server, TARGETS);
    let held = workers(&server, TARGETS);
    let victim = held["/0"];
    let theirs = held.values().filter(|pid| **pid == victim).count() as u64;
    assert!(theirs < TARGETS as u64, "some are with other workers: {held:?}");
    kill_process(Pid::from_raw(victim).expect("a pid"), Signal::KILL).expect("it runs");
    let told = told_where(&mut stream, "the lost ones back", |told| {
        let held = told.targets().iter().all(|target| target["held"]["open"] == 1);
        held && told.closes(1006) == theirs
    });
    for (path, pid) in &held {
        let target = told.target(&server.url(path));
        let lost = u64::from(*pid == victim);
        assert_eq!(target["held"]["lost"], lost, "{path} on {pid}, killed {victim}: {target:#}");
        assert_eq!(without_close(target), lost, "{target:#}");
    }
    assert_eq!(urls.len(), told.targets().len());
}

#[test]
#[ignore = "wants the servers of tests/servers/setup.sh"]
fn a_reload_is_1012_for_all_and_refuses_nobody() {
    let server = gunicorn();
    let (mut stream, _) = watched(&server, 4);
    server.signal(Signal::HUP);
    let told = told_where(&mut stream, "all back after 1012", |told| {
        told.closes(1012) == 4 && told.targets().iter().all(|target| target["held"]["open"] == 1)
    });
    for target in told.targets() {
        assert_eq!(target["held"]["lost"], 1, "{target:#}");
        assert_eq!(outcome(target, "close_clean"), 1, "{target:#}");
        assert_eq!(outcome(target, "tcp_refused"), 0, "{target:#}");
    }
}

#[test]
#[ignore = "wants the servers of tests/servers/setup.sh"]
fn an_ended_server_is_1012_and_then_refuses() {
    let server = gunicorn();
    let (mut stream, _) = watched(&server, 1);
    server.signal(Signal::TERM);
    let told = told_where(&mut stream, "nobody listens any more", |told| {
        outcome(told.only(), "tcp_refused") > 0 && told.verdict() == "down/refused"
    });
    let target = told.only();
    assert_eq!((told.closes(1012), told.closes(1006)), (1, 0), "{told:#?}");
    assert_eq!(target["held"]["lost"], 1, "{target:#}");
    assert_eq!(target["held"]["open"], 0, "{target:#}");
    assert_eq!(target["last_failure"]["phase"], "tcp", "{target:#}");
}
