//! A name with several addresses, in a `/etc/hosts` of the program's own.

use std::process::{Command, Stdio};

use serde_json::Value;

use super::peer::Peer;
use super::server::Rogue;
use super::wire;
use crate::checks::harness::{User, herdtop, run};
use crate::checks::noise::noisy;

/// Three addresses of one name.
const HOSTS: &str = "127.0.0.1 many.test\n127.0.0.2 many.test\n127.0.0.3 many.test\n";

/// The command where the name `many.test` has three addresses.
fn with_hosts(command: &Command, hosts: &str) -> Command {
    let mut unshare = Command::new("unshare");
    if !rustix::process::getuid().is_root() {
        unshare.arg("--map-root-user");
    }
    let script = r#"mount --bind "$0" /etc/hosts && exec "$@""#;
    unshare.args(["--mount", "--", "sh", "-c", script, hosts]);
    unshare.arg(command.get_program()).args(command.get_args());
    for (name, value) in command.get_envs() {
        match value {
            Some(value) => unshare.env(name, value),
            None => unshare.env_remove(name),
        };
    }
    unshare.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
    unshare
}

/// Accepts everybody, but turns away who comes to 127.0.0.2.
fn mostly_fine(peer: &mut Peer) -> std::io::Result<()> {
    let odd = peer.came_to().is_some_and(|ip| ip.to_string() == "127.0.0.2");
    peer.accept()?;
    if odd {
        peer.send(wire::close(1013, b"Try Again Later"))?;
        return peer.fin();
    }
    peer.behave()
}

#[test]
#[ignore = "wants a mount namespace: root, or a host where users may make one"]
fn each_address_is_a_row_and_the_odd_one_out_is_named() {
    let _noise = noisy();
    let server = Rogue::at("0.0.0.0", mostly_fine);
    let url = format!("ws://many.test:{}/", server.address.port());
    let mut hosts = tempfile::NamedTempFile::new().expect("a file");
    std::io::Write::write_all(&mut hosts, HOSTS.as_bytes()).expect("written");
    let path = hosts.path().to_str().expect("text");
    let args = ["check", "--json", "--for", "4s", "--dwell", "300ms", "--held", "0"];
    let command = herdtop(User::Own, &[&args[..], &["--each-address", &url]].concat());
    let said = run(&mut with_hosts(&command, path));
    let document = said.document();
    let rows = document["probes"].as_array().expect("probes");
    let of = |ip: &str| rows.iter().find(|row| row["address"] == ip).expect("a row for it");
    assert_eq!(rows.len(), 3, "{document:#}");
    for fine in ["127.0.0.1", "127.0.0.3"] {
        assert_eq!(of(fine)["attempts"], of(fine)["accepted"], "{:#}", of(fine));
        assert_eq!(of(fine)["last_failure"], Value::Null);
    }
    assert_eq!(of("127.0.0.2")["accepted"], 0, "{document:#}");
    let sentence = document["verdict"]["sentence"].as_str().expect("text");
    let odd = "127.0.0.2 gives close 1013 'Try Again Later', the 2 others fine";
    let start = format!("REJECTING NEW CLIENTS {url} at 127.0.0.2  {odd}");
    assert!(sentence.starts_with(&start), "{sentence}");
    assert_eq!(said.code, Some(2));
}
