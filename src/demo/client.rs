//! One client: connects, stays, comes back.

use std::net::Ipv4Addr;
use std::time::Duration;

use futures_util::StreamExt;
use tokio::net::TcpStream;
use tokio::sync::watch;
use tokio::time::{sleep, timeout};
use tokio_tungstenite::tungstenite::Message;
use tokio_tungstenite::tungstenite::protocol::frame::coding::CloseCode;
use tokio_tungstenite::{WebSocketStream, client_async_with_config};

use super::dice::Dice;
use super::policy::{Ended, wait};

/// One in five does as it likes.
const STUBBORN: usize = 5;
/// A handshake that takes longer is given up.
const PATIENCE: Duration = Duration::from_secs(3);
/// How long a connection lives in calm times, so that there is some traffic.
const LIFE: (Duration, Duration) = (Duration::from_secs(5), Duration::from_secs(40));

/// What all clients share.
#[derive(Debug)]
pub(super) struct Crowd {
    pub(super) port: u16,
    /// How many clients are wanted now: those of a lower number.
    pub(super) wanted: watch::Receiver<usize>,
    /// Share of the real waits that is waited, below 1 when the script is short.
    pub(super) haste: f64,
}

/// Lives until the task is dropped.
pub(super) async fn live(crowd: std::sync::Arc<Crowd>, index: usize) {
    let mut wanted = crowd.wanted.clone();
    let mut dice = Dice::new(index as u64);
    let stubborn = index.is_multiple_of(STUBBORN);
    let mut failures = 0;
    loop {
        if wanted.wait_for(|&wanted| index < wanted).await.is_err() {
            return;
        }
        let life = dice.between(LIFE.0, LIFE.1).mul_f64(crowd.haste);
        let ended = visit(crowd.port, index, &mut wanted, life).await;
        failures = if ended == Ended::Left { 0 } else { failures + 1 };
        let pause = wait(ended, failures, stubborn, &mut dice).mul_f64(crowd.haste);
        // Never at once, whatever the policy says.
        sleep(pause.max(Duration::from_millis(50))).await;
    }
}

/// One connection from open to close.
async fn visit(
    port: u16,
    index: usize,
    wanted: &mut watch::Receiver<usize>,
    life: Duration,
) -> Ended {
    let connected = timeout(PATIENCE, async {
        let stream = TcpStream::connect((Ipv4Addr::LOCALHOST, port)).await.ok()?;
        let url = format!("ws://127.0.0.1:{port}/demo");
        client_async_with_config(url, stream, Some(super::small_buffers()))
            .await
            .ok()
            .map(|(socket, _)| socket)
    });
    let Ok(Some(mut socket)) = connected.await else { return Ended::Broken };
    tokio::select! {
        ended = closed(&mut socket) => ended,
        () = async { let _ = wanted.wait_for(|&wanted| index >= wanted).await; } => {
            leave(&mut socket).await
        }
        () = sleep(life) => leave(&mut socket).await,
    }
}

async fn leave(socket: &mut WebSocketStream<TcpStream>) -> Ended {
    let _ = socket.close(None).await;
    let _ = timeout(PATIENCE, closed(socket)).await;
    Ended::Left
}

/// Reads until the server closes, and what it said.
async fn closed(socket: &mut WebSocketStream<TcpStream>) -> Ended {
    let mut ended = Ended::Broken;
    while let Some(Ok(message)) = socket.next().await {
        if let Message::Close(Some(frame)) = message {
            ended = match frame.code {
                CloseCode::Restart => Ended::Restarting,
                CloseCode::Again => Ended::Refused,
                _ => Ended::Broken,
            };
        }
    }
    ended
}
