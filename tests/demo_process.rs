//! The demo's server as a process: its line protocol, its restarts, and that
//! it never outlives who started it.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking, its helpers too")]

use std::io::{BufRead, BufReader, Read, Write};
use std::net::{Ipv4Addr, TcpListener, TcpStream};
use std::path::Path;
use std::process::{Child, ChildStdin, ChildStdout, Command, ExitStatus, Stdio};
use std::sync::mpsc;
use std::thread;
use std::time::Duration;

use herdtop::demo::{self, Demo, DemoFacts, Scenario};
use rustix::event::{PollFd, PollFlags, Timespec, poll};
use rustix::process::{Pid, PidfdFlags, Signal, kill_process, pidfd_open};
use tokio::time::timeout;

const PROGRAM: &str = env!("CARGO_BIN_EXE_herdtop");
/// Far longer than anything here takes; it turns a hang into a failure.
const BOUND: Duration = Duration::from_secs(30);

/// A server process whose pipes the test holds.
struct Server {
    child: Child,
    orders: ChildStdin,
    answers: BufReader<ChildStdout>,
    port: u16,
}

impl Server {
    fn start(limit: u64) -> Self {
        let mut child = Command::new(PROGRAM)
            .args(["demo-server", "--port", "0", "--limit", &limit.to_string()])
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let orders = child.stdin.take().unwrap();
        let answers = BufReader::new(child.stdout.take().unwrap());
        let mut server = Self { child, orders, answers, port: 0 };
        let said = server.answer();
        server.port = said.strip_prefix("listening ").expect(&said).parse().unwrap();
        server
    }

    fn order(&mut self, order: &str) {
        writeln!(self.orders, "{order}").unwrap();
    }

    fn answer(&mut self) -> String {
        let mut line = String::new();
        self.answers.read_line(&mut line).unwrap();
        line.trim_end().to_owned()
    }

    /// Closes the pipe and waits, bounded, for the process.
    fn let_go(self) -> ExitStatus {
        drop(self.orders);
        ended(self.child)
    }
}

/// The process's end, or a failure; it is killed then, for the machine's sake.
fn ended(mut child: Child) -> ExitStatus {
    let pid = Pid::from_child(&child);
    let (send, receive) = mpsc::channel();
    thread::spawn(move || send.send(child.wait()));
    let Ok(status) = receive.recv_timeout(BOUND) else {
        let _ = kill_process(pid, Signal::KILL);
        panic!("the server outlived its pipe");
    };
    status.unwrap()
}

fn free(port: u16) -> bool {
    TcpListener::bind((Ipv4Addr::LOCALHOST, port)).is_ok()
}

/// Waits until that process is gone.
async fn gone(pid: u32) {
    let pid = Pid::from_raw(i32::try_from(pid).unwrap()).unwrap();
    // No such process: gone already.
    let Ok(handle) = pidfd_open(pid, PidfdFlags::empty()) else { return };
    // On another thread: this one has to take the demo down meanwhile.
    let wait = move || {
        let bound = Timespec::try_from(BOUND).unwrap();
        poll(&mut [PollFd::new(&handle, PollFlags::IN)], Some(&bound)).unwrap()
    };
    assert_eq!(tokio::task::spawn_blocking(wait).await.unwrap(), 1, "the process ended");
}

async fn play(scenario: Scenario, seconds: u64) -> Demo {
    let length = Duration::from_secs(seconds);
    demo::start_from(Path::new(PROGRAM), scenario, length).await.unwrap()
}

async fn until(demo: &Demo, such: impl Fn(&DemoFacts) -> bool) -> DemoFacts {
    let met = timeout(BOUND, demo.until(such)).await;
    met.unwrap_or_else(|_| panic!("never: {:?}", demo.facts())).expect("the demo runs")
}

#[test]
fn the_end_of_its_input_ends_the_server() {
    let mut server = Server::start(5);
    let guest = TcpStream::connect((Ipv4Addr::LOCALHOST, server.port)).unwrap();
    server.order("stats");
    assert!(server.answer().starts_with("stats accepted="), "it answers");
    let port = server.port;
    assert!(server.let_go().success());
    drop(guest);
    assert!(free(port));
}

#[test]
fn it_answers_its_orders_and_ignores_the_rest() {
    let mut server = Server::start(5);
    for order in ["dance", "", "limit 7", "stats"] {
        server.order(order);
    }
    assert_eq!(server.answer(), "stats accepted=0 open=0 refused=0");
    server.order("stop");
    assert_eq!(server.answer(), "stats accepted=0 open=0 refused=0");
    assert!(ended(server.child).success());
}

#[test]
fn ctrl_c_is_left_to_the_demo() {
    let mut server = Server::start(5);
    kill_process(Pid::from_child(&server.child), Signal::INT).unwrap();
    server.order("stats");
    assert_eq!(server.answer(), "stats accepted=0 open=0 refused=0");
    assert!(server.let_go().success());
}

