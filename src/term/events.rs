//! What the user and the terminal do, read whatever else happens.
//!
//! A thread of its own reads. The loop that answers may be in the middle of a long
//! seek then, or drawing; it finds what came meanwhile. One loop that polled the
//! terminal itself, without waiting, was never woken by it again: a drag over a
//! replay, which has no tick, took the keys away for good.

use std::io::{self, PipeReader, PipeWriter};
use std::sync::Arc;
use std::thread;
use std::time::Duration;

use rustix::event::{PollFd, PollFlags, Timespec, poll};
use rustix::fd::{AsFd, OwnedFd};
use tokio::signal::unix::{Signal, SignalKind, signal};

use super::event::TermEvent;
use super::guard::give_up;
use super::inbox::Inbox;
use super::parse::Parser;

/// How long a loop that is stuck may leave Ctrl-C unanswered. The slowest frame takes
/// a hundredth of this.
const PATIENCE: Duration = Duration::from_secs(2);
/// `ESC` alone is a key; a sequence that begins with it may be cut behind it on the
/// way, and the rest comes with the next packet.
const REST_OF_SEQUENCE: Duration = Duration::from_millis(50);
/// The exit code of who was ended by Ctrl-C, as shells count.
const INTERRUPTED: i32 = 130;

/// What the user and the terminal do. Dropping it ends the reading.
#[derive(Debug)]
pub struct TermEvents {
    inbox: Arc<Inbox>,
    resized: Signal,
    _reads: PipeWriter,
}

impl TermEvents {
    /// Begins to read; inside a runtime.
    ///
    /// # Errors
    /// When there is no terminal to read from, or no descriptor left.
    pub fn start() -> io::Result<Self> {
        let inbox = Arc::new(Inbox::default());
        let (over, reads) = io::pipe()?;
        let (into, terminal) = (Arc::clone(&inbox), terminal()?);
        thread::Builder::new()
            .name("keys".to_owned())
            .spawn(move || read(&terminal, &over, &into))?;
        Ok(Self { inbox, resized: signal(SignalKind::window_change())?, _reads: reads })
    }

    /// The next event. May be dropped while it waits.
    pub async fn next(&mut self) -> TermEvent {
        tokio::select! {
            event = self.inbox.next() => event,
            _ = self.resized.recv() => TermEvent::Resized,
        }
    }
}

/// Standard input, or the terminal itself where a log comes in there.
fn terminal() -> io::Result<OwnedFd> {
    use rustix::fs::{Mode, OFlags, open};
    let input = io::stdin();
    if rustix::termios::isatty(&input) {
        return input.as_fd().try_clone_to_owned();
    }
    Ok(open("/dev/tty", OFlags::RDONLY | OFlags::CLOEXEC, Mode::empty())?)
}

/// Reads until the terminal is gone, or nobody wants to know any more.
fn read(terminal: &OwnedFd, over: &PipeReader, inbox: &Inbox) {
    let mut parser = Parser::default();
    let mut bytes = [0; 4096];
    loop {
        let length = match wait(terminal, over, &parser) {
            Waited::Over => return,
            Waited::Nothing => Ok(0),
            Waited::Bytes => match rustix::io::read(terminal, &mut bytes) {
                // The end of a terminal is that it was hung up.
                Ok(0) => return inbox.put(TermEvent::Gone),
                read => read,
            },
        };
        match length {
            Ok(0) => parser.decide().into_iter().for_each(|event| inbox.put(event)),
            Ok(length) => parser.take(&bytes[..length], |event| inbox.put(event)),
            Err(rustix::io::Errno::INTR | rustix::io::Errno::AGAIN) => {}
            Err(_) => return inbox.put(TermEvent::Gone),
        }
        if inbox.is_asked_to_end() {
            if is_over(over) {
                return;
            }
            if inbox.is_asked_to_end() {
                give_up(INTERRUPTED);
            }
        }
    }
}

enum Waited {
    /// There is something to read.
    Bytes,
    /// What may follow an `ESC` has not.
    Nothing,
    /// Nobody wants to know any more.
    Over,
}

fn wait(terminal: &OwnedFd, over: &PipeReader, parser: &Parser) -> Waited {
    let longest = parser.is_undecided().then_some(REST_OF_SEQUENCE);
    loop {
        let mut both = [PollFd::new(over, PollFlags::IN), PollFd::new(terminal, PollFlags::IN)];
        match poll_for(&mut both, longest) {
            Ok(0) => return Waited::Nothing,
            Ok(_) if both[0].revents().is_empty() => return Waited::Bytes,
            Err(rustix::io::Errno::INTR) => {}
            Ok(_) | Err(_) => return Waited::Over,
        }
    }
}

/// Whether it ends within the patience of whoever pressed Ctrl-C.
fn is_over(over: &PipeReader) -> bool {
    let mut end = [PollFd::new(over, PollFlags::IN)];
    poll_for(&mut end, Some(PATIENCE)).is_ok_and(|ended| ended > 0)
}

fn poll_for(of: &mut [PollFd<'_>], longest: Option<Duration>) -> rustix::io::Result<usize> {
    let longest = longest.map(|longest| Timespec::try_from(longest).unwrap_or_default());
    poll(of, longest.as_ref())
}
