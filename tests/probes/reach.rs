//! Before a byte is exchanged: names, addresses, ports.

use std::net::{SocketAddr, TcpListener, TcpStream};
use std::time::Duration;

use rustix::net::{AddressFamily, SocketType, bind, getsockname, socket};

use super::peer::Peer;
use super::run::{IMPATIENT, told, told_with};
use super::server::Rogue;
use crate::checks::servers::listener;

/// A port where nobody listens, and nobody else will: it stays bound.
pub(super) fn closed_port() -> (SocketAddr, impl Sized) {
    let socket = socket(AddressFamily::INET, SocketType::STREAM, None).expect("a socket");
    bind(&socket, &SocketAddr::from(([127, 0, 0, 1], 0))).expect("a free port");
    let address = getsockname(&socket).expect("its address").try_into().expect("an address");
    (address, socket)
}

fn accept(peer: &mut Peer) -> std::io::Result<()> {
    peer.accept()?;
    peer.behave()
}

#[test]
fn a_port_where_nobody_listens_is_refused() {
    let (address, _bound) = closed_port();
    let told = told(&format!("ws://{address}/"));
    told.only("tcp_refused").failed_in("tcp", &["refused"]).closes(&[]).browser(&[1006]);
}

#[test]
fn a_full_accept_queue_times_out() {
    let full: TcpListener = listener(([127, 0, 0, 1], 0).into(), 0, false);
    let address = full.local_addr().expect("an address");
    // The kernel takes one more than the backlog; which one waits in vain is its business.
    let connect = || TcpStream::connect_timeout(&address, Duration::from_millis(200));
    let waiting: Vec<TcpStream> = std::iter::from_fn(|| connect().ok()).take(10).collect();
    assert!(waiting.len() < 10, "the queue is full");
    let told = told_with(&format!("ws://{address}/"), &IMPATIENT);
    told.only("tcp_timeout").failed_in("tcp", &["timed out"]).closes(&[]).browser(&[1006]);
    drop(full);
}

#[test]
fn a_name_that_does_not_exist_is_told_as_such() {
    let told = told("ws://no-such-host.invalid/");
    told.only("dns_fail").failed_in("dns", &["does not resolve"]).closes(&[]);
}

#[test]
fn resolve_sends_a_name_to_an_address() {
    let server = Rogue::new(accept);
    let port = server.address.port();
    let resolve = format!("app.example:{port}:127.0.0.1");
    let told = told_with(&format!("ws://app.example:{port}/"), &["--resolve", &resolve]);
    told.only("open_ok");
    assert_eq!(server.first().request().value("Host"), format!("app.example:{port}"));
}

#[test]
fn resolve_of_another_port_is_not_for_this_target() {
    let told = told_with("ws://app.invalid:81/", &["--resolve", "app.invalid:82:127.0.0.1"]);
    told.only("dns_fail");
}

#[test]
fn an_ipv6_address_stands_in_brackets() {
    let server = Rogue::at("::1", accept);
    let told = told(&format!("ws://[::1]:{}/", server.address.port()));
    told.only("open_ok");
    assert_eq!(server.first().request().value("Host"), format!("[::1]:{}", server.address.port()));
}
