//! The server process as its parent sees it.

use std::process::Stdio;
use std::time::Duration;

use tokio::io::{AsyncBufReadExt, AsyncWriteExt, BufReader};
use tokio::process::{Child, ChildStdin, Command};
use tokio::time::timeout;

use super::{CAPACITY, DemoError};

/// A process that needs longer to bind a port will not do it.
const PATIENCE: Duration = Duration::from_secs(5);

/// A running server. Dropping it kills it; losing us ends it by its input.
#[derive(Debug)]
pub(super) struct ServerProcess {
    child: Child,
    input: ChildStdin,
    port: u16,
}

impl ServerProcess {
    /// Starts the server on this port, 0 for any.
    pub(super) async fn start(port: u16) -> Result<Self, DemoError> {
        let program = std::env::current_exe().unwrap_or_else(|_| "herdtop".into());
        let failed = |error| DemoError::Start { program: program.display().to_string(), error };
        let mut child = Command::new(&program)
            .args(["demo-server", "--listen", &port.to_string(), "--limit", &CAPACITY.to_string()])
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .kill_on_drop(true)
            .spawn()
            .map_err(failed)?;
        let (Some(input), Some(output)) = (child.stdin.take(), child.stdout.take()) else {
            return Err(DemoError::Silent("no pipe to it".to_owned()));
        };
        let mut lines = BufReader::new(output).lines();
        let said = timeout(PATIENCE, lines.next_line()).await;
        let said = said.ok().and_then(Result::ok).flatten().unwrap_or_default();
        let port = said.strip_prefix("listening ").and_then(|port| port.parse().ok());
        let port = port.ok_or_else(|| DemoError::Silent(format!("it said '{said}'")))?;
        Ok(Self { child, input, port })
    }

    /// The port it listens on.
    pub(super) const fn port(&self) -> u16 {
        self.port
    }

    /// Ends it and waits until it is gone.
    pub(super) async fn end(mut self) {
        let _ = self.child.kill().await;
    }

    /// Has it send 1012 to everybody and end.
    pub(super) async fn restart(mut self) {
        let _ = self.input.write_all(b"restart\n").await;
        let _ = timeout(PATIENCE, self.child.wait()).await;
    }
}
