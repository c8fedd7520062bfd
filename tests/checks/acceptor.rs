//! A server that answers whom it has and takes nobody more.

use std::io::Read;
use std::net::{SocketAddr, TcpStream};
use std::os::fd::OwnedFd;

use super::harness::{Running, User, herdtop};
use super::noise::quiet;
use super::queue::knock;
use super::schema::listener;
use super::script::Script;

/// Takes three, then waits for something else, as one does that has a limit of its own.
const STOPS: &str = "
import socket, sys
s = socket.socket()
s.bind(('127.0.0.1', 0))
s.listen(8)
print(s.getsockname()[1], flush=True)
held = [s.accept() for _ in range(3)]
for one, _ in held:
    one.sendall(b'x')
sys.stdin.read()
";

#[test]
fn a_queue_nobody_takes_from_while_its_process_idles_is_a_stuck_acceptor() {
    let _alone = quiet();
    let server = Script::python(STOPS, &[]);
    let address = SocketAddr::from(([127, 0, 0, 1], server.port()));
    let mut taken: Vec<TcpStream> =
        (0..3).map(|_| TcpStream::connect(address).expect("taken")).collect();
    for stream in &mut taken {
        stream.read_exact(&mut [0]).expect("answered");
    }
    let port = address.port().to_string();
    let mut stream = Running::start(&mut herdtop(User::Own, &["stream", "-p", &port]));
    stream.document_where("a calm server", |d| d["verdict"]["kind"] == "ok");
    let waiting: Vec<OwnedFd> = (0..20).map(|_| knock(address)).collect();
    let told = stream.document_where("the verdict", |d| d["verdict"]["cause"] == "acceptor_stuck");
    assert_eq!(told["verdict"]["severity"], "critical", "{told:#}");
    let sentence = told["verdict"]["sentence"].as_str().expect("a sentence");
    assert!(sentence.contains("9 of 8 wait") && sentence.contains("idles"), "{sentence}");
    assert_eq!(listener(&told)["accept_queue"]["used"], 9);
    drop((waiting, server));
}
