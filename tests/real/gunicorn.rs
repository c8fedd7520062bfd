//! gunicorn with three workers: one killed, all reloaded, all ended.

use rustix::process::{Pid, Signal, kill_process};

use super::server::{Server, command, installed, sources};
use super::told::{outcome, stream, told_where, without_close};
use crate::checks::running::Running;

/// gunicorn with three workers that are ready.
pub(super) fn gunicorn() -> Server {
    started("app", 3, &[])
}

/// gunicorn with so many workers of this application that are ready, and these arguments
/// more.
pub(super) fn started(application: &str, workers: usize, args: &[&str]) -> Server {
    let mut command = command(installed("venv/bin/gunicorn"));
    command.args(["--bind", "127.0.0.1:0", "--no-control-socket"]);
    command.args(["--workers", &workers.to_string()]).args(args);
    command.args(["--worker-class", "uvicorn_worker.UvicornWorker"]);
    command.arg(format!("{application}:application")).current_dir(sources().join("gunicorn"));
    let server = Server::start(command);
    server.until("its workers", |said| {
        said.matches("Application startup complete").count() == workers
    });
    server
}

/// Watches these paths; each gets its fresh attempt at the start and the next
/// long after the test.
fn watched(server: &Server, paths: &[&str]) -> Running {
    let urls: Vec<String> = paths.iter().map(|path| server.url(path)).collect();
    let urls: Vec<&str> = urls.iter().map(String::as_str).collect();
    let args = ["--dwell", "500ms", "--timeout", "30s", "--probe-every", "5m"];
    let mut stream = stream(&args, &urls);
    told_where(&mut stream, "all held", |told| {
        let mut targets = told.targets().iter();
        told.targets().len() == urls.len()
            && targets.all(|target| target["held"]["open"] == 1 && target["attempts"] == 2)
    });
    stream
}

/// The worker that has the held connection of a path, once the fresh one is over.
fn worker(server: &Server, path: &str) -> Pid {
    let mut open: Vec<i32> = Vec::new();
    server.until("the fresh attempt to be over", |said| {
        open.clear();
        let lines = said.split_inclusive('\n').filter(|line| line.ends_with('\n'));
        for line in lines {
            let words: Vec<&str> = line.split_whitespace().collect();
            let ["open" | "closed", its, pid] = words[..] else { continue };
            let pid = pid.parse().expect("a pid");
            match open.iter().position(|known| *known == pid) {
                _ if its != path => {}
                Some(known) if words[0] == "closed" => drop(open.swap_remove(known)),
                _ => open.push(pid),
            }
        }
        open.len() == 1
    });
    Pid::from_raw(open[0]).expect("a pid")
}

#[test]
#[ignore = "wants the servers of tests/servers/setup.sh"]
fn a_killed_worker_is_1006_for_its_clients_and_nothing_for_the_others() {
    let server = gunicorn();
    let mut victim = watched(&server, &["/victim"]);
    let killed = worker(&server, "/victim");
    // One worker would take all that come at once; this one takes none now.
    kill_process(killed, Signal::STOP).expect("it runs");
    let mut other = watched(&server, &["/other"]);
    assert_ne!(worker(&server, "/other"), killed, "a stopped process does not accept");
    kill_process(killed, Signal::KILL).expect("it runs");
    let back = told_where(&mut victim, "a new connection", |told| {
        told.closes(1006) == 1 && told.only()["held"]["open"] == 1
    });
    let target = back.only();
    assert_eq!(target["held"]["lost"], 1, "{target:#}");
    assert_eq!(without_close(target), 1, "{target:#}");
    assert_eq!(outcome(target, "tcp_refused"), 0, "the others take new ones: {target:#}");
    let told = told_where(&mut other, "what came after", |told| told.at() > back.at());
    let target = told.only();
    assert_eq!((&target["held"]["open"], &target["held"]["lost"]), (&1.into(), &0.into()));
    assert_eq!(told.closes(1006), 0, "{told:#?}");
}

#[test]
#[ignore = "wants the servers of tests/servers/setup.sh"]
fn a_reload_is_1012_for_all_and_refuses_nobody() {
    let server = gunicorn();
    let mut stream = watched(&server, &["/0", "/1", "/2", "/3"]);
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
    let mut stream = watched(&server, &["/"]);
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
