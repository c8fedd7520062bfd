//! The connections the operator says the service admits.

use std::io::{BufRead, BufReader};
use std::net::TcpListener;
use std::process::{Command, Stdio};

use super::clients::hold;
use super::harness::{Running, Said, User, herdtop, run, say};
use super::noise::quiet;
use super::servers::Server;
use crate::pty::harness::Terminal;

fn with(connections: usize, args: &[&str]) -> Said {
    let _alone = quiet();
    let server = Server::at("127.0.0.1");
    let _held = hold(&server, server.address, connections);
    let port = server.port();
    let mut all = vec!["check", "-p", &port, "--for", "3s"];
    all.extend(args);
    say(&all)
}

#[test]
fn a_tenth_of_the_capacity_is_well() {
    let said = with(100, &["--capacity", "1000"]);
    assert_eq!(said.code, Some(0), "{said:?}");
    assert!(said.stdout.starts_with("OK ok (none): "), "{said:?}");
}

#[test]
fn three_quarters_of_the_capacity_warn() {
    let said = with(750, &["--capacity", "1000"]);
    assert_eq!(said.code, Some(1), "{said:?}");
    assert!(said.stdout.starts_with("WARN overloaded (connection_limit): "), "{said:?}");
    assert!(said.stdout.contains("capacity 750 of 1 000"), "{said:?}");
    assert!(said.stdout.contains("room for 250"), "{said:?}");
}

#[test]
fn nearly_all_of_the_capacity_is_critical() {
    let said = with(950, &["--capacity", "1000", "--json"]);
    assert_eq!(said.code, Some(2), "{said:?}");
    let document = said.document();
    let verdict = &document["verdict"];
    assert_eq!(verdict["severity"], "critical");
    assert_eq!(verdict["cause"], "connection_limit");
    let sentence = verdict["sentence"].as_str().expect("a sentence");
    assert!(sentence.contains("capacity 950 of 1 000"), "{sentence}");
    let limit = &document["limits"][0];
    assert_eq!(limit["name"], "capacity", "{document:#}");
    assert_eq!(limit["binding"], true);
    assert_eq!(limit["headroom_connections"], 50);
    assert_eq!(limit["ratio"], 0.95);
    assert_eq!(document["alerts"][0]["rule"], "capacity", "{document:#}");
}

#[test]
fn other_levels_judge_otherwise() {
    let said = with(100, &["--capacity", "1000", "--warn", "5%", "--crit", "0.08"]);
    assert_eq!(said.code, Some(2), "{said:?}");
    assert!(said.stdout.contains("over 8 %"), "{said:?}");
}

#[test]
fn each_port_has_its_own_capacity() {
    let _alone = quiet();
    let (first, second) = (Server::at("127.0.0.1"), Server::at("127.0.0.1"));
    let _held = (hold(&first, first.address, 80), hold(&second, second.address, 20));
    let ports = format!("{},{}", first.port(), second.port());
    let capacities = format!("{}=100,{}=100", first.port(), second.port());
    let args = ["check", "-p", &ports, "-c", &capacities, "--for", "3s", "--json"];
    let said = run(&mut herdtop(User::Nobody, &args));
    assert_eq!(said.code, Some(1), "{said:?}");
    let document = said.document();
    assert_eq!(document["totals"]["established"], 100, "{document:#}");
    let sentence = document["verdict"]["sentence"].as_str().expect("a sentence");
    assert!(sentence.contains("capacity 80 of 100"), "{sentence}");
}

#[test]
fn a_neighbours_herd_is_not_put_to_this_account() {
    let _alone = quiet();
    let (ours, theirs) = (Server::at("127.0.0.1"), Server::at("127.0.0.1"));
    let _held = hold(&ours, ours.address, 7);
    let port = ours.port();
    let args = ["stream", "-p", &port, "-c", "100", "-i", "100ms"];
    let mut stream = Running::start(&mut herdtop(User::Own, &args));
    let mut look = || {
        let document = stream.document();
        assert_eq!(document["limits"][0]["used"], 7, "{document:#}");
        assert_eq!(document["listeners"][0]["established"], 7, "{document:#}");
    };
    look();
    let _herd = hold(&theirs, theirs.address, 500);
    (0..30).for_each(|_| look());
}

