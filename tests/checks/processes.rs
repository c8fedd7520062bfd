//! The processes behind the listeners.

use std::net::TcpListener;
use std::os::fd::OwnedFd;
use std::process::{Child, Command, Stdio};

use serde_json::Value;

use super::harness::{Running, User, herdtop, say};

/// A process that only holds a listener: it is its standard input.
struct Holder {
    child: Child,
    port: u16,
}

impl Holder {
    fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
        let port = listener.local_addr().expect("an address").port();
        let mut command = Command::new("sleep");
        command.arg("600").stdin(Stdio::from(OwnedFd::from(listener))).stdout(Stdio::null());
        let child = command.spawn().expect("sleep(1)");
        Self { child, port }
    }

    fn pid(&self) -> u32 {
        self.child.id()
    }

    fn end(&mut self) {
        self.child.kill().expect("ours to end");
        self.child.wait().expect("it ends");
    }
}

impl Drop for Holder {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn has(document: &Value, pid: u32) -> bool {
    document["processes"].as_array().expect("processes").iter().any(|p| p["pid"] == pid)
}

#[test]
fn a_stream_outlives_the_process_it_watches() {
    let mut holder = Holder::start();
    let pid = holder.pid();
    let mut stream = Running::start(&mut herdtop(
        User::Own,
        &["stream", "--pid", &pid.to_string(), "-i", "250ms"],
    ));
    let seen = stream
        .document_where("the process", |d| has(d, pid) && d["listeners"][0]["process"] == "sleep");
    assert_eq!(super::schema::listener(&seen)["port"], holder.port);
    holder.end();
    stream.document_where("its end", |d| !has(d, pid));
    stream.document();
}

#[test]
fn a_check_of_a_name_finds_its_listeners_only() {
    let holder = Holder::start();
    let _other = super::servers::Server::at("127.0.0.1");
    let said = say(&["check", "--process", "sleep", "--for", "2s", "--json"]);
    let document = said.document();
    let listeners = document["listeners"].as_array().expect("listeners");
    assert!(listeners.iter().any(|l| l["port"] == holder.port), "{document:#}");
    assert!(listeners.iter().all(|l| l["process"] == "sleep"), "{document:#}");
    let process = document["processes"].as_array().expect("processes");
    let process = process.iter().find(|p| p["pid"] == holder.pid()).expect("the process");
    assert!(process["rss_bytes"].as_u64().is_some_and(|rss| rss > 0), "{process}");
    assert!(process["fds"]["used"].as_u64().is_some_and(|fds| fds >= 3), "{process}");
}
