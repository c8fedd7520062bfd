//! Clients: a herd that holds its connections, and one that comes and goes.

use std::io::Read;
use std::net::{SocketAddr, TcpStream};
use std::time::{Duration, Instant};

use super::harness::until;
use super::servers::Server;

/// Connections held open until dropped.
pub(crate) fn hold(server: &Server, address: SocketAddr, count: usize) -> Vec<TcpStream> {
    let before = server.accepted();
    let held: Vec<TcpStream> =
        (0..count).map(|_| TcpStream::connect(address).expect("connect")).collect();
    until("the server to accept them", || server.accepted() - before == count as u64);
    held
}

/// Who of the two ends a short connection.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Hangup {
    /// The client waits for the server's end, orderly or not.
    Server,
    /// The client closes at once.
    Client,
}

/// Connects and disconnects `count` times at this rate, one after the other;
/// where it falls behind it catches up. The rate it reached.
pub(super) fn churn(addresses: &[SocketAddr], count: u32, per_second: u32, hangup: Hangup) -> f64 {
    let start = Instant::now();
    for (n, address) in (0..count).zip(addresses.iter().cycle()) {
        let due = start + Duration::from_secs(1) * n / per_second;
        std::thread::sleep(due.saturating_duration_since(Instant::now()));
        let stream = TcpStream::connect(address).expect("connect");
        if hangup == Hangup::Server {
            // An end and a reset are both what is waited for.
            let _ = (&stream).read(&mut [0]);
        }
    }
    f64::from(count) / start.elapsed().as_secs_f64()
}
