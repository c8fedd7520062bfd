//! nginx in front: what it answers for a server that is gone, hangs, is full.

use std::net::{SocketAddr, TcpListener};
use std::os::fd::OwnedFd;
use std::process::Stdio;
use std::time::{Duration, Instant};

use rustix::net::{AddressFamily, SocketFlags, SocketType, bind, getsockname, socket_with};
use tempfile::TempDir;

use super::server::{Server, command, installed, node, sources};
use super::told::{check, outcome, stream, told_where, without_close};
use crate::checks::schema::count;

pub(super) const UPGRADE: &str =
    "proxy_set_header Upgrade $http_upgrade; proxy_set_header Connection upgrade;";

/// nginx in front of this server; its folder lasts as long.
pub(super) fn nginx(upstream: SocketAddr, directives: &str) -> (Server, TempDir) {
    started(upstream, directives, ("", ""))
}

/// The same with these settings of its events.
pub(super) fn nginx_with(
    upstream: SocketAddr,
    directives: &str,
    events: &str,
) -> (Server, TempDir) {
    started(upstream, directives, ("", events))
}

/// The same by TLS, with these files of a key and a certificate.
pub(super) fn nginx_tls(
    upstream: SocketAddr,
    directives: &str,
    (key, certificate): (&str, &str),
) -> (Server, TempDir) {
    let tls = format!(" ssl; ssl_certificate {certificate}; ssl_certificate_key {key}");
    started(upstream, directives, (&tls, ""))
}

fn started(
    upstream: SocketAddr,
    directives: &str,
    (tls, events): (&str, &str),
) -> (Server, TempDir) {
    let folder = tempfile::tempdir().expect("a folder");
    let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
    let address = listener.local_addr().expect("an address");
    let template = std::fs::read_to_string(sources().join("nginx.conf")).expect("the template");
    let filled = template
        .replace("{folder}", folder.path().to_str().expect("a plain path"))
        .replace("{address}", &format!("{address}{tls}"))
        .replace("{upstream}", &upstream.to_string())
        .replace("{directives}", directives)
        .replace("events {}", &format!("events {{ {events} }}"));
    let file = folder.path().join("nginx.conf");
    std::fs::write(&file, filled).expect("write its configuration");
    let mut command = command(installed("bin/nginx"));
    command.arg("-p").arg(folder.path()).arg("-c").arg(&file).args(["-e", "stderr"]);
    // It does not choose a port by itself, but takes an open one over, as it does
    // when it replaces itself: no port is free between us and it.
    command.env("NGINX", "0;").stdin(Stdio::from(OwnedFd::from(listener)));
    let server = Server::at(command, address);
    server.until("its worker", |said| said.contains("start worker process "));
    (server, folder)
}

/// Node's ws, which takes everybody in.
fn echo() -> Server {
    node("echo.js", &["plain"])
}

#[test]
#[ignore = "wants the servers of tests/servers/setup.sh"]
fn a_server_gone_behind_nginx_is_502() {
    // A bound port nobody listens on: refused, and nobody else can take it.
    let socket = socket_with(AddressFamily::INET, SocketType::STREAM, SocketFlags::CLOEXEC, None);
    let socket = socket.expect("a socket");
    bind(&socket, &SocketAddr::from(([127, 0, 0, 1], 0))).expect("a free port");
    let gone = getsockname(&socket).expect("an address").try_into().expect("of IPv4");
    let (proxy, _folder) = nginx(gone, UPGRADE);
    check(&[], &[&proxy.url("/")]).turned_away(&["http_502"], "down/upstream");
}

#[test]
#[ignore = "wants the servers of tests/servers/setup.sh"]
fn a_server_that_hangs_behind_nginx_is_504_after_its_read_timeout() {
    // The kernel completes its handshakes; nobody reads.
    let hung = TcpListener::bind("127.0.0.1:0").expect("a free port");
    let directives = format!("{UPGRADE} proxy_read_timeout 2s;");
    let (proxy, _folder) = nginx(hung.local_addr().expect("an address"), &directives);
    let start = Instant::now();
    check(&[], &[&proxy.url("/")]).turned_away(&["http_504"], "down/upstream");
    assert!(start.elapsed() >= Duration::from_secs(2), "waited for, past --for");
}

#[test]
#[ignore = "wants the servers of tests/servers/setup.sh"]
fn limit_conn_of_nginx_is_503_while_the_client_that_is_in_stays() {
    let server = echo();
    let directives = format!("{UPGRADE} limit_conn clients 1;");
    let (proxy, _folder) = nginx(server.address(), &directives);
    let url = proxy.url("/");
    let mut stream = stream(&["--dwell", "500ms", "--probe-every", "1s"], &[&url]);
    let told = told_where(&mut stream, "503 beside a held connection", |told| {
        let target = told.only();
        let held = target["held"]["open"] == 1;
        held && outcome(target, "http_503") > 0 && told.verdict() == "overloaded/refusing_new"
    });
    assert_eq!(told.only()["held"]["lost"], 0, "{told:#?}");
    assert_eq!(told.closes(1006), 0, "a refusal is no close: {told:#?}");
}

#[test]
#[ignore = "wants the servers of tests/servers/setup.sh"]
fn an_idle_connection_cut_by_nginx_is_1006() {
    let server = echo();
    // Shorter than we ping: idle in its eyes.
    let directives = format!("{UPGRADE} proxy_read_timeout 500ms;");
    let (proxy, _folder) = nginx(server.address(), &directives);
    let url = proxy.url("/");
    let mut stream = stream(&["--dwell", "100ms", "--probe-every", "5m"], &[&url]);
    let told = told_where(&mut stream, "a cut", |told| told.closes(1006) > 0);
    let target = told.only();
    assert!(count(&target["held"]["lost"]) > 0, "{target:#}");
    assert_eq!(without_close(target), told.closes(1006), "{target:#}");
    assert_eq!(outcome(target, "open_ok"), count(&target["attempts"]), "{target:#}");
}

#[test]
#[ignore = "wants the servers of tests/servers/setup.sh"]
fn nginx_that_does_not_pass_the_upgrade_on_is_426() {
    let server = echo();
    let (proxy, _folder) = nginx(server.address(), "");
    check(&[], &[&proxy.url("/")]).turned_away(&["http_426"], "misconfigured/handshake");
}
