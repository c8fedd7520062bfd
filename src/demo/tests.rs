//! The server half against clients of its own, in one process.

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use futures_util::StreamExt;
use futures_util::future::join_all;
use futures_util::stream::FuturesUnordered;
use tokio::sync::watch;
use tokio::task::JoinHandle;
use tokio::time::timeout;
use tokio_tungstenite::tungstenite::Message;
use tokio_tungstenite::tungstenite::protocol::frame::coding::CloseCode;

use super::client::dial;
use super::frames::{Socket, drain, part};
use super::lines::Counts;
use super::manners::Ending;
use super::reserve;
use super::server::{Desk, RESTARTING, Server, TRY_LATER};

/// Far longer than anything here takes; it turns a hang into a failure.
const BOUND: Duration = Duration::from_secs(20);

struct Running {
    address: SocketAddr,
    desk: Arc<Desk>,
    leave: watch::Sender<bool>,
    serving: JoinHandle<()>,
}

impl Running {
    fn start(port: u16, admits: u64) -> Self {
        let server = Server::listen(port, admits).unwrap();
        let (address, desk) = (server.address(), server.desk());
        let (leave, leaving) = watch::channel(false);
        Self { address, desk, leave, serving: tokio::spawn(server.serve(leaving)) }
    }

    async fn dial(&self, clients: usize) -> Vec<Socket> {
        let dials = join_all((0..clients).map(|_| dial(self.address))).await;
        dials.into_iter().map(|dialled| dialled.expect("upgraded")).collect()
    }

    /// No event tells of a count, so the other tasks are given their turns.
    async fn until(&self, expected: Counts) {
        let counted = async {
            while self.desk.counts() != expected {
                tokio::task::yield_now().await;
            }
        };
        let met = timeout(BOUND, counted).await;
        assert!(met.is_ok(), "{:?}, not {expected:?}", self.desk.counts());
    }

    /// Closes everyone and waits for the last.
    async fn leave(self) {
        self.leave.send(true).unwrap();
        timeout(BOUND, self.serving).await.expect("left in time").unwrap();
    }
}

/// The next Close and its reason, and then the end of the connection.
async fn told(mut socket: Socket) -> (CloseCode, String) {
    let Some(Ok(Message::Close(Some(frame)))) = socket.next().await else {
        panic!("no close with a code");
    };
    drain(&mut socket).await;
    (frame.code, frame.reason.to_string())
}

/// As many as that, whoever is told first.
async fn next<F: Future<Output = (CloseCode, String)>>(
    hearing: &mut FuturesUnordered<F>,
    expected: usize,
) -> Vec<(CloseCode, String)> {
    let heard = hearing.take(expected).collect::<Vec<_>>();
    let heard = timeout(BOUND, heard).await.expect("told in time");
    assert_eq!(heard.len(), expected);
    heard
}

#[tokio::test]
async fn five_of_eight_stay_and_the_facts_are_what_the_clients_saw() {
    let running = Running::start(0, 5);
    let sockets = running.dial(8).await;
    let mut hearing: FuturesUnordered<_> = sockets.into_iter().map(told).collect();
    let refused = next(&mut hearing, 3).await;
    assert_eq!(refused, vec![(CloseCode::Again, TRY_LATER.to_owned()); 3]);
    assert_eq!(running.desk.counts(), Counts { accepted: 8, open: 5, refused: 3 });
    // That the others stayed shows in what they are told now.
    let desk = Arc::clone(&running.desk);
    let (restarted, ()) = tokio::join!(next(&mut hearing, 5), running.leave());
    assert_eq!(restarted, vec![(CloseCode::Restart, RESTARTING.to_owned()); 5]);
    assert_eq!(desk.counts(), Counts { accepted: 8, open: 0, refused: 3 });
}

#[tokio::test]
async fn a_seat_left_is_a_seat_free() {
    let running = Running::start(0, 1);
    let mut first = running.dial(1).await;
    running.until(Counts { accepted: 1, open: 1, refused: 0 }).await;
    for socket in &mut first {
        part(socket, CloseCode::Normal, "").await;
    }
    running.until(Counts { accepted: 1, open: 0, refused: 0 }).await;
    // Not even a goodbye: the seat must come free all the same.
    drop(running.dial(1).await);
    running.until(Counts { accepted: 2, open: 0, refused: 0 }).await;
    let third = running.dial(1).await;
    running.until(Counts { accepted: 3, open: 1, refused: 0 }).await;
    drop(third);
}

#[tokio::test]
async fn a_lower_limit_sends_nobody_away_and_a_higher_one_lets_in() {
    let running = Running::start(0, 2);
    let inside = running.dial(2).await;
    running.until(Counts { accepted: 2, open: 2, refused: 0 }).await;
    running.desk.admit(1);
    let mut hearing: FuturesUnordered<_> = running.dial(1).await.into_iter().map(told).collect();
    assert_eq!(next(&mut hearing, 1).await[0].0, CloseCode::Again);
    assert_eq!(running.desk.counts().open, 2);
    running.desk.admit(3);
    let more = running.dial(1).await;
    running.until(Counts { accepted: 4, open: 3, refused: 1 }).await;
    drop((inside, more));
}

#[tokio::test]
async fn the_port_shuts_and_is_bound_again_while_it_stays_reserved() {
    let (reserved, address) = reserve().unwrap();
    for _ in 0..3 {
        assert_eq!(dial(address).await.err(), Some(Ending::Refused));
        let running = Running::start(address.port(), 4);
        let sockets = running.dial(4).await;
        let mut hearing: FuturesUnordered<_> = sockets.into_iter().map(told).collect();
        running.until(Counts { accepted: 4, open: 4, refused: 0 }).await;
        let (closes, ()) = tokio::join!(next(&mut hearing, 4), running.leave());
        assert!(closes.iter().all(|(code, _)| *code == CloseCode::Restart), "{closes:?}");
    }
    drop(reserved);
}

#[tokio::test]
async fn who_is_reset_before_the_upgrade_was_refused_and_not_cut() {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let hang_up = async { drop(listener.accept().await.unwrap()) };
    let (ended, ()) = tokio::join!(dial(address), hang_up);
    assert_eq!(ended.err(), Some(Ending::Refused));
}

#[tokio::test]
async fn a_guest_that_is_no_websocket_takes_no_seat() {
    use tokio::io::{AsyncReadExt, AsyncWriteExt};
    let running = Running::start(0, 1);
    let mut plain = tokio::net::TcpStream::connect(running.address).await.unwrap();
    plain.write_all(b"GET / HTTP/1.1\r\nHost: x\r\n\r\n").await.unwrap();
    let mut answer = Vec::new();
    // Ended by FIN or RST, as the kernel likes; ended is what counts.
    drop(timeout(BOUND, plain.read_to_end(&mut answer)).await.expect("hung up on"));
    assert_eq!(running.desk.counts(), Counts { accepted: 1, open: 0, refused: 0 });
}
