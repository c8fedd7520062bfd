//! Real connections of this host, looked at by the kernel's own filter.

use std::io::Write;
use std::net::{TcpListener, TcpStream};
use std::time::{Duration, Instant};

use super::*;

/// A listener with so many clients, and both ends of each.
fn clients(many: usize) -> (TcpListener, Vec<(TcpStream, TcpStream)>) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let at = listener.local_addr().unwrap();
    let pairs = (0..many)
        .map(|_| (TcpStream::connect(at).unwrap(), listener.accept().unwrap().0))
        .collect();
    (listener, pairs)
}

fn look(port: u16, slice: Slice) -> SampledGroup {
    let memory = RwLock::default();
    let ports = [port];
    let meant = Meant { ports: &ports, families: Families::BOTH, memory: &memory };
    let found = read(&mut Diag::open().unwrap(), slice, meant).unwrap();
    let none = SampledGroup::none(([127, 0, 0, 1], port).into());
    found.into_iter().next().unwrap_or(none)
}

#[test]
fn the_slices_of_a_round_are_all_connections_each_once() {
    let (listener, pairs) = clients(120);
    let port = listener.local_addr().unwrap().port();
    for of in [1, 4, 64] {
        let found = (0..of).map(|number| look(port, Slice { of, number }).found);
        assert_eq!(found.sum::<u64>(), pairs.len() as u64, "of {of}");
    }
}

#[test]
fn who_does_not_read_is_told_from_those_who_do() {
    let (listener, mut pairs) = clients(3);
    let port = listener.local_addr().unwrap().port();
    let (client, server) = pairs.first_mut().unwrap();
    server.set_nonblocking(true).unwrap();
    while server.write(&[0; 16_000]).is_ok() {}
    let all = Slice { of: 1, number: 0 };
    let deadline = Instant::now() + Duration::from_secs(10);
    let mut found = look(port, all);
    // It counts as held back once it has been for a second.
    while found.slow == 0 && Instant::now() < deadline {
        std::thread::park_timeout(Duration::from_millis(50));
        found = look(port, all);
    }
    assert_eq!((found.found, found.slow), (3, 1), "{found:?}");
    assert!(found.unsent > 100_000 && found.memory > found.unsent, "{found:?}");
    assert_eq!(found.slowest[0].peer, client.local_addr().unwrap());
    let heard: u64 = found.mute.iter().map(|(_, n)| n).sum();
    assert_eq!((heard, found.talking.len()), (3, 0), "they have said nothing yet");
}

#[test]
fn nothing_is_looked_at_where_nothing_is_open_nor_too_often() {
    let (listener, _pairs) = clients(2);
    let port = listener.local_addr().unwrap().port();
    let (memory, ports) = (RwLock::default(), [port]);
    let meant = Meant { ports: &ports, families: Families::BOTH, memory: &memory };
    let at = listener.local_addr().unwrap();
    let group = |established| [crate::sample::fixtures::group(at, established)];
    let mut walks = SampledWalks::default();
    let mut diag = Diag::open().unwrap();
    let mut at = |second, open| {
        let look = walks.look(&mut diag, Duration::from_secs(second), &group(open), meant);
        look.map(|found| found.unwrap().groups[0].found)
    };
    assert_eq!([at(1, 0), at(2, 2), at(3, 2), at(60, 2)], [None, Some(2), None, Some(2)]);
}
