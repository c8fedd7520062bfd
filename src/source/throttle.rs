//! A stream that reads no faster than is good for this host.
//!
//! A peer that sends pongs, tiny frames, empty TLS records or chunks of one byte
//! as fast as it can took 95 % of a core. Each reading, each byte and each frame
//! costs; once the budget is used up reading stops, the kernel's buffers fill,
//! and the peer has to wait: back-pressure, as TCP means it.

use std::io;
use std::pin::Pin;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::{Context, Poll, ready};
use std::time::Duration;

use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::net::TcpStream;
use tokio::time::{Sleep, sleep};

use crate::clock::Clock;

/// A busy feed has hundreds of messages a second, a backlog at its start some
/// thousands.
const STEPS_PER_S: u32 = 5_000;
/// More than a client over the internet is sent.
const BYTES_PER_S: u32 = 4 << 20;
/// Unused budget is kept for so long: a burst is no flood.
const KEPT: Duration = Duration::from_secs(1);
/// Whoever is over it waits so long before reading on.
const PAUSE: Duration = Duration::from_millis(100);
/// So many of a peer's first bytes are kept, to say which protocol it speaks.
const HEAD: usize = 256;

/// What one peer may cost.
pub(in crate::source) struct Budget {
    clock: Arc<dyn Clock>,
    bytes_per_s: u32,
    state: Mutex<ThrottleState>,
}

#[derive(Debug, Default)]
struct ThrottleState {
    /// What is left; below zero it was overdrawn by one reading.
    steps: f64,
    bytes: f64,
    /// When it was filled last; none before the first reading.
    filled: Option<Duration>,
    /// When reading was stopped last.
    stopped: Option<Duration>,
    head: Vec<u8>,
}

impl Budget {
    /// A full one.
    pub(in crate::source) fn new(clock: Arc<dyn Clock>) -> Arc<Self> {
        Self::wide(clock, BYTES_PER_S)
    }

    /// The same for who sends so many bytes a second because it was asked to.
    pub(in crate::source) fn wide(clock: Arc<dyn Clock>, bytes_per_s: u32) -> Arc<Self> {
        Arc::new(Self { clock, bytes_per_s, state: Mutex::default() })
    }

    /// Takes so many steps out of it: a frame of the peer is one.
    pub(in crate::source) fn spend(&self, steps: u32) {
        self.state().steps -= f64::from(steps);
    }

    /// Whether reading had to be stopped within the last so long.
    pub(in crate::source) fn was_exceeded(&self, within: Duration) -> bool {
        let now = self.clock.now().mono;
        self.state().stopped.is_some_and(|at| now.saturating_sub(at) <= within)
    }

    /// The first bytes the peer has sent.
    pub(in crate::source) fn head(&self) -> Vec<u8> {
        self.state().head.clone()
    }

    fn state(&self) -> MutexGuard<'_, ThrottleState> {
        // Nothing in here is left half done by a panic.
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Whether something is left of it.
    fn refill(&self) -> bool {
        let now = self.clock.now().mono;
        let mut state = self.state();
        let passed = state.filled.map_or(KEPT, |at| now.saturating_sub(at)).min(KEPT);
        let most = KEPT.as_secs_f64();
        let fill = |left: f64, per_s: u32| {
            (left + f64::from(per_s) * passed.as_secs_f64()).min(f64::from(per_s) * most)
        };
        state.steps = fill(state.steps, STEPS_PER_S);
        state.bytes = fill(state.bytes, self.bytes_per_s);
        state.filled = Some(now);
        let left = state.steps > 0.0 && state.bytes > 0.0;
        if !left {
            state.stopped = Some(now);
        }
        left
    }

    fn took(&self, bytes: &[u8]) {
        let mut state = self.state();
        state.steps -= 1.0;
        state.bytes -= f64::from(u32::try_from(bytes.len()).unwrap_or(u32::MAX));
        let wanted = HEAD.saturating_sub(state.head.len()).min(bytes.len());
        state.head.extend_from_slice(&bytes[..wanted]);
    }
}

/// A TCP connection that keeps to its budget.
pub(in crate::source) struct Throttled {
    tcp: TcpStream,
    budget: Arc<Budget>,
    pause: Option<Pin<Box<Sleep>>>,
}

impl Throttled {
    pub(in crate::source) const fn new(tcp: TcpStream, budget: Arc<Budget>) -> Self {
        Self { tcp, budget, pause: None }
    }

    pub(in crate::source) const fn tcp(&self) -> &TcpStream {
        &self.tcp
    }

    pub(in crate::source) const fn budget(&self) -> &Arc<Budget> {
        &self.budget
    }
}

impl AsyncRead for Throttled {
    fn poll_read(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        loop {
            if let Some(pause) = &mut self.pause {
                ready!(pause.as_mut().poll(cx));
                self.pause = None;
            }
            if self.budget.refill() {
                break;
            }
            self.pause = Some(Box::pin(sleep(PAUSE)));
        }
        let before = buffer.filled().len();
        ready!(Pin::new(&mut self.tcp).poll_read(cx, buffer))?;
        self.budget.took(&buffer.filled()[before..]);
        Poll::Ready(Ok(()))
    }
}

impl AsyncWrite for Throttled {
    fn poll_write(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.tcp).poll_write(cx, bytes)
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.tcp).poll_flush(cx)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.tcp).poll_shutdown(cx)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::clock::ManualClock;

    fn budget() -> (Arc<ManualClock>, Arc<Budget>) {
        let clock = Arc::new(ManualClock::at(chrono::DateTime::UNIX_EPOCH));
        (Arc::clone(&clock), Budget::new(clock))
    }

    #[test]
    fn a_burst_passes_and_a_flood_has_to_wait() {
        let (clock, budget) = budget();
        assert!(budget.refill());
        budget.spend(STEPS_PER_S - 1);
        assert!(budget.refill(), "a second's worth is there at once");
        budget.spend(STEPS_PER_S);
        assert!(!budget.refill(), "and no more than that");
        assert!(budget.was_exceeded(Duration::ZERO));
        clock.advance(Duration::from_secs(1));
        assert!(budget.refill());
        clock.advance(Duration::from_secs(10));
        assert!(!budget.was_exceeded(Duration::from_secs(5)), "that was long ago");
    }

    #[test]
    fn bytes_count_whatever_they_come_in() {
        let (clock, budget) = budget();
        assert!(budget.refill());
        budget.took(&vec![0; BYTES_PER_S as usize]);
        assert!(!budget.refill());
        clock.advance(Duration::from_millis(10));
        assert!(budget.refill());
        assert_eq!(budget.head().len(), HEAD);
    }
}
