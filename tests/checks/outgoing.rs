//! Connections that this host opens: towards whom, and who stands behind whom.

use std::net::TcpStream;

use serde_json::Value;

use super::down::free_port;
use super::harness::{Running, User, herdtop};
use super::noise::quiet;
use super::script::Script;
use super::servers;

/// Connects to the port that it is given for each client that it takes; to port 0 for
/// none. Says on which it listens itself.
const PROXY: &str = "
import socket, sys, threading
back = int(sys.argv[1])
s = socket.socket()
s.bind(('127.0.0.1', 0))
s.listen(64)
print(s.getsockname()[1], flush=True)
held = []
def serve():
    while True:
        one = s.accept()
        other = socket.socket()
        other.setblocking(False)
        if back:
            other.connect_ex(('127.0.0.1', back))
        held.append((one, other))
threading.Thread(target=serve, daemon=True).start()
sys.stdin.read()
";

struct Proxy {
    script: Script,
    port: u16,
}

impl Proxy {
    fn before(back: u16) -> Self {
        let script = Script::python(PROXY, &[&back.to_string()]);
        Self { port: script.port(), script }
    }

    fn clients(&self, many: usize) -> Vec<TcpStream> {
        let connect = |_| TcpStream::connect(("127.0.0.1", self.port)).expect("taken");
        (0..many).map(connect).collect()
    }
}

fn entry<'d>(document: &'d Value, list: &str, name: &str, port: u16) -> Option<&'d Value> {
    let is = |one: &&Value| one[name].as_str().is_some_and(|at| at.ends_with(&format!(":{port}")));
    document[list].as_array().expect("a list").iter().find(is)
}

#[test]
fn a_service_stands_behind_the_proxy_in_front_of_it_and_users_are_counted_once() {
    let _alone = quiet();
    let back = Proxy::before(0);
    let front = Proxy::before(back.port);
    let clients = front.clients(40);
    let ports = format!("{},{}", front.port, back.port);
    let mut stream = Running::start(&mut herdtop(User::Own, &["stream", "-p", &ports]));
    let told = stream.document_where("the pair", |document| {
        let behind = entry(document, "services", "id", back.port);
        behind.is_some_and(|one| one["behind"].is_string() && one["established"] == 40)
    });
    let id = entry(&told, "services", "id", front.port).expect("the front")["id"].clone();
    let behind = entry(&told, "services", "id", back.port).expect("the back");
    assert_eq!(behind["behind"], id, "{told:#}");
    assert_eq!(
        (&told["totals"]["established"], &told["totals"]["users"]),
        (&80.into(), &40.into())
    );
    let out = entry(&told, "outgoing", "destination", back.port).expect("its outgoing");
    assert_eq!((&out["established"], &out["pids"][0]), (&40.into(), &front.script.pid().into()));
    assert_eq!(out["service"], behind["id"], "{out:#}");
    drop(clients);
}

#[test]
fn a_dependency_that_does_not_answer_is_named() {
    let _alone = quiet();
    // One waits in its queue; whoever comes later is not answered.
    let deaf = servers::listener(([127, 0, 0, 1], free_port()).into(), 0, false);
    let to = deaf.local_addr().expect("an address");
    let filler = TcpStream::connect(to).expect("the one that fits");
    let front = Proxy::before(to.port());
    let _clients = front.clients(12);
    let port = front.port.to_string();
    let mut stream = Running::start(&mut herdtop(User::Own, &["stream", "-p", &port]));
    let told = stream
        .document_where("the dependency", |document| document["verdict"]["cause"] == "upstream");
    assert_eq!(told["verdict"]["severity"], "warning", "{told:#}");
    let sentence = told["verdict"]["sentence"].as_str().expect("a sentence");
    assert!(sentence.contains(&to.to_string()), "{sentence}");
    let out = entry(&told, "outgoing", "destination", to.port()).expect("its outgoing");
    assert!(out["unanswered"].as_u64().is_some_and(|many| many >= 3), "{out:#}");
    drop(filler);
}
