//! The server: upgrades whoever comes, keeps as many as it admits, and sends
//! the others away with 1013, as an application with an admission limit does.

use std::net::{Ipv4Addr, SocketAddr};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering::Relaxed};
use std::time::Duration;

use tokio::net::{TcpListener, TcpSocket, TcpStream};
use tokio::sync::watch;
use tokio::task::JoinSet;
use tokio::time::{sleep, timeout};
use tokio_tungstenite::accept_async_with_config;
use tokio_tungstenite::tungstenite::protocol::frame::coding::CloseCode;

use super::frames::{drain, part, small};
use super::lines::Counts;
use super::{DemoError, room};

/// What those over the limit are told, word for word as the registry has it.
pub(super) const TRY_LATER: &str = "Try Again Later";
/// What everyone is told before a restart.
pub(super) const RESTARTING: &str = "Service Restart";
/// The length of the accept queue: what node uses.
const BACKLOG: u32 = 511;
/// A client that does not finish its upgrade by then is dropped.
const HANDSHAKE: Duration = Duration::from_secs(5);
/// After a failed accept (no descriptors): as long as a busy loop must not last.
const BREATHER: Duration = Duration::from_millis(50);

/// The admission desk: who may stay, and the counts.
#[derive(Debug, Default)]
pub(super) struct Desk {
    admits: AtomicU64,
    accepted: AtomicU64,
    open: AtomicU64,
    refused: AtomicU64,
}

impl Desk {
    /// Admits so many from now on; nobody inside is sent away.
    pub(super) fn admit(&self, most: u64) {
        self.admits.store(most, Relaxed);
    }

    /// The counts now.
    pub(super) fn counts(&self) -> Counts {
        Counts {
            accepted: self.accepted.load(Relaxed),
            open: self.open.load(Relaxed),
            refused: self.refused.load(Relaxed),
        }
    }

    /// A seat, or a refusal counted.
    fn enter(self: &Arc<Self>) -> Option<Seat> {
        let most = self.admits.load(Relaxed);
        let taken =
            self.open.fetch_update(Relaxed, Relaxed, |open| (open < most).then_some(open + 1));
        if taken.is_ok() {
            return Some(Seat(Arc::clone(self)));
        }
        self.refused.fetch_add(1, Relaxed);
        None
    }
}

/// One admitted connection; free again when dropped, however it ended.
struct Seat(Arc<Desk>);

impl Drop for Seat {
    fn drop(&mut self) {
        self.0.open.fetch_sub(1, Relaxed);
    }
}

/// A listening server.
#[derive(Debug)]
pub(super) struct Server {
    listener: TcpListener,
    address: SocketAddr,
    guests: usize,
    desk: Arc<Desk>,
}

impl Server {
    /// Listens on loopback; port 0 is any free one.
    pub(super) fn listen(port: u16, admits: u64) -> Result<Self, DemoError> {
        let wanted = SocketAddr::from((Ipv4Addr::LOCALHOST, port));
        let at = |source| DemoError::Listen { address: wanted, source };
        let socket = TcpSocket::new_v4().map_err(at)?;
        // The last server's connections are still in TIME-WAIT on this port.
        socket.set_reuseaddr(true).map_err(at)?;
        socket.bind(wanted).map_err(at)?;
        let listener = socket.listen(BACKLOG).map_err(at)?;
        let address = listener.local_addr().map_err(at)?;
        let desk = Arc::new(Desk::default());
        desk.admit(admits);
        Ok(Self { listener, address, guests: room::guests(admits), desk })
    }

    /// Where it listens.
    pub(super) const fn address(&self) -> SocketAddr {
        self.address
    }

    /// Its admission desk.
    pub(super) fn desk(&self) -> Arc<Desk> {
        Arc::clone(&self.desk)
    }

    /// Serves until `leaving` is true; then shuts the port, closes everyone
    /// with 1012 and returns when the last one is gone.
    pub(super) async fn serve(self, leaving: watch::Receiver<bool>) {
        let Self { listener, guests: most, desk, .. } = self;
        let mut guests = JoinSet::new();
        let gone = told(leaving.clone());
        tokio::pin!(gone);
        loop {
            tokio::select! {
                () = &mut gone => break,
                Some(_) = guests.join_next() => {}
                came = listener.accept(), if guests.len() < most => match came {
                    Ok((stream, _)) => {
                        desk.accepted.fetch_add(1, Relaxed);
                        guests.spawn(attend(stream, Arc::clone(&desk), leaving.clone()));
                    }
                    Err(_) => sleep(BREATHER).await,
                },
            }
        }
        drop(listener);
        while guests.join_next().await.is_some() {}
    }
}

/// One connection from its upgrade to its end.
async fn attend(stream: TcpStream, desk: Arc<Desk>, leaving: watch::Receiver<bool>) {
    let upgrade = accept_async_with_config(stream, Some(small()));
    let Ok(Ok(mut socket)) = timeout(HANDSHAKE, upgrade).await else { return };
    let Some(seat) = desk.enter() else {
        return part(&mut socket, CloseCode::Again, TRY_LATER).await;
    };
    tokio::select! {
        () = drain(&mut socket) => {}
        () = told(leaving) => part(&mut socket, CloseCode::Restart, RESTARTING).await,
    }
    drop(seat);
}

/// Waits for the word to leave; a sender that is gone has said it too.
async fn told(mut leaving: watch::Receiver<bool>) {
    drop(leaving.wait_for(|leave| *leave).await);
}
