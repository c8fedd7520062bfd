//! `HAProxy` in front, at the end of its `maxconn`.

use std::net::SocketAddr;

use super::server::{Server, clients, command, installed, service};
use super::watch::Watch;
use crate::checks::down::free_port;
use crate::checks::noise::noisy;

/// `HAProxy` that has 40 connections at most, in front of this server.
pub(super) fn haproxy(upstream: &Server) -> (Server, tempfile::TempDir) {
    let folder = tempfile::tempdir().expect("a folder");
    // It takes the port itself: one that the kernel hands out to nobody in between.
    let address = SocketAddr::from(([127, 0, 0, 1], free_port()));
    let file = folder.path().join("haproxy.cfg");
    let configuration = format!(
        "global\n maxconn 40\n\
         defaults\n mode http\n timeout connect 5s\n timeout client 1h\n timeout server 1h\n\
         frontend front\n bind {address}\n default_backend back\n\
         backend back\n server one {}\n",
        upstream.address()
    );
    std::fs::write(&file, configuration).expect("write its configuration");
    let mut command = command(installed("bin/haproxy"));
    command.arg("-W").arg("-f").arg(&file);
    let server = Server::at(command, address);
    server.until("its worker", |said| said.contains("Loading success"));
    (server, folder)
}

#[test]
#[ignore = "wants the servers of tests/servers/setup.sh"]
fn maxconn_of_haproxy_leads_and_those_that_wait_are_its_symptom() {
    let _noisy = noisy();
    let behind = service(None, &[]);
    let (front, _folder) = haproxy(&behind);
    let port = front.address().port();
    // Half of its maxconn, which herdtop finds: three quarters would warn.
    let within = clients(port, 20, "full", &[]);
    within.all_in();
    let mut watch = Watch::over(&front.port(), &["--timeout", "3s", &front.url("/")]);
    watch.settled();
    watch.never(&["crashing", "down", "restarting", "worker_lost"]);
    let _waiting = clients(port, 50, "full", &[]);
    watch.until(&["overloaded"]);
    watch.stays(10, &["overloaded"]);
}
