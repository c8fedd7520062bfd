//! The server half, in a process of its own.
//!
//! Told what to do on standard input: `restart` sends 1012 to everybody and
//! ends; the end of the input ends it at once, so that it cannot outlive whoever
//! holds the other end of the pipe.

use std::io::{self, Write};
use std::net::Ipv4Addr;
use std::os::fd::AsFd;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use futures_util::StreamExt;
use tokio::io::{AsyncBufReadExt, BufReader};
use tokio::net::unix::pipe;
use tokio::net::{TcpListener, TcpSocket, TcpStream};
use tokio::signal::unix::{SignalKind, signal};
use tokio::sync::watch;
use tokio::task::JoinSet;
use tokio::time::timeout;
use tokio_tungstenite::accept_async_with_config;
use tokio_tungstenite::tungstenite::protocol::CloseFrame;
use tokio_tungstenite::tungstenite::protocol::frame::coding::CloseCode;

/// The backlog, as large as Node's default.
const BACKLOG: u32 = 511;
/// A client that does not answer a close is not waited for.
const PATIENCE: Duration = Duration::from_secs(2);

/// How many are open and how many may be.
#[derive(Debug)]
struct Admission {
    limit: u64,
    open: AtomicU64,
}

impl Admission {
    /// A place, given back when it is dropped; none when all are taken.
    fn admit(self: &Arc<Self>) -> Option<Place> {
        let taken = self.open.fetch_add(1, Ordering::SeqCst);
        let place = Place(Arc::clone(self));
        // Dropping the place gives back the one too many.
        (taken < self.limit).then_some(place)
    }
}

struct Place(Arc<Admission>);

impl Drop for Place {
    fn drop(&mut self) {
        self.0.open.fetch_sub(1, Ordering::SeqCst);
    }
}

/// Serves on 127.0.0.1 until told otherwise; prints `listening PORT` first.
///
/// # Errors
/// When the port cannot be bound.
pub async fn serve(port: u16, limit: u64) -> io::Result<()> {
    // A second way to end with the parent, should a stray process hold the pipe.
    rustix::process::set_parent_process_death_signal(Some(rustix::process::Signal::KILL))?;
    // Ctrl-C in the terminal reaches the whole group: what it means is decided by
    // the parent.
    let mut interrupt = signal(SignalKind::interrupt())?;
    let listener = listen(port)?;
    let mut out = io::stdout();
    writeln!(out, "listening {}", listener.local_addr()?.port())?;
    out.flush()?;
    // Not `tokio::io::stdin`: its thread, blocked in a read, would keep a process
    // that is told to end.
    let input = io::stdin().as_fd().try_clone_to_owned()?;
    let mut told = BufReader::new(pipe::Receiver::from_owned_fd(input)?).lines();
    let (restart, restarting) = watch::channel(false);
    let admission = Arc::new(Admission { limit, open: AtomicU64::new(0) });
    let mut clients = JoinSet::new();
    loop {
        tokio::select! {
            line = told.next_line() => match line?.as_deref() {
                Some("restart") => break,
                Some(_) => {}
                None => return Ok(()),
            },
            accepted = listener.accept() => if let Ok((stream, _)) = accepted {
                clients.spawn(client(stream, Arc::clone(&admission), restarting.clone()));
            },
            _ = interrupt.recv() => {}
            Some(_) = clients.join_next() => {}
        }
    }
    drop(listener);
    restart.send_replace(true);
    let _ = timeout(PATIENCE, async { while clients.join_next().await.is_some() {} }).await;
    Ok(())
}

/// The same port again after a restart, although its old connections linger.
fn listen(port: u16) -> io::Result<TcpListener> {
    let socket = TcpSocket::new_v4()?;
    socket.set_reuseaddr(true)?;
    socket.bind((Ipv4Addr::LOCALHOST, port).into())?;
    socket.listen(BACKLOG)
}

/// Admission as most servers do it: the upgrade succeeds, then comes 1013.
async fn client(
    stream: TcpStream,
    admission: Arc<Admission>,
    mut restarting: watch::Receiver<bool>,
) {
    let upgrade = accept_async_with_config(stream, Some(super::small_buffers()));
    let Ok(Ok(mut socket)) = timeout(PATIENCE, upgrade).await else { return };
    let goodbye = match admission.admit() {
        None => frame(CloseCode::Again, "Try Again Later"),
        Some(_place) => tokio::select! {
            () = async { let _ = restarting.wait_for(|&restarting| restarting).await; } => {
                frame(CloseCode::Restart, "Service Restart")
            }
            () = async { while let Some(Ok(_)) = socket.next().await {} } => return,
        },
    };
    let _ = socket.close(Some(goodbye)).await;
    let _ = timeout(PATIENCE, async { while let Some(Ok(_)) = socket.next().await {} }).await;
}

fn frame(code: CloseCode, reason: &'static str) -> CloseFrame {
    CloseFrame { code, reason: reason.into() }
}
