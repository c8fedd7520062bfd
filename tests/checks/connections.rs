//! Single connections as the kernel tells them: real sockets, read by the real lanes.

use std::io::{ErrorKind, Read, Write};
use std::net::{IpAddr, SocketAddr, TcpListener, TcpStream};
use std::sync::Arc;
use std::time::Instant;

use herdtop::clock::SystemClock;
use herdtop::sample::{
    ConnectionAge, ConnectionList, ConnectionOrder, ConnectionQuery, ConnectionScope,
    MOST_CONNECTIONS, Network, OpenConnection, Reading, Sample, Test,
};
use herdtop::source::host::{Host, NetNs, Options, Watch};
use tokio::sync::mpsc::{Receiver, channel};

use super::harness::LONGEST;
use super::noise::noisy;

/// The lanes over one listener.
struct Watched {
    host: Host,
    samples: Receiver<Sample>,
    at: SocketAddr,
}

impl Watched {
    fn over(at: SocketAddr, procfs_only: bool) -> Self {
        let (out, samples) = channel(512);
        let watch = Watch { ports: [at.port()].into(), ..Watch::default() };
        let options = Options {
            watch,
            netns: NetNs::Own,
            walk_share: 0.004,
            exact: false,
            procfs_only,
            young: true,
            prompt: false,
        };
        let host = Host::start(options, Arc::new(SystemClock::start()), out).expect("the lanes");
        Self { host, samples, at }
    }

    fn query(&self) -> ConnectionQuery {
        let scope = ConnectionScope { listeners: vec![self.at], ..ConnectionScope::default() };
        ConnectionQuery {
            scope,
            order: ConnectionOrder::SendQueue,
            reversed: false,
            filter: String::new(),
            pids: vec![std::process::id()],
            belongs: Test::new(|_: &SocketAddr| true),
            shows: Test::new(|_: &OpenConnection| true),
        }
    }

    /// The first answer that is as described.
    fn answers(
        &mut self,
        query: ConnectionQuery,
        so: impl Fn(&ConnectionList) -> bool,
    ) -> ConnectionList {
        self.host.ask_connections(Some(query));
        let list = self.hears(|sample| match sample.connections {
            Some(Reading::Seen(list)) if so(&list) => Some(list),
            Some(Reading::Denied(why)) => panic!("refused: {why}"),
            _ => None,
        });
        self.host.ask_connections(None);
        list
    }

    /// The first sample that has what is looked for.
    fn hears<T>(&mut self, find: impl Fn(Sample) -> Option<T>) -> T {
        let start = Instant::now();
        loop {
            assert!(start.elapsed() < LONGEST, "waited {LONGEST:?} for an answer");
            let sample = self.samples.blocking_recv().expect("the lanes go on");
            if let Some(found) = find(sample) {
                return found;
            }
        }
    }
}

/// Both ends of so many connections.
fn connect(listener: &TcpListener, to: SocketAddr, many: usize) -> Vec<(TcpStream, TcpStream)> {
    let one = |_| {
        let client = TcpStream::connect(to).expect("a connection");
        (client, listener.accept().expect("its other end").0)
    };
    (0..many).map(one).collect()
}

/// Writes until the peer, who does not read, takes no more; how many bytes.
fn fill(stream: &mut TcpStream) -> u64 {
    stream.set_nonblocking(true).expect("it can be");
    let mut sent = 0;
    loop {
        match stream.write(&[7; 65_536]) {
            Ok(n) => sent += n as u64,
            Err(error) if error.kind() == ErrorKind::WouldBlock => return sent,
            Err(error) => panic!("{error}"),
        }
    }
}

