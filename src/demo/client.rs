//! One client's life: wait for its turn, connect, stay a while, come back.

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use tokio::net::TcpStream;
use tokio::sync::watch;
use tokio::time::{Instant, sleep, timeout};
use tokio_tungstenite::client_async_with_config;
use tokio_tungstenite::tungstenite::protocol::frame::coding::CloseCode;

use super::dice::Dice;
use super::frames::{Socket, listen, part, small};
use super::manners::{Ending, Manners};
use super::tally::Tally;
use super::turnstile::Turnstile;

/// How long an attempt may take.
const PATIENCE: Duration = Duration::from_secs(5);
/// The longest a client stays by choice, in seconds of the demo: mild churn.
const STAY: u32 = 120;

/// What all clients share.
#[derive(Debug)]
pub(super) struct Common {
    /// Where the server is, now and after its restarts.
    pub address: SocketAddr,
    /// How long a second of the demo lasts.
    pub second: Duration,
    /// The cap on attempts.
    pub turnstile: Turnstile,
    /// What the clients were told, together.
    pub tally: Tally,
}

/// One client; number N comes when the crowd is to be larger than N.
#[derive(Debug)]
pub(super) struct Client {
    number: u64,
    dice: Dice,
    manners: Manners,
    common: Arc<Common>,
}

impl Client {
    /// Every fifth is stubborn.
    pub(super) fn new(number: u64, common: Arc<Common>) -> Self {
        let manners = Manners::new(number % 5 == 4, common.second);
        Self { number, dice: Dice::new(number), manners, common }
    }

    /// Lives until the crowd's sender is gone.
    pub(super) async fn live(mut self, mut crowd: watch::Receiver<u64>) {
        let number = self.number;
        while wanted(&mut crowd, |crowd| crowd > number).await {
            self.common.turnstile.pass().await;
            let (ending, stood) = self.visit(&mut crowd).await;
            self.common.tally.note(ending);
            sleep(self.manners.wait(ending, stood, &mut self.dice)).await;
        }
    }

    /// One attempt and, if it succeeds, one connection and how long it stood.
    async fn visit(&mut self, crowd: &mut watch::Receiver<u64>) -> (Ending, Duration) {
        let mut socket = match dial(self.common.address).await {
            Ok(socket) => socket,
            Err(ending) => return (ending, Duration::ZERO),
        };
        let upgraded = Instant::now();
        let number = self.number;
        let stay = sleep(self.dice.up_to(self.common.second * STAY));
        tokio::select! {
            told = listen(&mut socket) => {
                return (told.map_or(Ending::Cut, Ending::Told), upgraded.elapsed());
            }
            () = stay => {}
            _ = wanted(crowd, |crowd| crowd <= number) => {}
        }
        part(&mut socket, CloseCode::Normal, "").await;
        (Ending::Left, upgraded.elapsed())
    }
}

/// Connects and upgrades; whatever is in the way of either is a refusal.
pub(super) async fn dial(address: SocketAddr) -> Result<Socket, Ending> {
    let attempt = async {
        let stream = TcpStream::connect(address).await.map_err(|_| Ending::Refused)?;
        client_async_with_config(format!("ws://{address}/"), stream, Some(small()))
            .await
            .map(|(socket, _)| socket)
            // Queued when the server shut its port, it is reset here: a restart
            // does that to whoever comes in the same moment.
            .map_err(|_| Ending::Refused)
    };
    timeout(PATIENCE, attempt).await.unwrap_or(Err(Ending::Refused))
}

/// Waits for a crowd of that size; `false` when there will be none any more.
async fn wanted(crowd: &mut watch::Receiver<u64>, size: impl Fn(u64) -> bool) -> bool {
    crowd.wait_for(|crowd| size(*crowd)).await.is_ok()
}
