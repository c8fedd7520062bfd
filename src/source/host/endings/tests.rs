//! Tests of `endings`: real connections, each ended in its own way.

use std::io::{Read, Write};
use std::net::{TcpListener, TcpStream};
use std::time::Instant;

use socket2::SockRef;

use super::super::destroyed::DestroyFeed;
use super::super::seen::Sightings;
use super::*;

/// A connection on which five bytes came and seven went, and its ends.
struct Pair {
    client: TcpStream,
    server: TcpStream,
}

impl Pair {
    fn of(listener: &TcpListener) -> Self {
        let mut client = TcpStream::connect(listener.local_addr().unwrap()).unwrap();
        let (mut server, _) = listener.accept().unwrap();
        client.write_all(b"hello").unwrap();
        server.read_exact(&mut [0; 5]).unwrap();
        server.write_all(b"welcome").unwrap();
        client.read_exact(&mut [0; 7]).unwrap();
        Self { client, server }
    }
}

/// Waits until the other side has closed.
fn read_end(side: &mut TcpStream) {
    assert_eq!(side.read(&mut [0; 64]).unwrap(), 0);
}

fn abort(side: TcpStream) {
    SockRef::from(&side).set_linger(Some(Duration::ZERO)).unwrap();
    drop(side);
}

/// What the feed tells of these.
fn ended(address: &str, count: u64, end: impl Fn(Pair)) -> Endings {
    let listener = TcpListener::bind(address).unwrap();
    let local = listener.local_addr().unwrap();
    let mut feed = DestroyFeed::open(&[local.port()]).unwrap();
    (0..count).for_each(|_| end(Pair::of(&listener)));
    let mut sum = Endings::none(local);
    let deadline = Instant::now() + Duration::from_secs(10);
    while sum.total() < count && Instant::now() < deadline {
        feed.socket().wait(Duration::from_millis(100)).unwrap();
        feed.drain(Duration::ZERO).unwrap();
        feed.take().endings.iter().for_each(|more| sum.add(more));
    }
    assert_eq!(sum.total(), count, "{sum:?}");
    sum
}

#[test]
fn who_closed_first_is_told() {
    for address in ["127.0.0.1:0", "[::1]:0"] {
        let here = ended(address, 6, |mut pair| {
            drop(pair.server);
            read_end(&mut pair.client);
        });
        assert_eq!((here.orderly, here.asked, here.closed_here), (6, 6, 6), "{address}: {here:?}");
        let there = ended(address, 6, |mut pair| {
            drop(pair.client);
            read_end(&mut pair.server);
        });
        assert_eq!((there.orderly, there.asked, there.closed_here), (6, 6, 0), "{there:?}");
        assert_eq!((there.brief, there.idle.as_slice()), (6, &[(0, 6)][..]));
    }
}

#[test]
fn a_server_that_closes_and_waits_for_the_client_closed_first() {
    let told = ended("127.0.0.1:0", 2, |mut pair| {
        pair.server.shutdown(std::net::Shutdown::Write).unwrap();
        read_end(&mut pair.client);
        drop(pair.client);
        read_end(&mut pair.server);
    });
    assert_eq!((told.orderly, told.closed_here), (2, 2), "{told:?}");
}

#[test]
fn resets_are_told_by_who_sent_them() {
    let client = ended("127.0.0.1:0", 2, |mut pair| {
        abort(pair.client);
        assert!(pair.server.read(&mut [0]).is_err());
    });
    assert_eq!(client.reset, 2, "{client:?}");
    let unread = ended("127.0.0.1:0", 2, |mut pair| {
        pair.client.write_all(b"more").unwrap();
        pair.server.peek(&mut [0; 4]).unwrap();
        drop(pair.server);
        assert!(pair.client.read(&mut [0]).is_err());
    });
    assert_eq!(unread.unread, 2, "{unread:?}");
    let cut = ended("127.0.0.1:0", 2, |mut pair| {
        pair.client.set_nonblocking(false).unwrap();
        pair.server.write_all(b"more").unwrap();
        pair.client.peek(&mut [0; 4]).unwrap();
        // Closed with data unread: the client's system resets.
        drop(pair.client);
        while pair.server.write_all(b"x").is_ok() {}
    });
    assert_eq!(cut.cut + cut.reset, 2, "{cut:?}");
}

#[test]
fn shapes_tell_what_was_sent_and_which_of_them_are_our_own_probes() {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let local = listener.local_addr().unwrap();
    let mut feed = DestroyFeed::open(&[local.port()]).unwrap();
    // After a walk that saw none of them.
    feed.memory().write().unwrap().seen.close(Sightings::default(), 0);
    let mut ports = Vec::new();
    for more in [&b""[..], b"more", b"more"] {
        let mut pair = Pair::of(&listener);
        let port = pair.client.local_addr().unwrap().port();
        let known = own_ports::OwnPort::note(port);
        pair.server.write_all(more).unwrap();
        drop(pair.server);
        std::io::copy(&mut pair.client, &mut std::io::sink()).unwrap();
        ports.push(port);
        // One that is closed is known for a while.
        drop(known);
    }
    let mut shapes = EndingShapes::none(local);
    let deadline = Instant::now() + Duration::from_secs(10);
    while shapes.shapes.iter().map(|s| s.count).sum::<u64>() < 3 && Instant::now() < deadline {
        feed.socket().wait(Duration::from_millis(100)).unwrap();
        feed.drain(Duration::ZERO).unwrap();
        let told = feed.take().shapes.into_iter().flat_map(|told| told.shapes);
        told.for_each(|shape| shapes.add(shape));
    }
    let told: Vec<_> = shapes.shapes.iter().map(|s| (s.sent, s.count, s.probes.clone())).collect();
    let [first, second, third] = ports[..] else { panic!("three") };
    assert_eq!(told, [((7, 7), 1, vec![first]), ((11, 11), 2, vec![second, third])]);
    assert!(shapes.shapes.iter().all(|s| s.end == EndSign::Orderly && s.closed_here == s.count));
}

#[test]
fn of_many_some_are_asked_for_from_the_first_to_the_last() {
    let asked: Vec<u64> = (1..=500).filter(|&n| is_asked(n)).collect();
    assert!(asked.len() as u64 <= MOST_ASKED, "{asked:?}");
    assert!(asked.starts_with(&[1, 2, 3, 4, 5, 6, 7]) && *asked.last().unwrap() > 400, "{asked:?}");
}

#[test]
fn records_cut_short_anywhere_tell_nothing_and_never_panic() {
    let mut header = [0_u8; 72];
    header[0] = 2;
    let (socket, _) = diag::socket(&header).unwrap();
    let attribute = |bytes: usize| {
        let mut attribute = vec![0_u8; 4 + bytes];
        let length = u16::try_from(attribute.len()).unwrap();
        attribute[..2].copy_from_slice(&length.to_ne_bytes());
        attribute[2] = 2;
        attribute
    };
    for bytes in 0..216 {
        assert_eq!(Ending::of(&socket, &attribute(bytes)), None, "{bytes}");
    }
    for more in 0..120 {
        assert!(Ending::of(&socket, &attribute(216 + more)).is_some());
    }
    assert_eq!(Ending::of(&socket, &[255; 3]), None);
}