#[test]
fn a_row_is_what_its_connection_has_done() {
    let _noise = noisy();
    let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
    let at = listener.local_addr().expect("its address");
    let mut held = connect(&listener, at, 3);
    let (talks, slow, unread) = (0, 1, 2);
    held[talks].0.write_all(&[1; 700]).expect("sent");
    held[talks].1.read_exact(&mut [0; 700]).expect("read");
    held[talks].1.write_all(&[2; 900]).expect("sent");
    held[talks].0.read_exact(&mut [0; 900]).expect("read");
    let written = fill(&mut held[slow].1);
    held[unread].0.write_all(&[3; 321]).expect("sent");
    let waiting = TcpStream::connect(at).expect("one that nobody accepts");

    let mut watched = Watched::over(at, false);
    let us = std::process::id();
    let known = move |list: &ConnectionList| {
        list.rows.iter().filter(|row| row.worker == Some(us)).count() == 3
            && list.rows.iter().any(|row| row.receive_queue == 321)
    };
    let list = watched.answers(watched.query(), known);
    let of = |client: &TcpStream| {
        let peer = client.local_addr().expect("its end");
        let row = list.rows.iter().find(|row| row.peer == peer);
        row.unwrap_or_else(|| panic!("{peer} is not among {:#?}", list.rows)).clone()
    };
    assert_eq!((list.all, list.shown, list.rows.len()), (4, 4, 4));
    let talked = of(&held[talks].0);
    assert_eq!((talked.received, talked.sent, talked.state), (Some(700), Some(900), 1));
    assert_eq!((talked.send_queue, talked.receive_queue), (0, 0));
    assert!(talked.idle.is_some_and(|idle| idle < LONGEST), "{talked:?}");
    let full = of(&held[slow].0);
    assert_eq!(list.rows[0], full, "the largest first");
    assert!(
        u64::from(full.send_queue) > written / 4,
        "{written} bytes for who reads none: {full:?}"
    );
    assert!(u64::from(full.send_queue) <= written && full.memory > Some(full.send_queue.into()));
    assert_eq!(full.received, Some(0));
    assert!(matches!(full.age, ConnectionAge::Exactly(_)), "nothing came: {full:?}");
    assert_eq!(of(&held[unread].0).receive_queue, 321);
    let queued = of(&waiting);
    assert_eq!((queued.inode, queued.worker, queued.idle), (0, None, None));
}

#[test]
fn a_thousand_rows_are_the_most_and_the_first_of_all() {
    let _noise = noisy();
    let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
    let at = listener.local_addr().expect("its address");
    let mut held = connect(&listener, at, MOST_CONNECTIONS + 60);
    held[1040].1.write_all(&[1; 5000]).expect("sent");
    held[1050].1.write_all(&[1; 9000]).expect("sent");
    let mut watched = Watched::over(at, false);
    let by_sent = ConnectionQuery { order: ConnectionOrder::Sent, ..watched.query() };
    let list = watched.answers(by_sent.clone(), |list| list.all == 1060);
    assert_eq!((list.shown, list.rows.len()), (1060, MOST_CONNECTIONS));
    let first: Vec<_> = list.rows.iter().take(3).map(|row| row.sent).collect();
    assert_eq!(first, [Some(9000), Some(5000), Some(0)]);
    // The filter is asked of every one of them, not of those with a row.
    let some = Test::new(|row: &OpenConnection| row.sent == Some(5000));
    let list = watched.answers(
        ConnectionQuery { shows: some, filter: "out:5000".to_owned(), ..by_sent },
        |list| list.shown < 1060,
    );
    assert_eq!((list.all, list.shown, list.rows.len()), (1060, 1, 1));
}

#[test]
fn a_mapped_client_of_a_dual_stack_listener_is_of_its_own_network() {
    let _noise = noisy();
    let listener = TcpListener::bind("[::]:0").expect("a port");
    let at = listener.local_addr().expect("its address");
    let four = SocketAddr::from(([127, 0, 0, 1], at.port()));
    let six: SocketAddr = format!("[::1]:{}", at.port()).parse().expect("an address");
    let held = (connect(&listener, four, 5), connect(&listener, six, 2));
    let mut watched = Watched::over(at, false);
    let mut by_address = |network: &str| {
        let network = Some(Network(network.parse().expect("a network")));
        let query = watched.query();
        let scope = ConnectionScope { network, by_address: true, ..query.scope.clone() };
        watched.answers(ConnectionQuery { scope, ..query }, |_| true).addresses
    };
    let address = |text: &str| text.parse::<IpAddr>().expect("an address");
    assert_eq!(by_address("127.0.0.0"), [(address("127.0.0.1"), 5)]);
    assert_eq!(by_address("::"), [(address("::1"), 2)]);
    assert_eq!(by_address("10.0.0.0"), []);
    drop(held);
}

#[test]
fn nothing_is_read_before_it_is_asked_for_and_after_it_is_not_any_more() {
    let _noise = noisy();
    let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
    let at = listener.local_addr().expect("its address");
    let _held = connect(&listener, at, 2);
    let mut watched = Watched::over(at, false);
    // Three walks of the slow lane are three seconds.
    let quiet = |watched: &mut Watched| {
        for _ in 0..3 {
            watched.hears(|sample| {
                assert!(sample.connections.is_none(), "nobody has asked");
                sample.walk
            });
        }
    };
    quiet(&mut watched);
    watched.answers(watched.query(), |list| list.all == 2);
    // What was under way when it was called off may still come.
    watched.hears(|sample| sample.walk);
    quiet(&mut watched);
}

#[test]
fn without_sock_diag_the_reason_is_told() {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
    let mut watched = Watched::over(listener.local_addr().expect("its address"), true);
    watched.host.ask_connections(Some(watched.query()));
    let why = watched.hears(|sample| sample.connections?.denied().map(str::to_owned));
    assert!(why.contains("--sockets procfs"), "{why}");
}
