//! The way out to the terminal: a thread that may wait, so that nobody else does.
//!
//! A pseudo-terminal takes 64 KiB that nobody reads and then holds up whoever
//! writes. `poll` tells that there is room for one byte, not for a frame, and
//! `O_NONBLOCK` would be the shell's too. So one frame at a time is handed over,
//! and while that one is not through there is no next.

use std::io::{self, IsTerminal};
use std::sync::mpsc::{Receiver, RecvTimeoutError, SyncSender, sync_channel};
use std::thread;
use std::time::Duration;

/// What the terminal gets to take its last frame, before it is given up.
const LAST_WRITE: Duration = Duration::from_secs(1);

/// Writes on a thread of its own.
#[derive(Debug)]
pub(super) struct Out {
    send: SyncSender<Vec<u8>>,
    done: Receiver<io::Result<()>>,
    /// Pieces handed over and not through.
    waiting: usize,
}

/// Pieces that may wait: a title, what is copied and a frame, and some to spare.
const PIECES: usize = 16;

impl Out {
    pub(super) fn start() -> io::Result<Self> {
        let (send, pieces) = sync_channel::<Vec<u8>>(PIECES);
        let (tell, done) = sync_channel(PIECES);
        thread::Builder::new().name("terminal".to_owned()).spawn(move || {
            for piece in pieces {
                if tell.send(write_out(&piece)).is_err() {
                    return;
                }
            }
        })?;
        Ok(Self { send, done, waiting: 0 })
    }

    /// Whether all that was handed over is through, or comes through in this time.
    ///
    /// # Errors
    /// When the terminal is gone.
    pub(super) fn is_free(&mut self, patience: Duration) -> io::Result<bool> {
        while self.waiting > 0 {
            match self.done.recv_timeout(patience) {
                Ok(written) => {
                    self.waiting -= 1;
                    written?;
                }
                Err(RecvTimeoutError::Timeout) => return Ok(false),
                Err(RecvTimeoutError::Disconnected) => {
                    return Err(io::ErrorKind::BrokenPipe.into());
                }
            }
        }
        Ok(true)
    }

    /// Hands something over. What finds no room behind fifteen others is dropped:
    /// only what the user copies comes while the terminal is busy.
    ///
    /// # Errors
    /// When the terminal was gone before.
    pub(super) fn write(&mut self, bytes: Vec<u8>) -> io::Result<()> {
        self.is_free(Duration::ZERO)?;
        if self.waiting < PIECES && self.send.try_send(bytes).is_ok() {
            self.waiting += 1;
        }
        Ok(())
    }

    /// Waits a moment for all to be through; false when the terminal does not take
    /// it.
    pub(super) fn settle(&mut self) -> bool {
        while self.waiting > 0 {
            match self.done.recv_timeout(LAST_WRITE) {
                Ok(_) => self.waiting -= 1,
                Err(RecvTimeoutError::Timeout) => return false,
                Err(RecvTimeoutError::Disconnected) => return true,
            }
        }
        true
    }
}

/// Past the lock of the standard library, which a write that hangs would hold.
pub(super) fn write_out(bytes: &[u8]) -> io::Result<()> {
    let mut rest = bytes;
    while !rest.is_empty() {
        match rustix::io::write(rustix::stdio::stdout(), rest) {
            Ok(written) => rest = &rest[written..],
            Err(rustix::io::Errno::INTR) => {}
            Err(error) => return Err(error.into()),
        }
    }
    Ok(())
}

/// Whether standard output is a terminal that a screen can be drawn on. One that calls
/// itself dumb, or has no name, prints escape sequences as letters.
#[must_use]
pub fn is_screen() -> bool {
    io::stdout().is_terminal() && knows_sequences()
}

/// Whether the terminal has links, as far as it can be known: one that does not know
/// OSC 8 is to leave it out (ECMA-48), but the console of Linux and terminals of old show
/// it. tmux has them from 3.4 on where its own terminal is said to, which nobody tells us.
#[must_use]
pub fn follows_links() -> bool {
    const WITHOUT: [&str; 7] = ["linux", "dumb", "screen", "tmux", "vt", "ansi", "cons"];
    let term = std::env::var("TERM").unwrap_or_default();
    let in_tmux = ["TMUX", "STY"].iter().any(|name| std::env::var_os(name).is_some());
    !in_tmux && !term.is_empty() && !WITHOUT.iter().any(|name| term.starts_with(name))
}

/// Whether a terminal here would understand escape sequences.
#[must_use]
pub fn knows_sequences() -> bool {
    let without = ["", "dumb", "unknown"];
    std::env::var_os("TERM").is_some_and(|term| !without.iter().any(|name| term == *name))
}

/// Whether the terminal takes anything more, or is full of what nobody reads.
#[must_use]
pub fn is_writable() -> bool {
    use rustix::event::{PollFd, PollFlags, Timespec, poll};
    let out = rustix::stdio::stdout();
    let mut fds = [PollFd::new(&out, PollFlags::OUT)];
    let now = Timespec { tv_sec: 0, tv_nsec: 0 };
    // When asking fails the write will tell why.
    poll(&mut fds, Some(&now)).map_or(true, |ready| ready > 0)
}
