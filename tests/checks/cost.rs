//! What watching costs, and whether herdtop is honest about it.

use std::io::{BufRead, BufReader};
use std::net::{TcpListener, TcpStream};
use std::process::{Child, Command, Stdio};
use std::time::Instant;

use super::harness::{Running, User, herdtop, program, resident, until};
use super::noise::quiet;
use super::schema::listener;
use super::servers::Server;
use crate::pty::harness::{Ends, Terminal};

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

/// The other half of a test, by its name, told so in this variable.
fn half(name: &str, variable: &str, value: &str) -> Child {
    Command::new(std::env::current_exe().expect("the tests"))
        .args(["--ignored", "--exact", "--nocapture", &format!("checks::cost::{name}")])
        .env(variable, value)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .expect("start the other half")
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
    let mut clients = half("client_half", ADDRESS, &server.address.to_string());
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

/// Listens ten thousand times for the test below, in a process of its own: so many
/// descriptors need a higher limit than most programs have.
#[test]
#[ignore = "the listening half of another test, started by it"]
fn listening_half() {
    use rustix::process::{Resource, getrlimit, setrlimit};
    if std::env::var_os(LISTENING).is_none() {
        return;
    }
    let limit = getrlimit(Resource::Nofile);
    let raised = rustix::process::Rlimit { current: limit.maximum, ..limit };
    setrlimit(Resource::Nofile, raised).expect("as many descriptors as there may be");
    // On a hundred addresses of the loopback.
    let bind = |n: usize| {
        let address = [127, 0, 9, u8::try_from(n % 100 + 1).expect("a hundred")];
        TcpListener::bind((std::net::Ipv4Addr::from(address), 0)).expect("one more listener")
    };
    let held: Vec<TcpListener> = (0..HELD).map(bind).collect();
    println!("{READY}");
    // Until the test closes our standard input.
    let _ = std::io::Read::read(&mut std::io::stdin(), &mut [0]);
    drop(held);
}

const LISTENING: &str = "HERDTOP_TEST_LISTEN";
const READY: &str = "ten thousand listen";

/// What a screen costs that watches ten thousand listeners.
struct Watched {
    /// Shares of a core: from its start on, and later.
    start: f64,
    steady: f64,
    /// Bytes.
    memory: u64,
    /// What `stream` says of the same.
    document: serde_json::Value,
}

fn watched() -> Watched {
    let _alone = quiet();
    let mut listeners = half("listening_half", LISTENING, "1");
    let said = BufReader::new(listeners.stdout.take().expect("its output"));
    let ready = said.lines().map_while(Result::ok).any(|line| line.contains(READY));
    assert!(ready, "the listeners: raise the hard limit of open files to 11 000");
    let binary = program();
    let binary = binary.to_str().expect("a path");
    let shows_others = |size| {
        let screen = Terminal::run(binary, size, &[], &[], Ends::default());
        // In the table of listeners, behind the last that is listed by itself.
        screen.shows("LISTENERS");
        screen.types("2G");
        screen.shows(" others");
        screen
    };
    let screen = shows_others((120, 36));
    let pid = screen.child.id();
    let seconds = |long: u64| {
        let (before, then) = (cpu_seconds(pid), Instant::now());
        // Nothing is waited for: it is the span over which the load is measured.
        std::thread::sleep(std::time::Duration::from_secs(long));
        (cpu_seconds(pid) - before) / then.elapsed().as_secs_f64()
    };
    let (start, steady) = (seconds(20), seconds(30));
    let memory = resident(pid) * 1024;
    drop(screen);
    for size in [(80, 24), (200, 60)] {
        drop(shows_others(size));
    }
    let mut stream = Running::start(&mut herdtop(User::Own, &["stream"]));
    let document = (0..4).map(|_| stream.document()).last().expect("a document");
    drop(listeners.stdin.take());
    listeners.wait().expect("the listeners end");
    Watched { start, steady, memory, document }
}

/// The busiest are shown in full, the others as a sum, at every size; what is read,
/// derived, judged and drawn of them all stays under 2 % of a core.
#[test]
#[ignore = "needs a release build; run by tests/run.sh"]
fn ten_thousand_listeners_cost_under_two_percent() {
    let Watched { start, steady, document, .. } = watched();
    let others = &document["listeners_others"];
    let listed = document["listeners"].as_array().expect("listeners").len() as u64;
    let summed = super::schema::count(&others["listeners"]);
    println!("ten thousand listeners: {steady:.5} of a core (the first 20 s {start:.5})");
    assert!(listed + summed >= HELD as u64, "{listed} listed, {summed} summed");
    assert!(listed < 200, "{listed} are listed one by one");
    assert!(steady < 0.02, "{steady:.5} of a core");
}

/// The same in memory.
#[test]
#[ignore = "needs a release build; run by tests/run.sh"]
fn ten_thousand_listeners_take_under_32_mib() {
    let memory = watched().memory;
    println!("ten thousand listeners: {} KiB", memory / 1024);
    assert!(memory < 32 << 20, "{memory} bytes");
}