#[test]
fn a_port_that_is_taken_is_named() {
    let taken = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
    let port = taken.local_addr().unwrap().port().to_string();
    let mut child = Command::new(PROGRAM)
        .args(["demo-server", "--port", &port, "--limit", "5"])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    let mut said = String::new();
    child.stdout.take().unwrap().read_to_string(&mut said).unwrap();
    assert!(said.starts_with("failed ") && said.contains(&port), "{said:?}");
    assert!(!ended(child).success());
}

#[tokio::test]
async fn a_restart_is_a_new_process_on_the_same_port() {
    let demo = play(Scenario::Restart, 4).await;
    let port = demo.port();
    let first = demo.server_pid().expect("a server from the start");
    let grown = until(&demo, |facts| facts.open >= demo.capacity() / 2).await;
    assert_eq!((grown.server_pid, grown.restarts), (Some(first), 0));
    until(&demo, |facts| facts.server_pid.is_none()).await;
    gone(first).await;
    let back = until(&demo, |facts| facts.restarts == 1 && facts.open > 0).await;
    assert_ne!(back.server_pid, Some(first));
    assert!(back.accepted_total >= grown.accepted_total, "{grown:?} {back:?}");
    assert_eq!(demo.port(), port);
    let told = demo.clients_told();
    assert!(told.restart_1012 > demo.capacity() / 2, "{told:?}");
    assert_eq!(told.cut, 0, "everyone was told: {told:?}");
    let last = back.server_pid.expect("a server");
    demo.stop().await;
    gone(last).await;
    assert!(free(port));
}

#[tokio::test]
async fn over_the_limit_is_turned_away_and_counted_alike_on_both_sides() {
    let demo = play(Scenario::Overload, 8).await;
    let most = demo.capacity();
    let full = until(&demo, |facts| facts.open == most && facts.refused_1013 > 50).await;
    assert!(full.accepted_total >= full.open + full.refused_1013, "{full:?}");
    let server = until(&demo, |facts| facts.refused_1013 > full.refused_1013).await;
    let clients = demo.clients_told().try_later_1013;
    // What the server wrote, the clients read a moment later; between two
    // counts of the server at most that many can be on the way.
    assert!(clients > full.refused_1013 / 2, "{server:?} {clients}");
    let last = demo.stop().await;
    assert!(last.refused_1013 >= clients, "{last:?} {clients}");
}

#[tokio::test]
async fn a_server_that_was_killed_is_replaced() {
    let demo = play(Scenario::Calm, 4).await;
    let first = demo.server_pid().expect("a server");
    until(&demo, |facts| facts.open > 20).await;
    let pid = Pid::from_raw(i32::try_from(first).unwrap()).unwrap();
    kill_process(pid, Signal::KILL).unwrap();
    let back = until(&demo, |facts| facts.restarts == 1 && facts.open > 0).await;
    assert_ne!(back.server_pid, Some(first));
    assert!(demo.clients_told().cut > 0, "closed without a word");
    demo.stop().await;
}

#[tokio::test]
async fn a_demo_that_is_dropped_leaves_no_server() {
    let demo = play(Scenario::Calm, 4).await;
    let (port, pid) = (demo.port(), demo.server_pid().expect("a server"));
    drop(demo);
    gone(pid).await;
    assert!(free(port));
}

/// In the child that this test starts: a demo, and what it is to be killed.
const VICTIM: &str = "HERDTOP_TEST_DEMO_VICTIM";

#[tokio::test]
async fn sigkill_of_the_demo_ends_the_server() {
    if std::env::var_os(VICTIM).is_some() {
        let demo = play(Scenario::Calm, 4).await;
        let grown = until(&demo, |facts| facts.open > 20).await;
        println!("\nvictim {} {}", demo.port(), grown.server_pid.expect("a server"));
        return std::future::pending().await;
    }
    let mut victim = Command::new(std::env::current_exe().unwrap())
        .args(["--exact", "demo_process::sigkill_of_the_demo_ends_the_server", "--nocapture"])
        .env(VICTIM, "1")
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let said = BufReader::new(victim.stdout.take().unwrap()).lines().map_while(Result::ok);
    let said = said.filter_map(|line| line.strip_prefix("victim ").map(str::to_owned));
    let said = said.take(1).collect::<String>();
    let (port, pid) = said.split_once(' ').expect("it says what to look for");
    assert!(!free(port.parse().unwrap()), "there is something to end");
    victim.kill().unwrap();
    victim.wait().unwrap();
    gone(pid.parse().unwrap()).await;
    assert!(free(port.parse().unwrap()));
}

#[tokio::test]
async fn an_executable_that_is_not_there_is_named() {
    let nowhere = Path::new("/nonexistent/herdtop");
    let error = demo::start_from(nowhere, Scenario::Calm, BOUND).await.unwrap_err();
    assert!(error.to_string().contains("/nonexistent/herdtop"), "{error}");
}
