//! gunicorn's workers and their clients: one killed, all reloaded, some killed
//! that nobody replaces.

use std::collections::BTreeMap;
use std::io::{Read, Write};
use std::net::TcpStream;

use rustix::process::{Pid, Signal, kill_process};
use serde_json::Value;

use super::gunicorn::gunicorn;
use super::server::Server;
use super::watch::alerts;
use crate::checks::harness::{Running, User, herdtop};
use crate::checks::noise::quiet;

/// Clients until each worker has at least so many.
const LEAST: usize = 5;

/// gunicorn with clients spread over its workers, and a stream that knows who
/// holds how many.
struct Scene {
    server: Server,
    clients: Vec<TcpStream>,
    stream: Running,
}

impl Scene {
    fn new() -> Self {
        let server = gunicorn();
        let mut clients = Vec::new();
        while held(&server).len() < 3 || held(&server).values().any(|held| *held < LEAST) {
            clients.push(client(&server));
            server.until("it to be let in", |said| said.matches("open /").count() == clients.len());
            assert!(clients.len() < 2_000, "one worker takes them all");
        }
        let port = server.address().port().to_string();
        let args = ["stream", "-p", &port, "-i", "500ms"];
        let mut stream = Running::start(&mut herdtop(User::Own, &args));
        let held = held(&server);
        stream.document_where("what each worker holds", |document| {
            held.iter().all(|(pid, held)| connections(document, *pid) == Some(*held as u64))
        });
        Self { server, clients, stream }
    }

    fn kill(&self, count: usize) -> Vec<(i32, usize)> {
        let victims: Vec<(i32, usize)> = held(&self.server).into_iter().take(count).collect();
        for (pid, _) in &victims {
            let pid = Pid::from_raw(*pid).expect("a pid");
            kill_process(pid, Signal::KILL).expect("it runs");
        }
        victims
    }

    /// Documents for so many seconds more; the last of them.
    fn later(&mut self, seconds: usize) -> Value {
        (0..seconds * 2).map(|_| self.stream.document()).last().expect("some documents")
    }
}

/// A WebSocket client that has asked for its upgrade and been let in.
fn client(server: &Server) -> TcpStream {
    let mut stream = TcpStream::connect(server.address()).expect("connect");
    let request = format!(
        "GET / HTTP/1.1\r\nHost: {}\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\
         Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n\r\n",
        server.address()
    );
    stream.write_all(request.as_bytes()).expect("ask");
    let mut answer = [0; 12];
    stream.read_exact(&mut answer).expect("an answer");
    assert_eq!(&answer, b"HTTP/1.1 101");
    stream
}

/// The clients of each worker, as the workers say.
fn held(server: &Server) -> BTreeMap<i32, usize> {
    let mut held = BTreeMap::new();
    for line in server.said().split_inclusive('\n').filter(|line| line.ends_with('\n')) {
        let words: Vec<&str> = line.split_whitespace().collect();
        let ["open" | "closed", _, pid] = words[..] else { continue };
        let count = held.entry(pid.parse().expect("a pid")).or_insert(0);
        *count = if words[0] == "open" { *count + 1 } else { *count - 1 };
    }
    held
}

fn connections(document: &Value, pid: i32) -> Option<u64> {
    let all = document["processes"].as_array().expect("processes");
    all.iter().find(|p| p["pid"] == pid)?["connections"].as_u64()
}

/// Sentences of all alerts of this rule so far.
fn said(document: &Value, rule: &str) -> Vec<String> {
    let of = alerts(document, rule).into_iter();
    of.map(|a| a["sentence"].as_str().expect("a sentence").to_owned()).collect()
}

#[test]
#[ignore = "wants the servers of tests/servers/setup.sh"]
fn one_of_three_killed_is_one_loss_with_pid_and_count() {
    let _alone = quiet();
    let mut scene = Scene::new();
    let [(pid, count)] = scene.kill(1)[..] else { panic!("one") };
    scene.stream.document_where("the loss", |d| !said(d, "worker_lost").is_empty());
    // Past the time in which it could still be taken for a restart.
    let document = scene.later(14);
    let lost = said(&document, "worker_lost");
    assert_eq!(lost.len(), 1, "{lost:?}");
    assert!(lost[0].starts_with(&format!("worker {pid} (gunicorn")), "{lost:?}");
    assert!(lost[0].contains(&format!("gone: {count} connections lost in 1 s")), "{lost:?}");
    assert!(lost[0].contains("took its place"), "its master starts another: {lost:?}");
    assert!(said(&document, "restart").is_empty(), "{document:#}");
    assert_eq!(document["verdict"]["cause"], "worker_lost", "{document:#}");
}

#[test]
#[ignore = "wants the servers of tests/servers/setup.sh"]
fn a_reload_is_a_restart_and_no_loss() {
    let _alone = quiet();
    let mut scene = Scene::new();
    scene.server.signal(Signal::HUP);
    let document = scene.stream.document_where("the restart", |d| !said(d, "restart").is_empty());
    assert_eq!(document["verdict"]["kind"], "restarting", "{document:#}");
    let document = scene.later(14);
    let restart = said(&document, "restart");
    assert_eq!(restart.len(), 1, "{restart:?}");
    assert!(
        restart[0].contains("3 workers gone") && restart[0].contains("replaced"),
        "{restart:?}"
    );
    let closed = format!("{} connections closed", scene.clients.len());
    assert!(restart[0].contains(&closed), "{closed}: {restart:?}");
    assert!(said(&document, "worker_lost").is_empty(), "{document:#}");
}

#[test]
#[ignore = "wants the servers of tests/servers/setup.sh"]
fn two_of_three_killed_and_not_replaced_are_two_losses_and_no_restart() {
    let _alone = quiet();
    let mut scene = Scene::new();
    // A master that is stopped replaces nobody.
    scene.server.signal(Signal::STOP);
    let victims = scene.kill(2);
    let document =
        scene.stream.document_where("both losses", |d| said(d, "worker_lost").len() == 2);
    let lost = said(&document, "worker_lost");
    for (pid, count) in victims {
        let (start, counted) = (format!("worker {pid} ("), format!("gone: {count} connections"));
        assert!(lost.iter().any(|l| l.starts_with(&start) && l.contains(&counted)), "{lost:?}");
    }
    assert!(said(&document, "restart").is_empty(), "{document:#}");
}
