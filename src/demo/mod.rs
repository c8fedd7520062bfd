//! A real server and a real herd of clients on loopback, to look at.
//!
//! `herdtop demo` samples them like any other service; only the traffic is
//! made here, the figures are not. The server is a process of its own (this
//! executable again, see [`child_main`]), so it has a pid, descriptors and
//! memory to show, and a restart is a new pid. The clients are tasks in the
//! caller's runtime. Only `run` (for the demo) and `main` (for the server)
//! may call this; nothing else but the prober may know of WebSocket frames.
//!
//! Bounds: 127.0.0.1 and one ephemeral port, no files, a fixed number of
//! clients, 2000 attempts a second at most. Whatever ends the demo, SIGKILL
//! included, ends the server.

mod child;
mod client;
mod dice;
mod error;
mod frames;
mod herd;
mod keeper;
mod lines;
mod manners;
mod process;
mod room;
mod scenario;
mod server;
mod tally;
#[cfg(test)]
mod tests;
mod turnstile;

use std::net::{Ipv4Addr, SocketAddr};
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use tokio::net::TcpSocket;
use tokio::sync::{mpsc, watch};
use tokio::task::JoinSet;

pub use child::{ServerArgs, child_main};
pub use error::DemoError;
pub use scenario::Scenario;

use client::Common;
use keeper::{Cue, Keeper};
use process::Launch;
use scenario::Script;
use tally::Tally;
use turnstile::Turnstile;

/// The server's own count, over all its processes; at most a quarter of a
/// second old.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct DemoFacts {
    /// The server's process; none while it restarts.
    pub server_pid: Option<u32>,
    /// TCP connections accepted, those turned away included.
    pub accepted_total: u64,
    /// Connections admitted and open.
    pub open: u64,
    /// Connections closed with 1013.
    pub refused_1013: u64,
    /// Server processes after the first, planned restarts and crashes alike.
    pub restarts: u64,
}

/// What the clients saw, as they count it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct ClientsTold {
    /// Closed with 1012.
    pub restart_1012: u64,
    /// Closed with 1013.
    pub try_later_1013: u64,
    /// Ended without a Close.
    pub cut: u64,
    /// Attempts nobody took.
    pub refused: u64,
}

/// A demo under way. Dropped, it takes server and clients along at once;
/// [`Demo::stop`] waits for that and returns the last counts.
#[derive(Debug)]
pub struct Demo {
    /// The port, bound but not listening: while the server restarts nobody
    /// else is given it, our own clients' outgoing ends included.
    _reserved: TcpSocket,
    address: SocketAddr,
    limit: u64,
    cues: mpsc::Sender<Cue>,
    facts: watch::Receiver<DemoFacts>,
    common: Arc<Common>,
    keeper: JoinSet<()>,
    herd: JoinSet<()>,
}

/// Starts server and clients; the scenario repeats every `script_length`
/// until the demo is stopped.
///
/// The calling thread must outlive the demo, since the kernel ends the server
/// with it; with tokio's current-thread runtime that is so by itself.
///
/// # Errors
/// When there is no port, too few descriptors, or the server does not start.
pub async fn start(scenario: Scenario, script_length: Duration) -> Result<Demo, DemoError> {
    let program = std::env::current_exe().map_err(|source| DemoError::Executable { source })?;
    start_from(&program, scenario, script_length).await
}

/// [`start`] with the server from another executable that knows
/// the hidden `demo-server`; for tests, which are not the program.
///
/// # Errors
/// See [`start`].
pub async fn start_from(
    program: &Path,
    scenario: Scenario,
    script_length: Duration,
) -> Result<Demo, DemoError> {
    let limit = room::admitted()?;
    let (reserved, address) = reserve()?;
    let script = Script::new(scenario, script_length, limit);
    let args = ServerArgs { port: address.port(), limit };
    let launch = Launch { program: program.to_owned(), args };
    let (keeper, server, facts) = Keeper::open(launch, script.down_for()).await?;
    let (cues, inbox) = mpsc::channel(1);
    let mut keeping = JoinSet::new();
    keeping.spawn(keeper.keep(server, inbox));
    let (turnstile, tally) = (Turnstile::new(), Tally::default());
    let common = Arc::new(Common { address, second: script.second(), turnstile, tally });
    let herd = herd::gather(script, limit, &common, cues.clone());
    Ok(Demo { _reserved: reserved, address, limit, cues, facts, common, keeper: keeping, herd })
}

/// A port on loopback that is ours until dropped.
fn reserve() -> Result<(TcpSocket, SocketAddr), DemoError> {
    let any = SocketAddr::from((Ipv4Addr::LOCALHOST, 0));
    let at = |source| DemoError::Listen { address: any, source };
    let socket = TcpSocket::new_v4().map_err(at)?;
    // Both sides must say so for the server to bind the same port.
    socket.set_reuseaddr(true).map_err(at)?;
    socket.bind(any).map_err(at)?;
    let address = socket.local_addr().map_err(at)?;
    Ok((socket, address))
}

impl Demo {
    /// The server's port on 127.0.0.1, the same after every restart.
    #[must_use]
    pub const fn port(&self) -> u16 {
        self.address.port()
    }

    /// How many connections the server admits: what `--capacity` is for it.
    #[must_use]
    pub const fn capacity(&self) -> u64 {
        self.limit
    }

    /// The server's process; none while it restarts.
    #[must_use]
    pub fn server_pid(&self) -> Option<u32> {
        self.facts.borrow().server_pid
    }

    /// The server's own count.
    #[must_use]
    pub fn facts(&self) -> DemoFacts {
        *self.facts.borrow()
    }

    /// The clients' own count.
    #[must_use]
    pub fn clients_told(&self) -> ClientsTold {
        self.common.tally.told()
    }

    /// Waits until the server's own count is such; `None` if the demo ended
    /// first.
    pub async fn until(&self, such: impl Fn(&DemoFacts) -> bool) -> Option<DemoFacts> {
        let mut facts = self.facts.clone();
        facts.wait_for(|facts| such(facts)).await.ok().map(|facts| *facts)
    }

    /// Sends the clients away, ends the server, and waits until both are
    /// gone; the last counts.
    pub async fn stop(mut self) -> DemoFacts {
        self.herd.shutdown().await;
        // Nobody to hear it: the keeper has ended already.
        let _ = self.cues.send(Cue::Stop).await;
        while self.keeper.join_next().await.is_some() {}
        *self.facts.borrow()
    }
}
