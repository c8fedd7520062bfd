//! Workers that share a listener: what each holds, and what is said when some
//! are killed.

use std::collections::BTreeSet;
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::os::fd::{AsFd, OwnedFd};
use std::process::{Child, Command, Stdio};

use rustix::process::{Signal, set_parent_process_death_signal};
use serde_json::Value;

use super::harness::{Running, User, herdtop, say, until};
use super::noise::quiet;

/// Set in a process that is a worker.
const WORKER: &str = "TEST_OF_HERDTOP_IS_WORKER";

/// Workers that hold what they accept from one listener, as a server that forks
/// has them. We keep the listener too, as its master does.
struct Pool {
    listener: TcpListener,
    workers: Vec<Child>,
    clients: Vec<TcpStream>,
}

impl Pool {
    /// So many workers, and connections until each holds at least five.
    fn of(workers: usize) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
        let mut pool = Self { listener, workers: Vec::new(), clients: Vec::new() };
        (0..workers).for_each(|_| pool.add());
        while pool.workers.iter().any(|w| held(w) < 5) {
            pool.clients.push(TcpStream::connect(pool.address()).expect("connect"));
            until("a worker to accept it", || {
                pool.workers.iter().map(held).sum::<usize>() == pool.clients.len()
            });
            assert!(pool.clients.len() < 2_000, "the kernel serves one worker only");
        }
        pool
    }

    fn address(&self) -> SocketAddr {
        self.listener.local_addr().expect("its address")
    }

    fn port(&self) -> String {
        self.address().port().to_string()
    }

    /// The worker is this program once more, told to run nothing but the test
    /// that accepts; the listener is its standard input.
    fn add(&mut self) {
        let listener: OwnedFd = self.listener.try_clone().expect("a descriptor").into();
        let mut command = Command::new(std::env::current_exe().expect("our own path"));
        command.args(["--exact", "checks::workers::a_worker_holds_what_it_accepts"]);
        command.args(["--nocapture", "--test-threads=1"]).env(WORKER, "1");
        command.stdin(Stdio::from(listener)).stdout(Stdio::null()).stderr(Stdio::null());
        self.workers.push(command.spawn().expect("a worker"));
    }

    /// Kills the first workers as the kernel would; their pids and what they held.
    fn kill(&mut self, count: usize) -> Vec<(u32, usize)> {
        let mut killed = Vec::new();
        for worker in &mut self.workers[..count] {
            killed.push((worker.id(), held(worker)));
            worker.kill().expect("ours to kill");
        }
        for mut worker in self.workers.drain(..count) {
            worker.wait().expect("it ends");
        }
        killed
    }

    /// A stream that knows what each worker holds.
    fn watch(&self) -> Running {
        let args = ["stream", "-p", &self.port(), "-i", "500ms"];
        let mut stream = Running::start(&mut herdtop(User::Own, &args));
        stream.document_where("what each worker holds", |d| {
            self.workers.iter().all(|w| connections(d, w.id()) == Some(held(w) as u64))
        });
        stream
    }
}

impl Drop for Pool {
    fn drop(&mut self) {
        for worker in &mut self.workers {
            let _ = worker.kill();
            let _ = worker.wait();
        }
    }
}

/// Connections of a worker as the kernel lists them, its listener apart.
fn held(worker: &Child) -> usize {
    let links = std::fs::read_dir(format!("/proc/{}/fd", worker.id())).into_iter().flatten();
    let targets = links.flatten().filter_map(|link| std::fs::read_link(link.path()).ok());
    let names = targets.map(|to| to.to_string_lossy().into_owned());
    let sockets: BTreeSet<String> = names.filter(|to| to.starts_with("socket:")).collect();
    sockets.len().saturating_sub(1)
}

fn connections(document: &Value, pid: u32) -> Option<u64> {
    let all = document["processes"].as_array().expect("processes");
    all.iter().find(|p| p["pid"] == pid)?["connections"].as_u64()
}

/// Sentences of all alerts of this rule so far, oldest first.
fn said(document: &Value, rule: &str) -> Vec<String> {
    let alerts = document["alerts"].as_array().expect("alerts").iter().rev();
    let of = alerts.filter(|a| a["rule"] == rule);
    of.map(|a| a["sentence"].as_str().expect("a sentence").to_owned()).collect()
}

/// Document after document until this one and so many more.
fn later(stream: &mut Running, documents: usize) -> Value {
    (0..documents).map(|_| stream.document()).last().expect("some documents")
}

#[test]
fn a_worker_holds_what_it_accepts() {
    if std::env::var_os(WORKER).is_none() {
        let pool = Pool::of(1);
        assert_eq!(held(&pool.workers[0]), pool.clients.len());
        return;
    }
    // Whatever becomes of the tests, no worker stays behind.
    set_parent_process_death_signal(Some(Signal::KILL)).expect("to end with our parent");
    let input = std::io::stdin().as_fd().try_clone_to_owned().expect("our standard input");
    let listener = TcpListener::from(input);
    let mut accepted = Vec::new();
    loop {
        accepted.push(listener.accept().expect("a client"));
    }
}