#[test]
fn two_addresses_of_one_program_fill_one_capacity() {
    let _alone = quiet();
    let first = Server::at("127.0.0.1");
    let other = TcpListener::bind(("::1", first.address.port())).expect("the same port");
    let second = Server::on(other);
    let _held = (hold(&first, first.address, 90), hold(&second, second.address, 100));
    let said = say(&["check", "-p", &first.port(), "-c", "200", "--for", "3s", "--json"]);
    assert_eq!(said.code, Some(2), "{said:?}");
    let document = said.document();
    let services = document["services"].as_array().expect("services");
    assert_eq!(services.len(), 1, "{document:#}");
    assert_eq!(services[0]["established"], 190, "{document:#}");
    assert_eq!(services[0]["addresses"].as_array().map(Vec::len), Some(2), "{document:#}");
    assert_eq!(document["limits"][0]["used"], 190, "{document:#}");
    let each: Vec<_> = document["listeners"].as_array().expect("rows").iter().collect();
    let open = |row: &&serde_json::Value| row["established"].as_u64();
    assert_eq!(each.iter().map(open).collect::<Vec<_>>(), [Some(100), Some(90)], "{document:#}");
}

const NEIGHBOUR: &str = "HERDTOP_TEST_NEIGHBOUR";
const LISTENS: &str = "the neighbour listens";

/// Another program on the same port, at another address.
#[test]
#[ignore = "the other program of the test below, started by it"]
fn neighbour() {
    let Ok(address) = std::env::var(NEIGHBOUR) else { return };
    let listener = TcpListener::bind(&address).expect("the port is free there");
    println!("{LISTENS}");
    // Until the test closes our standard input.
    let _ = std::io::Read::read(&mut std::io::stdin(), &mut [0]);
    drop(listener);
}

/// Which of them admits so many is not known: it is asked, and nothing is well.
#[test]
fn a_capacity_of_a_port_with_two_services_asks_which() {
    let _alone = quiet();
    let server = Server::at("127.0.0.1");
    let port = server.port();
    let _held = hold(&server, server.address, 9);
    let mut neighbour = Command::new(std::env::current_exe().expect("the tests"))
        .args(["--ignored", "--exact", "--nocapture", "checks::capacity::neighbour"])
        .env(NEIGHBOUR, format!("127.0.0.9:{port}"))
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .expect("start the neighbour");
    let said = BufReader::new(neighbour.stdout.take().expect("its output"));
    // Held to its end, which it says as well.
    let mut said = said.lines().map_while(Result::ok);
    assert!(said.any(|line| line.contains(LISTENS)));
    let check = |capacity: &str| say(&["check", "-p", &port, "-c", capacity, "--for", "3s"]);
    let bare = format!("{port}=10");
    let asked: Vec<Said> = [bare.as_str(), "10"].into_iter().map(check).collect();
    let placed = check(&format!("127.0.0.1:{port}=10"));
    let live = ["-p", &port, "-c", "10"];
    for (columns, rows) in [(44, 12), (80, 24), (120, 36), (200, 60)] {
        let screen = Terminal::start(columns, rows, &live);
        screen.shows("give -c ADDR:PORT=N");
    }
    let plain = Terminal::start(200, 40, &[&live[..], &["--plain"]].concat());
    plain.shows("give -c ADDR:PORT=N");
    drop(plain);
    let mut stream = Running::start(&mut herdtop(User::Own, &["stream", "-p", &port, "-c", "10"]));
    let document = (0..3).map(|_| stream.document()).last().expect("a document");
    drop(neighbour.stdin.take());
    neighbour.wait().expect("the neighbour ends");
    drop(said);
    for said in asked {
        assert_eq!(said.code, Some(3), "{said:?}");
        for word in [format!("127.0.0.1:{port}"), format!("127.0.0.9:{port}"), "ADDR:PORT=N".into()]
        {
            assert!(said.stderr.contains(&word), "no {word}: {said:?}");
        }
        assert_eq!(said.stderr.lines().count(), 1, "{said:?}");
    }
    let denied = document["sampling"]["denied"].to_string();
    assert!(denied.contains("capacity: give -c ADDR:PORT=N"), "{denied}");
    assert_eq!((placed.code, placed.stderr.as_str()), (Some(2), ""), "{placed:?}");
    assert!(placed.stdout.contains("capacity 9 of 10"), "{placed:?}");
}
