//! A port nobody listens on, yet or any more.

use std::net::{SocketAddr, TcpListener};

use super::clients::hold;
use super::harness::{Running, User, herdtop, say};
use super::noise::quiet;
use super::schema::listener;
use super::servers::Server;

/// A port that was free a moment ago and that nobody binds by accident: it is
/// above those the kernel hands out.
pub(crate) fn free_port() -> u16 {
    use std::sync::atomic::{AtomicU16, Ordering};
    static NEXT: AtomicU16 = AtomicU16::new(61_000);
    loop {
        let port = NEXT.fetch_add(1, Ordering::Relaxed);
        if TcpListener::bind(("127.0.0.1", port)).is_ok() {
            return port;
        }
    }
}

#[test]
fn a_port_nobody_listens_on_is_down() {
    let _alone = quiet();
    let port = free_port().to_string();
    let said = say(&["check", "-p", &port, "--json"]);
    assert_eq!(said.code, Some(2), "{said:?}");
    let document = said.document();
    assert_eq!(document["verdict"]["kind"], "down");
    assert_eq!(document["verdict"]["cause"], "refused");
    let sentence = document["verdict"]["sentence"].as_str().expect("a sentence");
    let line = format!("DOWN :{port}  no process listening (connection refused) for ");
    assert!(sentence.starts_with(&line), "{sentence}");
}

#[test]
fn a_port_nobody_listens_on_is_a_line_for_people() {
    let _alone = quiet();
    let port = free_port().to_string();
    let said = say(&["check", "-p", &port, "--for", "2s"]);
    assert_eq!(said.code, Some(2), "{said:?}");
    let line = format!(
        "CRIT down (refused): DOWN :{port}  no process listening (connection refused) for "
    );
    assert!(said.stdout.starts_with(&line), "{said:?}");
}

#[test]
fn a_stream_shows_a_listener_that_comes_and_goes() {
    let _alone = quiet();
    let address = SocketAddr::from(([127, 0, 0, 1], free_port()));
    let port = address.port().to_string();
    let mut stream =
        Running::start(&mut herdtop(User::Own, &["stream", "-p", &port, "-i", "250ms"]));
    stream.document_where("nobody", |d| d["verdict"]["cause"] == "refused");
    let server = Server::on(TcpListener::bind(address).expect("still free"));
    let held = hold(&server, address, 3);
    let seen = stream.document_where("the listener", |d| {
        d["verdict"]["severity"] == "ok" && listener(d)["established"] == 3
    });
    assert_eq!(listener(&seen)["address"], address.to_string());
    assert_eq!(listener(&seen)["opened_total"], 3, "all came after it: {seen:#}");
    drop((server, held));
    let seen = stream.document_where("nobody again", |d| d["verdict"]["cause"] == "refused");
    let sentence = seen["verdict"]["sentence"].as_str().expect("a sentence");
    assert!(sentence.contains("no process listening (connection refused)"), "{sentence}");
}
