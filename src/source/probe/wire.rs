//! The byte stream below the frames: TCP, with TLS or without.

use std::cell::Cell;
use std::io;
use std::net::SocketAddr;
use std::rc::Rc;
use std::time::Duration;

use tokio::io::{AsyncReadExt, AsyncWrite, AsyncWriteExt};
use tokio::time::timeout;
use tokio_rustls::rustls::AlertDescription;

use super::tls::{self, Secured};
use crate::close::Outcome;
use crate::sample::ProbeLoad;
use crate::source::throttle::Throttled;

/// What the prober has cost so far and what it has open, shared by all lanes of
/// its thread.
#[derive(Debug, Default)]
pub(super) struct Meter {
    pub(super) load: Cell<ProbeLoad>,
    pub(super) open: Cell<u32>,
}

impl Meter {
    /// Adds to the load.
    pub(super) fn count(&self, add: impl FnOnce(&mut ProbeLoad)) {
        let mut load = self.load.get();
        add(&mut load);
        self.load.set(load);
    }
}

/// How a stream ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum StreamEnd {
    /// FIN.
    Eof,
    /// RST, or given up by the kernel.
    Reset,
    /// A fatal alert of TLS.
    Alert(AlertDescription),
}

/// A peer that has taken no byte for so long does not read.
const STUCK: Duration = Duration::from_secs(2);
/// What is no longer has to go out as a whole within [`STUCK`]: a peer that takes
/// a byte now and then must not hold a pong for minutes.
const SMALL: usize = 4 * 1024;
/// Who had to be stopped within so long is flooding.
const FLOOD: Duration = Duration::from_secs(5);

/// A connected stream that counts its bytes.
pub(super) struct Wire {
    stream: Stream,
    /// Something was sent in part only: what would follow makes no sense.
    stuck: bool,
    meter: Rc<Meter>,
}

impl Drop for Wire {
    fn drop(&mut self) {
        self.meter.open.set(self.meter.open.get() - 1);
    }
}

enum Stream {
    Plain(Throttled),
    Tls(Box<Secured>),
}

impl Wire {
    pub(super) fn plain(tcp: Throttled, meter: &Rc<Meter>) -> Self {
        Self::new(Stream::Plain(tcp), meter)
    }

    pub(super) fn tls(tls: Secured, meter: &Rc<Meter>) -> Self {
        Self::new(Stream::Tls(Box::new(tls)), meter)
    }

    fn new(stream: Stream, meter: &Rc<Meter>) -> Self {
        meter.open.set(meter.open.get() + 1);
        Self { stream, stuck: false, meter: Rc::clone(meter) }
    }

    /// Appends what has come to `buffer`. Can be dropped at any time without
    /// losing a byte.
    ///
    /// # Errors
    /// How the stream ended, once everything before its end has been read.
    pub(super) async fn read(&mut self, buffer: &mut Vec<u8>) -> Result<(), StreamEnd> {
        const CHUNK: usize = 4 * 1024;
        let mut chunk = [0; CHUNK];
        let read = match &mut self.stream {
            Stream::Plain(tcp) => tcp.read(&mut chunk).await,
            Stream::Tls(tls) => tls.stream.read(&mut chunk).await,
        };
        match read {
            Ok(0) => Err(StreamEnd::Eof),
            Ok(n) => {
                buffer.extend_from_slice(&chunk[..n]);
                self.meter.count(|load| load.received += n as u64);
                Ok(())
            }
            // TCP ended without TLS's own farewell: many servers do.
            Err(error) if error.kind() == io::ErrorKind::UnexpectedEof => Err(StreamEnd::Eof),
            Err(error) => Err(tls::alert_of(&error).map_or(StreamEnd::Reset, StreamEnd::Alert)),
        }
    }

    /// What became of a request whose answer was cut after so many bytes.
    pub(super) fn cut(&self, bytes: u64, end: StreamEnd) -> Outcome {
        let secured = match &self.stream {
            Stream::Plain(_) => None,
            Stream::Tls(tls) => Some(tls),
        };
        let unanswered = || secured.filter(|_| bytes == 0).and_then(|tls| tls.unanswered());
        match (end, secured) {
            (StreamEnd::Alert(alert), Some(tls)) => tls.alerted(alert),
            (StreamEnd::Eof, _) => unanswered().unwrap_or(Outcome::HsEof { bytes }),
            (StreamEnd::Reset | StreamEnd::Alert(_), _) => {
                unanswered().unwrap_or(Outcome::HsReset { bytes })
            }
        }
    }

    /// Takes steps out of what the peer may cost: each frame is one.
    pub(super) fn spend(&self, steps: u32) {
        self.throttled().budget().spend(steps);
    }

    /// Whether the peer sends more than is read of it.
    pub(super) fn is_flooding(&self) -> bool {
        self.throttled().budget().was_exceeded(FLOOD)
    }

    fn throttled(&self) -> &Throttled {
        match &self.stream {
            Stream::Plain(tcp) => tcp,
            Stream::Tls(tls) => tls.stream.get_ref().0,
        }
    }

    /// Sends all of it. An error is not told: the end of the stream is learnt by
    /// reading, where what the peer said before it stands first. Nor is a peer
    /// told that does not read: it is found out by what it does not answer.
    pub(super) async fn write(&mut self, bytes: &[u8]) {
        if self.stuck {
            return;
        }
        // Also when it is dropped on the way.
        self.stuck = true;
        let written = match &mut self.stream {
            Stream::Plain(tcp) => push(tcp, bytes).await,
            Stream::Tls(tls) => push(&mut tls.stream, bytes).await,
        };
        if written.is_ok() {
            self.stuck = false;
            self.meter.count(|load| load.sent += bytes.len() as u64);
        }
    }

    /// Both ends, to find the socket in the kernel's tables.
    pub(super) fn ends(&self) -> Option<(SocketAddr, SocketAddr)> {
        let tcp = self.throttled().tcp();
        Some((tcp.local_addr().ok()?, tcp.peer_addr().ok()?))
    }
}

/// Sends what is small at once, and more for as long as some of it is taken now
/// and then.
async fn push(to: &mut (impl AsyncWrite + Unpin), mut bytes: &[u8]) -> io::Result<()> {
    if bytes.len() <= SMALL {
        timeout(STUCK, to.write_all(bytes)).await??;
        return timeout(STUCK, to.flush()).await?;
    }
    while !bytes.is_empty() {
        let taken = timeout(STUCK, to.write(bytes)).await??;
        if taken == 0 {
            return Err(io::ErrorKind::WriteZero.into());
        }
        bytes = &bytes[taken..];
    }
    timeout(STUCK, to.flush()).await?
}
