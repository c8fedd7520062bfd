//! Keeps a server on the port: counts it, restarts it on cue, and replaces it
//! when somebody killed it, which is a scenario of its own.

use std::time::Duration;

use tokio::sync::{mpsc, watch};
use tokio::time::sleep;

use super::lines::{Counts, Order};
use super::process::{Launch, ServerProcess};
use super::{DemoError, DemoFacts};

/// How often the server is asked for its counts.
const EVERY: Duration = Duration::from_millis(250);

/// What the keeper is told.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Cue {
    /// Close everyone with 1012 and come back as a new process.
    Restart,
    /// End the server and return.
    Stop,
}

/// The one that holds the server process.
#[derive(Debug)]
pub(super) struct Keeper {
    launch: Launch,
    down_for: Duration,
    facts: watch::Sender<DemoFacts>,
    /// Counts of the processes before this one.
    past: Counts,
    /// Counts this one told last.
    now: Counts,
}

impl Keeper {
    /// Starts the first server; the receiver has the facts from then on.
    pub(super) async fn open(
        launch: Launch,
        down_for: Duration,
    ) -> Result<(Self, ServerProcess, watch::Receiver<DemoFacts>), DemoError> {
        let server = ServerProcess::start(&launch).await?;
        let facts = DemoFacts { server_pid: Some(server.pid()), ..DemoFacts::default() };
        let (facts, watched) = watch::channel(facts);
        let (past, now) = (Counts::default(), Counts::default());
        Ok((Self { launch, down_for, facts, past, now }, server, watched))
    }

    /// Keeps until told to stop, or until nobody is left to tell.
    pub(super) async fn keep(mut self, first: ServerProcess, mut cues: mpsc::Receiver<Cue>) {
        let mut running = Some(first);
        loop {
            let Some(mut server) = running.take() else {
                if !wait(&mut cues, self.down_for).await {
                    return;
                }
                running = self.reopen().await;
                continue;
            };
            tokio::select! {
                cue = cues.recv() => {
                    let restart = cue == Some(Cue::Restart);
                    let order = if restart { Order::Restart } else { Order::Stop };
                    self.close_books(server.end(order).await);
                    if !restart {
                        return;
                    }
                }
                () = sleep(EVERY) => match server.counts().await {
                    Ok(counts) => {
                        self.now = counts;
                        self.publish(Some(server.pid()));
                        running = Some(server);
                    }
                    Err(_) => self.close_books(None),
                },
            }
        }
    }

    /// A new process on the old port; none yet if it could not, which is
    /// tried again after the same pause.
    async fn reopen(&mut self) -> Option<ServerProcess> {
        let server = ServerProcess::start(&self.launch).await.ok()?;
        self.facts.send_modify(|facts| facts.restarts += 1);
        self.publish(Some(server.pid()));
        Some(server)
    }

    /// The process is gone: its counts join those of its predecessors. Of one
    /// that died unasked, what came after its last answer is lost.
    fn close_books(&mut self, last: Option<Counts>) {
        let ended = last.unwrap_or(self.now);
        self.past.accepted += ended.accepted;
        self.past.refused += ended.refused;
        self.now = Counts::default();
        self.publish(None);
    }

    fn publish(&self, pid: Option<u32>) {
        self.facts.send_modify(|facts| {
            facts.server_pid = pid;
            facts.accepted_total = self.past.accepted + self.now.accepted;
            facts.refused_1013 = self.past.refused + self.now.refused;
            facts.open = self.now.open;
        });
    }
}

/// Waits that long; `false` if told to stop meanwhile. A restart is one already.
async fn wait(cues: &mut mpsc::Receiver<Cue>, pause: Duration) -> bool {
    let over = sleep(pause);
    tokio::pin!(over);
    loop {
        tokio::select! {
            () = &mut over => return true,
            cue = cues.recv() => if cue != Some(Cue::Restart) {
                return false;
            },
        }
    }
}