#[test]
fn each_worker_is_shown_with_the_connections_it_holds() {
    let _alone = quiet();
    let pool = Pool::of(2);
    let document = say(&["check", "-p", &pool.port(), "--for", "4s", "--json"]).document();
    for worker in &pool.workers {
        assert_eq!(connections(&document, worker.id()), Some(held(worker) as u64), "{document:#}");
    }
    assert_eq!(connections(&document, std::process::id()), Some(0), "the master has none");
}

#[test]
fn one_of_three_workers_killed_is_one_loss_with_its_pid_and_count() {
    let _alone = quiet();
    let mut pool = Pool::of(3);
    let mut stream = pool.watch();
    let [(pid, count)] = pool.kill(1)[..] else { panic!("one") };
    stream.document_where("the loss", |d| !said(d, "worker_lost").is_empty());
    let document = later(&mut stream, 10);
    let lost = said(&document, "worker_lost");
    assert_eq!(lost.len(), 1, "{lost:?}");
    assert!(lost[0].starts_with(&format!("worker {pid} (")), "{lost:?}");
    assert!(lost[0].contains(&format!("gone: {count} connections lost in 1 s")), "{lost:?}");
    assert_eq!(document["verdict"]["kind"], "crashing", "{document:#}");
    assert_eq!(document["verdict"]["cause"], "worker_lost", "{document:#}");
}

#[test]
fn two_of_three_killed_and_not_replaced_are_two_losses_and_no_restart() {
    let _alone = quiet();
    let mut pool = Pool::of(3);
    let mut stream = pool.watch();
    let killed = pool.kill(2);
    let document =
        stream.document_where("two losses", |d| said(d, "worker_lost").len() == killed.len());
    let lost = said(&document, "worker_lost");
    for (pid, count) in killed {
        let start = format!("worker {pid} (");
        let counted = format!("gone: {count} connections lost");
        assert!(lost.iter().any(|l| l.starts_with(&start) && l.contains(&counted)), "{lost:?}");
    }
    assert!(said(&document, "restart").is_empty(), "{document:#}");
}

#[test]
fn two_killed_and_replaced_are_two_losses_and_no_planned_restart() {
    let _alone = quiet();
    let mut pool = Pool::of(3);
    let mut stream = pool.watch();
    let killed = pool.kill(2);
    (0..2).for_each(|_| pool.add());
    let document = stream.document_where("the losses", |d| {
        let lost = said(d, "worker_lost");
        lost.len() == 2 && lost.iter().all(|sentence| sentence.contains("took its place"))
    });
    for (pid, count) in killed {
        let lost = said(&document, "worker_lost");
        let start = format!("worker {pid} ");
        let counted = format!("gone: {count} connections lost");
        assert!(lost.iter().any(|l| l.starts_with(&start) && l.contains(&counted)), "{lost:?}");
    }
    assert_eq!(document["verdict"]["kind"], "crashing", "{document:#}");
    // A signal that nobody announced is no deploy, however fast they are replaced.
    let document = later(&mut stream, 2 * 12);
    assert!(said(&document, "restart").is_empty(), "{document:#}");
}

#[test]
fn clients_that_come_and_go_are_no_loss() {
    let _alone = quiet();
    let mut pool = Pool::of(2);
    let mut stream = pool.watch();
    for _ in 0..20 {
        let few = pool.clients.len() / 10 + 1;
        for _ in 0..few {
            pool.clients.remove(0);
            pool.clients.push(TcpStream::connect(pool.address()).expect("connect"));
        }
        stream.document();
    }
    let document = stream.document();
    assert!(said(&document, "worker_lost").is_empty(), "{document:#}");
}

/// For the end of how many processes the program waits.
fn waits_for(pid: u32) -> usize {
    let links = std::fs::read_dir(format!("/proc/{pid}/fd")).into_iter().flatten().flatten();
    let targets = links.filter_map(|link| std::fs::read_link(link.path()).ok());
    targets.filter(|to| to.to_string_lossy().contains("pidfd")).count()
}

#[test]
fn a_check_sees_a_worker_go() {
    let _alone = quiet();
    let mut pool = Pool::of(2);
    let args = ["check", "-p", &pool.port(), "--for", "8s", "--json"];
    let check = Running::start(&mut herdtop(User::Own, &args));
    until("it to wait for the end of both and of us", || waits_for(check.pid()) == 3);
    let [(pid, _)] = pool.kill(1)[..] else { panic!("one") };
    let end = check.end();
    let document = end.document();
    assert_eq!(end.code, Some(2), "{document:#}");
    let lost = said(&document, "worker_lost");
    assert!(lost.len() == 1 && lost[0].starts_with(&format!("worker {pid} (")), "{lost:?}");
}
