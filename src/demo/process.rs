//! The demo's hand on one server process: start it, ask it, end it.

use std::path::PathBuf;
use std::process::Stdio;
use std::time::Duration;

use tokio::io::{AsyncBufReadExt, AsyncWriteExt, BufReader, Lines};
use tokio::process::{Child, ChildStdin, ChildStdout, Command};
use tokio::time::timeout;

use super::DemoError;
use super::child::ServerArgs;
use super::lines::{Answer, Counts, Order};

/// How long a server process may take to answer.
const PATIENCE: Duration = Duration::from_secs(5);

/// How a server process is started, each time alike.
#[derive(Debug, Clone)]
pub(super) struct Launch {
    /// The executable that knows `demo-server`.
    pub program: PathBuf,
    /// What it is to serve.
    pub args: ServerArgs,
}

/// One running server process. Dropped, it is killed.
#[derive(Debug)]
pub(super) struct ServerProcess {
    child: Child,
    pid: u32,
    orders: ChildStdin,
    answers: Lines<BufReader<ChildStdout>>,
}

impl ServerProcess {
    /// Starts it and waits until it listens.
    ///
    /// The kernel ends the server with the *thread* that started it, so this
    /// must run on one that lasts as long as the demo.
    pub(super) async fn start(launch: &Launch) -> Result<Self, DemoError> {
        let failed = |source| DemoError::Spawn { program: launch.program.clone(), source };
        let mut child = Command::new(&launch.program)
            .args(launch.args.line())
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            // The terminal is the screen's.
            .stderr(Stdio::null())
            .kill_on_drop(true)
            .spawn()
            .map_err(failed)?;
        let pid = child.id().unwrap_or_default();
        let (Some(orders), Some(output)) = (child.stdin.take(), child.stdout.take()) else {
            return Err(DemoError::Gone { pid });
        };
        let answers = BufReader::new(output).lines();
        let mut server = Self { child, pid, orders, answers };
        match server.answer().await? {
            Answer::Listening(_) => Ok(server),
            Answer::Failed(reason) => Err(DemoError::GaveUp { pid, reason }),
            Answer::Stats(_) => Err(DemoError::Gone { pid }),
        }
    }

    /// Its process id.
    pub(super) const fn pid(&self) -> u32 {
        self.pid
    }

    /// Its counts now.
    pub(super) async fn counts(&mut self) -> Result<Counts, DemoError> {
        self.order(Order::Stats).await?;
        loop {
            if let Answer::Stats(counts) = self.answer().await? {
                return Ok(counts);
            }
        }
    }

    /// Ends it, by [`Order::Restart`] or [`Order::Stop`], and waits until it
    /// is gone; its last counts, if it could still say them.
    pub(super) async fn end(mut self, order: Order) -> Option<Counts> {
        let mut last = None;
        if self.order(order).await.is_ok() {
            while let Ok(answer) = self.answer().await {
                if let Answer::Stats(counts) = answer {
                    last = Some(counts);
                }
            }
        }
        drop(self.orders);
        if timeout(PATIENCE, self.child.wait()).await.is_err() {
            // Whatever holds it up, it must not hold the port.
            drop(self.child.kill().await);
        }
        last
    }

    async fn order(&mut self, order: Order) -> Result<(), DemoError> {
        let line = format!("{order}\n");
        let sent = self.orders.write_all(line.as_bytes()).await;
        sent.map_err(|_| DemoError::Gone { pid: self.pid })
    }

    async fn answer(&mut self) -> Result<Answer, DemoError> {
        let pid = self.pid;
        let line = timeout(PATIENCE, self.answers.next_line())
            .await
            .map_err(|_| DemoError::Silent { pid, waited: PATIENCE })?;
        line.ok().flatten().and_then(|line| Answer::parse(&line)).ok_or(DemoError::Gone { pid })
    }
}
