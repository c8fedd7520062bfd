//! Where the kernel refuses `sock_diag`, `/proc/net/tcp` has the same figures.

use super::clients::hold;
use super::harness::{User, herdtop, run};
use super::noise::noisy;
use super::schema::listener;
use super::servers::Server;

fn same_established(ip: &str) {
    let _noise = noisy();
    let server = Server::at(ip);
    let _held = hold(&server, server.address, 300);
    let port = server.port();
    for (asked, used) in [("auto", "sock_diag"), ("procfs", "procfs")] {
        let args = ["check", "-p", &port, "--for", "2s", "--json", "--sockets", asked];
        let document = run(&mut herdtop(User::Nobody, &args)).document();
        assert_eq!(document["sampling"]["sockets"], used, "{document:#}");
        let l = listener(&document);
        assert_eq!(l["established"], 300, "{asked}: {document:#}");
        assert_eq!(l["states"]["established"], 300, "{asked}: {document:#}");
        assert_eq!(l["address"], server.address.to_string(), "{asked}");
        assert_eq!(l["clients"][0]["open"], 300, "{asked}: {document:#}");
    }
}

#[test]
fn the_fallback_counts_the_same() {
    same_established("127.0.0.1");
}

#[test]
fn the_fallback_counts_the_same_over_ipv6() {
    same_established("::1");
}
