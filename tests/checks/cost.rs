//! What watching costs, and whether herdtop is honest about it.

use std::net::TcpStream;
use std::process::{Command, Stdio};

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

/// CPU seconds of an ended but not yet reaped, or a running process.
fn cpu_seconds(stat: &str) -> Option<f64> {
    // The name may hold spaces and parentheses; the fields follow the last.
    let fields: Vec<&str> = stat.rsplit_once(')')?.1.split_whitespace().collect();
    let ticks: f64 = fields.get(11)?.parse::<f64>().ok()? + fields.get(12)?.parse::<f64>().ok()?;
    let per_second = u32::try_from(rustix::param::clock_ticks_per_second()).ok()?;
    Some(ticks / f64::from(per_second))
}

#[test]
#[ignore = "needs a release build; run by tests/run.sh"]
fn ten_thousand_connections_cost_under_a_percent_and_that_is_told_honestly() {
    const SECONDS: f64 = 20.0;
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
    let args = ["check", "-p", &server.port(), "--for", "20s", "--json"];
    let mut check = Running::start(&mut herdtop(User::Nobody, &args));
    let line = check.line().expect("a document");
    // It has said its last and ends; until it is reaped its account stays.
    let stat = format!("/proc/{}/stat", check.pid());
    let mut last = String::new();
    until("its end", || {
        last = std::fs::read_to_string(&stat).unwrap_or_default();
        last.contains(") Z ")
    });
    let really = cpu_seconds(&last).expect("its account") / SECONDS;
    drop(clients.stdin.take());
    clients.wait().expect("the clients end");
    let document = super::schema::document(&line);
    assert_eq!(listener(&document)["established"], HELD, "{document:#}");
    let told = document["sampling"]["cpu_ratio"].as_f64().expect("its own load");
    println!("own load: told {told:.5}, the kernel says {really:.5}");
    assert!(told < 0.01 && really < 0.01, "told {told:.5}, really {really:.5}");
    assert!((told / really - 1.0).abs() <= 0.2, "told {told:.5}, really {really:.5}");
}
