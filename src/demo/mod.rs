//! A real server and a real herd on loopback, for a first look and for tests.
//!
//! The server is a process of its own (this program again), so that it has a
//! pid, descriptors and memory like any other, and a restart is a new pid. The
//! clients are tasks of the program that shows the screen. Nothing but
//! 127.0.0.1 and one ephemeral port is touched, no file is written, and the
//! server ends when its standard input does: also when we are killed.
//!
//! Called by `run` only. The sampling over it is the real one.

mod child;
mod client;
mod dice;
mod policy;
mod scenario;
mod server;

use std::io;
use std::sync::Arc;
use std::time::Duration;

use tokio::sync::watch;
use tokio::task::{JoinHandle, JoinSet};
use tokio_tungstenite::tungstenite::protocol::WebSocketConfig;

pub use scenario::Scenario;
pub use server::serve;

use child::ServerProcess;
use client::Crowd;

/// Connections the server admits. With 520 clients both processes stay below
/// the usual soft limit of 1 024 descriptors.
pub const CAPACITY: u64 = 400;
/// Clients at the height of the overload.
pub(crate) const CLIENTS: usize = 520;

/// Buffers for connections that carry nothing: with the usual 128 KiB each, 520
/// clients would take 60 MB and be mistaken for the cost of the screen.
fn small_buffers() -> WebSocketConfig {
    WebSocketConfig::default().read_buffer_size(1024).write_buffer_size(0)
}

/// Why the demo cannot run.
#[derive(Debug, thiserror::Error)]
pub enum DemoError {
    /// Our own program cannot be started as the server.
    #[error("cannot start the demo server '{program}': {error}")]
    Start {
        /// Its path.
        program: String,
        /// Why.
        error: io::Error,
    },
    /// The server did not say that it listens.
    #[error("the demo server did not start to listen: {0}")]
    Silent(String),
}

/// The running demo; all of it ends when this is dropped.
#[derive(Debug)]
pub struct Demo {
    port: u16,
    clients: JoinSet<()>,
    player: JoinHandle<()>,
    stop: watch::Sender<bool>,
}

impl Demo {
    /// Starts server and clients; the script runs over `length` and, if it is to
    /// go on, begins anew after it.
    ///
    /// # Errors
    /// When the server cannot be started.
    pub async fn start(
        scenario: Scenario,
        length: Duration,
        again: bool,
    ) -> Result<Self, DemoError> {
        let server = ServerProcess::start(0).await?;
        let port = server.port();
        let (target, wanted) = watch::channel(0);
        let crowd = Arc::new(Crowd { port, wanted, haste: scenario::haste(length) });
        let mut clients = JoinSet::new();
        for index in 0..CLIENTS {
            clients.spawn(client::live(Arc::clone(&crowd), index));
        }
        let (stop, stopping) = watch::channel(false);
        let script = scenario::Script { scenario, length, again };
        let player = tokio::spawn(scenario::play(script, server, target, stopping));
        Ok(Self { port, clients, player, stop })
    }

    /// Ends it and waits until the server process is gone.
    pub async fn end(mut self) {
        self.clients.abort_all();
        self.stop.send_replace(true);
        let _ = self.player.await;
    }

    /// The port of the server on 127.0.0.1.
    #[must_use]
    pub const fn port(&self) -> u16 {
        self.port
    }
}
