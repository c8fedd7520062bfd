//! What can go wrong with a demo, each with the thing it went wrong on.

use std::io;
use std::net::SocketAddr;
use std::path::PathBuf;
use std::time::Duration;

/// A demo that could not be started or went away.
#[derive(Debug, thiserror::Error)]
pub enum DemoError {
    /// No port on loopback.
    #[error("cannot listen on {address}")]
    Listen {
        /// Where it was tried.
        address: SocketAddr,
        /// Why not.
        source: io::Error,
    },
    /// Too few files may be open for a herd worth looking at.
    #[error(
        "only {soft} open files are allowed here, the demo needs {need}; try `ulimit -n {need}`"
    )]
    Descriptors {
        /// `RLIMIT_NOFILE`, after raising it as far as allowed.
        soft: u64,
        /// The least that will do.
        need: u64,
    },
    /// We do not know which file we were started from.
    #[error("cannot tell which executable this is, to start the demo server from it")]
    Executable {
        /// Why not.
        source: io::Error,
    },
    /// The server process did not start.
    #[error("cannot start the demo server {}", program.display())]
    Spawn {
        /// The executable.
        program: PathBuf,
        /// Why not.
        source: io::Error,
    },
    /// The server process started and gave up.
    #[error("the demo server (pid {pid}) said: {reason}")]
    GaveUp {
        /// Its process.
        pid: u32,
        /// Its own words.
        reason: String,
    },
    /// The pipe to or from the server process broke: it is gone.
    #[error("the demo server (pid {pid}) is gone")]
    Gone {
        /// Its process.
        pid: u32,
    },
    /// The server process said nothing for too long.
    #[error("the demo server (pid {pid}) gave no answer for {waited:?}")]
    Silent {
        /// Its process.
        pid: u32,
        /// How long we waited.
        waited: Duration,
    },
    /// Somebody typed the server's command; it is of no use alone.
    #[error("demo-server is started by `herdtop demo`, not by hand")]
    ByHand,
    /// The server process could not set itself up.
    #[error("cannot {what}")]
    Setup {
        /// What was tried.
        what: &'static str,
        /// Why not.
        source: io::Error,
    },
}
