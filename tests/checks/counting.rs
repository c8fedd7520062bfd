//! Counted exactly: held connections and those too short for any walk to see.

use std::net::SocketAddr;

use super::clients::{Hangup, churn, hold};
use super::harness::{Running, User, herdtop, say, until};
use super::noise::noisy;
use super::schema::{count, listener, near};
use super::servers::{self, Closing, Server};

const HELD: usize = 500;
const SHORT: u32 = 2000;
const PER_SECOND: u32 = 400;

/// 500 held, 2 000 more that come and go while `check` measures.
fn counts_held_and_short(user: User, server: &Server, clients_to: SocketAddr) {
    let _noise = noisy();
    let _held = hold(server, clients_to, HELD);
    let args = ["check", "-p", &server.port(), "--for", "8s", "--json"];
    let check = Running::start(&mut herdtop(user, &args));
    check.counting();
    let before = server.accepted();
    server.close_new(Closing::First);
    churn(&[clients_to], SHORT, PER_SECOND, Hangup::Server);
    let said = check.end();
    let short = server.accepted() - before;
    assert_eq!(short, u64::from(SHORT));
    let document = said.document();
    let l = listener(&document);
    assert_eq!(l["established"], HELD, "{document:#}");
    assert_eq!(l["estimated"], false, "{document:#}");
    assert!(near(count(&l["opened_total"]), short), "{document:#}");
    assert!(near(count(&l["closed_total"]), short), "{document:#}");
    assert_eq!(document["totals"]["established"], HELD);
    assert_eq!(document["sampling"]["events_lost"], 0);
    assert_eq!(document["sampling"]["sockets"], "sock_diag");
    let clients: u64 =
        l["clients"].as_array().into_iter().flatten().map(|c| count(&c["open"])).sum();
    assert_eq!(clients, HELD as u64, "{document:#}");
}

#[test]
fn held_and_short_connections_are_counted() {
    let server = Server::at("127.0.0.1");
    counts_held_and_short(User::Own, &server, server.address);
}

#[test]
fn held_and_short_connections_are_counted_without_any_privilege() {
    let server = Server::at("127.0.0.1");
    counts_held_and_short(User::Nobody, &server, server.address);
}

#[test]
fn held_and_short_connections_are_counted_over_ipv6() {
    let server = Server::at("::1");
    counts_held_and_short(User::Own, &server, server.address);
}

#[test]
fn ipv4_clients_of_a_listener_of_both_families_are_counted() {
    let both = SocketAddr::from(([0_u16; 8], 0));
    let server = Server::on(servers::listener(both, 128, false));
    let over_v4 = SocketAddr::from(([127, 0, 0, 1], server.address.port()));
    counts_held_and_short(User::Own, &server, over_v4);
}

#[test]
fn two_listeners_that_share_a_port_are_one_entry_with_their_sum() {
    let _noise = noisy();
    let free = SocketAddr::from(([127, 0, 0, 1], 0));
    let first = Server::on(servers::listener(free, 100, true));
    let second = Server::on(servers::listener(first.address, 28, true));
    let _held: Vec<_> =
        (0..HELD).map(|_| std::net::TcpStream::connect(first.address).expect("connect")).collect();
    until("both to accept", || first.accepted() + second.accepted() == HELD as u64);
    assert!(first.accepted() > 0 && second.accepted() > 0, "the kernel spreads them");
    let said = say(&["check", "-p", &first.port(), "--for", "2s", "--json"]);
    let document = said.document();
    let l = listener(&document);
    assert_eq!(l["established"], HELD, "{document:#}");
    assert_eq!(l["accept_queue"]["limit"], 128, "{document:#}");
    assert_eq!(l["accept_queue"]["used"], 0, "{document:#}");
    let pids = l["pids"].as_array().expect("pids");
    assert!(pids.contains(&std::process::id().into()), "{document:#}");
}
