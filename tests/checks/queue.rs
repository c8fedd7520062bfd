//! A process that does not accept.

use std::net::SocketAddr;
use std::os::fd::OwnedFd;

use rustix::net::{AddressFamily, SocketFlags, SocketType, connect, socket_with};

use super::harness::{Running, User, herdtop};
use super::noise::quiet;
use super::schema::{count, listener};
use super::servers;

/// Starts to connect and does not wait: a full queue would keep us.
pub(super) fn knock(address: SocketAddr) -> OwnedFd {
    let flags = SocketFlags::NONBLOCK | SocketFlags::CLOEXEC;
    let socket = socket_with(AddressFamily::INET, SocketType::STREAM, flags, None);
    let socket = socket.expect("a socket");
    let started = connect(&socket, &address);
    assert!(matches!(started, Ok(()) | Err(rustix::io::Errno::INPROGRESS)), "{started:?}");
    socket
}

#[test]
fn a_queue_nobody_takes_from_is_full_at_one_more_than_its_backlog() {
    const BACKLOG: u64 = 8;
    let _alone = quiet();
    let deaf = servers::listener(([127, 0, 0, 1], 0).into(), 8, false);
    let address = deaf.local_addr().expect("an address");
    let mut waiting: Vec<OwnedFd> = (0..BACKLOG).map(|_| knock(address)).collect();
    let port = address.port().to_string();
    let check = Running::start(&mut herdtop(
        User::Nobody,
        &["check", "-p", &port, "--for", "6s", "--json"],
    ));
    check.counting();
    // The first of these still fits; the SYNs of the others are dropped, and
    // dropped again when they are sent again.
    waiting.extend((0..20).map(|_| knock(address)));
    let said = check.end();
    let document = said.document();
    let l = listener(&document);
    assert_eq!(l["accept_queue"], serde_json::json!({"used": BACKLOG + 1, "limit": BACKLOG}));
    assert!(count(&l["drops_total"]) > 0, "{document:#}");
    assert_eq!(document["verdict"]["severity"], "critical", "{document:#}");
    assert_eq!(document["verdict"]["kind"], "overloaded", "{document:#}");
    assert_eq!(document["verdict"]["cause"], "accept_queue", "{document:#}");
    let sentence = document["verdict"]["sentence"].as_str().expect("a sentence");
    assert!(sentence.contains("9 of 8"), "{sentence}");
    assert_eq!(said.code, Some(2));
}

#[test]
fn the_queue_of_a_stream_fills_and_empties() {
    let _alone = quiet();
    let deaf = servers::listener(([127, 0, 0, 1], 0).into(), 8, false);
    let address = deaf.local_addr().expect("an address");
    let port = address.port().to_string();
    let mut stream =
        Running::start(&mut herdtop(User::Own, &["stream", "-p", &port, "-i", "250ms"]));
    let used = |n: u64| move |d: &serde_json::Value| listener(d)["accept_queue"]["used"] == n;
    stream.document_where("an empty queue", used(0));
    let waiting: Vec<OwnedFd> = (0..5).map(|_| knock(address)).collect();
    stream.document_where("five that wait", used(5));
    let accepted: Vec<_> = waiting.iter().map(|_| deaf.accept().expect("one waits")).collect();
    stream.document_where("an empty queue again", used(0));
    let seen = stream.document_where("five that are open", |d| listener(d)["established"] == 5);
    assert_eq!(listener(&seen)["accept_queue"]["limit"], 8);
    drop((waiting, accepted));
    stream.document_where("none that is open", |d| listener(d)["established"] == 0);
}

/// The kernel tries again at 1, 2, 3, 4, 5 and 7 s: a rhythm that is not the
/// clients'.
#[test]
fn dropped_syns_alone_are_no_waves_of_clients() {
    let _alone = quiet();
    let deaf = servers::listener(([127, 0, 0, 1], 0).into(), 8, false);
    let address = deaf.local_addr().expect("an address");
    let port = address.port().to_string();
    let mut stream = Running::start(&mut herdtop(User::Own, &["stream", "-p", &port]));
    // What is usual is known after ten seconds.
    for _ in 0..12 {
        stream.document();
    }
    let waiting: Vec<OwnedFd> = (0..80).map(|_| knock(address)).collect();
    let mut last = stream.document();
    for _ in 0..10 {
        last = stream.document();
    }
    drop(waiting);
    let alerts = last["alerts"].as_array().expect("alerts");
    let rules: Vec<&str> = alerts.iter().filter_map(|a| a["rule"].as_str()).collect();
    assert!(rules.contains(&"accept_queue"), "{last:#}");
    assert!(!rules.contains(&"waves") && !rules.contains(&"no_backoff"), "{last:#}");
}
