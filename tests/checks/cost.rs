//! What watching costs, and whether herdtop is honest about it.

use std::net::TcpStream;
use std::process::{Command, Stdio};
use std::time::Instant;

use super::harness::{Running, User, herdtop, until};
use super::noise::quiet;
use super::schema::listener;
use super::servers::Server;

const HELD: usize = 10_000;
const ADDRESS: &str = "HERDTOP_TEST_HOLD";

/// Holds connections for the test below, in a process of its own: descriptors
/// for both ends are more than one process may have.
#[test]
#[ignore = "the client half of another test, started by it"]
fn client_half() {
    let Ok(address) = std::env::var(ADDRESS) else { return };
    let held: Vec<TcpStream> =
        (0..HELD).map(|_| TcpStream::connect(&address).expect("connect")).collect();
    // Until the test closes our standard input.
    let _ = std::io::Read::read(&mut std::io::stdin(), &mut [0]);
    drop(held);
}

/// CPU seconds a process has used so far.
fn cpu_seconds(pid: u32) -> f64 {
    let stat = std::fs::read_to_string(format!("/proc/{pid}/stat")).expect("its account");
    // The name may hold spaces and parentheses; the fields follow the last.
    let behind = stat.rsplit_once(')').expect("a name in parentheses").1;
    let fields: Vec<&str> = behind.split_whitespace().collect();
    let ticks = |at: usize| fields[at].parse::<u32>().expect("clock ticks");
    let per_second = u32::try_from(rustix::param::clock_ticks_per_second()).expect("a rate");
    f64::from(ticks(11) + ticks(12)) / f64::from(per_second)
}

/// The budget is of a program that is left running: looking up once who holds
/// 20 000 descriptors costs 50 ms, and is over when the measurement begins.
#[test]
#[ignore = "needs a release build; run by tests/run.sh"]
fn ten_thousand_connections_cost_under_a_percent_and_that_is_told_honestly() {
    const STARTING: usize = 10;
    const MEASURED: usize = 30;
    let _alone = quiet();
    let server = Server::at("127.0.0.1");
    let mut clients = Command::new(std::env::current_exe().expect("the tests"))
        .args(["--ignored", "--exact", "checks::cost::client_half"])
        .env(ADDRESS, server.address.to_string())
        .stdin(Stdio::piped())
        .stdout(Stdio::null())
        .spawn()
        .expect("start the clients");
    until("the connections", || server.accepted() == HELD as u64);
    let mut stream = Running::start(&mut herdtop(User::Nobody, &["stream", "-p", &server.port()]));
    let began = Instant::now();
    (0..STARTING).for_each(|_| drop(stream.document()));
    let (before, then) = (cpu_seconds(stream.pid()), Instant::now());
    (1..MEASURED).for_each(|_| drop(stream.document()));
    let document = stream.document();
    let (after, now) = (cpu_seconds(stream.pid()), Instant::now());
    let steady = (after - before) / (now - then).as_secs_f64();
    let whole = after / (now - began).as_secs_f64();
    drop(clients.stdin.take());
    clients.wait().expect("the clients end");
    assert_eq!(listener(&document)["established"], HELD, "{document:#}");
    let told = document["sampling"]["cpu_ratio"].as_f64().expect("its own load");
    println!("own load: {steady:.5} of a core; since the start {whole:.5}, told {told:.5}");
    assert!(steady < 0.01, "{steady:.5} of a core");
    assert!((told / whole - 1.0).abs() <= 0.2, "told {told:.5}, really {whole:.5}");
}
